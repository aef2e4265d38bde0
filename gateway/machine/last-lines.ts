/** The last lines of the log of a gateway that runs, for a support bundle. Bounds: `maxCharacters` in all; a longer line is cut. */

const maxCharacters = 256 * 1024;
const maxLineCharacters = 4_096;

export class LastLines {
  readonly #lines: string[] = [];
  #characters = 0;

  add(line: string): void {
    const kept = line.slice(0, maxLineCharacters);
    this.#lines.push(kept);
    this.#characters += kept.length;
    while (this.#characters > maxCharacters) this.#characters -= this.#lines.shift()?.length ?? 0;
  }

  /** The oldest first. */
  get all(): readonly string[] {
    return this.#lines;
  }
}
