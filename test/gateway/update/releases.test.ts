import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { holdFolder } from '../../../gateway/machine/folder-lock.ts';
import { openHttp } from '../../../gateway/net/http.ts';
import { fetchRelease } from '../../../gateway/update/fetch-release.ts';
import { makeRelease } from '../../../gateway/update/make-release.ts';
import { compareVersions, decodeManifest, encodeManifest } from '../../../gateway/update/manifest.ts';
import { type Putting, putRelease } from '../../../gateway/update/put-release.ts';
import { readRelease, releasesIn, SIGNED_AS } from '../../../gateway/update/release-folder.ts';
import { readTrustedKeys } from '../../../gateway/update/trusted-keys.ts';
import { encodeCbor } from '../../../shared/feed/cbor.ts';
import { encodeSign1 } from '../../../shared/signing/sign1.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { newReleaseKey, type SigningKey, serveFolder, treeOf } from './release-site.ts';

const NAME = { version: '0.2.0', architecture: 'amd64' } as const;
const FILES = { 'app/main.js': 'new program', 'node!': 'the same runtime'.repeat(100_000), 'docs/help.md': 'help' };

/** A box that runs 0.1.0, and 0.2.0 in a folder of releases. */
async function site({ key }: { readonly key?: SigningKey } = {}) {
  const own = key ?? (await newReleaseKey());
  const folder = temporaryFolder();
  await makeRelease(treeOf('0.2.0', FILES), folder, own.signer);
  const releases = temporaryFolder();
  await put({ from: await folderOf('0.1.0', own), name: { ...NAME, version: '0.1.0' }, releases, keys: own.trusted });
  symlinkSync('0.1.0', join(releases, 'current'));
  return { key: own, folder, releases };
}

async function folderOf(version: string, { signer }: SigningKey): Promise<string> {
  const folder = temporaryFolder();
  await makeRelease(treeOf(version, { ...FILES, 'app/main.js': 'old program' }), folder, signer);
  return folder;
}

function put(of: Pick<Putting, 'from' | 'releases' | 'keys'> & Partial<Putting>, waitMs?: number) {
  return putRelease({ name: NAME, architecture: 'amd64', mayBeOlder: false, ...of }, waitMs);
}

test('a release is put beside the one that runs, with its modes, and what both have is linked', async () => {
  const { key, folder, releases } = await site();
  await put({ from: folder, releases, keys: key.trusted });
  const tree = join(releases, '0.2.0');
  expect(readFileSync(join(tree, 'app/main.js'), 'utf8')).toBe('new program');
  expect(statSync(join(tree, 'node')).mode & 0o777).toBe(0o755);
  expect(statSync(join(tree, 'docs/help.md')).mode & 0o777).toBe(0o644);
  expect(statSync(join(tree, 'node')).ino).toBe(statSync(join(releases, '0.1.0/node')).ino);
  expect(readdirSync(releases).toSorted()).toEqual(['0.1.0', '0.2.0', 'changes.lock', 'current']);
  expect(releasesIn(folder)).toEqual([NAME]);
});

test('what an attempt has left half done is done again', async () => {
  const { key, folder, releases } = await site();
  mkdirSync(join(releases, '0.2.0.unpacking/app'), { recursive: true });
  writeFileSync(join(releases, '0.2.0.unpacking/app/main.js'), 'ha');
  await put({ from: folder, releases, keys: key.trusted });
  expect(readFileSync(join(releases, '0.2.0/app/main.js'), 'utf8')).toBe('new program');
});

test('what could not be put down leaves nothing on the disk', async () => {
  const { key, folder, releases } = await site();
  for (const blob of readdirSync(join(folder, 'blobs'))) writeFileSync(join(folder, 'blobs', blob), 'no gzip');
  await expect(put({ from: folder, releases, keys: key.trusted })).rejects.toMatchObject({ code: 'release-damaged' });
  expect(readdirSync(releases).toSorted()).toEqual(['0.1.0', 'changes.lock', 'current']);
});

