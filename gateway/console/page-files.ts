/**
 * The console's built page: `/` and what is below `/assets/`, as vite has written it. Only what was there when the console opened is served, by its
 * path, so no path leads anywhere else. It is compressed when it is first asked for, and kept.
 *
 * Bounds: `maxFiles` of `maxBytes` in all; what is beyond them is not served.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { ownFile } from '../machine/own-files.ts';

const maxFiles = 200;
const maxBytes = 5_000_000;
const compress = promisify(gzip);

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};
/** They are compressed already. */
const AS_THEY_ARE = ['.png', '.woff2'];

interface Made {
  readonly plain: Buffer;
  /** Undefined if it would not be smaller. */
  readonly small: Buffer | undefined;
  readonly etag: string;
}

export class PageFiles {
  readonly #paths: ReadonlyMap<string, string>;
  readonly #made = new Map<string, Promise<Made>>();

  constructor(folder = ownFile('console')) {
    this.#paths = pathsIn(folder);
  }

  get isBuilt(): boolean {
    return this.#paths.has('/');
  }

  has(path: string): boolean {
    return this.#paths.has(path);
  }

  /** Answers GET and HEAD for a path that it has. Rejects with the system's error if the file can no longer be read. */
  async answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const file = this.#paths.get(path) ?? '';
    const made = this.#made.get(path) ?? make(file);
    this.#made.set(path, made);
    made.catch(() => this.#made.delete(path));
    const { plain, small, etag } = await made;
    const isHashed = path.startsWith('/assets/'); // by vite: another content has another name
    const headers = {
      'content-type': TYPES[extname(file)] ?? '',
      'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      vary: 'accept-encoding',
      etag,
    };
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304, headers).end();
    const isSmall = small !== undefined && takesGzip(request);
    const bytes = isSmall ? small : plain;
    response.writeHead(200, {
      ...headers,
      ...(isSmall && { 'content-encoding': 'gzip' }),
      'content-length': bytes.length,
    });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  }
}

/** Whether a client takes it (RFC 9110 §12.5.3), without weighing one coding against another. */
export function takesGzip({ headers }: IncomingMessage): boolean {
  const codings = String(headers['accept-encoding'] ?? '').split(',');
  return codings.some((coding) => /^\s*gzip\s*(;\s*q=(1(\.0*)?|0?\.\d*[1-9]\d*)\s*)?$/i.test(coding));
}

async function make(file: string): Promise<Made> {
  const plain = await readFile(file);
  const zipped = AS_THEY_ARE.includes(extname(file)) ? plain : await compress(plain, { level: 9 });
  const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
  return { plain, small: zipped.length < plain.length ? zipped : undefined, etag };
}

/** Files by the path of their address; links are not followed. */
function pathsIn(folder: string): ReadonlyMap<string, string> {
  const page = join(folder, 'index.html');
  if (!existsSync(page)) return new Map();
  const paths = new Map([['/', page]]);
  const assets = join(folder, 'assets');
  let room = maxBytes - statSync(page).size;
  for (const entry of existsSync(assets) ? readdirSync(assets, { withFileTypes: true }) : []) {
    if (!entry.isFile() || !(extname(entry.name) in TYPES) || paths.size >= maxFiles) continue;
    const file = join(assets, entry.name);
    room -= statSync(file).size;
    if (room >= 0) paths.set(`/assets/${entry.name}`, file);
  }
  return paths;
}
