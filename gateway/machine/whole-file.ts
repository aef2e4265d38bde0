/**
 * A file that is either complete or absent, whatever happens: written under another name, synced, then renamed. Until then
 * the previous file stays. Only its owner may read it.
 */
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { type FileHandle, open as openFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf, MachimoriError, TextError, textOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import { say } from './words.ts';

export class WholeFile {
  readonly #path: string;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  /** Throws a MachimoriError "file-unwritable", as do all methods. */
  static async open(path: string, open: typeof openFile = openFile): Promise<WholeFile> {
    return orUnwritable(path, async () => {
      await refuseOther(path);
      await rm(partOf(path), { force: true });
      return new WholeFile(path, await open(partOf(path), 'wx', 0o600));
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    return orUnwritable(this.#path, () => this.#handle.writeFile(bytes)); // appends
  }

  /** Passes the pieces on, each once it is written. */
  async *through(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      await this.write(piece);
      yield piece;
    }
  }

  /**
   * Resolves when a power cut, or pulling out the stick, can no longer harm it. False if, just before it would have replaced the previous
   * file, `mayReplace` said no: then it leaves nothing behind.
   */
  async finish(mayReplace: () => boolean = () => true): Promise<boolean> {
    return orUnwritable(this.#path, async () => {
      await this.#handle.sync();
      await this.#handle.close();
      if (!mayReplace()) {
        await this.abandon();
        return false;
      }
      await rename(partOf(this.#path), this.#path);
      const folder = await openFile(dirname(this.#path), 'r');
      await folder.sync().finally(() => folder.close());
      return true;
    });
  }

  /** Leaves nothing behind; never rejects. */
  async abandon(): Promise<void> {
    await this.#handle.close().catch(() => {}); // the fault that led here matters more
    await rm(partOf(this.#path), { force: true }).catch(() => {});
  }
}

/** A folder, or a device such as /dev/null, which would be replaced by a file for everybody. */
async function refuseOther(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there !== undefined && !there.isFile()) throw new TextError(say.notFile());
}

/** Removes what a writer left of it that was killed. Throws the system's error. */
export function removePart(path: string): void {
  rmSync(partOf(path), { force: true });
}

/**
 * The same in one go, for a small file. `keepsOwner`: whoever may read and write the file that is there may do so with this one too, as far as
 * the system lets this user say so. Throws a MachimoriError "file-unwritable".
 */
export function replaceFile(path: string, bytes: Uint8Array, { keepsOwner = false } = {}): void {
  try {
    rmSync(partOf(path), { force: true });
    const before = keepsOwner ? statSync(path, { throwIfNoEntry: false }) : undefined;
    withFile(partOf(path), 'wx', (descriptor) => {
      writeFileSync(descriptor, bytes);
      if (before === undefined) return;
      try {
        fchownSync(descriptor, before.uid, before.gid);
      } catch (fault) {
        if (codeOf(fault) !== 'EPERM') throw fault; // only root may give a file away
      }
      fchmodSync(descriptor, before.mode & 0o777);
    });
    renameSync(partOf(path), path);
    syncFile(dirname(path));
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

/** Resists a power cut from now on; also a folder's entries. Throws the system's error. */
export function syncFile(path: string): void {
  withFile(path, 'r', () => {});
}

function withFile(file: string, flags: string, work: (descriptor: number) => void): void {
  const descriptor = openSync(file, flags, 0o600);
  try {
    work(descriptor);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function partOf(path: string): string {
  return `${path}.part`;
}

const HINTS: Readonly<Record<string, () => Text>> = {
  ENOSPC: say.diskFull,
  EFBIG: say.fileTooBig,
  EROFS: say.writeProtected,
  EACCES: say.mayNotWrite,
  ENOENT: say.noFolder,
  EISDIR: say.isFolder,
  EIO: say.stickBroken,
  ENODEV: say.stickGone,
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
    what: say.unwritable({ why: textOf(cause) }),
    on: path,
    hint: cause instanceof TextError ? say.isFolder() : (HINTS[codeOf(cause)] ?? say.checkDisk)(),
    cause,
  });
}
