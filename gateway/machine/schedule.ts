/**
 * Cron schedules: polls at fixed times of day, in local time.
 *
 * node-cron reads and matches the expression; the time is the gateway's clock, looked at at least every `maxNapMs`. What came
 * due since the last look is done once, late: after a stall, and when the clock is set forward or summer time begins (for what
 * the last `maxLateMs` would have brought). When the clock is set back or summer time ends, the schedule goes on from the new
 * time, so that an hour that comes twice is served twice.
 */
import { createTask, parse, validate } from 'node-cron';
import type { Clock } from '../../shared/clock.ts';

/** How late a step of the clock may be noticed. */
const maxNapMs = 10_000;
/** What came due longer ago is not made up for. */
const maxLateMs = 24 * 3_600_000;
/** Corrections smaller than this are no step: nothing is done twice for them. */
const stepMs = 1_000;

export interface ScheduleSurroundings {
  readonly clock: Clock;
  /** Local time minus UTC at a moment (epoch ms), in ms; by default this machine's. */
  offsetMs?(wall: number): number;
}

export function isCronExpression(expression: string): boolean {
  return validate(expression);
}

/** Calls `action` when a time of `expression` has come, until the signal aborts. */
export async function onSchedule(
  expression: string,
  action: () => void,
  { clock, offsetMs = machineOffsetMs }: ScheduleSurroundings,
  signal: AbortSignal,
): Promise<void> {
  const times = readExpression(expression);
  signal.addEventListener('abort', times.forget, { once: true });
  const localTime = () => {
    const { wall } = clock.moment();
    return wall + offsetMs(wall);
  };
  let done = localTime();
  while (!signal.aborted) {
    const now = localTime();
    await clock.sleep(Math.min(maxNapMs, times.everyMs - (now % times.everyMs)), signal);
    if (signal.aborted) return;
    const then = localTime();
    if (then < done - stepMs) done = then - 1;
    if (then <= done) continue;
    const isDue = times.areBetween(Math.max(done, then - maxLateMs), then);
    done = then;
    if (isDue) action();
  }
}

/** The times of an expression, as local time: epoch ms as if it were UTC, which no summer time interrupts. */
function readExpression(expression: string) {
  const fields = parse(expression);
  const [seconds, minutes, hours] = [fields.second, fields.minute, fields.hour].map((field) => new Set(field));
  const days = createTask(expression, () => {}, { timezone: 'UTC' }); // never started: it only matches
  const everyMs = fields.second.length === 1 && fields.second[0] === 0 ? 60_000 : 1_000;
  const matches = (local: number) => {
    const date = new Date(local);
    return (
      seconds?.has(date.getUTCSeconds()) === true &&
      minutes?.has(date.getUTCMinutes()) === true &&
      hours?.has(date.getUTCHours()) === true &&
      days.match(date)
    );
  };
  return {
    everyMs,
    forget: () => void days.destroy(),
    /** Whether one is later than the first and not later than the second. */
    areBetween(after: number, until: number): boolean {
      for (let at = Math.floor(after / everyMs + 1) * everyMs; at <= until; at += everyMs) if (matches(at)) return true;
      return false;
    },
  };
}

function machineOffsetMs(wall: number): number {
  return -new Date(wall).getTimezoneOffset() * 60_000;
}
