/**
 * What is done on one connection to PostgreSQL, one thing after the other.
 *
 * Bound: what takes longer than `answerTimeoutMs` ends the session, and so does a server that stops, becomes a standby, or is lost.
 */
import type { Client } from 'pg';
import type { Clock } from '../../shared/clock.ts';
import { MachimoriError, TextError } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import { endsSession, saidBy } from './faults.ts';
import { say } from './words.ts';

export class Turns {
  /** Resolves with the reason when the connection is of no more use. */
  readonly ended: Promise<Text>;
  readonly #client: Client;
  readonly #schema: string;
  readonly #answerTimeoutMs: number;
  readonly #clock: Clock;
  readonly #over = new AbortController();
  #why: Text = say.stopped();
  #end: (why: Text) => void = () => {};
  /** What is done on the connection now. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    client: Client,
    { schema, answerTimeoutMs }: { readonly schema: string; readonly answerTimeoutMs: number },
    clock: Clock,
  ) {
    this.#client = client;
    this.#schema = schema;
    this.#answerTimeoutMs = answerTimeoutMs;
    this.#clock = clock;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    client.on('error', (fault) => this.close(say.lost({ why: saidBy(fault) })));
    client.on('end', () => this.close(say.closed()));
  }

  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  close(why: Text): void {
    if (this.isOver) return;
    this.#why = why;
    this.#over.abort();
    void this.#client.end().catch(() => {}); // says goodbye if nothing is on its way
    this.#client.connection.stream.destroy();
    this.#end(why);
  }

  /** After what is going on; rejects when the session ends or it takes too long, which ends the session. */
  do<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(() => this.#inTime(work));
    this.#turn = done.catch(() => {});
    return done;
  }

  async #inTime<T>(work: () => Promise<T>): Promise<T> {
    const done = new AbortController();
    const { signal } = this.#over;
    if (signal.aborted) throw new TextError(this.#why);
    const late = this.#clock.sleep(this.#answerTimeoutMs, done.signal).then(() => {
      if (!done.signal.aborted) this.close(say.tooSlow({ seconds: this.#answerTimeoutMs / 1000 }));
    });
    const over = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new TextError(this.#why)), { once: true, signal: done.signal });
    });
    try {
      return await Promise.race([work(), over]);
    } catch (fault) {
      if (signal.aborted) throw new TextError(this.#why, fault);
      if (endsSession(fault)) this.close(say.lost({ why: saidBy(fault) }));
      throw fault instanceof TextError ? fault : this.#told(fault);
    } finally {
      done.abort();
      await late;
    }
  }

  #told(cause: unknown): MachimoriError {
    return new MachimoriError('archive-refused', {
      what: saidBy(cause),
      on: this.#schema,
      hint: say.checkDatabase(),
      cause,
    });
  }
}
