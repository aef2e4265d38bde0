/** Says where a recording is damaged: the first `maxTold` places each, the others counted. */
import type { Damage } from '../recording/recorded.ts';
import type { Terminal } from './terminal.ts';
import { say } from './words/recording.ts';

const maxTold = 10;

export class DamageTeller {
  readonly #file: string;
  readonly #terminal: Terminal;
  #count = 0;

  constructor(file: string, terminal: Terminal) {
    this.#file = file;
    this.#terminal = terminal;
  }

  tell({ offset, what }: Damage): void {
    if (++this.#count <= maxTold) this.#terminal.printError(say.damaged({ file: this.#file, offset, what }));
  }

  end(): void {
    if (this.#count > maxTold)
      this.#terminal.printError(say.moreDamage({ file: this.#file, count: this.#count - maxTold }));
  }
}
