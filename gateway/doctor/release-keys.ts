/** Whose releases this box takes. A key file that is none is passed over by every update, so somebody has to be told. */
import { existsSync } from 'node:fs';
import { readTrustedKeys } from '../update/trusted-keys.ts';
import { bad, type Finding, good } from './finding.ts';
import { say } from './words.ts';

/** None on a machine that has no folder of such keys: it takes no releases. */
export async function examineReleaseKeys(folders: readonly string[]): Promise<readonly Finding[]> {
  if (!folders.some((folder) => existsSync(folder))) return [];
  const faults: Finding[] = [];
  const keys = await readTrustedKeys(folders, ({ on, what, hint }) => {
    faults.push(bad('release keys', say.keyPassedOver({ file: on, what }), hint));
  });
  return faults.length > 0 ? faults : [good('release keys', say.releaseKeys({ count: keys.length }))];
}