test('a release can be read by the gateway whatever the umask, in all its folders', async () => {
  const { key, folder, releases } = await site();
  const umask = process.umask(0o077);
  onTestFinished(() => void process.umask(umask));
  await makeRelease(treeOf('0.2.0', { ...FILES, 'deploy/examples/gauge.toml': '' }), folder, key.signer);
  await put({ from: folder, releases, keys: key.trusted });
  for (const path of ['', 'app', 'deploy', 'deploy/examples'])
    expect(statSync(join(releases, '0.2.0', path)).mode & 0o777).toBe(0o755);
});

test('of two who put a release at once, one does and the other is told', async () => {
  const { key, folder, releases } = await site();
  const letGo = holdFolder(releases);
  onTestFinished(letGo);
  await expect(put({ from: folder, releases, keys: key.trusted }, 1)).rejects.toMatchObject({ code: 'file-busy' });
});

test('what lies there under the same version stays whole until the new one is there, and what others have left goes', async () => {
  const { key, folder, releases } = await site();
  mkdirSync(join(releases, '0.1.9.unpacking'));
  mkdirSync(join(releases, '0.2.0/app'), { recursive: true });
  writeFileSync(join(releases, '0.2.0/app/main.js'), 'of before');
  const seen: string[] = [];
  const renamed = watch(releases, (_, name) => seen.push(String(name)));
  onTestFinished(() => renamed.close());
  await put({ from: folder, releases, keys: key.trusted });
  await expect.poll(() => seen).toContain('0.2.0.old');
  expect(readdirSync(releases).toSorted()).toEqual(['0.1.0', '0.2.0', 'changes.lock', 'current']);
  expect(readFileSync(join(releases, '0.2.0/app/main.js'), 'utf8')).toBe('new program');
});

