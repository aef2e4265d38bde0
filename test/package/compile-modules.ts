/** Compiles every native module that `try-runtimes` and `try-packages` need, one after the other: what .ci/run does beside the tests. */
import { join } from 'node:path';
import { ARCHITECTURES, HEADERS_FOR_SYSTEM } from '../../deploy/package/architectures.ts';
import { fetchedPackage } from '../../deploy/package/fetched-package.ts';
import { buildSqlite } from '../../deploy/package/native-modules.ts';
import { repositoryRoot } from '../repository-root.ts';
import { CACHE, openRuntimes } from './runtimes.ts';

openRuntimes();
for (const [architecture, { node, processor, tools }] of Object.entries(ARCHITECTURES)) {
  const wanted = node ?? HEADERS_FOR_SYSTEM;
  const headers = fetchedPackage(wanted, CACHE);
  buildSqlite({
    root: repositoryRoot,
    processor,
    tools,
    headers,
    folder: join(CACHE, `better-sqlite3-${architecture}-${wanted.version}`),
  });
}
