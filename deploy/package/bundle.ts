/**
 * The program as one folder for a box: its code in few files, native modules and pages beside it, no node_modules. A small machine reads it
 * from a card in a fraction of the time, and keeps less of it in memory (docs/performance.md, decision 63).
 *
 * Names in the code are kept: the codecs' sandbox takes a function as text, and stack traces name functions. The maps hold names and lines,
 * no sources. The same sources give the same bytes, wherever and whenever they are bundled.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { IN_BUNDLE, ownFile } from '../../gateway/machine/own-files.ts';

/**
 * Native modules by the package that has them. Each package asks a finder for its module, which looks beside the package's own files: `code` stands
 * in for the finder, and takes the module from the bundle's folder.
 */
const NATIVE = {
  'better-sqlite3': { finder: /^bindings$/, code: "module.exports = () => require('./better-sqlite3.node')" },
  '@serialport/bindings-cpp': {
    finder: /^node-gyp-build$/,
    code: "module.exports = () => require('./serialport-bindings-cpp.node')",
  },
  'cbor-extract': { finder: /^cbor-extract$/, code: "module.exports = require('./cbor-extract.node')" },
  '@lydell/node-pty': {
    finder: /^@lydell\/node-pty\/requireBinary\.js$/,
    code: "exports.requireBinary = () => require('./lydell-node-pty.node')",
  },
} as const satisfies Readonly<Record<string, { readonly finder: RegExp; readonly code: string }>>;
export type NativeModule = keyof typeof NATIVE;
/** The file of each, by module. A processor may lack one: what needs it says so, as when it is not installed. */
export type NativeFiles = Readonly<Partial<Record<NativeModule, string>>>;

/** Asked for by packages and by `ports/bluetooth/` if somebody has installed them. */
const ABSENT = ['pg-native', 'bufferutil', 'utf-8-validate', '@stoprocent/bluetooth-hci-socket'];
/** What Node.js prints of the line at which a program ends fits a terminal. */
const maxLineCharacters = 200;
/** CommonJS packages ask for these. */
const BANNER = [
  "import { createRequire as requireFrom } from 'node:module';",
  'const require = requireFrom(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname;',
].join('');

export interface BundleOptions {
  /** The checkout, built: dist/ holds the pages. */
  readonly root: string;
  /** Made anew. */
  readonly folder: string;
  readonly native: NativeFiles;
}

/** Rejects with esbuild's errors, and with the system's if something is not built or installed. */
export async function bundle({ root, folder, native }: BundleOptions): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { main: 'gateway/main.ts', 'codec-worker': 'gateway/codecs/sandbox/worker.ts' },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    chunkNames: '[name]-[hash]',
    minifySyntax: true,
    minifyWhitespace: true,
    lineLimit: maxLineCharacters,
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    banner: { js: BANNER },
    external: ['./*.node', ...ABSENT],
    plugins: [nativeModules, silent, namedExports],
    metafile: true,
    logLevel: 'warning',
  });
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.map'))) shortenMap(join(folder, file), root);
  for (const page of ['console', 'watch-app'] as const) {
    cpSync(join(root, 'dist', page), join(folder, IN_BUNDLE[page]), { recursive: true });
  }
  for (const name of ['engine', 'buffer', 'base64', 'floats'] as const)
    cpSync(ownFile(name), join(folder, IN_BUNDLE[name]));
  for (const [name, file] of Object.entries(native)) cpSync(file, join(folder, fileOf(name)));
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, string>; // npm checks its shape
  writeFileSync(join(folder, IN_BUNDLE.package), `${JSON.stringify({ name, version, type: 'module' })}\n`);
  writeFileSync(join(folder, 'licenses.txt'), licensesIn(root, metafile));
}

/** Of a native module, in the bundle. */
export function fileOf(module: string): string {
  return `${module.replace('@', '').replace('/', '-')}.node`;
}

const nativeModules: Plugin = {
  name: 'native-modules',
  setup({ onResolve, onLoad }) {
    for (const [module, { finder, code }] of Object.entries(NATIVE)) {
      onResolve({ filter: finder }, () => ({ path: module, namespace: 'native' }));
      onLoad({ filter: new RegExp(`^${module}$`), namespace: 'native' }, () => ({ contents: code, loader: 'js' }));
    }
  },
};

/**
 * `debug` is silent. mqtt-packet calls it for every field that it reads, which is a tenth of the cost of a message through a broker, and what it
 * prints includes passwords.
 */
const silent: Plugin = {
  name: 'silent',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^debug$/ }, ({ path }) => ({ path, namespace: 'silent' }));
    onLoad({ filter: /./, namespace: 'silent' }, () => ({
      contents: 'const tell = () => {}; tell.enabled = false; tell.extend = () => tell; module.exports = () => tell;',
    }));
  },
};

/**
 * A CommonJS package that is loaded when it is first needed has named exports by Node.js, and none by esbuild: what Node.js finds
 * is written out for it.
 */
const namedExports: Plugin = {
  name: 'named-exports',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind, resolveDir, namespace }) => {
      const isWanted =
        kind === 'dynamic-import' && namespace === 'file' && !path.startsWith('node:') && !ABSENT.includes(path);
      return isWanted ? { path, namespace: 'named', pluginData: resolveDir } : undefined;
    });
    onLoad({ filter: /./, namespace: 'named' }, async ({ path, pluginData }) => {
      const names = Object.keys(await import(path)).filter(
        (name) => /^[\w$]+$/.test(name) && name !== 'module.exports',
      );
      return { contents: `export { ${names.join(', ')} } from '${path}';`, resolveDir: pluginData };
    });
  },
};

/** Sources are named from the checkout's root, not from the bundle. */
function shortenMap(file: string, root: string): void {
  const map = JSON.parse(readFileSync(file, 'utf8')) as { sources: readonly string[] }; // written by esbuild
  const sources = map.sources.map((source) => relative(root, resolve(dirname(file), source)));
  writeFileSync(file, JSON.stringify({ ...map, sources }));
}

/** What the licences of the packages in it ask to be passed on with it. */
function licensesIn(root: string, { inputs }: Metafile): string {
  const folders = Object.keys(inputs).flatMap((input) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []);
  const all = [...new Set([...folders, ...Object.keys(NATIVE).map((name) => `node_modules/${name}`)])].toSorted();
  return all.map((folder) => licenseOf(join(root, folder))).join(`\n${'-'.repeat(80)}\n\n`);
}

function licenseOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
    string,
    string
  >; // as npm wrote it
  const file = existsSync(folder) ? readdirSync(folder).find((each) => /^licen[cs]e/i.test(each)) : undefined;
  return `${name} ${version} (${license})\n\n${file === undefined ? '' : readFileSync(join(folder, file), 'utf8')}`;
}
