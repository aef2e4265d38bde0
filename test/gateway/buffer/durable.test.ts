import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Random } from '../../../simulators/random.ts';
import { BufferRig, idsOf, level, levels, settleAll, takeAll } from './buffer-rig.ts';
import { HUB } from './passing-rig.ts';

const kills = 24;
const child = join(fileURLToPath(new URL('.', import.meta.url)), 'appending-child.mjs');

test('append resolves only after the commit', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  let resolved = false;
  const appended = buffer.append([level(1)], { withinMs: 1_000 }).then(() => {
    resolved = true;
  });
  await rig.clock.advance(999);
  expect(resolved).toBe(false);
  expect(buffer.stats().commits).toBe(0);
  await rig.clock.advance(1);
  await appended;
  expect(buffer.stats().commits).toBe(1);
  expect(rig.crash().stats().open).toBe(1);
});

test('appends that come together share a commit, as early as the most urgent needs it', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  const appended = [
    buffer.append([level(1)], { withinMs: 10_000 }),
    buffer.append([level(2)], { withinMs: 1_000 }),
    buffer.append([level(3)], { withinMs: 2_000 }),
  ];
  await rig.clock.advance(1_000);
  await Promise.all(appended);
  expect(buffer.stats()).toMatchObject({ commits: 1, appended: 3, open: 3 });
});

test('ten thousand waiting readings are committed at once', async () => {
  const rig = new BufferRig({ batchReadings: 1_000 });
  const buffer = rig.open();
  await buffer.append(levels(1, 10_000), { withinMs: 60_000 });
  expect(takeAll(buffer)).toHaveLength(10);
});

test('device memory is committed with the readings', async () => {
  const rig = new BufferRig();
  const buffer = rig.open();
  await rig.put(buffer, [level(1)], { remember: new Map([['gauge-01', '{"total":41}']]) });
  await rig.put(buffer, [level(2)], { remember: new Map([['gauge-01', '{"total":42}']]) });
  expect(buffer.remembered().get('gauge-01')).toBe('{"total":42}');
  expect(rig.crash().remembered().get('gauge-01')).toBe('{"total":42}');
});

test(`everything acknowledged, of its own and of other gateways, is there exactly once after ${kills} kills`, async () => {
  const rig = new BufferRig(HUB);
  const random = new Random(20260115);
  const acknowledged: number[] = [];
  for (let kill = 0; kill < kills; kill++) {
    acknowledged.push(...(await runUntilKilled(rig.file, kill * 1_000_000, random.int(0, 300))));
  }
  const buffer = rig.open();
  buffer.flush();
  const all = await settleAll(rig, buffer);
  const found = all.flatMap(idsOf);
  expect(new Set(found).size).toBe(found.length);
  const present = new Set(found);
  expect(acknowledged.filter((number) => !present.has(number))).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(1_000);
  expect(all.filter(({ tenant }) => tenant === 'kakogawa').length).toBeGreaterThan(100);
  expect(buffer.take('city')).toBeUndefined();
}, 60_000);

/** Runs a child that appends and takes in, kills it after that many acknowledgements, and returns the acknowledged numbers. */
async function runUntilKilled(file: string, first: number, afterLines: number): Promise<number[]> {
  const process = spawn(globalThis.process.execPath, [child, file, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let heard = '';
  let lines = 0;
  process.stdout.on('data', (chunk: Uint8Array) => {
    const text = chunk.toString();
    heard += text;
    lines += text.split('\n').length - 1;
    if (lines > afterLines) process.kill('SIGKILL');
  });
  const [, signal] = await once(process, 'close');
  expect(signal).toBe('SIGKILL');
  return heard.split('\n').slice(0, -1).map(Number);
}
