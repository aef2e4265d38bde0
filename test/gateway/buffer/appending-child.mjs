/** Appends readings and takes in batches as fast as they become durable, and prints each reading's number as soon as it is; until it is killed. */
import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { ReadingBuffer } from '../../../dist/gateway/buffer/buffer.js';
import { SystemClock } from '../../../dist/gateway/machine/system-clock.js';
import { encodeBatch, encodeBody } from '../../../dist/shared/feed/batch.js';

const [file, first] = process.argv.slice(2);
const silent = () => {};
const buffer = ReadingBuffer.open({
  file,
  gateway: 'hub-01',
  takesIn: true,
  boot: 'boot-1',
  maxBytes: 100_000_000,
  batchReadings: 25,
  batchAgeMs: 20,
  holdMs: 600_000,
  outboxes: [{ name: 'city', encoding: 'columns', compression: 'none', accepts: () => true }],
  clock: new SystemClock('always'),
  log: { debug: silent, info: silent, warn: silent, error: silent },
});

let next = Number(first);
const reading = (kind, number) => ({ device: 'gauge-01', kind, observedAt: Date.now(), values: { level: number } });

async function write(kind) {
  for (;;) {
    const number = next++;
    await buffer.append([reading(kind, number)]);
    writeSync(1, `${number}\n`);
  }
}

/** Batches of other gateways. */
async function takeIn(_, gateway) {
  const source = { gateway: `gateway-${gateway}`, epoch: String(first).padStart(16, '0') };
  for (let number = 1; ; number++) {
    const level = next++;
    const { body, doubts } = encodeBody('columns', [reading('water-level', level)]);
    const header = { ...source, number, lane: 'routine', count: 1 };
    const bytes = encodeBatch({ ...header, encoding: 'columns', compression: 'none', doubts }, body);
    const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    const copies = new Map([['city', { bytes, count: 1 }]]);
    await buffer.takeIn({ kind: 'batch', tenant: 'kakogawa', at: Date.now(), header, digest, copies });
    writeSync(1, `${level}\n`);
  }
}

await Promise.all([...[...Array(5).fill('water-level'), 'alarm'].map(write), ...Array.from({ length: 3 }, takeIn)]);
