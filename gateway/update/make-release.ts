/**
 * Makes a release of a tree (`npm run package`), into a folder of releases: what is in the folder already is used again.
 *
 * Promise: the manifest comes last, so that a release in the folder is whole. What the bounds of a manifest do not allow is no release.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import * as v from 'valibot';
import { MachimoriError, textOf } from '../../shared/errors.ts';
import { encodeSign1, type Signer } from '../../shared/signing/sign1.ts';
import type { Text } from '../../shared/text.ts';
import { replaceFile } from '../machine/whole-file.ts';
import {
  ARCHITECTURES,
  decodeManifest,
  encodeManifest,
  type Manifest,
  pathSchema,
  type ReleaseFile,
  versionSchema,
} from './manifest.ts';
import { blobNameOf, digestOfFile, manifestNameOf, SIGNED_AS } from './release-folder.ts';
import { say } from './words.ts';

/** `manifest.json` at the top of a release's tree. */
const aboutSchema = v.object({
  name: v.literal('machimori'),
  version: versionSchema,
  architecture: v.picklist(ARCHITECTURES),
  node: v.nullable(versionSchema),
  releasedAt: v.pipe(v.string(), v.isoDate()),
});

/** Rejects with a MachimoriError "not-release-tree", "file-unwritable". */
export async function makeRelease(tree: string, folder: string, signer: Signer): Promise<Manifest> {
  const about = readAbout(tree);
  mkdirSync(join(folder, 'blobs'), { recursive: true });
  const files: ReleaseFile[] = [];
  for (const path of filesOf(tree)) {
    const file = join(tree, path);
    const { size, mode } = lstatSync(file);
    const sha256 = (await digestOfFile(file)) ?? '';
    files.push({ path, mode: (mode & 0o100) === 0 ? 0o644 : 0o755, bytes: size, sha256 });
    await compress(file, join(folder, blobNameOf(sha256)));
  }
  const manifest = { ...about, files };
  const payload = encodeManifest(manifest);
  try {
    decodeManifest(payload);
  } catch (cause) {
    throw notTree(tree, textOf(cause), cause);
  }
  const signed = await encodeSign1(payload, SIGNED_AS, signer);
  replaceFile(join(folder, manifestNameOf(about.version, about.architecture)), signed);
  return manifest;
}

function readAbout(tree: string): Omit<Manifest, 'files'> {
  const file = join(tree, 'manifest.json');
  try {
    const { name: _, releasedAt, ...about } = v.parse(aboutSchema, JSON.parse(readFileSync(file, 'utf8')));
    return { ...about, releasedAt: Date.parse(releasedAt) };
  } catch (cause) {
    throw notTree(file, textOf(cause), cause);
  }
}

/** Regular files only, relative, sorted. A link is followed by nobody: a release has none. */
function filesOf(tree: string, below = ''): readonly string[] {
  const here = readdirSync(join(tree, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    const isNamed = v.is(pathSchema, path);
    if (isNamed && entry.isDirectory()) return filesOf(tree, path);
    if (isNamed && entry.isFile()) return [path];
    throw notTree(tree, isNamed ? say.notPlainFile({ path }) : say.badPath({ path }));
  });
  return here.toSorted();
}

function notTree(on: string, why: Text, cause?: unknown): MachimoriError {
  return new MachimoriError('not-release-tree', {
    what: say.notReleaseTree({ why }),
    on,
    hint: say.buildTree(),
    cause,
  });
}

async function compress(file: string, blob: string): Promise<void> {
  if (existsSync(blob)) return;
  const part = `${blob}.part-${createHash('sha256').update(blob).digest('hex').slice(0, 8)}`;
  const to = await open(part, 'w', 0o644);
  await pipeline(createReadStream(file), createGzip(), to.createWriteStream({ flush: true }));
  renameSync(part, blob);
}
