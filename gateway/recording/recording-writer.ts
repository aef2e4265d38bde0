/**
 * Writes a recording: pcapng that Wireshark opens (pcapng.ts), a block for each record.
 *
 * Promise: the file is new, only its owner may read it, and it is whole blocks: what was appended is handed to the system at once, so that
 * a process that is killed loses what was on its way, and the file up to there is read. `append` never waits.
 * Bounds: `maxBytes` of the file; a record that does not fit ends it, and nothing more is taken. `maxWaitingBytes` wait for a slow disk;
 * records beyond are lost, counted, and said in the file.
 */
import { type FileHandle, open as openFile } from 'node:fs/promises';
import { codeOf, MachimoriError } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import { unwritable } from '../machine/whole-file.ts';
import { RTAC } from './link-types.ts';
import { type LineDescription, recordingHead, rtacBlock } from './pcapng.ts';
import type { Recorded } from './recorded.ts';
import { say } from './words.ts';

const maxWaitingBytes = 1024 * 1024;
/** What `close` may still have to say. */
const spareBytes = 1024;

export interface WriterOptions {
  readonly line: LineDescription;
  /** "machimori 1.2.3". */
  readonly application: string;
  readonly maxBytes: number;
}

export class RecordingWriter {
  readonly #path: string;
  readonly #handle: Pick<FileHandle, 'appendFile' | 'close'>;
  readonly #maxBytes: number;
  #bytes = 0;
  #isFull = false;
  #lost = 0;
  #lastAt = 0;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;
  #fault: unknown;

  private constructor(path: string, handle: Pick<FileHandle, 'appendFile' | 'close'>, { maxBytes }: WriterOptions) {
    this.#path = path;
    this.#handle = handle;
    this.#maxBytes = maxBytes;
  }

  /** Throws a MachimoriError: "file-exists", "file-unwritable". */
  static async open(path: string, options: WriterOptions, open: typeof openFile = openFile): Promise<RecordingWriter> {
    const handle = await open(path, 'ax', 0o600).catch((cause) => {
      if (codeOf(cause) !== 'EEXIST') throw unwritable(path, cause);
      throw new MachimoriError('file-exists', { what: say.exists(), on: path, hint: say.otherName(), cause });
    });
    const writer = new RecordingWriter(path, handle, options);
    writer.#write(recordingHead(options.line, options.application));
    return writer;
  }

  /** Of the file, with what waits. */
  get bytes(): number {
    return this.#bytes;
  }

  /** `maxBytes` are reached. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Records that the disk was too slow for. */
  get lost(): number {
    return this.#lost;
  }

  /** What keeps it from being written; undefined if nothing does. */
  get fault(): MachimoriError | undefined {
    return this.#fault === undefined ? undefined : unwritable(this.#path, this.#fault);
  }

  /** False if it was not taken. */
  append({ at, direction, bytes }: Recorded): boolean {
    this.#lastAt = at;
    return this.#take(rtacBlock(direction === 'from-device' ? RTAC.received : RTAC.sent, at, bytes));
  }

  /** Something happened to the line: it was unplugged, say. The file has it in English. */
  note(at: number, what: Text): boolean {
    this.#lastAt = at;
    return this.#take(rtacBlock(RTAC.status, at, new Uint8Array(0), what.en));
  }

  /** So many records were lost before they came here. */
  missed(at: number, count: number): boolean {
    this.#lastAt = at;
    return this.#take(rtacBlock(RTAC.lost, at, new Uint8Array(0), `${count} lost`));
  }

  /** Resolves when everything that was taken is in the file. Throws a MachimoriError "file-unwritable". */
  async close(): Promise<void> {
    await this.#writing;
    if (this.#lost > 0) this.#write(rtacBlock(RTAC.lost, this.#lastAt, new Uint8Array(0), `${this.#lost} lost`));
    await this.#writing;
    await this.#handle.close();
    if (this.fault !== undefined) throw this.fault;
  }

  #take(block: Uint8Array): boolean {
    if (this.#fault !== undefined || this.#isFull) return false;
    if (this.#bytes + block.length > this.#maxBytes - spareBytes) {
      this.#isFull = true;
      return false;
    }
    if (this.#waitingBytes + block.length > maxWaitingBytes) {
      this.#lost++;
      return false;
    }
    this.#write(block);
    return true;
  }

  #write(block: Uint8Array): void {
    this.#bytes += block.length;
    this.#waiting.push(block);
    this.#waitingBytes += block.length;
    this.#writing ??= this.#writeWaiting();
  }

  async #writeWaiting(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const blocks = Buffer.concat(this.#waiting);
        this.#waiting = [];
        this.#waitingBytes = 0;
        await this.#handle.appendFile(blocks);
      }
    } catch (fault) {
      this.#fault ??= fault;
    } finally {
      this.#writing = undefined;
    }
  }
}
