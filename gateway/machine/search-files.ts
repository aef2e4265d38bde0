/** Looks for bytes in every file of a folder and the folders in it. Memory: one piece of a file. */
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../../shared/errors.ts';

const pieceBytes = 1024 * 1024;

export interface Search {
  readonly files: number;
  readonly bytes: number;
  /** Files that hold them, by their paths in the folder. */
  readonly found: readonly string[];
}

/**
 * Files alone: no links, sockets or devices; none whose path in the folder `isPassedOver`. A file that is removed meanwhile holds
 * nothing. Rejects with the system's error if one cannot be read. `needle`: at least one byte.
 */
export async function searchFiles(
  folder: string,
  needle: Uint8Array,
  isPassedOver: (path: string) => boolean = () => false,
): Promise<Search> {
  if (needle.length === 0) throw new RangeError('there is nothing to look for');
  const found: string[] = [];
  let files = 0;
  let bytes = 0;
  const folders = [''];
  for (let within = folders.pop(); within !== undefined; within = folders.pop()) {
    for (const entry of await readdir(join(folder, within), { withFileTypes: true })) {
      const path = join(within, entry.name);
      if (entry.isDirectory()) folders.push(path);
      if (!entry.isFile() || isPassedOver(path)) continue;
      const searched = await searchFile(join(folder, path), needle);
      if (searched === undefined) continue;
      files++;
      bytes += searched.bytes;
      if (searched.isFound) found.push(path);
    }
  }
  return { files, bytes, found: found.sort() };
}

/** Undefined if it is gone. */
async function searchFile(path: string, needle: Uint8Array) {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (fault) {
    if (codeOf(fault) === 'ENOENT') return undefined;
    throw fault;
  }
  try {
    const piece = Buffer.alloc(pieceBytes + needle.length - 1);
    let kept = 0; // of the piece before: what may be the beginning of the needle
    let bytes = 0;
    let isFound = false;
    const wanted = Buffer.from(needle);
    for (;;) {
      const { bytesRead } = await file.read(piece, kept, piece.length - kept, bytes);
      if (bytesRead === 0) return { bytes, isFound };
      bytes += bytesRead;
      const length = kept + bytesRead;
      isFound ||= piece.subarray(0, length).includes(wanted);
      kept = Math.min(length, needle.length - 1);
      piece.copyWithin(0, length - kept, length);
    }
  } finally {
    await file.close();
  }
}
