/**
 * Room on the disk: the file stops growing while there is still enough left to work in.
 *
 * Where a disk has no room at all nothing can be deleted either: SQLite writes a deletion to its log first, and a log that
 * cannot grow can only be emptied into a file that can. So the file grows only while the reserve is free: 16 MB, or a
 * quarter of a small disk. When it is not, the log is emptied and the file stays as large as it is (at least 1 MB); what
 * comes then takes the place of the oldest batches, until twice the reserve is free.
 */
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from '../../shared/errors.ts';
import { type Db, PAGE_BYTES } from './database.ts';

export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

const maxReserveBytes = 16e6;
const minFilePages = 256;
/** Pages of a file that may not grow that are kept free, so that a batch can come before another goes. */
const sparePages = 64;

export class DiskRoom {
  readonly #db: Db;
  readonly #maxBytes: number;
  readonly #maxPages: number;
  readonly #space: () => DiskSpace;
  #isShort = false;

  /** The content may take `maxBytes` where the disk allows it. */
  constructor(db: Db, maxBytes: number, space: () => DiskSpace) {
    this.#db = db;
    this.#maxBytes = maxBytes;
    this.#maxPages = Number(db.pragma('max_page_count', { simple: true }));
    this.#space = space;
  }

  /** Whether the disk, not the quota, is what bounds the buffer. */
  get isShort(): boolean {
    return this.#isShort;
  }

  /** Bytes that the content may take now. */
  bound(): number {
    if (this.#isRoomy()) {
      if (this.#isShort) this.#setMaxPages(this.#maxPages);
      this.#isShort = false;
      return this.#maxBytes;
    }
    if (!this.#isShort) {
      this.emptyLog();
      if (this.#isRoomy()) return this.#maxBytes;
      this.#isShort = true;
    }
    const pages = Math.max(minFilePages, Number(this.#db.pragma('page_count', { simple: true })));
    this.#setMaxPages(pages);
    return Math.min(this.#maxBytes, (pages - sparePages) * PAGE_BYTES);
  }

  /** Brings what the write-ahead log holds into the file, so that the log begins anew; what cannot be is left in it. */
  emptyLog(): void {
    try {
      this.#db.pragma(`wal_checkpoint(${this.#isShort ? 'RESTART' : 'TRUNCATE'})`); // what is short is not given back
    } catch (fault) {
      if (!codeOf(fault).startsWith('SQLITE_')) throw fault; // the transaction that follows says what is wrong
    }
  }

  #isRoomy(): boolean {
    const { freeBytes, totalBytes } = this.#space();
    return freeBytes >= Math.min(maxReserveBytes, totalBytes / 4) * (this.#isShort ? 2 : 1);
  }

  #setMaxPages(pages: number): void {
    this.#db.pragma(`max_page_count = ${Math.min(pages, this.#maxPages)}`);
  }
}

/** The space of the disk that a file lies on, as its owner may use it. */
export function diskSpaceOf(file: string): DiskSpace {
  const { bavail, blocks, bsize } = statfsSync(dirname(file));
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}
