/** `machimori release make|verify|publish`: releases are made, checked and offered to a hub's gateways. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeFolder } from '../../machine/make-folder.ts';
import { replaceFile } from '../../machine/whole-file.ts';
import { makeRelease } from '../../update/make-release.ts';
import type { Manifest } from '../../update/manifest.ts';
import { offeredFolderOf } from '../../update/offered.ts';
import { blobNameOf, manifestNameOf, readRelease, releasesIn, unpack } from '../../update/release-folder.ts';
import { readSigner } from '../../update/release-key.ts';
import { KEY_FOLDERS, readTrustedKey, readTrustedKeys, type TrustedKey } from '../../update/trusted-keys.ts';
import { checkHub } from '../hub-certificates.ts';
import { loadConfig } from '../input.ts';
import { megabytes } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { type Called, UsageError } from '../verb.ts';
import type { makeReleaseUsage, publishReleaseUsage, verifyReleaseUsage } from '../verbs/release.ts';
import { say } from '../words/release.ts';

export async function make({ args, options, terminal }: Called<typeof makeReleaseUsage>): Promise<number> {
  if (options.key === undefined) throw new UsageError(say.needsKey());
  const manifest = await makeRelease(args.tree, args.folder, await readSigner(options.key));
  terminal.print(say.made({ ...aboutOf(manifest), folder: args.folder }));
  return 0;
}

export async function verifyReleases({ args, options, terminal }: Called<typeof verifyReleaseUsage>): Promise<number> {
  const keys = await trusted(options.key, terminal);
  for await (const { manifest } of wholeReleases(args.folder, keys, terminal)) {
    terminal.print(say.verified(aboutOf(manifest)));
  }
  return releasesIn(args.folder).length === 0 ? 1 : 0;
}

/** The manifest comes last, so that a gateway that asks meanwhile finds a release whole or not at all. */
export async function publishReleases({
  args,
  options,
  terminal,
}: Called<typeof publishReleaseUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  checkHub(config);
  const keys = await trusted(options.key, terminal);
  const to = offeredFolderOf(config.gateway.dataDirectory);
  makeFolder(join(to, 'blobs'));
  for await (const { manifest, signed } of wholeReleases(args.folder, keys, terminal)) {
    for (const { sha256 } of manifest.files) {
      const blob = join(to, blobNameOf(sha256));
      if (!existsSync(blob)) replaceFile(blob, readFileSync(join(args.folder, blobNameOf(sha256))));
    }
    replaceFile(join(to, manifestNameOf(manifest.version, manifest.architecture)), signed);
    terminal.print(say.published(manifest));
  }
  return releasesIn(args.folder).length === 0 ? 1 : 0;
}

/** Of a folder, each verified with all its files. Rejects with what `readRelease` and `unpack` reject with. */
async function* wholeReleases(folder: string, keys: readonly TrustedKey[], terminal: Terminal) {
  const found = releasesIn(folder);
  if (found.length === 0) terminal.printError(say.noneInFolder({ folder }));
  for (const name of found) {
    const release = await readRelease(folder, name, keys);
    const scratch = mkdtempSync(join(tmpdir(), 'machimori-release-'));
    try {
      for (const file of release.manifest.files) {
        mkdirSync(dirname(join(scratch, file.path)), { recursive: true });
        await unpack(folder, file, scratch);
      }
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
    yield release;
  }
}

/** The box's own and those that are named. Rejects with a MachimoriError "release-key" for a named one that is none. */
async function trusted(files: readonly string[], terminal: Terminal): Promise<readonly TrustedKey[]> {
  const own = await readTrustedKeys(KEY_FOLDERS, ({ text }) => terminal.printError(text));
  return [...own, ...(await Promise.all(files.map(readTrustedKey)))];
}

function aboutOf({ version, architecture, files }: Manifest) {
  const size = megabytes(files.reduce((sum, { bytes }) => sum + bytes, 0));
  return { version, architecture, files: files.length, size };
}
