/** This release: its version, from package.json, and the day it was built. */
import { readFileSync } from 'node:fs';
import { ownFile } from './own-files.ts';

/** No reading of this release can be older (epoch ms), so a clock that shows an earlier time has not been set. */
export const RELEASED_AT = Date.UTC(2026, 10, 1);

export function readVersion(): string {
  try {
    const { version } = JSON.parse(readFileSync(ownFile('package'), 'utf8')) as { version: string }; // npm checks its shape
    return version;
  } catch {
    return 'unknown'; // a copy without package.json still runs
  }
}
