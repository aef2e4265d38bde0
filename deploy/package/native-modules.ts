/**
 * The native modules of a release: where each processor's come from.
 *
 *   serialport, cbor-extract, node-pty    are built against Node-API, which every Node.js release understands: their packages bring them
 *   better-sqlite3                        is built against one line of Node.js, here, on a copy: a checkout's node_modules is never touched
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { NativeFiles } from './bundle.ts';

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
