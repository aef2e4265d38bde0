/**
 * The pages of a SQLite file as the last commit left them, read without SQLite: the log's first, then the file's. So a page
 * that is damaged costs only itself, whatever it was for.
 *
 * Format: SQLite's "Database File Format", 1.3 (header), 1.5 (freelist), and the log's (write-ahead-log.ts).
 */
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { pageBytes as usualPageBytes } from '../database.ts';
import { type LogPages, readLog } from '../write-ahead-log.ts';

const MAGIC = 'SQLite format 3\0';
const pageCountAt = 28;
const firstFreeAt = 32;

export class Pages {
  readonly pageBytes: number;
  /** Pages are numbered from 1 to this. */
  readonly last: number;
  /** Whether anything is known to be missing beside damaged pages: the end of the file, or a frame of its log. */
  readonly isIncomplete: boolean;
  readonly #file: number | undefined;
  readonly #logFile: number | undefined;
  readonly #log: LogPages;

  /** Either file may be missing. */
  constructor(file: string) {
    this.#file = existsSync(file) ? openSync(file, 'r') : undefined;
    this.#logFile = existsSync(`${file}-wal`) ? openSync(`${file}-wal`, 'r') : undefined;
    const own = this.#ownPageBytes();
    this.#log = readLog(`${file}-wal`, own ?? usualPageBytes);
    this.pageBytes = own ?? this.#log.pageBytes;
    const inFile = this.#file === undefined ? 0 : Math.floor(fstatSync(this.#file).size / this.pageBytes);
    this.last = [...this.#log.pages.keys()].reduce((last, page) => Math.max(last, page), inFile);
    const header = this.read(1);
    const isCutShort = header !== undefined && hasMagic(header) && header.readUInt32BE(pageCountAt) > this.last;
    this.isIncomplete = inFile === 0 || isCutShort || this.#log.damaged.size > 0;
  }

  /** A copy of the page; undefined if it is known to be damaged, or not there. */
  read(number: number): Buffer | undefined {
    if (number < 1 || number > this.last || this.#log.damaged.has(number)) return undefined;
    const page = Buffer.alloc(this.pageBytes);
    const inLog = this.#log.pages.get(number);
    const [from, at] = inLog === undefined ? [this.#file, (number - 1) * this.pageBytes] : [this.#logFile, inLog];
    return from !== undefined && readSync(from, page, 0, page.length, at) === page.length ? page : undefined;
  }

  /** By number, 1 for each page in the freelist, as far as it can be followed. They may still hold what has been deleted. */
  free(): Uint8Array {
    const free = new Uint8Array(this.last + 1);
    const header = this.read(1);
    let trunk = header !== undefined && hasMagic(header) ? header.readUInt32BE(firstFreeAt) : 0;
    for (let page = this.read(trunk); page !== undefined && free[trunk] === 0; page = this.read(trunk)) {
      free[trunk] = 1;
      const leaves = Math.min(page.readUInt32BE(4), this.pageBytes / 4 - 2);
      for (let n = 0; n < leaves; n++) free[page.readUInt32BE(8 + n * 4)] = 1; // one beyond the end has no effect
      trunk = page.readUInt32BE(0);
    }
    return free;
  }

  close(): void {
    for (const file of [this.#file, this.#logFile]) if (file !== undefined) closeSync(file);
  }

  #ownPageBytes(): number | undefined {
    const header = Buffer.alloc(18);
    if (this.#file === undefined || readSync(this.#file, header, 0, header.length, 0) < header.length) return undefined;
    const bytes = header.readUInt16BE(16);
    const isPowerOfTwo = bytes >= 512 && (bytes & (bytes - 1)) === 0;
    return hasMagic(header) && isPowerOfTwo ? bytes : undefined;
  }
}

function hasMagic(header: Buffer): boolean {
  return header.toString('latin1', 0, MAGIC.length) === MAGIC;
}
