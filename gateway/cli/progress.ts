/** How far a long command has come: a line on standard error, at most one a second. */
import { printError } from './command.ts';

const everyMs = 1_000;

export class Progress {
  #shownAt = performance.now();

  show(line: () => string): void {
    const now = performance.now();
    if (now - this.#shownAt < everyMs) return;
    this.#shownAt = now;
    printError(line());
  }
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
