import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildWatchedDisk, cannotWatch } from '../disk/watched-disk.ts';
import { workFolder } from '../disk/work-folder.ts';
import { type CrashReport, checkEveryMoment } from './crash-images.ts';
import { MARKS_FILE } from './marks.ts';
import { type Life, type Lived, runLives } from './run-lives.ts';

const KILL = { operation: 'fsync', fault: 'kill', times: 'once' } as const;
const ENDED_CLEANLY: readonly Life[] = [
  { seed: 1, steps: 400 },
  { seed: 2, steps: 100 },
];
const KILLED_BEFORE_AN_FSYNC: readonly Life[] = Array.from({ length: 12 }, (_, i) => ({
  seed: i,
  steps: 60,
  fault: KILL,
}));

if (cannotWatch !== undefined) console.warn(`The power-cut tests are skipped: it ${cannotWatch}`);

async function cutAtEveryMoment(lives: readonly Life[], images: number): Promise<CrashReport & Lived> {
  const folder = workFolder();
  const lived = await runLives(folder, buildWatchedDisk(folder), lives);
  const report = await checkEveryMoment(lived.operations, { folder: join(folder, 'image'), seed: 7, images });
  console.info(`${report.images} power cuts, ${report.syncs} fsyncs, ${report.acknowledged} readings acknowledged`);
  return { ...lived, ...report };
}

test.skipIf(cannotWatch)('the recording holds everything done to the disk', { timeout: 120_000 }, async () => {
  const { directory, final } = await cutAtEveryMoment([{ seed: 3, steps: 60 }], 0);
  const files = readdirSync(directory).filter((name) => name !== MARKS_FILE);
  expect(new Set(final.keys())).toEqual(new Set(files));
  for (const name of files) expect(final.get(name), name).toEqual(new Uint8Array(readFileSync(join(directory, name))));
});

test.skipIf(cannotWatch)(
  'whatever a power cut leaves of unsynced writes, all promises hold',
  { timeout: 180_000 },
  async () => {
    const { broken, images } = await cutAtEveryMoment(ENDED_CLEANLY, 1_800);
    expect(broken).toEqual([]);
    expect(images).toBeGreaterThan(1_000);
  },
);

test.skipIf(cannotWatch)(
  'what a killed process left unsynced is made durable before anything builds on it',
  { timeout: 180_000 },
  async () => {
    const { broken, images } = await cutAtEveryMoment(KILLED_BEFORE_AN_FSYNC, 1_000);
    expect(broken).toEqual([]);
    expect(images).toBeGreaterThan(500);
  },
);
