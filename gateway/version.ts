/** The release, as package.json says it. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

export function readVersion(): string {
  for (const path of ['../package.json', '../../package.json']) {
    try {
      const { name, version } = require(path) as { name: string; version: string }; // npm checks its shape
      if (name === 'machimori') return version;
    } catch {
      // Compiled code lies one folder deeper than the sources; the other path serves.
    }
  }
  return 'unknown';
}