describe('nothing is put down', () => {
  test('that a stranger has signed, under whatever name of a key', async () => {
    const { folder, releases } = await site();
    const other = await newReleaseKey();
    await expect(put({ from: folder, releases, keys: other.trusted })).rejects.toMatchObject({
      code: 'release-untrusted',
    });
    const { key } = await site();
    const forged = temporaryFolder();
    await makeRelease(treeOf('0.2.0', FILES), forged, { ...other.signer, kid: key.signer.kid });
    await expect(put({ from: forged, releases, keys: key.trusted })).rejects.toMatchObject({
      code: 'release-untrusted',
    });
    expect(existsSync(join(releases, '0.2.0'))).toBe(false);
  });

  test('whose manifest has been changed at any byte', async () => {
    const { key, folder, releases } = await site();
    const file = join(folder, '0.2.0_amd64.manifest');
    const signed = readFileSync(file);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: signed.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = Buffer.from(signed);
        changed[at] = (changed[at] ?? 0) ^ by;
        writeFileSync(file, changed);
        const code = expect.stringMatching(/^release-(untrusted|unreadable)$/);
        await expect(put({ from: folder, releases, keys: key.trusted })).rejects.toMatchObject({ code });
      }),
      { numRuns: 60 },
    );
    expect(existsSync(join(releases, '0.2.0'))).toBe(false);
  });

  test.each([
    ['has another content', () => gzipSync('another')],
    [
      'is larger than it says',
      (bytes: Buffer) => gzipSync(Buffer.concat([gunzipSync(bytes), Buffer.alloc(10_000_000)])),
    ],
    ['is cut short', (bytes: Buffer) => bytes.subarray(0, -9)],
    ['is no gzip', () => Buffer.from('garbage')],
  ])('of which a file %s', async (_, change) => {
    const { key, folder, releases } = await site();
    const { manifest } = await readRelease(folder, NAME, key.trusted);
    const { sha256 = '' } = manifest.files.find(({ path }) => path === 'app/main.js') ?? {};
    const blob = join(folder, 'blobs', `${sha256}.gz`);
    writeFileSync(blob, change(readFileSync(blob)));
    await expect(put({ from: folder, releases, keys: key.trusted })).rejects.toMatchObject({
      code: 'release-damaged',
      on: blob,
    });
    expect(existsSync(join(releases, '0.2.0'))).toBe(false);
  });

  test('of another architecture, or older than what runs, unless somebody at the box says so', async () => {
    const { key, folder, releases } = await site();
    const elsewhere = put({ from: folder, releases, keys: key.trusted, architecture: 'arm64' });
    await expect(elsewhere).rejects.toMatchObject({ code: 'other-architecture' });
    const from = await folderOf('0.0.9', key);
    const older = { from, releases, keys: key.trusted, name: { ...NAME, version: '0.0.9' } };
    await expect(put(older)).rejects.toMatchObject({ code: 'older-release' });
    await expect(put({ ...older, mayBeOlder: true })).resolves.toMatchObject({ version: '0.0.9' });
  });

  test('under the name of another release', async () => {
    const { key, folder, releases } = await site();
    writeFileSync(join(folder, '0.3.0_amd64.manifest'), readFileSync(join(folder, '0.2.0_amd64.manifest')));
    const renamed = put({ from: folder, releases, keys: key.trusted, name: { ...NAME, version: '0.3.0' } });
    await expect(renamed).rejects.toMatchObject({ code: 'release-unreadable' });
  });

  test.each(['../../etc/passwd', '/etc/passwd', 'a/../b', 'a//b', '.', 'a/./b', 'a\u0000b', '~/.ssh'])(
    'outside its folder: %j',
    async (path) => {
      const { key, releases } = await site();
      const folder = temporaryFolder();
      const file = [path, 0o644, 3, new Uint8Array(32)];
      const manifest = { format: 1, version: '0.2.0', architecture: 'amd64', releasedAt: 1, node: null, files: [file] };
      const signed = await encodeSign1(encodeCbor(new Map(Object.entries(manifest))), SIGNED_AS, key.signer);
      writeFileSync(join(folder, '0.2.0_amd64.manifest'), signed);
      await expect(put({ from: folder, releases, keys: key.trusted })).rejects.toMatchObject({
        code: 'release-unreadable',
      });
    },
  );
});

test('a link among the files that were fetched is not followed', async () => {
  const { key, folder, releases } = await site();
  const { manifest } = await readRelease(folder, NAME, key.trusted);
  const { sha256 = '' } = manifest.files.find(({ path }) => path === 'app/main.js') ?? {};
  const blob = join(folder, 'blobs', `${sha256}.gz`);
  const elsewhere = join(temporaryFolder(), 'elsewhere');
  writeFileSync(elsewhere, readFileSync(blob));
  chmodSync(elsewhere, 0o600);
  rmSync(blob);
  symlinkSync(elsewhere, blob);
  expect(lstatSync(blob).isSymbolicLink()).toBe(true);
  await expect(put({ from: folder, releases, keys: key.trusted })).rejects.toMatchObject({ code: 'ELOOP' });
});

test('a tree with a file whose name no box takes is no release, and the file is named', async () => {
  const { signer } = await newReleaseKey();
  const tree = treeOf('0.2.0', { ...FILES, 'app/日本': 'x' });
  await expect(makeRelease(tree, temporaryFolder(), signer)).rejects.toMatchObject({
    code: 'not-release-tree',
    what: { en: expect.stringMatching('app/日本') },
  });
});

test('a tree with a link is no release', async () => {
  const { signer } = await newReleaseKey();
  const tree = treeOf('0.2.0', FILES);
  symlinkSync('/etc/passwd', join(tree, 'app/passwd'));
  await expect(makeRelease(tree, temporaryFolder(), signer)).rejects.toMatchObject({ code: 'not-release-tree' });
});

