/** A question on an open line, and what comes to it within its time. */
import type { Clock } from '../../shared/clock.ts';
import type { LineSetting, OpenLine } from './line.ts';

/** How long devices think before they answer; most take a tenth of this. */
const answerMs = 90;
/** Between the characters of an answer, besides their own time: what USB adapters gather. */
const gapMs = 25;
const bitsPerCharacter = 11;
const maxAnswerBytes = 1_024;
const maxExchangeMs = 1_500;

export interface Exchange {
  readonly line: OpenLine;
  readonly setting: LineSetting;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Of the hunt, monotonic ms. */
  readonly endsAt: number;
}

/** What came, up to the answer's end as `isWhole` knows it, or silence. Bound: `maxAnswerBytes`. */
export async function exchanged(
  bytes: Uint8Array,
  isWhole: (came: Uint8Array) => boolean,
  { line, setting, clock, signal, endsAt: huntEndsAt }: Exchange,
): Promise<Uint8Array> {
  let came = new Uint8Array(0);
  let wake = new AbortController();
  const stopHearing = line.onBytes((chunk) => {
    const kept = chunk.subarray(0, maxAnswerBytes - came.length);
    came = Uint8Array.of(...came, ...kept);
    wake.abort();
  });
  try {
    const endsAt = Math.min(huntEndsAt, clock.moment().monotonic + maxExchangeMs);
    await line.write(bytes);
    const characterMs = (1_000 * bitsPerCharacter) / setting.baud;
    let until = clock.moment().monotonic + answerMs + (bytes.length + 2) * characterMs;
    for (;;) {
      const now = clock.moment().monotonic;
      if (now >= Math.min(until, endsAt) || signal.aborted || line.lost.aborted || isWhole(came)) return came;
      wake = new AbortController();
      await clock.sleep(Math.min(until, endsAt) - now, AbortSignal.any([signal, line.lost, wake.signal]));
      if (wake.signal.aborted) until = clock.moment().monotonic + gapMs + 8 * characterMs;
    }
  } finally {
    stopHearing();
  }
}
