/**
 * Between the gateway, which fetches a release, and root, who takes it up: a folder in the gateway's data directory.
 *
 *   update/…          what was fetched (fetch-release.ts)
 *   update/ready      version, architecture and a number that is drawn for it: root's unit waits for this file, and removes it
 *   <releases>/refused   of root: why it was not taken up, with that number
 *
 * Promise: root believes nothing in the folder before it is verified with root's own keys.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { MachimoriError } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import { replaceFile } from '../machine/whole-file.ts';
import { ARCHITECTURES, versionSchema } from './manifest.ts';
import { readBounded } from './read-bounded.ts';
import type { ReleaseName } from './release-folder.ts';
import { say } from './words.ts';

const maxBytes = 4_096;
const handedSchema = v.object({
  version: versionSchema,
  architecture: v.picklist(ARCHITECTURES),
  number: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
});
export type Handed = Readonly<v.InferOutput<typeof handedSchema>>;

const text = v.object({ code: v.string(), en: v.string(), ja: v.string() });
const refusalSchema = v.object({ number: v.string(), why: text });

export function updateFolderOf(dataDirectory: string): string {
  return join(dataDirectory, 'update');
}

/** Throws a MachimoriError "file-unwritable". */
export function handOver(dataDirectory: string, name: ReleaseName): Handed {
  const handed = { ...name, number: randomBytes(8).toString('hex') };
  replaceFile(readyIn(dataDirectory), Buffer.from(JSON.stringify(handed)));
  return handed;
}

/** Undefined if nothing was handed over. Throws a MachimoriError "not-handed" if it cannot be read. */
export function readHanded(dataDirectory: string): Handed | undefined {
  const file = readyIn(dataDirectory);
  if (!existsSync(file)) return undefined;
  try {
    return v.parse(handedSchema, JSON.parse(readBounded(file, maxBytes).toString('utf8')));
  } catch (cause) {
    throw new MachimoriError('not-handed', { what: say.notHanded(), on: file, hint: say.orderAgain(), cause });
  }
}

export function removeHanded(dataDirectory: string): void {
  rmSync(readyIn(dataDirectory), { force: true });
}

/** Throws a MachimoriError "file-unwritable". */
export function writeRefusal(releases: string, number: string, why: Text): void {
  replaceFile(join(releases, 'refused'), Buffer.from(JSON.stringify({ number, why })), { mode: 0o644 });
}

/** Why root did not take up what was handed over under this number; undefined if it did, or has not looked yet. */
export function readRefusal(releases: string, number: string): Text | undefined {
  try {
    const refusal = v.parse(refusalSchema, JSON.parse(readFileSync(join(releases, 'refused'), 'utf8')));
    return refusal.number === number ? refusal.why : undefined;
  } catch {
    return undefined; // none was written
  }
}

function readyIn(dataDirectory: string): string {
  return join(updateFolderOf(dataDirectory), 'ready');
}
