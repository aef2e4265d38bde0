/** How a connection that must not stay down is kept open. */
import type { Clock } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
import type { Log } from '../machine/log.ts';

export interface BackOff {
  readonly firstMs: number;
  readonly maxMs: number;
  /** When a session that stood has ended, the first pause is a random part of this instead. */
  readonly spreadMs?: number;
}

/** What a port needs beside its own settings. */
export interface PortSurroundings {
  readonly clock: Clock;
  readonly log: Log;
  /** 0 ≤ x < 1, for jitter. */
  random(): number;
}

/**
 * Calls `stop` when the signal aborts, or at once where it has already, which a listener alone would never learn. Until the returned
 * function is called.
 */
export function onAbort(signal: AbortSignal, stop: () => void): () => void {
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return () => signal.removeEventListener('abort', stop);
}

/** A session that lasted this long makes the next back-off start afresh. */
export const stableMs = 10_000;

/**
 * Runs `session` again and again until the signal aborts. A session resolves with the reason for its end, or rejects
 * where it could not begin; both lead to a pause that doubles up to `maxMs`, each drawn between half and the whole, but
 * with `spreadMs` the first after a session is drawn between nothing and that.
 */
export async function keepOpen(
  place: { readonly port: string } | { readonly destination: string },
  session: () => Promise<string>,
  { firstMs, maxMs, spreadMs }: BackOff,
  { clock, log, random, ended }: PortSurroundings & { ended(why: string): void },
  signal: AbortSignal,
): Promise<void> {
  let pauseMs = firstMs;
  while (!signal.aborted) {
    const startedAt = clock.moment().monotonic;
    let hasStood = true;
    const why = await session().catch((fault) => {
      hasStood = false;
      return messageOf(fault);
    });
    if (signal.aborted) return;
    ended(why);
    if (clock.moment().monotonic - startedAt >= stableMs) pauseMs = firstMs;
    log.warn(`${Object.values(place)[0]} is closed; it will be opened again`, { ...place, why });
    const isSpread = hasStood && spreadMs !== undefined;
    await clock.sleep(isSpread ? spreadMs * random() : pauseMs * (0.5 + random() / 2), signal);
    pauseMs = Math.min(maxMs, pauseMs * 2);
  }
}
