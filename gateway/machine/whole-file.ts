/**
 * A file that is either complete or absent, whatever happens: written under another name, synced, then renamed. Until then
 * the previous file stays. Only its owner may read it.
 *
 * What is not complete has a name that is drawn for it, so that two processes that write one file leave one whole one. What one that was killed
 * has left is removed, once it is an hour old, by the next that writes the file.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { type FileHandle, open as openFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf, MachimoriError, TextError, textOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import { say } from './words.ts';

const oldAfterMs = 3_600_000;

export class WholeFile {
  readonly #path: string;
  readonly #part: string;
  readonly #handle: FileHandle;

  private constructor(path: string, part: string, handle: FileHandle) {
    this.#path = path;
    this.#part = part;
    this.#handle = handle;
  }

  /** Throws a MachimoriError "file-unwritable", as do all methods. */
  static async open(path: string, open: typeof openFile = openFile): Promise<WholeFile> {
    return orUnwritable(path, async () => {
      await refuseOther(path);
      const part = newPartOf(path);
      return new WholeFile(path, part, await open(part, 'wx', 0o600));
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
      await rename(this.#part, this.#path);
      const folder = await openFile(dirname(this.#path), 'r');
      await folder.sync().finally(() => folder.close());
      return true;
    });
  }

  /** Leaves nothing behind; never rejects. */
  async abandon(): Promise<void> {
    await this.#handle.close().catch(() => {}); // the fault that led here matters more
    await rm(this.#part, { force: true }).catch(() => {});
  }
}

/** A folder, or a device such as /dev/null, which would be replaced by a file for everybody. */
async function refuseOther(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there !== undefined && !there.isFile()) throw new TextError(say.notFile());
}

/** Removes what writers left of it that were killed: nobody may be writing it. Throws the system's error. */
export function removeParts(path: string): void {
  removeOldParts(path, 0);
}

/**
 * The same in one go, for a small file. `keepsOwner`: whoever may read and write the file that is there may do so with this one too, as far as
 * the system lets this user say so. `mode`: who else may read it. Throws a MachimoriError "file-unwritable".
 */
export function replaceFile(path: string, bytes: Uint8Array, { keepsOwner = false, mode = 0o600 } = {}): void {
  try {
    const before = keepsOwner ? statSync(path, { throwIfNoEntry: false }) : undefined;
    const part = newPartOf(path);
    try {
      withFile(part, 'wx', (descriptor) => {
        writeFileSync(descriptor, bytes);
        if (mode !== 0o600) fchmodSync(descriptor, mode);
        if (before !== undefined) giveTo(before, descriptor);
      });
      renameSync(part, path);
    } catch (cause) {
      rmSync(part, { force: true });
      throw cause;
    }
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

/** The rights and owner of a file that was there. */
function giveTo({ uid, gid, mode }: Stats, descriptor: number): void {
  try {
    fchownSync(descriptor, uid, gid);
  } catch (fault) {
    if (codeOf(fault) !== 'EPERM') throw fault; // only root may give a file away
  }
  fchmodSync(descriptor, mode & 0o777);
}

function newPartOf(path: string): string {
  removeOldParts(path, oldAfterMs);
  return `${path}.part-${randomBytes(4).toString('hex')}`;
}

/** Those that nobody has written to for so long, by a clock that may have been set meanwhile. */
function removeOldParts(path: string, afterMs: number): void {
  const [folder, start] = [dirname(path), `${basename(path)}.part`];
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(start) || !/^(-[0-9a-f]{8})?$/.test(name.slice(start.length))) continue;
    const part = join(folder, name);
    const { mtimeMs } = statSync(part, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
    if (Math.abs(Date.now() - mtimeMs) >= afterMs) rmSync(part, { force: true });
  }
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

/** As what could not be written is told, with what to do. */
export function unwritable(path: string, cause: unknown): MachimoriError {
  return new MachimoriError('file-unwritable', {
    what: say.unwritable({ why: textOf(cause) }),
    on: path,
    hint: cause instanceof TextError ? say.isFolder() : (HINTS[codeOf(cause)] ?? say.checkDisk)(),
    cause,
  });
}
