/**
 * A file that is there whole or not at all, however it ends: written beside its place, brought to the disk, then renamed.
 * Only its owner may read it. What was there before stays until then.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open as openFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf, MachimoriError, messageOf } from '../../shared/errors.ts';

export class WholeFile {
  readonly #path: string;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  /** Throws a MachimoriError "file-unwritable", as all of it does. */
  static async open(path: string, open: typeof openFile = openFile): Promise<WholeFile> {
    return orUnwritable(path, async () => {
      await rm(partOf(path), { force: true });
      return new WholeFile(path, await open(partOf(path), 'wx', 0o600));
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    return orUnwritable(this.#path, () => this.#handle.writeFile(bytes)); // from where the last one ended
  }

  /** The pieces, each written before it is passed on. */
  async *through(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      await this.write(piece);
      yield piece;
    }
  }

  /** Resolves when a power cut, or pulling the stick, would not harm it any more. */
  async finish(): Promise<void> {
    await orUnwritable(this.#path, async () => {
      await this.#handle.sync();
      await this.#handle.close();
      await rename(partOf(this.#path), this.#path);
      const folder = await openFile(dirname(this.#path), 'r');
      await folder.sync().finally(() => folder.close());
    });
  }

  /** Leaves nothing behind; never rejects. */
  async abandon(): Promise<void> {
    await this.#handle.close().catch(() => {}); // the fault that led here says more
    await rm(partOf(this.#path), { force: true }).catch(() => {});
  }
}

/** The same at once, for a small file. Throws a MachimoriError "file-unwritable". */
export function replaceFile(path: string, bytes: Uint8Array): void {
  const synced = (file: string, flags: string, work: (descriptor: number) => void = () => {}) => {
    const descriptor = openSync(file, flags, 0o600);
    try {
      work(descriptor);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  };
  try {
    rmSync(partOf(path), { force: true });
    synced(partOf(path), 'wx', (descriptor) => writeFileSync(descriptor, bytes));
    renameSync(partOf(path), path);
    synced(dirname(path), 'r');
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

function partOf(path: string): string {
  return `${path}.part`;
}

const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk or stick is full: free space on it or take a larger one, then run the command again',
  EFBIG: 'Its file system takes no file as large: format the stick as exFAT or ext4',
  EROFS: 'The disk or stick is write-protected',
  EACCES: 'This user may not write there',
  ENOENT: 'The folder is not there: check the path, and that the stick is plugged in and mounted',
  EISDIR: 'Name a file, not a folder',
  EIO: 'The stick was pulled out or is broken: plug it in again, or take another, then run the command again',
  ENODEV: 'The stick was pulled out: plug it in again, then run the command again',
};

async function orUnwritable<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

function unwritable(path: string, cause: unknown): MachimoriError {
  return new MachimoriError('file-unwritable', {
    what: `it cannot be written (${messageOf(cause)})`,
    on: path,
    hint: HINTS[codeOf(cause)] ?? 'Check the disk or stick, then run the command again',
    cause,
  });
}
