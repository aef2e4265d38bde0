/**
 * Plays what a device said, on a line.
 *
 * Promise: the bytes are the recorded ones, in order, each once, with their rhythm or as fast as the reader takes them: nothing is lost
 * while somebody has the line open, and nothing is played while nobody has. With `answers` "held", what the device said to a question
 * waits for that question; one that comes later in the recording is looked for `maxAhead` exchanges on, and those between are passed over.
 * What is not found is not answered, as by a device that is not there.
 * Bounds: `maxAhead` exchanges and `maxAskedBytes` of what the other side writes are held. Time is passed in.
 */
import type { Clock } from '../../shared/clock.ts';
import { answersTo, type Exchange, exchangesIn } from './exchanges.ts';
import type { Recorded } from './recorded.ts';

const maxAhead = 64;
const maxAskedBytes = 4_096;
/** Most that goes out before the reader is checked again. */
const maxPieceBytes = 1_024;
const lookMs = 5;
/** A question is complete when nothing has been written for this long. */
const quietMs = 60;

/** The end of a line at which a device would be. */
export interface PlayedLine {
  /** Somebody has the other end open. */
  readonly isOpen: boolean;
  /** Takes as many of the bytes as it can now; returns how many. */
  offer(bytes: Uint8Array): number;
  /** Hears what the other side writes, until the returned function is called. */
  onBytes(listener: (bytes: Uint8Array) => void): () => void;
}

export interface Played {
  /** Of which all has gone out. */
  records: number;
  bytes: number;
  /** What the other side wrote. */
  written: number;
  /** Questions that the recording has no answer to. */
  unanswered: number;
  /** Exchanges that were not asked for. */
  passedOver: number;
}

export interface PlayOptions {
  readonly clock: Clock;
  /** 2: twice as fast; Infinity: as fast as the reader takes it. */
  readonly speed: number;
  readonly answers: 'held' | 'timed';
  readonly signal: AbortSignal;
  /** The count that goes on, also from one playing to the next. */
  readonly played: Played;
  /** What was asked has no answer in what follows. */
  readonly unanswered?: (asked: Uint8Array) => void;
}

export function nothingPlayed(): Played {
  return { records: 0, bytes: 0, written: 0, unanswered: 0, passedOver: 0 };
}

/** Resolves when all has been played, or the signal aborts; rejects as the records do. */
export function play(records: AsyncIterable<Recorded>, line: PlayedLine, options: PlayOptions): Promise<void> {
  return new Player(line, options).play(records);
}

class Player {
  readonly #line: PlayedLine;
  readonly #options: PlayOptions;
  #asked: Uint8Array = new Uint8Array(0);
  #askedAt = 0;

  constructor(line: PlayedLine, options: PlayOptions) {
    this.#line = line;
    this.#options = options;
  }

  async play(records: AsyncIterable<Recorded>): Promise<void> {
    const forget = this.#line.onBytes((bytes) => this.#hear(bytes));
    try {
      await this.#untilOpen();
      if (this.#options.answers === 'held') await this.#answerAll(exchangesIn(records));
      else await this.#speak(records);
    } finally {
      forget();
    }
  }

  /** By the recorded times alone. A time that goes back is no pause. */
  async #speak(records: AsyncIterable<Recorded>): Promise<void> {
    let last: number | undefined;
    let due = this.#now();
    for await (const { at, direction, bytes } of records) {
      due += this.#scaled(Math.max(0, at - (last ?? at)));
      last = at;
      if (direction === 'to-device') continue;
      await this.#until(due);
      due += await this.#say(bytes);
      if (this.#options.signal.aborted) return;
    }
  }

  async #answerAll(exchanges: AsyncGenerator<Exchange>): Promise<void> {
    try {
      await this.#answer(exchanges);
    } finally {
      await exchanges.return(undefined); // with the file behind it
    }
  }

  async #answer(exchanges: AsyncGenerator<Exchange>): Promise<void> {
    const { signal, played } = this.#options;
    const ahead: Exchange[] = [];
    for (;;) {
      await fill(ahead, exchanges);
      const [first] = ahead;
      if (first === undefined || signal.aborted) return;
      const found = first.question.length === 0 ? { at: 0, answers: first.answers } : await this.#untilAsked(ahead);
      if (found === undefined) return;
      ahead.splice(0, found.at + 1);
      played.passedOver += found.at;
      for (const { afterMs, bytes } of found.answers) {
        await this.#until(this.#now() + this.#scaled(afterMs));
        await this.#say(bytes);
        if (signal.aborted) return;
      }
    }
  }

  /** Which of them is asked for, and its answers; undefined if the signal aborts. */
  async #untilAsked(
    ahead: readonly Exchange[],
  ): Promise<{ readonly at: number; readonly answers: Exchange['answers'] } | undefined> {
    const { clock, signal, played, unanswered } = this.#options;
    while (!signal.aborted) {
      if (this.#asked.length > 0) {
        for (const [at, exchange] of ahead.entries()) {
          const answers = answersTo(this.#asked, exchange);
          if (answers === undefined) continue;
          this.#asked = new Uint8Array(0);
          return { at, answers };
        }
        if (this.#now() - this.#askedAt >= quietMs) {
          played.unanswered++;
          unanswered?.(this.#asked);
          this.#asked = new Uint8Array(0);
        }
      }
      await clock.sleep(lookMs, signal);
    }
    return undefined;
  }

  #hear(bytes: Uint8Array): void {
    this.#options.played.written += bytes.length;
    this.#asked = Buffer.concat([this.#asked, bytes]).subarray(0, maxAskedBytes);
    this.#askedAt = this.#now();
  }

  /** Resolves when all of it has gone out, with how long nobody was there to take it, ms. */
  async #say(bytes: Uint8Array): Promise<number> {
    const { clock, signal, played } = this.#options;
    let absentMs = 0;
    let from = 0;
    while (from < bytes.length && !signal.aborted) {
      absentMs += await this.#untilOpen();
      const taken = this.#line.offer(bytes.subarray(from, from + maxPieceBytes));
      from += taken;
      played.bytes += taken;
      if (taken === 0) await clock.sleep(lookMs, signal);
    }
    if (from === bytes.length) played.records++;
    return absentMs;
  }

  async #untilOpen(): Promise<number> {
    const { clock, signal } = this.#options;
    const since = this.#now();
    while (!this.#line.isOpen && !signal.aborted) await clock.sleep(lookMs, signal);
    return this.#now() - since;
  }

  async #until(due: number): Promise<void> {
    const waitMs = due - this.#now();
    if (waitMs > 0) await this.#options.clock.sleep(waitMs, this.#options.signal);
  }

  #scaled(ms: number): number {
    return ms / this.#options.speed;
  }

  #now(): number {
    return this.#options.clock.moment().monotonic;
  }
}

async function fill(ahead: Exchange[], exchanges: AsyncGenerator<Exchange>): Promise<void> {
  while (ahead.length < maxAhead) {
    const next = await exchanges.next();
    if (next.done === true) return;
    ahead.push(next.value);
  }
}
