/**
 * Fetches a release from a web server into this gateway's own folder, piece by piece: what it has, it does not fetch again.
 *
 *   GET <url>/0.2.0_arm64.manifest ─▶ verified ─▶ GET <url>/blobs/<sha-256>.gz of each file that the running release does not have
 *
 * Promise: it may be interrupted at any point, and goes on where it was (`Range`, RFC 9110, 14.2). Memory holds one piece of `pieceBytes`. Files
 * are checked once they are put in their place (put-release.ts), a blob's length here.
 * Bounds: those of the manifest; the folder holds one release, and is emptied before another is fetched.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MachimoriError, textOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import { makeFolder } from '../machine/make-folder.ts';
import { replaceFile, syncFile } from '../machine/whole-file.ts';
import type { Http } from '../net/http.ts';
import { type Manifest, maxFileBytes, maxManifestBytes, type ReleaseFile } from './manifest.ts';
import { blobNameOf, digestOfFile, manifestNameOf, type ReleaseName, verified } from './release-folder.ts';
import type { TrustedKey } from './trusted-keys.ts';
import { say } from './words.ts';

const pieceBytes = 512 * 1024;
const withinMs = 120_000;

export interface Fetching {
  /** Of a folder of releases, http:// or https://, without a slash at its end. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly name: ReleaseName;
  readonly keys: readonly TrustedKey[];
  /** Where it goes. */
  readonly folder: string;
  /** The tree of the release that runs; absent if it is no such tree. */
  readonly running?: string | undefined;
  readonly http: Http;
}

/** Rejects with a MachimoriError "release-unreachable", "release-unreadable", "release-untrusted", and the system's error. */
export async function fetchRelease(fetching: Fetching, signal: AbortSignal): Promise<Manifest> {
  const { url, name, keys, folder, running } = fetching;
  const file = `${url}/${manifestNameOf(name.version, name.architecture)}`;
  const { body: signed } = await ask(fetching, file, { maxBytes: maxManifestBytes }, signal);
  const manifest = await verified(signed, { file, name, keys });
  makeRoomFor(name, folder);
  const missing = new Map<string, ReleaseFile>();
  for (const each of manifest.files) {
    const isHere = running !== undefined && (await digestOfFile(join(running, each.path))) === each.sha256;
    if (!isHere) missing.set(each.sha256, each);
  }
  for (const sha256 of missing.keys()) await fetchBlob(fetching, sha256, signal);
  replaceFile(join(folder, manifestNameOf(name.version, name.architecture)), signed);
  return manifest;
}

/** What was fetched of another release goes. */
function makeRoomFor({ version, architecture }: ReleaseName, folder: string): void {
  const mark = join(folder, `${version}_${architecture}.fetching`);
  if (!existsSync(mark)) {
    forgetFetched(folder);
    makeFolder(join(folder, 'blobs'));
    replaceFile(mark, new Uint8Array());
  }
  mkdirSync(join(folder, 'blobs'), { recursive: true, mode: 0o700 });
}

async function fetchBlob(fetching: Fetching, sha256: string, signal: AbortSignal): Promise<void> {
  const blob = join(fetching.folder, blobNameOf(sha256));
  if (existsSync(blob)) return;
  const part = `${blob}.part`;
  const url = `${fetching.url}/${blobNameOf(sha256)}`;
  for (let at = sizeOf(part), all = Number.POSITIVE_INFINITY; at < all; ) {
    const range = `bytes=${at}-${at + pieceBytes - 1}`;
    const { body, total } = await ask(fetching, url, { maxBytes: pieceBytes, range }, signal);
    if (total < at || total > maxFileBytes || (body.length === 0 && at < total)) {
      rmSync(part, { force: true });
      throw unreachable(url, say.otherLength());
    }
    await appendFile(part, body, { mode: 0o600 });
    at += body.length;
    all = total;
  }
  syncFile(part); // a name that outlives the power while its bytes do not is never fetched again
  renameSync(part, blob);
}

/** Nothing of it is used again: it was not what was signed, or the disk has damaged it. */
export function forgetFetched(folder: string): void {
  for (const name of existsSync(folder) ? readdirSync(folder) : []) rmSync(join(folder, name), { recursive: true });
}

interface Wanted {
  readonly maxBytes: number;
  readonly range?: string;
}

/** `total`: the bytes of all that it is a piece of. */
async function ask({ http, headers }: Fetching, url: string, { maxBytes, range }: Wanted, signal: AbortSignal) {
  try {
    const asked = { ...headers, ...(range !== undefined && { range }) };
    const {
      status,
      headers: about,
      body,
    } = await http.ask({ method: 'GET', url, headers: asked, withinMs, maxBytes }, signal);
    const total = Number(/\/(\d+)$/.exec(about['content-range'] ?? '')?.[1] ?? body.length);
    if (range !== undefined && status === 416) return { body: new Uint8Array(), total }; // all of it is here already
    if (status !== (range === undefined ? 200 : 206)) throw unreachable(url, say.answered({ status }));
    return { body, total };
  } catch (cause) {
    throw cause instanceof MachimoriError || signal.aborted ? cause : unreachable(url, textOf(cause), cause);
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function unreachable(on: string, why: Text, cause?: unknown): MachimoriError {
  return new MachimoriError('release-unreachable', {
    what: say.unreachable({ why }),
    on,
    hint: say.checkReleaseServer(),
    cause,
  });
}
