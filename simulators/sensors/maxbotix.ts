/**
 * A MaxBotix HRXL-MaxSonar-WR ultrasonic sensor (datasheet PD11500, "serial output"): `R`, four digits of millimetres and
 * a carriage return, 6 to 7.5 times a second. Each frame counts as one water level, even without a target.
 */
import type { Clock } from '../../shared/clock.ts';
import { FaultBoard, type FaultKind } from '../fault-board.ts';
import { ascii, beats, type Simulator, Tally } from '../simulator.ts';
import { FROZEN, freezing, SPIKE, spiking } from './measuring-faults.ts';
import { say } from './words.ts';

export interface MaxbotixOptions {
  readonly clock: Clock;
  /** Metres from the sensor's face to the water, by seconds since the start; undefined: no echo. */
  readonly distanceM: (seconds: number) => number | undefined;
  /** 150 ms is the 6.67 Hz of the MB7389. */
  readonly periodMs?: number;
  /** What it reports without a target, and its maximum: 5000 (5 m models) or 9999 (10 m models). */
  readonly noTargetMm?: 5000 | 9999;
  readonly faults?: FaultBoard;
}

/** A spike is something just before its face. */
export const MAXBOTIX_FAULTS: readonly FaultKind[] = [{ name: 'no-echo', meaning: say.noEcho() }, FROZEN, SPIKE];

/** The minimum distance that these sensors report, by range: 30 cm and 50 cm. */
const NEAREST_MM = { 5000: 300, 9999: 500 } as const;

export function simulateMaxbotix(options: MaxbotixOptions): Simulator {
  const { clock, distanceM, periodMs = 150, noTargetMm = 5000 } = options;
  const { faults = new FaultBoard(MAXBOTIX_FAULTS) } = options;
  const measured = spiking(faults, freezing(faults, distanceM), () => 0);
  const tally = new Tally();
  return {
    type: 'maxbotix',
    sent: tally.sent,
    async run(wire, signal) {
      for await (const seconds of beats(clock, periodMs, signal)) {
        const distance = faults.get('no-echo') ? undefined : measured(seconds);
        if (wire.write(rangeFrame(distance, noTargetMm))) tally.count('water-level');
      }
    },
  };
}

function rangeFrame(distanceM: number | undefined, noTargetMm: 5000 | 9999): Uint8Array {
  const mm = distanceM === undefined ? noTargetMm : Math.round(distanceM * 1000);
  const reported = Math.min(Math.max(mm, NEAREST_MM[noTargetMm]), noTargetMm);
  return ascii(`R${String(reported).padStart(4, '0')}\r`);
}
