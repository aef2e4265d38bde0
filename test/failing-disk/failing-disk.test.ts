import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildWatchedDisk, cannotWatch, type DiskFault } from '../disk/watched-disk.ts';
import { workFolder } from '../disk/work-folder.ts';
import { checkEveryMoment } from '../power-cut/crash-images.ts';
import { runLives } from '../power-cut/run-lives.ts';

interface Case extends DiskFault {
  readonly says: string;
  /** Whether appends are rejected meanwhile, or the buffer copes. */
  readonly turnsDown: boolean;
}

const CASES: readonly Case[] = [
  { says: 'one fsync fails', operation: 'fsync', fault: 'EIO', times: 'once', turnsDown: true },
  { says: 'fsyncs fail for a while', operation: 'fsync', fault: 'EIO', times: 'always', turnsDown: true },
  { says: 'one write fails', operation: 'write', fault: 'EIO', times: 'once', turnsDown: true },
  { says: 'writes fail for a while', operation: 'write', fault: 'EIO', times: 'always', turnsDown: true },
  { says: 'the disk is full for a while', operation: 'write', fault: 'ENOSPC', times: 'always', turnsDown: true },
  { says: 'one write writes a half', operation: 'write', fault: 'short', times: 'once', turnsDown: false },
  { says: 'nothing can be changed for a while', operation: 'any', fault: 'EIO', times: 'always', turnsDown: true },
];

if (cannotWatch !== undefined) console.warn(`The failing-disk tests are skipped: it ${cannotWatch}`);

test.skipIf(cannotWatch).for(CASES)(
  'when $says now and then, the buffer goes on and nothing acknowledged is lost',
  { timeout: 120_000 },
  async ({ says: _, turnsDown, ...fault }) => {
    const folder = workFolder();
    const lives = [11, 12].map((seed) => ({ seed, steps: 60, fault }));
    const { operations, turnedDown } = await runLives(folder, buildWatchedDisk(folder), lives);
    const checks = { folder: join(folder, 'image'), seed: 7, images: 60, mayBeDamaged: true };
    const { broken, acknowledged } = await checkEveryMoment(operations, checks);
    expect(broken).toEqual([]);
    expect(acknowledged).toBeGreaterThan(50);
    expect(turnedDown > 0).toBe(turnsDown);
  },
);
