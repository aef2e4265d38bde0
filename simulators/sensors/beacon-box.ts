/**
 * A detector box on a serial line that prints what it heard, a message of JSON a line. It hears as the detector of `beacon-detector.ts`
 * does, and counts sightings in the same way.
 */
import { FaultBoard, type FaultKind } from '../fault-board.ts';
import { beats, type Simulator, Tally } from '../simulator.ts';
import { type BeaconDetectorOptions, listener, TICK_MS } from './beacon-detector.ts';
import { type BoxFormat, boxMessages } from './box-messages.ts';
import { CLOCK_JUMP } from './measuring-faults.ts';
import { say } from './words.ts';

export interface BeaconBoxOptions extends Omit<BeaconDetectorOptions, 'reports'> {
  /** One of those that are JSON. */
  readonly format: Exclude<BoxFormat, 'ab-gateway-v4'>;
}

export const BEACON_BOX_FAULTS: readonly FaultKind[] = [{ name: 'deaf', meaning: say.deaf() }, CLOCK_JUMP];

export function simulateBeaconBox({ format, ...options }: BeaconBoxOptions): Simulator {
  const { clock, faults = new FaultBoard(BEACON_BOX_FAULTS) } = options;
  const tally = new Tally();
  const listen = listener(options, tally);
  return {
    type: 'beacon-box',
    sent: tally.sent,
    async run(wire, signal) {
      for await (const seconds of beats(clock, TICK_MS, signal)) {
        const heard = faults.get('deaf') ? [] : listen(seconds);
        const messages = boxMessages(format, { heard, at: clock.moment().wall + (faults.get('clock-jump')?.ms ?? 0) });
        if (messages.every((message) => wire.write(Uint8Array.of(...message, 0x0d, 0x0a)))) {
          for (const { sent } of heard) sent?.();
        }
      }
    },
  };
}
