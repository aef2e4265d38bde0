/**
 * A disk at a power cut: what is certain (synced) and what may or may not have reached it.
 *
 * - A write or a change of length is certain after an fsync of its file. Before that each of its sectors is on the disk or
 *   not, independently of all others: disks write in any order.
 * - Creating, renaming and removing are certain after an fsync of the directory. Before that a first part of them, in
 *   their order, has reached the disk: directories are journalled by every file system that a gateway is put on.
 * - Data whose fsync failed may never reach the disk, even if a later fsync succeeds (Linux marks it clean). It stays
 *   uncertain until the same bytes are written and synced again.
 */
import type { Random } from '../../simulators/random.ts';
import type { DiskOperation } from './recording.ts';

type FileChange =
  | { readonly kind: 'write'; readonly offset: number; readonly bytes: Uint8Array; readonly isDoomed: boolean }
  | { readonly kind: 'truncate'; readonly length: number };
type NameChange = Extract<DiskOperation, { kind: 'create' | 'rename' | 'unlink' }>;

/** The files of a directory by name. */
export type Image = ReadonlyMap<string, Uint8Array>;

/** Decides which uncertain data is on the disk. */
export type Luck = { readonly kind: 'nothing' } | { readonly kind: 'everything' } | SomeLuck;
interface SomeLuck {
  readonly kind: 'some';
  readonly random: Random;
  /** Probability that a sector is on the disk, 0 to 1. */
  readonly probability: number;
  readonly sectorBytes: number;
}

class ModelFile {
  readonly certain = new Content();
  uncertain: FileChange[] = [];

  sync(): void {
    const stillDoomed: Extract<FileChange, { kind: 'write' }>[] = [];
    for (const change of this.uncertain) {
      if (change.kind === 'write' && change.isDoomed) {
        stillDoomed.push(change);
      } else {
        this.certain.apply(change);
        if (change.kind === 'write') {
          const { offset, bytes } = change;
          stillDoomed.splice(0, Infinity, ...stillDoomed.flatMap((doomed) => without(doomed, offset, bytes.length)));
        }
      }
    }
    this.uncertain = stillDoomed;
  }

  failSync(): void {
    this.uncertain = this.uncertain.map((change) => (change.kind === 'write' ? { ...change, isDoomed: true } : change));
  }

  contentWith(luck: Luck): Uint8Array {
    if (luck.kind === 'nothing' || this.uncertain.length === 0) return this.certain.bytes();
    const content = this.certain.copy();
    for (const change of this.uncertain) {
      if (luck.kind === 'everything') content.apply(change);
      else for (const part of partsThatArrived(change, luck)) content.apply(part);
    }
    return content.bytes();
  }
}

export class DiskModel {
  readonly #files = new Map<number, ModelFile>();
  #certainNames = new Map<string, number>();
  #uncertainNames: NameChange[] = [];

  apply(operation: DiskOperation): void {
    switch (operation.kind) {
      case 'write':
        this.#file(operation.inode).uncertain.push({ ...operation, kind: 'write', isDoomed: false });
        break;
      case 'truncate':
        this.#file(operation.inode).uncertain.push(operation);
        break;
      case 'sync':
        this.#file(operation.inode).sync();
        break;
      case 'sync-failed':
        this.#file(operation.inode).failSync();
        break;
      case 'create':
        this.#files.set(operation.inode, new ModelFile()); // a removed file's number is reused
        this.#uncertainNames.push(operation);
        break;
      case 'rename':
      case 'unlink':
        this.#uncertainNames.push(operation);
        break;
      case 'sync-directory':
        this.#certainNames = namesAfter(this.#certainNames, this.#uncertainNames);
        this.#uncertainNames = [];
    }
  }

  /** What a power cut now leaves. */
  image(luck: Luck): Image {
    const changes = this.#uncertainNames;
    const arrived =
      luck.kind === 'nothing' ? 0 : luck.kind === 'everything' ? changes.length : luck.random.int(0, changes.length);
    const names = namesAfter(this.#certainNames, changes.slice(0, arrived));
    return new Map([...names].map(([name, inode]) => [name, this.#file(inode).contentWith(luck)]));
  }

  #file(inode: number): ModelFile {
    const file = this.#files.get(inode);
    if (file === undefined) throw new RangeError(`the recording has no file ${inode}`);
    return file;
  }
}

/** Bytes that grow as they are written, with zeros in between. */
class Content {
  #bytes = new Uint8Array(0);
  #length = 0;

  apply(change: FileChange): void {
    if (change.kind === 'truncate') {
      this.#reserve(change.length);
      if (change.length < this.#length) this.#bytes.fill(0, change.length, this.#length);
      this.#length = change.length;
    } else {
      this.#reserve(change.offset + change.bytes.length);
      this.#bytes.set(change.bytes, change.offset);
      this.#length = Math.max(this.#length, change.offset + change.bytes.length);
    }
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  copy(): Content {
    const copy = new Content();
    copy.#bytes = this.bytes().slice();
    copy.#length = this.#length;
    return copy;
  }

  #reserve(length: number): void {
    if (length <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(length, this.#bytes.length * 2));
    grown.set(this.bytes());
    this.#bytes = grown;
  }
}

function namesAfter(names: ReadonlyMap<string, number>, changes: readonly NameChange[]): Map<string, number> {
  const after = new Map(names);
  for (const change of changes) {
    if (change.kind === 'create') {
      after.set(change.name, change.inode);
    } else {
      const name = change.kind === 'unlink' ? change.name : change.from;
      const inode = after.get(name);
      after.delete(name);
      if (change.kind === 'rename' && inode !== undefined) after.set(change.to, inode);
    }
  }
  return after;
}

/** The sectors of a change that have reached the disk. */
function partsThatArrived(change: FileChange, luck: SomeLuck): FileChange[] {
  const { random, probability, sectorBytes } = luck;
  if (change.kind === 'truncate') return random.chance(probability) ? [change] : [];
  const end = change.offset + change.bytes.length;
  const parts: FileChange[] = [];
  for (let from = change.offset; from < end; ) {
    const to = Math.min(end, (Math.floor(from / sectorBytes) + 1) * sectorBytes);
    if (random.chance(probability)) parts.push(slice(change, from, to));
    from = to;
  }
  return parts;
}

type Write = Extract<FileChange, { kind: 'write' }>;

/** What remains of a write once `length` bytes from `offset` are overwritten. */
function without(write: Write, offset: number, length: number): Write[] {
  const end = write.offset + write.bytes.length;
  const parts = [
    { from: write.offset, to: Math.min(end, offset) },
    { from: Math.max(write.offset, offset + length), to: end },
  ];
  return parts.filter(({ from, to }) => from < to).map(({ from, to }) => slice(write, from, to));
}

/** The part of a write between two offsets of the file. */
function slice(write: Write, from: number, to: number): Write {
  return { ...write, offset: from, bytes: write.bytes.subarray(from - write.offset, to - write.offset) };
}
