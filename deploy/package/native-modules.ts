/**
 * The native modules of a release: where each processor's come from.
 *
 *   serialport, cbor-extract, node-pty    are built against Node-API, which every Node.js release understands: their packages bring them
 *   better-sqlite3                        is built against one line of Node.js, here, on a copy: a checkout's node_modules is never touched
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { NativeFiles } from './bundle.ts';
import { fetchedPackage, lockedPackage } from './fetched-package.ts';

/** As npm names processors. */
export type Processor = 'x64' | 'arm64' | 'arm';

/** What serialport's package calls its module for each. */
const SERIAL: Readonly<Record<Processor, string>> = {
  x64: 'linux-x64/@serialport+bindings-cpp.glibc.node',
  arm64: 'linux-arm64/@serialport+bindings-cpp.armv8.glibc.node',
  arm: 'linux-arm/@serialport+bindings-cpp.armv7.glibc.node',
};

/** Those of packages for `processor`, which are in `modules`, a node_modules folder; without what is not there. */
export function prebuiltModules(root: string, processor: Processor, modules = join(root, 'node_modules')): NativeFiles {
  const files = {
    '@serialport/bindings-cpp': join(root, 'node_modules/@serialport/bindings-cpp/prebuilds', SERIAL[processor]),
    'cbor-extract': join(modules, `@cbor-extract/cbor-extract-linux-${processor}/node.napi.glibc.node`),
    '@lydell/node-pty': join(modules, `@lydell/node-pty-linux-${processor}/pty.node`),
  };
  return Object.fromEntries(Object.entries(files).filter(([, file]) => existsSync(file)));
}

/** For this machine and the Node.js by which npm installed: all as they are installed. */
export function installedModules(root: string, processor: Processor): NativeFiles {
  const sqlite = join(root, 'node_modules/better-sqlite3/build/Release/better_sqlite3.node');
  return { ...prebuiltModules(root, processor), 'better-sqlite3': sqlite };
}

export interface BuildOptions {
  readonly root: string;
  readonly processor: Processor;
  /** The prefix of the compiler's name. */
  readonly tools: string;
  /** A folder with include/node of the Node.js that is to run it. */
  readonly headers: string;
  /** What was built here before is taken as it is. */
  readonly folder: string;
  /**
   * Of what npm has compiled for this machine, whatever serves is taken: the module if the Node.js has the same interface, else SQLite, which
   * knows nothing of Node.js. A quarter of the time; but what npm compiled with may differ from machine to machine.
   */
  readonly isQuick: boolean;
}

/** Builds better-sqlite3 from the installed package's sources; returns its file. A minute: nearly all of it is SQLite. Throws if the compiler fails. */
export function buildSqlite({ root, processor, tools, headers, folder, isQuick }: BuildOptions): string {
  const file = join(folder, 'build/Release/better_sqlite3.node');
  if (existsSync(file)) return file;
  rmSync(folder, { recursive: true, force: true });
  const source = join(root, 'node_modules/better-sqlite3');
  const installed = join(source, 'build/Release');
  const isOwn = isQuick && processor === process.arch;
  if (isOwn && interfaceOf(headers) === process.versions.modules) return join(installed, 'better_sqlite3.node');
  const archive = isOwn && existsSync(join(installed, 'sqlite3.a')) ? join(installed, 'sqlite3.a') : undefined;
  cpSync(source, folder, { recursive: true, filter: (path) => path !== join(source, 'build') });
  const gyp = join(
    dirname(realpathSync(execFileSync('which', ['npm'], { encoding: 'utf8' }).trim())),
    '../node_modules/node-gyp/bin/node-gyp.js',
  );
  // A 32-bit time ends in 2038.
  const flags = processor === 'arm' ? '-D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64' : '';
  const args = [gyp, 'rebuild', '--release', `--arch=${processor}`, `--nodedir=${headers}`];
  if (archive !== undefined) args.push(`--sqlite3=${emptySqlite(folder)}`);
  execFileSync(process.execPath, args, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      CC: `${tools}-gcc`,
      CXX: `${tools}-g++`,
      CFLAGS: flags,
      CXXFLAGS: flags,
      ...(archive !== undefined && { LDFLAGS: `-Wl,--whole-archive,${archive},--no-whole-archive` }),
      npm_config_nodedir: headers, // what npm was told of this machine's Node.js comes before the argument
      npm_config_loglevel: 'error',
    },
  });
  return file;
}

/** What better-sqlite3 takes for SQLite: its interface alone. */
function emptySqlite(folder: string): string {
  const empty = join(folder, 'sqlite-interface');
  mkdirSync(empty);
  cpSync(join(folder, 'deps/sqlite3/sqlite3.h'), join(empty, 'sqlite3.h'));
  writeFileSync(join(empty, 'sqlite3.c'), '');
  return empty;
}

/** Of native modules, as `process.versions.modules` has it: "127" is Node.js 22. */
function interfaceOf(headers: string): string | undefined {
  return /^#define NODE_MODULE_VERSION (\d+)$/m.exec(
    readFileSync(join(headers, 'include/node/node_version.h'), 'utf8'),
  )?.[1];
}

/** Those that packages bring, also for a processor that they were not installed for. */
export function fetchedModules(root: string, processor: Processor, cache: string): NativeFiles {
  const modules = join(cache, `modules-${processor}`);
  for (const name of [`@cbor-extract/cbor-extract-linux-${processor}`, `@lydell/node-pty-linux-${processor}`]) {
    const wanted = lockedPackage(root, name);
    if (wanted === undefined) continue; // there is none for it
    cpSync(fetchedPackage(wanted, cache), join(modules, name), { recursive: true });
  }
  return prebuiltModules(root, processor, modules);
}
