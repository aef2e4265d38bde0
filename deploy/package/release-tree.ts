/**
 * A release as a box keeps it: one folder that runs from wherever it lies. The package ships it, and a release file is the same tree.
 *
 *   manifest.json     what it is
 *   bin/machimori     starts it
 *   node              the Node.js that runs it, where there is one to bring
 *   app/              the bundle
 *   docs/, deploy/examples/
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RELEASED_AT, readVersion } from '../../gateway/machine/release.ts';
import { ARCHITECTURES, type Architecture, HEADERS_FOR_SYSTEM } from './architectures.ts';
import { bundle, fileOf } from './bundle.ts';
import { fetchedPackage } from './fetched-package.ts';
import { buildSqlite, fetchedModules } from './native-modules.ts';

export interface TreeOptions {
  /** The checkout, built. */
  readonly root: string;
  readonly architecture: Architecture;
  /** Made anew. */
  readonly folder: string;
  /** What was fetched and compiled is kept there. */
  readonly cache: string;
  /** Of native-modules.ts. */
  readonly isQuick: boolean;
}

/** Rejects if something cannot be fetched, compiled or bundled. */
export async function makeReleaseTree({ root, architecture, folder, cache, isQuick }: TreeOptions): Promise<void> {
  const { processor, tools, node } = ARCHITECTURES[architecture];
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'bin'), { recursive: true });
  const headers = fetchedPackage(node ?? HEADERS_FOR_SYSTEM, cache);
  const sqlite = buildSqlite({
    root,
    processor,
    tools,
    headers,
    isQuick,
    folder: join(
      cache,
      `better-sqlite3-${architecture}-${(node ?? HEADERS_FOR_SYSTEM).version}${isQuick ? '-quick' : ''}`,
    ),
  });
  const native = { ...fetchedModules(root, processor, cache), 'better-sqlite3': sqlite };
  await bundle({ root, folder: join(folder, 'app'), native });
  for (const name of Object.keys(native))
    execFileSync(`${tools}-strip`, ['--strip-unneeded', join(folder, 'app', fileOf(name))]);
  if (node !== null) {
    cpSync(join(headers, 'bin/node'), join(folder, 'node'));
    execFileSync(`${tools}-strip`, [join(folder, 'node')]);
    cpSync(join(headers, 'LICENSE'), join(folder, 'app/node-license.txt'));
  }
  cpSync(join(root, 'deploy/package/launcher'), join(folder, 'bin/machimori'));
  chmodSync(join(folder, 'bin/machimori'), 0o755);
  cpSync(join(root, 'deploy/examples'), join(folder, 'deploy/examples'), { recursive: true });
  cpSync(join(root, 'docs'), join(folder, 'docs'), { recursive: true });
  for (const name of ['README.md', 'README.ja.md', 'LICENSE']) cpSync(join(root, name), join(folder, name));
  const releasedAt = new Date(RELEASED_AT).toISOString().slice(0, 10);
  const manifest = { name: 'machimori', version: readVersion(), architecture, node: node?.version ?? null, releasedAt };
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}
