/**
 * Room on the disk: the file stops growing while there is still enough left to work with.
 *
 * On a completely full disk nothing can be deleted either: SQLite writes a deletion to its log first, and a log that cannot
 * grow can only be emptied into a file that can. So the file grows only while the reserve is free: 16 MB, or a quarter of a
 * small disk. Below that the log is emptied and the file keeps its size (at least 1 MB); new batches replace the oldest ones
 * until twice the reserve is free. If another program still fills the disk to the last byte, the ballast, a file of up to
 * 2 MB beside the buffer, is deleted to make room, and restored once there is room again.
 */
import { closeSync, fstatSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from '../../shared/errors.ts';
import type { Log } from '../machine/log.ts';
import { ballastOf, pageSize } from './database.ts';
import type { Db } from './schema.ts';

export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

const maxReserveBytes = 16e6;
const minFileBytes = 1024 * 1024;
/** Kept free in a file that may not grow, so that a batch can be written before another is deleted. */
const spareBytes = 256 * 1024;
const maxBallastBytes = 2 * 1024 * 1024;
/** Share of a small buffer's bound. */
const ballastPart = 1 / 16;

export interface DiskRoomOptions {
  readonly file: string;
  /** What the content of the file may take if the disk allows it. */
  readonly maxBytes: number;
  diskSpace(): DiskSpace;
  readonly log: Pick<Log, 'info' | 'error'>;
}

export class DiskRoom {
  readonly #db: Db;
  readonly #file: string;
  readonly #log: Pick<Log, 'info' | 'error'>;
  readonly #maxBytes: number;
  readonly #maxPages: number;
  readonly #pageBytes: number;
  readonly #ballast: string;
  readonly #space: () => DiskSpace;
  #hasBallast = false;
  #isShort = false;

  /** The content of `file` may take `maxBytes` if the disk allows it. */
  constructor(db: Db, { file, maxBytes, diskSpace, log }: DiskRoomOptions) {
    this.#db = db;
    this.#file = file;
    this.#log = log;
    this.#maxBytes = maxBytes;
    this.#maxPages = Number(db.pragma('max_page_count', { simple: true }));
    this.#pageBytes = pageSize(db);
    this.#ballast = ballastOf(file);
    this.#space = diskSpace;
  }

  /** Whether the disk, not the quota, limits the buffer. */
  get isShort(): boolean {
    return this.#isShort;
  }

  /** Bytes the content may take now. */
  bound(): number {
    if (this.#isRoomy()) {
      if (this.#isShort) this.#noLongerShort();
      if (!this.#hasBallast)
        this.#hasBallast = layOut(this.#ballast, Math.min(maxBallastBytes, this.#maxBytes * ballastPart));
      return this.#maxBytes;
    }
    if (!this.#isShort) {
      this.emptyLog();
      if (this.#isRoomy()) return this.#maxBytes;
      this.#isShort = true;
      this.#log.error('The disk is almost full: the buffer no longer grows, and drops its oldest batches', {
        file: this.#file,
      });
    }
    const pages = Math.max(
      Math.ceil(minFileBytes / this.#pageBytes),
      Number(this.#db.pragma('page_count', { simple: true })),
    );
    this.#setMaxPages(pages);
    return Math.min(this.#maxBytes, pages * this.#pageBytes - spareBytes);
  }

  /** Checkpoints the write-ahead log into the file, as far as possible, so that the log starts over. */
  emptyLog(): void {
    try {
      this.#db.pragma(`wal_checkpoint(${this.#isShort ? 'RESTART' : 'TRUNCATE'})`); // a short disk keeps the log's space
    } catch (fault) {
      if (!codeOf(fault).startsWith('SQLITE_')) throw fault; // the next transaction reports the rest
    }
  }

  /** Call when the disk is full to the last byte. */
  giveUpBallast(): void {
    rmSync(this.#ballast, { force: true });
    this.#hasBallast = false;
  }

  #noLongerShort(): void {
    this.#setMaxPages(this.#maxPages);
    this.#isShort = false;
    this.#log.info('The disk has room again: the buffer may grow', { file: this.#file });
  }

  #isRoomy(): boolean {
    const { freeBytes, totalBytes } = this.#space();
    return freeBytes >= Math.min(maxReserveBytes, totalBytes / 4) * (this.#isShort ? 2 : 1);
  }

  #setMaxPages(pages: number): void {
    this.#db.pragma(`max_page_count = ${Math.min(pages, this.#maxPages)}`);
  }
}

/** Space on the disk that holds the file, as available to its owner. */
export function diskSpaceOf(file: string): DiskSpace {
  const { bavail, blocks, bsize } = statfsSync(dirname(file));
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

/** Creates the file at full size unless it exists. False if the disk has no room for it. */
function layOut(ballast: string, bytes: number): boolean {
  try {
    const file = openSync(ballast, 'a', 0o600);
    try {
      const missing = Math.floor(bytes) - fstatSync(file).size;
      if (missing > 0) writeSync(file, Buffer.alloc(missing)); // a sparse file would take no room
      return fstatSync(file).size >= Math.floor(bytes);
    } finally {
      closeSync(file);
    }
  } catch {
    return false; // retried with the next commit
  }
}
