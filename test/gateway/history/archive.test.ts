/** What was archived, and what has just come, through the action `history`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readConfigFile } from '../../../gateway/config/config.ts';
import { askIfRunning, readJson } from '../../../gateway/control/client.ts';
import type { LookUp } from '../../../gateway/destinations/archive/look-up.ts';
import { readArchive } from '../../../gateway/history/read-archive.ts';
import type { GatewayHere } from '../../../gateway/rig/gateway-here.ts';
import type { HistoryAnswer } from '../../../shared/history-answer.ts';
import { openTcp } from '../../../simulators/wires/tcp-wire.ts';
import { start } from '../../end-to-end/started.ts';
import { temporaryFolder } from '../temporary-folder.ts';

async function gauge(more: string) {
  const line = await openTcp();
  onTestFinished(() => line.unplug());
  const gateway = start(
    temporaryFolder(),
    `[gateway]
    id = "box"
    [status]
    enabled = false
    [console]
    enabled = true
    listen = "127.0.0.1:0"
    [buffer]
    commit-within = "20ms"
    batch-age = "50ms"
    [clock]
    synchronised = "always"
    [[port]]
    name = "river"
    type = "tcp"
    address = "${line.path.slice('tcp://'.length)}"
    [[device]]
    id = "gauge-01"
    type = "maxbotix"
    port = "river"
    mounting-height-m = 6.5
    median-of = 1
    ${more}`,
  );
  await expect.poll(() => gateway.sources.activity.ports.get('river')?.state, { timeout: 15_000 }).toBe('open');
  return { line, gateway };
}

function ask<T = HistoryAnswer>({ folder }: GatewayHere, parameters: object = {}): Promise<T> {
  const read = readConfigFile(join(folder, 'gateway.toml'));
  if (!read.ok) throw new Error('the configuration is faulty');
  const now = Date.now();
  const usual = {
    device: 'gauge-01',
    quantities: ['level', 'distance'],
    from: now - 3_600_000,
    to: now + 60_000,
    maxPoints: 1_000,
  };
  return askIfRunning(read.config, (ask) => readJson<T>(ask('history', { ...usual, ...parameters }))).then((found) => {
    if (found === undefined) throw new Error('no gateway runs');
    return found.answer;
  });
}

const levels = ({ series }: HistoryAnswer) => series.level?.map(([, , , mean]) => mean);

test('without an archive memory tells, and since when', async () => {
  const before = Date.now();
  const { line, gateway } = await gauge('');
  line.write(Buffer.from('R1200\r'));
  await expect.poll(() => gateway.sources.activity.devices.get('gauge-01')?.readings).toBe(1);
  line.write(Buffer.from('R1300\r'));
  await expect
    .poll(async () => levels(await ask(gateway, { maxPoints: 1_000, from: Date.now() - 20_000, to: Date.now() + 1 })))
    .toEqual([5.3, 5.2]);
  const answer = await ask(gateway);
  expect(answer.source).toBe('memory');
  expect(answer.since).toBeGreaterThanOrEqual(before - 1_000);
  await expect(ask(gateway, { device: 'gauge-02' })).rejects.toMatchObject({ code: 'no-device' });
  await expect(ask(gateway, { from: 5, to: 5 })).rejects.toMatchObject({ code: 'bad-request' });
  await expect(ask(gateway, { maxPoints: 1_001 })).rejects.toMatchObject({ code: 'bad-request' });
});

test('an archive tells what was before a restart, and memory the newest', async () => {
  const archive = '[[destination]]\nname = "archive"\ntype = "archive"\nurl = "sqlite:archive.db"';
  const { line, gateway } = await gauge(archive);
  for (const text of ['R1200\r', 'R1300\r']) {
    const count = gateway.sources.activity.devices.get('gauge-01')?.readings ?? 0;
    line.write(Buffer.from(text));
    await expect.poll(() => gateway.sources.activity.devices.get('gauge-01')?.readings).toBe(count + 1);
  }
  await expect.poll(() => gateway.sources.forwarders[0]?.stats.readingsStored, { timeout: 15_000 }).toBe(2);
  await gateway.stop();
  const toml = join(gateway.folder, 'gateway.toml');
  const again = start(gateway.folder, readFileSync(toml, 'utf8'));
  await expect.poll(() => again.sources.activity.ports.get('river')?.state, { timeout: 15_000 }).toBe('open');
  line.write(Buffer.from('R1400\r'));
  // Short, so that each reading is a point of its own.
  const wide = () => ({ from: Date.now() - 20_000, to: Date.now() + 1_000 });
  await expect.poll(async () => levels(await ask(again, wide()))?.length, { timeout: 15_000 }).toBe(3);
  const answer = await ask(again, wide());
  expect(levels(answer)).toEqual([5.3, 5.2, 5.1]);
  expect(answer).toMatchObject({ source: 'archive' });
  expect(answer).not.toHaveProperty('fault');
}, 60_000);

test('an archive that is not there is said, and memory tells what it has', async () => {
  const archive = '[[destination]]\nname = "archive"\ntype = "archive"\nurl = "postgresql://nobody@127.0.0.1:9/none"';
  const { line, gateway } = await gauge(archive);
  line.write(Buffer.from('R1200\r'));
  await expect.poll(async () => levels(await ask(gateway)), { timeout: 15_000 }).toEqual([5.3]);
  expect(await ask(gateway)).toMatchObject({ source: 'memory', fault: { en: expect.stringContaining('') } });
});

/** How long the slices are that are asked for, minutes; each takes so long, ms. */
async function slices({ tookMs, to, worksInThread }: { tookMs: number; to: number; worksInThread: boolean }) {
  let now = 0;
  const asked: number[] = [];
  const lookUp: LookUp = {
    relations: {} as LookUp['relations'], // nothing reads the SQL here
    ...(worksInThread && { worksInThread }),
    // biome-ignore lint/correctness/useYield: this archive has no rows
    async *rows(_, [from, to]) {
      asked.push((Number(to) - Number(from)) / 60_000);
      now += tookMs;
    },
    close: async () => {},
  };
  const clock = { moment: () => ({ wall: now, monotonic: now, synchronised: true }), sleep: async () => {} };
  const question = { tenant: 't', gateway: 'g', device: 'd', quantities: ['level'], from: 0, to, bucketMs: 1 };
  const { isCut } = await readArchive(lookUp, question, clock);
  return { asked, isCut };
}

const month = 30 * 86_400_000;

test('a slow archive is read in shorter and shorter slices, the newest first, and what takes too long is left out', async () => {
  const { asked, isCut } = await slices({ tookMs: 3_000, to: month, worksInThread: true });
  expect(isCut).toBe(true);
  expect(asked).toEqual([10, 1, 1, 1, 1, 1, 1]);
});

test('a silence is passed in steps that nobody would wait for if there were readings in the next', async () => {
  const { asked, isCut } = await slices({ tookMs: 0, to: month, worksInThread: true });
  expect(isCut).toBe(false);
  expect(Math.max(...asked)).toBe(60);
  expect(asked.length).toBeLessThan(750);
});

test('the end of time is passed no faster', async () => {
  const { asked } = await slices({ tookMs: 1, to: Number.MAX_SAFE_INTEGER, worksInThread: true });
  expect(Math.max(...asked)).toBe(60);
});

test('a server that is far away is asked for a month in few questions', async () => {
  const { asked, isCut } = await slices({ tookMs: 40, to: month, worksInThread: false });
  expect(isCut).toBe(false);
  expect(asked.length).toBeLessThan(20);
});
