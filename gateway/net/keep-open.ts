/**
 * Keeps a connection open: a session runs, ends, and is begun again, until the signal aborts.
 *
 * How soon depends on who is at the other end (decision 35). Trying an address where nobody answers costs nobody anything, so it is
 * tried again within a second; what was tried in vain for hours, within ten. A peer that refused, closed, or took the connection and
 * then said nothing is tried less and less often.
 */
import type { Clock } from '../../shared/clock.ts';
import { textOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import type { Log } from '../machine/log.ts';
import { isNobodyThere } from './absence.ts';

/** The pause after a peer has refused or closed. It doubles up to `maxMs`. */
export interface BackOff {
  readonly firstMs: number;
  readonly maxMs: number;
  /** The first pause is a random part of this instead. */
  readonly spreadMs?: number;
}

/** How it goes on with a connection that is closed. */
export interface Retry {
  /** When the next attempt begins, epoch ms. */
  readonly at: number;
  /** Nobody answers at the address, so the attempts after it follow as soon. */
  readonly isSteady: boolean;
}

/** Nothing is tried: the other end has to come. */
export const AWAITED: Retry = { at: Number.POSITIVE_INFINITY, isSteady: false };

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

/** A session or an absence that lasted this long begins the back-off anew. */
const lastingMs = 10_000;
/** The pause while nobody is there: `part` of how long that has been so, within these bounds. */
const ABSENT = { minMs: 800, maxMs: 10_000, part: 1 / 1000 };

/** More would be beyond any `maxMs`. */
const maxDoublings = 30;

/**
 * Runs `session` again and again until the signal aborts. A session resolves with the reason it ended, or rejects if it
 * could not begin; a port's receiver is told, and what ends at a destination is logged. Either way a pause follows.
 */
export async function keepOpen(
  place: { readonly port: string } | { readonly destination: string },
  session: () => Promise<Text>,
  backOff: BackOff,
  { clock, log, random, ended }: ConnectionSurroundings & { ended(why: Text, retry: Retry): void },
  signal: AbortSignal,
): Promise<void> {
  const pauses = new Pauses(backOff, random);
  while (!signal.aborted) {
    const startedAt = clock.moment().monotonic;
    const { hadSession, why, isSteady } = await session().then(
      (why) => ({ hadSession: true, why, isSteady: isNobodyThere(why) }),
      (fault: unknown) => ({ hadSession: false, why: textOf(fault), isSteady: isNobodyThere(fault) }),
    );
    if (signal.aborted) return;
    const { monotonic, wall } = clock.moment();
    if (hadSession) pauses.hadSession(monotonic - startedAt);
    const pauseMs = isSteady ? pauses.absent(monotonic) : pauses.refused(monotonic);
    ended(why, { at: wall + pauseMs, isSteady });
    if ('destination' in place) {
      const what = hadSession ? 'is closed; it will be opened again' : 'cannot be reached; it will be tried again';
      log.warn(`${place.destination} ${what}`, { ...place, why: why.en });
    }
    await clock.sleep(pauseMs, signal);
  }
}

/** How long to wait before the next attempt: each pause is drawn, so that many gateways do not come in step. */
class Pauses {
  readonly #backOff: BackOff;
  readonly #random: () => number;
  /** Refusals since a session lasted, or nobody was there for as long. */
  #refusals = 0;
  /** Since when nobody has been there, monotonic ms. */
  #absentSince: number | undefined;

  constructor(backOff: BackOff, random: () => number) {
    this.#backOff = backOff;
    this.#random = random;
  }

  hadSession(lastedMs: number): void {
    this.#absentSince = undefined;
    if (lastedMs >= lastingMs) this.#refusals = 0;
  }

  absent(now: number): number {
    this.#absentSince ??= now;
    const part = (now - this.#absentSince) * ABSENT.part;
    return this.#halfOrMoreOf(Math.min(ABSENT.maxMs, Math.max(ABSENT.minMs, part)));
  }

  refused(now: number): number {
    if (now - (this.#absentSince ?? now) >= lastingMs) this.#refusals = 0;
    this.#absentSince = undefined;
    const { firstMs, maxMs, spreadMs } = this.#backOff;
    const refusals = this.#refusals++;
    if (refusals === 0 && spreadMs !== undefined) return spreadMs * this.#random();
    const wholeMs = Math.max(firstMs, spreadMs ?? 0) * 2 ** Math.min(refusals, maxDoublings);
    return this.#halfOrMoreOf(Math.min(Math.max(maxMs, spreadMs ?? 0), wholeMs));
  }

  #halfOrMoreOf(wholeMs: number): number {
    return wholeMs * (0.5 + this.#random() / 2);
  }
}
