/**
 * A folder of releases, as any web server can offer it and any stick can carry it. Releases share the files that they have in common.
 *
 *   0.2.0_arm64.manifest     the signed manifest (manifest.ts)
 *   blobs/<sha-256>.gz       a file of one or several releases, compressed (RFC 1952)
 *
 * Promise: nothing of a release is believed before its manifest's signature has been checked with a key that this machine had before, and no
 * file before its SHA-256. Bounds: those of the manifest; a file is never larger than the manifest says, whatever it decompresses to.
 */
import { createHash } from 'node:crypto';
import { constants, createReadStream, existsSync, readdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { codeOf, FormatError, MachimoriError, TextError, textOf } from '../../shared/errors.ts';
import { isSignedBy, readSign1 } from '../../shared/signing/sign1.ts';
import type { Text } from '../../shared/text.ts';
import {
  ARCHITECTURES,
  type Architecture,
  compareVersions,
  decodeManifest,
  type Manifest,
  maxManifestBytes,
  type ReleaseFile,
} from './manifest.ts';
import { readBounded } from './read-bounded.ts';
import type { TrustedKey } from './trusted-keys.ts';
import { say } from './words.ts';

/** What is signed (COSE_Sign1's external_aad). */
export const SIGNED_AS = 'machimori release 1';

const MANIFEST = /^(\d+\.\d+\.\d+)_([a-z0-9]+)\.manifest$/;

export function manifestNameOf(version: string, architecture: string): string {
  return `${version}_${architecture}.manifest`;
}

export function blobNameOf(sha256: string): string {
  return `blobs/${sha256}.gz`;
}

export interface ReleaseName {
  readonly version: string;
  readonly architecture: Architecture;
}

/** The newest first. */
export function releasesIn(folder: string): readonly ReleaseName[] {
  if (!existsSync(folder)) return [];
  const named = readdirSync(folder).flatMap((name) => {
    const [, version = '', architecture] = MANIFEST.exec(name) ?? [];
    const known = ARCHITECTURES.find((each) => each === architecture);
    return known === undefined ? [] : [{ version, architecture: known }];
  });
  return named.toSorted((a, b) => compareVersions(b.version, a.version));
}

/** Rejects with a MachimoriError "release-unreadable", "release-untrusted". */
export async function readRelease(
  folder: string,
  name: ReleaseName,
  keys: readonly TrustedKey[],
): Promise<{ readonly manifest: Manifest; readonly signed: Uint8Array }> {
  const file = join(folder, manifestNameOf(name.version, name.architecture));
  let signed: Uint8Array;
  try {
    signed = readBounded(file, maxManifestBytes);
  } catch (cause) {
    throw unreadable(file, cause);
  }
  return { manifest: await verified(signed, { file, name, keys }), signed };
}

interface Verifying {
  /** Where it came from. */
  readonly file: string;
  readonly name: ReleaseName;
  readonly keys: readonly TrustedKey[];
}

/** The manifest that somebody trusted has signed. Rejects with a MachimoriError "release-unreadable", "release-untrusted". */
export async function verified(signed: Uint8Array, { file, name, keys }: Verifying): Promise<Manifest> {
  try {
    const message = readSign1(signed, maxManifestBytes);
    const named = keys.filter(({ kid }) => Buffer.compare(kid, message.kid) === 0);
    const is = await Promise.all(named.map(({ publicKey }) => isSignedBy(message, SIGNED_AS, publicKey)));
    if (!is.includes(true)) {
      const hint = say.trustReleaseKey({ kid: Buffer.from(message.kid).toString('hex') });
      throw new MachimoriError('release-untrusted', { what: say.notTrusted(), on: file, hint });
    }
    const manifest = decodeManifest(message.payload);
    if (manifest.version !== name.version || manifest.architecture !== name.architecture) {
      throw new FormatError(say.otherRelease({ version: manifest.version, architecture: manifest.architecture }));
    }
    return manifest;
  } catch (cause) {
    throw cause instanceof MachimoriError ? cause : unreadable(file, cause);
  }
}

/**
 * Writes a file of a release below `tree`, checked; `mode` as the manifest has it, whatever the umask. Links are not followed.
 * Rejects with a MachimoriError "release-damaged", or the system's error.
 */
export async function unpack(folder: string, { path, mode, bytes, sha256 }: ReleaseFile, tree: string): Promise<void> {
  const blob = join(folder, blobNameOf(sha256));
  const hash = createHash('sha256');
  let seen = 0;
  async function* checked(pieces: AsyncIterable<Buffer>) {
    for await (const piece of pieces) {
      seen += piece.length;
      if (seen > bytes) throw damaged(blob, say.blobTooLarge({ bytes }));
      hash.update(piece);
      yield piece;
    }
  }
  try {
    const from = await open(blob, constants.O_RDONLY | constants.O_NOFOLLOW);
    const to = await open(join(tree, path), 'wx', mode);
    await to.chmod(mode);
    await pipeline(from.createReadStream(), createGunzip(), checked, to.createWriteStream({ flush: true }));
  } catch (cause) {
    if (codeOf(cause).startsWith('Z_') || codeOf(cause) === 'ENOENT') throw damaged(blob, textOf(cause), cause);
    throw cause;
  }
  if (seen < bytes || hash.digest('hex') !== sha256) throw damaged(blob, say.blobDiffers());
}

/** In hexadecimal; undefined if there is no such file. */
export async function digestOfFile(file: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch (fault) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(codeOf(fault))) return undefined;
    throw fault;
  }
  return hash.digest('hex');
}

function damaged(on: string, what: Text, cause?: unknown): MachimoriError {
  return new MachimoriError('release-damaged', { what: say.damaged({ why: what }), on, hint: say.fetchAgain(), cause });
}

function unreadable(on: string, cause: unknown): MachimoriError {
  const why = cause instanceof TextError ? cause.text : textOf(cause);
  return new MachimoriError('release-unreadable', {
    what: say.releaseUnreadable({ why }),
    on,
    hint: say.checkRelease(),
    cause,
  });
}
