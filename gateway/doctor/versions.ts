/** The runtime. */
import { doubtful, type Finding, good } from './finding.ts';
import { say } from './words.ts';

/** Node.js 20 had its last release in April 2026 (nodejs.org, release schedule). */
const lastOldMajor = 20;

/** `node`: as `process.versions.node` has it. */
export function examineVersions(node: string): Finding {
  const major = Number(node.split('.')[0]);
  return major > lastOldMajor
    ? good('runtime', say.node({ version: node }))
    : doubtful('runtime', say.nodeOld({ version: node }), say.updateNode());
}
