/**
 * What was erased, a line of JSON for each time: `erasures.jsonl` in the data directory. It is only ever appended to, and never says whose
 * data it was.
 */
import { createHash } from 'node:crypto';
import { chownSync, createReadStream, existsSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

export interface ErasureRecord {
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** User of the operating system. */
  readonly by: string;
  readonly kind: 'tag' | 'operator';
  /** Readings erased; one counts once for each destination that it waited for. */
  readonly readings: number;
  readonly filesSearched: number;
  readonly bytesSearched: number;
  /** How many of those files held it afterwards. */
  readonly filesFound: number;
  /** SHA-256 of the buffer's file afterwards, hexadecimal. */
  readonly bufferDigest: string;
}

export function erasuresFileOf(dataDirectory: string): string {
  return join(dataDirectory, 'erasures.jsonl');
}

/** Resolves when it is on the disk; the file is the folder's owner's. Rejects with the system's errors. */
export async function recordErasure(dataDirectory: string, record: ErasureRecord): Promise<void> {
  const path = erasuresFileOf(dataDirectory);
  const file = await open(path, 'a', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(record)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  const { uid, gid } = statSync(dataDirectory);
  if (statSync(path).uid !== uid) chownSync(path, uid, gid);
}

/** SHA-256 of a file, hexadecimal; empty if there is none. */
export async function digestOfFile(path: string): Promise<string> {
  if (!existsSync(path)) return '';
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
