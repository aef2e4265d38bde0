/** What can be wrong on a wire: `faultyWire` does it. */
import type { FaultKind, FaultParameter } from '../fault-board.ts';
import { say } from './words.ts';

const share: FaultParameter = { meaning: say.share(), unit: 'share', default: 0.1, min: 0, max: 1 };
const ms = { unit: 'ms', default: 500, min: 0, max: 600_000 } as const;

export const WIRE_FAULTS: readonly FaultKind[] = [
  { name: 'noise', meaning: say.noise(), parameters: { share } },
  { name: 'truncate', meaning: say.truncate(), parameters: { share } },
  { name: 'corrupt', meaning: say.corrupt(), parameters: { share } },
  { name: 'silence', meaning: say.silence() },
  { name: 'unplug', meaning: say.unplug() },
  { name: 'delay', meaning: say.delay(), parameters: { ms: { ...ms, meaning: say.late() } } },
  { name: 'repeat', meaning: say.repeat(), parameters: { share } },
  { name: 'stall', meaning: say.stall(), parameters: { share, ms: { ...ms, meaning: say.pause() } } },
  {
    name: 'flood',
    meaning: say.flood(),
    parameters: { bytes: { meaning: say.perSecond(), unit: 'bytes', default: 960, min: 1, max: 100_000 } },
  },
  {
    name: 'wrong-speed',
    meaning: say.wrongSpeed(),
    parameters: { ratio: { meaning: say.ratio(), unit: 'count', default: 2, min: 0.01, max: 100 } },
  },
];
