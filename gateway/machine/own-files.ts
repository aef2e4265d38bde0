/**
 * Where this program's own files are. It runs in three shapes: from its sources (tests), compiled into dist/, and as the bundle of a
 * release, all of whose files lie in one folder. Nothing else in gateway/ asks where it is itself.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

type OwnFile =
  | 'main'
  | 'codec-worker'
  | 'console'
  | 'watch-app'
  | 'package'
  | 'engine'
  | 'buffer'
  | 'base64'
  | 'floats';

const SOURCES = '/gateway/machine/own-files.ts';
const COMPILED = '/gateway/machine/own-files.js';
const require = createRequire(import.meta.url);

/** By this file's own address: in a bundle it is part of another file. */
export const isBundled = ![SOURCES, COMPILED].some((end) => import.meta.url.endsWith(end));

/** Below dist/, and below package.json's folder. Node 20 cannot run TypeScript, so the sources too start what is compiled. */
const BUILT: Readonly<Partial<Record<OwnFile, string>>> = {
  main: 'gateway/main.js',
  'codec-worker': 'gateway/codecs/sandbox/worker.js',
  console: 'console',
  'watch-app': 'watch-app',
  package: '../package.json',
};

/** Of packages, and of packages that those bring, for QuickJS: its WebAssembly, and the sources that a codec's `Buffer` is made of. */
const OF_PACKAGES: Readonly<Partial<Record<OwnFile, readonly [string, ...string[]]>>> = {
  engine: ['@jitl/quickjs-wasmfile-release-sync/wasm'],
  buffer: ['buffer/index.js'],
  base64: ['buffer/index.js', 'base64-js'],
  floats: ['buffer/index.js', 'ieee754'],
};

/** In a bundle: beside the program. `deploy/package/bundle.ts` puts them there. */
export const IN_BUNDLE: Readonly<Record<OwnFile, string>> = {
  main: 'main.js',
  'codec-worker': 'codec-worker.js',
  console: 'console',
  'watch-app': 'watch-app',
  package: 'package.json',
  engine: 'quickjs.wasm',
  buffer: 'codec-buffer.cjs',
  base64: 'codec-base64.cjs',
  floats: 'codec-floats.cjs',
};

/** The path of a file or folder, whether it is there or not. Throws Node's error if a package is not installed. */
export function ownFile(name: OwnFile): string {
  if (isBundled) return below('./', IN_BUNDLE[name]);
  const [ofPackage, ...within] = OF_PACKAGES[name] ?? [];
  if (ofPackage !== undefined) {
    return within.reduce((file, next) => createRequire(file).resolve(next), require.resolve(ofPackage));
  }
  return below(import.meta.url.endsWith('.ts') ? '../../dist/' : '../../', BUILT[name] ?? '');
}

function below(folder: string, path: string): string {
  return fileURLToPath(new URL(path, new URL(folder, import.meta.url)));
}
