/** Trees, keys and a server of releases, for tests. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { readSigner } from '../../../gateway/update/release-key.ts';
import { readTrustedKeys, type TrustedKey } from '../../../gateway/update/trusted-keys.ts';
import type { Signer } from '../../../shared/signing/sign1.ts';
import { temporaryFolder } from '../temporary-folder.ts';

export interface SigningKey {
  readonly signer: Signer;
  readonly trusted: readonly TrustedKey[];
  /** PEM files. */
  readonly privateFile: string;
  readonly publicFolder: string;
}

export async function newReleaseKey(): Promise<SigningKey> {
  const folder = temporaryFolder();
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const privateFile = join(folder, 'release.key');
  const publicFolder = join(folder, 'trusted');
  mkdirSync(publicFolder);
  writeFileSync(privateFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(join(publicFolder, 'city.pem'), pemOf(publicKey));
  return {
    signer: await readSigner(privateFile),
    trusted: await readTrustedKeys([publicFolder], (fault) => {
      throw fault;
    }),
    privateFile,
    publicFolder,
  };
}

function pemOf(key: KeyObject): string | Buffer {
  return key.export({ type: 'spki', format: 'pem' });
}

/** A tree like that of a release. `files` by path; what ends in "!" is executable. */
export function treeOf(version: string, files: Readonly<Record<string, string>>, architecture = 'amd64'): string {
  const tree = temporaryFolder();
  const about = { name: 'machimori', version, architecture, node: null, releasedAt: '2026-11-01' };
  for (const [path, text] of Object.entries({ 'manifest.json': JSON.stringify(about), ...files })) {
    const file = join(tree, path.replace(/!$/, ''));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, path.endsWith('!') ? 0o755 : 0o644);
  }
  return tree;
}

export interface ReleaseServer {
  readonly url: string;
  /** Every path asked for, with its range. */
  readonly asked: string[];
  /** From then on connections are cut. */
  isDown: boolean;
}

/** Serves a folder with ranges (RFC 9110, 14), as a web server does. */
export async function serveFolder(folder: string): Promise<ReleaseServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    if (site.isDown) return void request.socket.destroy();
    const file = join(folder, request.url ?? '');
    asked.push([request.url, request.headers.range].filter(Boolean).join(' '));
    if (!existsSync(file)) return void response.writeHead(404).end();
    const all = readFileSync(file);
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    if (first === undefined) return void response.end(all);
    if (Number(first) >= all.length)
      return void response.writeHead(416, { 'content-range': `bytes */${all.length}` }).end();
    const piece = all.subarray(Number(first), Number(last) + 1);
    const range = `bytes ${first}-${Number(first) + piece.length - 1}/${all.length}`;
    response.writeHead(206, { 'content-range': range }).end(piece);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const site = { url: `http://127.0.0.1:${port}`, asked, isDown: false };
  return site;
}
