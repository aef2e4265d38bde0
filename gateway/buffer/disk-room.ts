/**
 * Room on the disk: the file stops growing while there is still enough left to work in.
 *
 * Where a disk has no room at all nothing can be deleted either: SQLite writes a deletion to its log first, and a log that
 * cannot grow can only be emptied into a file that can. So the file grows only while the reserve is free: 16 MB, or a
 * quarter of a small disk. When it is not, the log is emptied and the file stays as large as it is (at least 1 MB); what
 * comes then takes the place of the oldest batches, until twice the reserve is free. Should another program fill the disk
 * to the last byte all the same, the ballast, a file of up to 2 MB beside the buffer, is given up for it, and laid out again
 * when there is room.
 */
import { closeSync, fstatSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from '../../shared/errors.ts';
import { pageSize } from './database.ts';
import type { Db } from './schema.ts';

export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

const maxReserveBytes = 16e6;
const minFileBytes = 1024 * 1024;
/** Bytes of a file that may not grow that are kept free, so that a batch can come before another goes. */
const spareBytes = 256 * 1024;
const maxBallastBytes = 2 * 1024 * 1024;
/** Of the bound of a small buffer. */
const ballastPart = 1 / 16;

export class DiskRoom {
  readonly #db: Db;
  readonly #maxBytes: number;
  readonly #maxPages: number;
  readonly #pageBytes: number;
  readonly #ballast: string;
  readonly #space: () => DiskSpace;
  #hasBallast = false;
  #isShort = false;

  /** The content of `file` may take `maxBytes` where the disk allows it. */
  constructor(db: Db, file: string, maxBytes: number, space: () => DiskSpace) {
    this.#db = db;
    this.#maxBytes = maxBytes;
    this.#maxPages = Number(db.pragma('max_page_count', { simple: true }));
    this.#pageBytes = pageSize(db);
    this.#ballast = `${file}-ballast`;
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
      if (!this.#hasBallast)
        this.#hasBallast = layOut(this.#ballast, Math.min(maxBallastBytes, this.#maxBytes * ballastPart));
      return this.#maxBytes;
    }
    if (!this.#isShort) {
      this.emptyLog();
      if (this.#isRoomy()) return this.#maxBytes;
      this.#isShort = true;
    }
    const pages = Math.max(
      Math.ceil(minFileBytes / this.#pageBytes),
      Number(this.#db.pragma('page_count', { simple: true })),
    );
    this.#setMaxPages(pages);
    return Math.min(this.#maxBytes, pages * this.#pageBytes - spareBytes);
  }

  /** Brings what the write-ahead log holds into the file, so that the log begins anew; what cannot be is left in it. */
  emptyLog(): void {
    try {
      this.#db.pragma(`wal_checkpoint(${this.#isShort ? 'RESTART' : 'TRUNCATE'})`); // what is short is not given back
    } catch (fault) {
      if (!codeOf(fault).startsWith('SQLITE_')) throw fault; // the transaction that follows says what is wrong
    }
  }

  /** The disk is full to the last byte. */
  giveUpBallast(): void {
    rmSync(this.#ballast, { force: true });
    this.#hasBallast = false;
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

/** Makes the file of its full size, unless it is there already. False where the disk does not take it. */
function layOut(ballast: string, bytes: number): boolean {
  try {
    const file = openSync(ballast, 'a', 0o600);
    try {
      const missing = Math.floor(bytes) - fstatSync(file).size;
      if (missing > 0) writeSync(file, Buffer.alloc(missing)); // a hole would take no room
      return fstatSync(file).size >= Math.floor(bytes);
    } finally {
      closeSync(file);
    }
  } catch {
    return false; // it is tried again with the next commit
  }
}
