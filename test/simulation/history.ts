/** What happened in a simulation, in order: the end of it to read, all of it as a hash, so that two runs can be compared. */
import { createHash } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';

/** Events kept to be read; older ones are only in the hash. */
const maxKept = 200;

export class History {
  readonly #clock: Clock;
  readonly #print: ((line: string) => void) | undefined;
  readonly #hash = createHash('sha256');
  #kept: string[] = [];

  constructor(clock: Clock, print?: (line: string) => void) {
    this.#clock = clock;
    this.#print = print;
  }

  /** Nothing that differs between two runs of a seed may be in it: no path, no epoch. */
  note(event: string): void {
    const { monotonic } = this.#clock.moment();
    const line = `${timeOf(monotonic)} ${event}`;
    this.#hash.update(line);
    this.#print?.(line);
    this.#kept.push(line);
    if (this.#kept.length >= 2 * maxKept) this.#kept = this.#kept.slice(-maxKept);
  }

  end(): readonly string[] {
    return this.#kept.slice(-maxKept);
  }

  digest(): string {
    return this.#hash.copy().digest('hex');
  }
}

/** "27:03:59.125": hours, minutes, seconds since the start. */
function timeOf(ms: number): string {
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${((ms / 1000) % 60).toFixed(3).padStart(6, '0')}`;
}
