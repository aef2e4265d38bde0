/**
 * A simulated device: it sends, byte for byte, what the real one would, at the real one's pace, and counts what it sent, so
 * that a gateway's count can be compared.
 */
import type { Clock } from '../shared/clock.ts';
import type { ReadingKind } from '../shared/reading.ts';
import type { Wire } from './wires/wire.ts';

export type Sent = ReadonlyMap<ReadingKind, number>;

export interface Simulator {
  /** The device type with which a gateway reads it. */
  readonly type: string;
  /** Readings sent whole and unspoiled: what a perfect gateway stores. */
  readonly sent: Sent;
  /** Runs until the signal aborts; ends at the end of a frame. */
  run(wire: Wire, signal: AbortSignal): Promise<void>;
}

/** Counts what was sent. */
export class Tally {
  readonly #sent = new Map<ReadingKind, number>();

  get sent(): Sent {
    return this.#sent;
  }

  count(kind: ReadingKind): void {
    this.#sent.set(kind, (this.#sent.get(kind) ?? 0) + 1);
  }
}

/**
 * The seconds since the first beat, at every beat, until the signal aborts. Beats do not drift; beats that fall due while
 * the last one is still being processed are skipped, as a busy device would.
 */
export async function* beats(clock: Clock, periodMs: number, signal: AbortSignal): AsyncGenerator<number> {
  const startedAt = clock.moment().monotonic;
  for (let beat = 0; !signal.aborted; ) {
    yield (beat * periodMs) / 1000;
    const elapsedMs = clock.moment().monotonic - startedAt;
    beat = Math.max(beat + 1, Math.floor(elapsedMs / periodMs));
    await clock.sleep(Math.max(0, beat * periodMs - elapsedMs), signal);
  }
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** The bytes of ASCII text. */
export function ascii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
