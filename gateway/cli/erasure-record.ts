/**
 * What was erased, a line of JSON for each time: `erasures.jsonl` in the data directory. It is only ever appended to, and never says whose
 * data it was.
 */
import { createHash } from 'node:crypto';
import { chownSync, createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as v from 'valibot';

const schema = v.object({
  /** ISO 8601 in UTC. */
  at: v.string(),
  /** User of the operating system. */
  by: v.string(),
  kind: v.picklist(['tag', 'operator']),
  /** Readings erased; one counts once for each destination that it waited for. */
  readings: v.number(),
  filesSearched: v.number(),
  bytesSearched: v.number(),
  /** How many of those files held it afterwards. */
  filesFound: v.number(),
  /** SHA-256 of the buffer's file afterwards, hexadecimal. */
  bufferDigest: v.string(),
});
export type ErasureRecord = Readonly<v.InferOutput<typeof schema>>;

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

/** Oldest first; empty if nothing was ever erased. A line that is no record, as after a power cut, is passed over. */
export function readErasures(dataDirectory: string): ErasureRecord[] {
  const path = erasuresFileOf(dataDirectory);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.flatMap((line) => {
    try {
      return [v.parse(schema, JSON.parse(line))];
    } catch {
      return [];
    }
  });
}

/** SHA-256 of a file, hexadecimal; empty if there is none. */
export async function digestOfFile(path: string): Promise<string> {
  if (!existsSync(path)) return '';
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
