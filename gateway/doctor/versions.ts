/** The runtime. */
import { doubtful, type Finding, good } from './finding.ts';
import { say } from './words.ts';

/** Node.js 20 had its last release in April 2026 (nodejs.org, release schedule). */
const lastOldMajor = 20;
/** From this one on, SQLite's module aborts the process now and then (docs/decisions/0064-the-debian-package.md). */
const ABORTS_FROM = [24, 19] as const;

/** `node`: as `process.versions.node` has it. */
export function examineVersions(node: string): Finding {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  if (aborts(major, minor)) return doubtful('runtime', say.nodeAborts({ version: node }), say.takeEarlierNode());
  return major > lastOldMajor
    ? good('runtime', say.node({ version: node }))
    : doubtful('runtime', say.nodeOld({ version: node }), say.updateNode());
}

function aborts(major: number, minor: number): boolean {
  return major > ABORTS_FROM[0] || (major === ABORTS_FROM[0] && minor >= ABORTS_FROM[1]);
}
