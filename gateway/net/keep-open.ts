/**
 * Keeps a connection open: a session runs, ends, and is begun again, until the signal aborts.
 */
import type { Clock } from '../../shared/clock.ts';
import { textOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import type { Log } from '../machine/log.ts';

export interface BackOff {
  readonly firstMs: number;
  readonly maxMs: number;
  /** The first pause after a session that got going is a random part of this instead. */
  readonly spreadMs?: number;
}

/** What a connection needs from outside to be kept open. */
export interface ConnectionSurroundings {
  readonly clock: Clock;
  readonly log: Log;
  /** 0 ≤ x < 1, for jitter. */
  random(): number;
}

/** Calls `stop` when the signal aborts, or at once if it already has. Returns a function that forgets about it. */
export function onAbort(signal: AbortSignal, stop: () => void): () => void {
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return () => signal.removeEventListener('abort', stop);
}

/** A session that lasted this long resets the back-off. */
const stableMs = 10_000;

/**
 * Runs `session` again and again until the signal aborts. A session resolves with the reason it ended, or rejects if it
 * could not begin; a port's receiver is told, and what ends at a destination is logged. Either way a pause follows: it doubles up to `maxMs`, and each is drawn between half and the whole.
 */
export async function keepOpen(
  place: { readonly port: string } | { readonly destination: string },
  session: () => Promise<Text>,
  { firstMs, maxMs, spreadMs }: BackOff,
  { clock, log, random, ended }: ConnectionSurroundings & { ended(why: Text): void },
  signal: AbortSignal,
): Promise<void> {
  let pauseMs = firstMs;
  while (!signal.aborted) {
    const startedAt = clock.moment().monotonic;
    let gotGoing = true;
    const why = await session().catch((fault) => {
      gotGoing = false;
      return textOf(fault);
    });
    if (signal.aborted) return;
    ended(why);
    if (clock.moment().monotonic - startedAt >= stableMs) pauseMs = firstMs;
    if ('destination' in place) {
      const what = gotGoing ? 'is closed; it will be opened again' : 'cannot be reached; it will be tried again';
      log.warn(`${place.destination} ${what}`, { ...place, why: why.en });
    }
    const isSpread = gotGoing && spreadMs !== undefined;
    await clock.sleep(isSpread ? spreadMs * random() : pauseMs * (0.5 + random() / 2), signal);
    pauseMs = Math.min(maxMs, pauseMs * 2);
  }
}