describe('a release is fetched', () => {
  async function fetching() {
    const { key, folder, releases } = await site();
    const server = await serveFolder(folder);
    const to = join(temporaryFolder(), 'update');
    const http = openHttp();
    const running = join(releases, '0.1.0');
    const fetch = ({ running, by = key }: { readonly running?: string; readonly by?: SigningKey } = {}) =>
      fetchRelease(
        { url: server.url, headers: {}, name: NAME, folder: to, http, keys: by.trusted, running },
        AbortSignal.timeout(20_000),
      ).finally(() => http.close());
    return { key, server, to, releases, running, fetch };
  }

  test('without what the running one has, and can be put in its place', async () => {
    const { key, server, to, releases, running, fetch } = await fetching();
    await fetch({ running });
    expect(server.asked).toHaveLength(3); // the manifest, main.js and manifest.json
    await put({ from: to, releases, keys: key.trusted });
    expect(readFileSync(join(releases, '0.2.0/app/main.js'), 'utf8')).toBe('new program');
  });

  test('on from where it was interrupted, and what was fetched of another release goes', async () => {
    const { server, to, fetch } = await fetching();
    mkdirSync(join(to, 'blobs'), { recursive: true });
    writeFileSync(join(to, '0.1.5_amd64.fetching'), '');
    writeFileSync(join(to, 'blobs', 'old.gz'), 'old');
    server.isDown = true;
    await expect(fetch()).rejects.toMatchObject({ code: 'release-unreachable' });
    server.isDown = false;
    await fetch();
    expect(readdirSync(join(to, 'blobs')).includes('old.gz')).toBe(false);
    const [blob = ''] = readdirSync(join(to, 'blobs'));
    const whole = readFileSync(join(to, 'blobs', blob));
    for (const kept of [1, whole.length - 1, whole.length]) {
      writeFileSync(join(to, 'blobs', `${blob}.part`), whole.subarray(0, kept));
      rmSync(join(to, 'blobs', blob));
      server.asked.length = 0;
      await fetch();
      expect(server.asked.filter((each) => each.includes('blobs'))).toEqual([
        expect.stringContaining(`bytes=${kept}-`),
      ]);
      expect(readFileSync(join(to, 'blobs', blob)).equals(whole)).toBe(true);
    }
  });

  test('from nobody whose releases are not trusted', async () => {
    const { fetch, to } = await fetching();
    await expect(fetch({ by: await newReleaseKey() })).rejects.toMatchObject({ code: 'release-untrusted' });
    expect(existsSync(to)).toBe(false);
  });
});

test('a folder of keys that cannot be read is told and passed over, and the others count', async () => {
  const { publicFolder } = await newReleaseKey();
  const unreadable = join(temporaryFolder(), 'keys');
  writeFileSync(unreadable, ''); // no folder, since root may read any
  const told: string[] = [];
  expect(await readTrustedKeys([unreadable, publicFolder], ({ message }) => told.push(message))).toHaveLength(1);
  expect(told).toEqual([expect.stringContaining(`sudo chmod -R a+rX ${unreadable}`)]);
});

test('a manifest is read as it was written, and versions are ordered by their numbers', () => {
  const manifest = {
    ...({ version: '1.20.3', architecture: 'armhf', releasedAt: 1_700_000_000_000, node: null } as const),
    files: [{ path: 'a/b.js', mode: 0o644, bytes: 5, sha256: 'ab'.repeat(32) }],
  };
  expect(decodeManifest(encodeManifest(manifest))).toEqual(manifest);
  const sorted = ['1.20.3', '1.3.0', '0.9.9', '1.20.10'].toSorted(compareVersions);
  expect(sorted).toEqual(['0.9.9', '1.3.0', '1.20.3', '1.20.10']);
});

test('bytes that are no manifest are refused, whatever they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(() => decodeManifest(bytes)).toThrow();
    }),
  );
});
