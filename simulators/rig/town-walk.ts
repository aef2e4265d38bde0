/** Metres from somebody who walks about a town to a detector at one of its crossings: the same walk for every detector of the rig. */
import { Random } from '../random.ts';
import { Streets, Walker } from '../town/watch-over/streets.ts';
import { distanceM } from '../town/watch-over/watch-over-town.ts';
import type { Sense } from './quantity.ts';

export interface TownWalkOptions {
  readonly townSeed: number;
  /** The walker's own. */
  readonly walkerSeed: number;
  /** Which of the town's detectors, from 0, of how many. */
  readonly detector: number;
  readonly detectors: number;
}

const WALKING_MPS = 1.2;

/** In steps of a second. Asked for a moment that is past, the walk is walked again. */
export function townWalk({ townSeed, walkerSeed, detector, detectors }: TownWalkOptions): Sense {
  const streets = new Streets(detectors);
  const crossings = streets.shuffled(new Random(townSeed));
  const post = crossings[detector % crossings.length] ?? { x: 0, y: 0 };
  const setOut = () => ({ walker: new Walker(streets, new Random(walkerSeed), WALKING_MPS, 0), second: 0 });
  let walk = setOut();
  return (seconds) => {
    const second = Math.max(0, Math.floor(seconds));
    if (second < walk.second) walk = setOut();
    walk.walker.walk(second - walk.second);
    walk.second = second;
    return distanceM(walk.walker, post);
  };
}
