import { execFile } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { closeDatabase, openDatabase } from '../../gateway/buffer/database.ts';
import { buildWatchedDisk, cannotWatch, type DiskFault, setFault, watchedEnvironment } from '../disk/watched-disk.ts';
import { workFolder } from '../disk/work-folder.ts';
import { checkEveryMoment } from '../power-cut/crash-images.ts';
import { runLives } from '../power-cut/run-lives.ts';
import { repositoryRoot } from '../repository-root.ts';

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

test.skipIf(cannotWatch)(
  'on a full disk the ballast makes room for opening, and without one that is said',
  async () => {
    const folder = workFolder();
    const directory = join(folder, 'data');
    const file = join(directory, 'buffer.sqlite');
    closeDatabase(openDatabase(file, 1e6).db);
    const [recording, faultFile] = [join(folder, 'recording'), join(folder, 'fault')];
    const env = watchedEnvironment({ library: buildWatchedDisk(folder), directory, recording, faultFile });
    const program = pathToFileURL(join(repositoryRoot, 'build/gateway/buffer/database.js'));
    const open = `import('${program}').then(({ openDatabase, closeDatabase }) => closeDatabase(openDatabase('${file}', 1e6).db))`;
    const opened = () => promisify(execFile)(process.execPath, ['-e', open], { env });
    setFault(faultFile, { operation: 'write', fault: 'ENOSPC', times: 'until-room' });
    await expect(opened()).rejects.toThrow('SQLITE_FULL');
    writeFileSync(`${file}-ballast`, 'ballast');
    await opened();
    expect(readdirSync(directory)).toEqual(['buffer.sqlite']);
  },
);
