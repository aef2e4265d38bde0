import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFailed, onTestFinished } from 'vitest';

/**
 * A new folder, deleted if the test passes and kept for inspection if it fails. In memory if possible: thousands of images
 * are written there, and their own durability does not matter.
 */
export function workFolder(): string {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'machimori-disk-'));
  let hasFailed = false;
  onTestFailed(() => {
    hasFailed = true;
    console.error(`The recording and the last image are in ${folder}`);
  });
  onTestFinished(() => {
    if (!hasFailed) rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
