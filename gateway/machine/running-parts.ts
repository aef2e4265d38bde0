/** Parts of a gateway that run, by name. One can be ended while the others run on. */
import { setMaxListeners } from 'node:events';

interface Running {
  readonly end: AbortController;
  readonly done: Promise<void>;
}

export class RunningParts {
  readonly #signal: AbortSignal;
  readonly #running = new Map<string, Running>();

  /** All end with the signal. */
  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** `run` must not reject. */
  start(name: string, run: (signal: AbortSignal) => Promise<void>): void {
    const end = new AbortController();
    const either = AbortSignal.any([this.#signal, end.signal]);
    setMaxListeners(0, either); // each thing that a part waits for is one
    this.#running.set(name, { end, done: run(either) });
  }

  /** Resolves once they have ended. */
  async end(names: readonly string[]): Promise<void> {
    const ending = names.map(async (name) => {
      const running = this.#running.get(name);
      running?.end.abort();
      await running?.done;
      this.#running.delete(name);
    });
    await Promise.all(ending);
  }

  /** Resolves once all have ended with the signal. */
  async ended(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }
}
