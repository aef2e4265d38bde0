/** What `record` says while it records, and at its end. */
import type { Recorded } from '../recording/recorded.ts';
import type { RecordingWriter } from '../recording/recording-writer.ts';
import type { Terminal } from './terminal.ts';
import { say } from './words/recording.ts';

const everyMs = 5_000;

export class RecordCounts {
  readonly #terminal: Terminal;
  #from = 0;
  #to = 0;
  #seconds = 0;
  #hasOpened = false;
  readonly #timer: NodeJS.Timeout;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#timer = setInterval(() => this.#show(), everyMs);
  }

  opened(): void {
    this.#hasOpened = true;
    this.#terminal.printError(say.opened());
  }

  add({ direction, bytes }: Recorded): void {
    if (direction === 'from-device') this.#from += bytes.length;
    else this.#to += bytes.length;
  }

  /** Ends the file and says what is in it. Throws what `RecordingWriter.close` throws. */
  async end(writer: RecordingWriter, file: string): Promise<void> {
    clearInterval(this.#timer);
    if (writer.isFull) this.#terminal.printError(say.full());
    if (writer.lost > 0) this.#terminal.printError(say.missed({ count: writer.lost }));
    await writer.close();
    this.#terminal.printError(say.written({ file, from: this.#from, to: this.#to }));
    if (this.#from === 0 && this.#hasOpened) this.#terminal.printError(say.nothingCame());
  }

  #show(): void {
    this.#seconds += everyMs / 1_000;
    this.#terminal.printError(say.recorded({ seconds: this.#seconds, from: this.#from, to: this.#to }));
  }
}
