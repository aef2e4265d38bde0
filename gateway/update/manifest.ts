/**
 * What a release is made of: its files by their SHA-256, so that a box fetches only those that it does not have, and checks each whole.
 *
 * A CBOR map, signed as COSE_Sign1 (RFC 9052, 4.2) by whoever makes releases; a box believes no other (trusted-keys.ts).
 *
 *   format 1 · version "0.2.0" · architecture "arm64" · releasedAt (epoch ms) · node "24.21.0" or null (the system's)
 *   files: [path, mode, bytes, SHA-256] of each, in the order of their paths
 *
 * Bounds: `maxFiles`, `maxFileBytes` each, `maxReleaseBytes` altogether, `maxManifestBytes` for the manifest with its signature.
 */
import * as v from 'valibot';
import { FormatError } from '../../shared/errors.ts';
import { decodeCbor, encodeCbor } from '../../shared/feed/cbor.ts';
import { fromMap, toMap } from '../../shared/feed/record.ts';
import { say } from './words.ts';

export const maxManifestBytes = 2 * 1024 * 1024;
export const maxFiles = 10_000;
export const maxFileBytes = 200 * 1024 * 1024;
export const maxReleaseBytes = 500 * 1024 * 1024;
const sha256Bytes = 32;

/** As Debian names them. */
export const ARCHITECTURES = ['amd64', 'arm64', 'armhf'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** By Node's name of it (`os.arch`); undefined if no releases are made for it. */
export function architectureOf(node: string): Architecture | undefined {
  return ({ x64: 'amd64', arm64: 'arm64', arm: 'armhf' } as const)[node as 'x64' | 'arm64' | 'arm']; // others are undefined
}

/** Semantic Versioning 2.0.0, without what may follow the three numbers. */
export const versionSchema = v.pipe(v.string(), v.regex(/^(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})$/));

/** Relative, with nothing that leads out of its folder; short enough for any file system. */
export const pathSchema = v.pipe(v.string(), v.maxLength(200), v.check(staysInside));

const fileSchema = v.pipe(
  v.tuple([
    pathSchema,
    v.picklist([0o644, 0o755]),
    v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maxFileBytes)),
    v.pipe(v.instance(Uint8Array), v.length(sha256Bytes)),
  ]),
  v.transform(([path, mode, bytes, digest]) => ({ path, mode, bytes, sha256: Buffer.from(digest).toString('hex') })),
);

const manifestSchema = v.object({
  format: v.literal(1),
  version: versionSchema,
  architecture: v.picklist(ARCHITECTURES),
  releasedAt: v.pipe(v.number(), v.integer(), v.minValue(0)),
  node: v.nullable(versionSchema),
  files: v.pipe(v.array(fileSchema), v.minLength(1), v.maxLength(maxFiles)),
});

export interface ReleaseFile {
  readonly path: string;
  /** 0o755 or 0o644 */
  readonly mode: number;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

export interface Manifest {
  readonly version: string;
  readonly architecture: Architecture;
  /** Epoch ms. */
  readonly releasedAt: number;
  /** The version of Node.js that is in it; null: the system's runs it. */
  readonly node: string | null;
  readonly files: readonly ReleaseFile[];
}

export function encodeManifest({ files, ...about }: Manifest): Uint8Array {
  const rows = files.map(({ path, mode, bytes, sha256 }) => [
    path,
    mode,
    bytes,
    new Uint8Array(Buffer.from(sha256, 'hex')),
  ]);
  return encodeCbor(toMap({ format: 1, ...about, files: rows }));
}

/** Throws a FormatError. */
export function decodeManifest(bytes: Uint8Array): Manifest {
  const read = v.safeParse(
    manifestSchema,
    fromMap(decodeCbor(bytes, { items: 5 * maxFiles + 20, containers: maxFiles + 2, hasUniqueKeys: true })),
  );
  if (!read.success) throw new FormatError(say.notManifest({ where: v.getDotPath(read.issues[0]) ?? '' }));
  const { format: _, ...manifest } = read.output;
  const paths = new Set(manifest.files.map(({ path }) => path));
  const bytesOfAll = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (paths.size < manifest.files.length) throw new FormatError(say.notManifest({ where: 'files' }));
  if (bytesOfAll > maxReleaseBytes)
    throw new FormatError(say.releaseTooLarge({ bytes: bytesOfAll, max: maxReleaseBytes }));
  return manifest;
}

/** Negative if the first is older, positive if it is newer. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map((each) => each.split('.').map(Number));
  const at = a?.findIndex((part, i) => part !== b?.[i]) ?? -1;
  return at < 0 ? 0 : (a?.[at] ?? 0) - (b?.[at] ?? 0);
}

/** Whether a path names something below its folder, spelt in one way only. */
function staysInside(path: string): boolean {
  return path
    .split('/')
    .every((part) => /^[A-Za-z0-9@_+.-][A-Za-z0-9@_+. -]*$/.test(part) && part !== '.' && part !== '..');
}
