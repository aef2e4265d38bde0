/**
 * A detector box on a serial line that prints what it heard, a message of JSON a line. It hears as the detector of `beacon-detector.ts`
 * does, and counts sightings in the same way.
 */
import { beats, type Simulator, Tally } from '../simulator.ts';
import { type BeaconDetectorOptions, listener, TICK_MS } from './beacon-detector.ts';
import { type BoxFormat, boxMessages } from './box-messages.ts';

export interface BeaconBoxOptions extends Omit<BeaconDetectorOptions, 'reports' | 'faults'> {
  /** One of those that are JSON. */
  readonly format: Exclude<BoxFormat, 'ab-gateway-v4'>;
}

export function simulateBeaconBox({ format, ...options }: BeaconBoxOptions): Simulator {
  const { clock } = options;
  const tally = new Tally();
  const listen = listener(options, tally);
  return {
    type: 'beacon-box',
    sent: tally.sent,
    async run(wire, signal) {
      for await (const seconds of beats(clock, TICK_MS, signal)) {
        const heard = listen(seconds);
        const messages = boxMessages(format, { heard, at: clock.moment().wall });
        if (messages.every((message) => wire.write(Uint8Array.of(...message, 0x0d, 0x0a)))) {
          for (const { sent } of heard) sent?.();
        }
      }
    },
  };
}
