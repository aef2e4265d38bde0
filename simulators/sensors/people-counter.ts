/**
 * A people counter that prints its totals, `IN=000123,OUT=000120` CR LF: six digits that restart from zero after 999999 and
 * after a power failure. Each line counts as one people count.
 */
import type { Clock } from '../../shared/clock.ts';
import type { FaultBoard } from '../fault-board.ts';
import { ascii, beats, type Simulator, Tally } from '../simulator.ts';
import { type Totals, TURNSTILE_FAULTS, Turnstile } from '../town/turnstile.ts';

export interface PeopleCounterOptions {
  readonly clock: Clock;
  /** People who have passed, by seconds since the start; never falls. */
  readonly crowd: (seconds: number) => Totals;
  readonly startTotals?: Totals;
  readonly periodMs?: number;
  readonly faults?: FaultBoard;
}

export interface PeopleCounter extends Simulator {
  /** The sum of a perfect gateway's readings: see `Turnstile.people`. */
  people(): Totals;
}

export const PEOPLE_COUNTER_FAULTS = TURNSTILE_FAULTS;

const DIGITS = 6;

export function simulatePeopleCounter(options: PeopleCounterOptions): PeopleCounter {
  const { clock, periodMs = 1000 } = options;
  const turnstile = new Turnstile({ ...options, rollOver: 10 ** DIGITS });
  const tally = new Tally();
  return {
    type: 'people-counter',
    sent: tally.sent,
    people: () => turnstile.people(),
    async run(wire, signal) {
      for await (const seconds of beats(clock, periodMs, signal)) {
        if (!turnstile.isOn) continue;
        const { entered, left } = turnstile.totals(seconds);
        if (!wire.write(ascii(`IN=${digits(entered)},OUT=${digits(left)}\r\n`))) continue;
        tally.count('people-count');
        turnstile.reported(seconds);
      }
    },
  };
}

function digits(total: number): string {
  return String(total).padStart(DIGITS, '0');
}
