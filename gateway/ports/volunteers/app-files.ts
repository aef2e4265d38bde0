/**
 * The built watch-over app, as it is served: read once, when the port opens. Its pages may load what is served here and nothing else.
 *
 * Bound: `maxFiles` of `maxBytes` in all; what is beyond them is not served.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { ownFile } from '../../machine/own-files.ts';

const maxFiles = 200;
const maxBytes = 5_000_000;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

const SAFE = {
  'content-security-policy':
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'permissions-policy': 'bluetooth=(self), geolocation=(self)',
};

export interface AppFile {
  readonly bytes: Uint8Array;
  readonly headers: Readonly<Record<string, string>> & { readonly etag: string };
}
/** By path: "/", "/assets/app.js". */
export type AppFiles = ReadonlyMap<string, AppFile>;

export function readAppFiles(directory = ownFile('watch-app')): AppFiles {
  if (!existsSync(directory)) return new Map();
  const files = new Map<string, AppFile>();
  let room = maxBytes;
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !(extname(entry.name) in TYPES) || files.size >= maxFiles) continue;
    const file = join(entry.parentPath, entry.name);
    const bytes = readFileSync(file);
    room -= bytes.length;
    if (room < 0) break;
    const path = `/${relative(directory, file).split(sep).join('/')}`;
    files.set(path.replace(/\/index\.html$/, '/'), appFile(extname(entry.name), bytes));
  }
  return files;
}

/** `extension`: one of those that are served. */
export function appFile(extension: string, bytes: Uint8Array): AppFile {
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  return { bytes, headers: { ...SAFE, 'content-type': TYPES[extension] ?? '', 'cache-control': 'no-cache', etag } };
}
