/** This release: its version, from package.json, and the day it was built. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** No reading of this release can be older (epoch ms), so a clock that shows an earlier time has not been set. */
export const RELEASED_AT = Date.UTC(2026, 10, 1);

export function readVersion(): string {
  for (const path of ['../../package.json', '../../../package.json']) {
    try {
      const { name, version } = require(path) as { name: string; version: string }; // npm checks its shape
      if (name === 'machimori') return version;
    } catch {
      // Compiled code lies one folder deeper than the sources; try the other path.
    }
  }
  return 'unknown';
}
