import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { agesOf, type BoardFigures, faultsOf } from './board-run.ts';
import { openControlGroup } from './control-group.ts';
import { noStages } from './lateness.ts';

const held: BoardFigures = {
  ...{ readings: 1_200, perSecond: 20, lost: 0, twice: 0, restarts: 0, isWatched: true },
  ...{ p50Ms: 5_000, p99Ms: 10_000, maxMs: 20_000, late: 1, lateBy: { ...noStages(), stood: 1 } },
  ...{ peakMb: 160, anonMb: 60, fileMb: 90, timesFull: 3, cpuPercent: 20, throttledPercent: 5 },
};
const limits = { memoryBytes: 160, cpuPercent: 20 };

test('a board that kept every bound held', () => {
  expect(faultsOf(held)).toEqual([]);
});

test.each([
  [{ restarts: 1 }, 'the gateway was started again 1 times'],
  [{ lost: 2 }, '2 readings were lost'],
  [{ twice: 3 }, '3 readings are stored twice'],
  [{ maxMs: 20_001 }, 'a reading was late by more than the batch age: it came after 20001 ms (late ones: stood 1)'],
  [{ perSecond: 18 }, 'only 18 readings a second were sent: the devices were late'],
  [{ isWatched: false }, 'the console said nothing for a minute'],
])('one that broke a bound did not: %j', (broken, fault) => {
  expect(faultsOf({ ...held, ...broken })).toEqual([fault]);
});

test('ages are told by their ranks, and what came over a second after the batch age is counted', () => {
  expect(agesOf([11_001, 1, 11_000])).toEqual({ p50Ms: 11_000, p99Ms: 11_000, maxMs: 11_001, late: 1 });
  expect(agesOf([])).toEqual({ p50Ms: 0, p99Ms: 0, maxMs: 0, late: 0 });
});

test('a control group of version 1 is limited and read by three controllers', () => {
  const root = folderWith({
    'memory/b/memory.stat': 'cache 5\nrss 7\ntotal_rss 70\n',
    'memory/b/memory.usage_in_bytes': '12\n',
    'memory/b/memory.max_usage_in_bytes': '15\n',
    'memory/b/memory.failcnt': '2\n',
    'cpu/b/cpu.stat': 'nr_periods 41\nthrottled_time 3000000\n',
    'cpuacct/b/cpuacct.usage': '9000000\n',
  });
  const group = openControlGroup('b', limits, root);
  expect(group.version).toBe(1);
  expect(readFileSync(join(root, 'memory/b/memory.limit_in_bytes'), 'utf8')).toBe('160');
  expect(readFileSync(join(root, 'cpu/b/cpu.cfs_quota_us'), 'utf8')).toBe('20000');
  expect(group.look()).toEqual({
    ...{ usedBytes: 12, peakBytes: 15, anonBytes: 7, fileBytes: 5, timesFull: 2 },
    ...{ cpuMs: 9, throttledMs: 3 },
  });
});

test('one of version 2 is limited and read in one folder', () => {
  const root = folderWith({
    'cgroup.controllers': 'cpu memory\n',
    'b/memory.stat': 'anon 7\nfile 5\n',
    'b/memory.current': '12\n',
    'b/memory.peak': '15\n',
    'b/memory.events': 'low 0\nmax 2\noom 0\n',
    'b/cpu.stat': 'usage_usec 9000\nthrottled_usec 3000\n',
  });
  const group = openControlGroup('b', limits, root);
  expect(group.version).toBe(2);
  expect(readFileSync(join(root, 'b/memory.max'), 'utf8')).toBe('160');
  expect(readFileSync(join(root, 'b/cpu.max'), 'utf8')).toBe('20000 100000');
  expect(group.look()).toEqual({
    ...{ usedBytes: 12, peakBytes: 15, anonBytes: 7, fileBytes: 5, timesFull: 2 },
    ...{ cpuMs: 9, throttledMs: 3 },
  });
});

function folderWith(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'machimori-group-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}
