import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFailed, onTestFinished } from 'vitest';

/**
 * A new folder that goes when the test has passed, and stays to be looked at when it has failed. It is in memory where
 * there is such a folder: thousands of images are laid out in it, and their durability is not what is tested.
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
