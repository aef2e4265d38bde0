/** Waiting for a condition, on the real clock or on the virtual one, which is moved on meanwhile. */
import type { Clock } from '../../shared/clock.ts';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import { VirtualClock } from '../../simulators/virtual-clock.ts';
import { SystemClock } from '../machine/system-clock.ts';
import { say } from './under-test-words.ts';

export interface Waiting {
  /** By default the real one. */
  readonly clock?: Clock;
  readonly withinMs: number;
  /** What is waited for. */
  readonly what: string | Text;
  /** How often it is looked at; by default every 20 ms of the real clock, every second of a virtual one. */
  readonly lookEveryMs?: number;
  /** What to tell if it does not come true; by default what the condition returned or threw last. */
  seen?(): unknown;
  readonly signal?: AbortSignal;
}

const realClock = new SystemClock('always');
const never = new AbortController().signal;
const maxSeenCharacters = 2_000;

/**
 * Resolves with the first value of the condition that counts as true; one that throws is not met yet. Throws a MachimoriError "rig-not-so"
 * that says what was waited for and what was seen last, when the time is over or the signal aborts.
 */
export async function until<T>(condition: () => T | Promise<T>, waiting: Waiting): Promise<T> {
  const { clock = realClock, withinMs, what, signal = never } = waiting;
  const isVirtual = clock instanceof VirtualClock;
  const { lookEveryMs = isVirtual ? 1_000 : 20 } = waiting;
  const startedAt = clock.moment().monotonic;
  for (;;) {
    const { value, fault } = await attempt(condition);
    if (value) return value;
    const leftMs = withinMs - (clock.moment().monotonic - startedAt);
    if (leftMs <= 0 || signal.aborted) {
      const last = seenText(waiting.seen === undefined ? (fault ?? value) : waiting.seen());
      const told = say.notSo({ seconds: withinMs / 1000, last });
      throw new MachimoriError('rig-not-so', { what: told, on: what, hint: say.lookAtLast(), cause: fault });
    }
    const pauseMs = Math.min(lookEveryMs, leftMs);
    await (isVirtual ? clock.advance(pauseMs) : clock.sleep(pauseMs, signal));
  }
}

async function attempt<T>(condition: () => T | Promise<T>): Promise<{ readonly value?: T; readonly fault?: unknown }> {
  try {
    return { value: await condition() };
  } catch (fault) {
    return { fault };
  }
}

function seenText(seen: unknown): string {
  if (seen instanceof Error) return messageOf(seen);
  const plain = (_: string, value: unknown) => (value instanceof Map || value instanceof Set ? [...value] : value);
  return (JSON.stringify(seen, plain) ?? String(seen)).slice(0, maxSeenCharacters);
}
