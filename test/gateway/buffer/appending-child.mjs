/** Appends readings as fast as they become durable and prints the number of each as soon as it is; until it is killed. */
import { writeSync } from 'node:fs';
import { Buffer } from '../../../dist/gateway/buffer/buffer.js';
import { SystemClock } from '../../../dist/gateway/machine/system-clock.js';

const [file, first] = process.argv.slice(2);
const silent = () => {};
const buffer = Buffer.open({
  file,
  gateway: 'gateway-01',
  boot: 'boot-1',
  maxBytes: 100_000_000,
  batchReadings: 25,
  batchAgeMs: 20,
  holdMs: 600_000,
  feeds: [{ name: 'city', encoding: 'columns', compression: 'none', accepts: () => true }],
  clock: new SystemClock('always'),
  log: { debug: silent, info: silent, warn: silent, error: silent },
});

let next = Number(first);

async function write(kind) {
  for (;;) {
    const number = next++;
    await buffer.append([{ device: 'gauge-01', kind, observedAt: Date.now(), values: { level: number } }]);
    writeSync(1, `${number}\n`);
  }
}

await Promise.all([...Array(7).fill('water-level'), 'alarm'].map(write));
