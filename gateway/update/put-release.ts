/**
 * Puts a release beside those that a box has: `<releases>/<version>/`, as root, from a folder that somebody else may have filled.
 *
 *   manifest verified ─▶ <version>.unpacking/: each file unpacked and checked, or linked from the release that runs ─▶ <version>/
 *
 * Promise: the folder of a version holds all of it or is not there, also after a power cut, and anybody may read it. Nothing is written outside. It
 * takes this machine's architecture only, and (for an update that nobody here has asked for) nothing older than what runs, except the release before.
 * One at a time; what one that was cut off has left goes before the next begins.
 */
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf, MachimoriError } from '../../shared/errors.ts';
import { holdFolder } from '../machine/folder-lock.ts';
import { syncFile } from '../machine/whole-file.ts';
import { type Architecture, compareVersions, type Manifest, type ReleaseFile } from './manifest.ts';
import { digestOfFile, type ReleaseName, readRelease, unpack } from './release-folder.ts';
import type { TrustedKey } from './trusted-keys.ts';
import { say } from './words.ts';

const UNPACKING = '.unpacking';

export interface Putting {
  /** Where the release is (release-folder.ts). */
  readonly from: string;
  readonly name: ReleaseName;
  readonly keys: readonly TrustedKey[];
  /** Where it goes; usually `RELEASES`. */
  readonly releases: string;
  readonly architecture: Architecture;
  /** Somebody at the box says so. */
  readonly mayBeOlder: boolean;
}

/**
 * Nothing is taken up yet: that is for the script `releases` of the package.
 * Rejects with a MachimoriError "release-unreadable", "release-untrusted", "release-damaged", "other-architecture", "older-release", "file-busy" (another is
 * being put there), "file-unwritable", and the system's error.
 */
export async function putRelease(putting: Putting, waitMs?: number): Promise<Manifest> {
  const letGo = holdFolder(putting.releases, waitMs);
  try {
    return await putAlone(putting);
  } finally {
    letGo();
  }
}

async function putAlone(putting: Putting): Promise<Manifest> {
  const { from, name, keys, releases, architecture, mayBeOlder } = putting;
  const { manifest } = await readRelease(from, name, keys);
  if (manifest.architecture !== architecture) {
    const what = say.otherArchitecture({ architecture: manifest.architecture, own: architecture });
    throw new MachimoriError('other-architecture', { what, on: from, hint: say.takeOwnArchitecture() });
  }
  const current = currentIn(releases);
  if (!mayBeOlder && current !== undefined && compareVersions(manifest.version, current) < 0) {
    const what = say.olderRelease({ version: manifest.version, current });
    throw new MachimoriError('older-release', { what, on: from, hint: say.installByHand() });
  }
  const tree = join(releases, manifest.version);
  if (manifest.version === current) return manifest;
  for (const name of readdirSync(releases)) {
    if (name.endsWith(UNPACKING)) rmSync(join(releases, name), { recursive: true });
  }
  const part = `${tree}${UNPACKING}`; // the script `releases` tidies away what ends in .part
  const folders = foldersOf(manifest.files).map((folder) => join(part, folder));
  try {
    for (const folder of folders) {
      mkdirSync(folder);
      chmodSync(folder, 0o755); // whatever the umask
    }
    for (const file of manifest.files) {
      if (current === undefined || !(await isLinked(file, join(releases, current), part)))
        await unpack(from, file, part);
    }
    for (const folder of folders) syncFile(folder);
  } catch (fault) {
    rmSync(part, { recursive: true, force: true }); // a full disk would stay full, and the buffer is on it
    throw fault;
  }
  // What lies there may be what a trial would go back to: whole until the new one is; the script `releases` moves it back after a power cut.
  const old = `${tree}.old`;
  rmSync(old, { recursive: true, force: true });
  if (existsSync(tree)) renameSync(tree, old);
  renameSync(part, tree);
  syncFile(releases);
  rmSync(old, { recursive: true, force: true });
  return manifest;
}

/** The tree's own (".") and all below it, each after the one it lies in. */
function foldersOf(files: readonly ReleaseFile[]): readonly string[] {
  const folders = new Set<string>();
  const add = (folder: string) => {
    if (folder !== '.') add(dirname(folder));
    folders.add(folder);
  };
  for (const { path } of files) add(dirname(path));
  return [...folders];
}

/** The version that runs; undefined if there is none yet. */
export function currentIn(releases: string): string | undefined {
  try {
    return readlinkSync(join(releases, 'current'));
  } catch (fault) {
    if (['ENOENT', 'EINVAL'].includes(codeOf(fault))) return undefined;
    throw fault;
  }
}

/** Links a file that another release has too; false if it has not, or the file system has no links. */
async function isLinked({ path, mode, sha256 }: ReleaseFile, other: string, tree: string): Promise<boolean> {
  const file = join(other, path);
  if ((await digestOfFile(file)) !== sha256 || (statSync(file).mode & 0o777) !== mode) return false;
  try {
    linkSync(file, join(tree, path));
    return true;
  } catch (fault) {
    if (['EPERM', 'EMLINK', 'EXDEV', 'ENOTSUP'].includes(codeOf(fault))) return false;
    throw fault;
  }
}
