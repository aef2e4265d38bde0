/** What a small batch may cost its receiver, measured in a process of its own, from the compiled code. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeBatch } from '../../shared/feed/batch.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { repositoryRoot } from '../repository-root.ts';
import { COLUMNS, compressed, SENML } from './feed-bombs.ts';

const maxTakenMb = 110;
const maxMs = 3_000; // a second on a machine that does nothing else

const RECEIVE = `
  const [dist, file] = process.argv.slice(1);
  const { receiveBatch } = await import(dist + '/shared/feed/receive.js');
  const { decompress } = await import(dist + '/gateway/buffer/compress.js');
  const message = (await import('node:fs')).readFileSync(file);
  const peak = () => process.resourceUsage().maxRSS / 1024;
  const [before, start] = [peak(), performance.now()];
  const store = { storeBatch: () => 'stored', storeGap() {} };
  const receipt = await receiveBatch(message, { decompress, store });
  console.log(JSON.stringify({ takenMb: peak() - before, ms: performance.now() - start, receiptBytes: receipt.length }));
`;

async function received(message: Uint8Array) {
  const file = join(temporaryFolder(), 'batch');
  writeFileSync(file, message);
  const args = ['--input-type=module', '-e', RECEIVE, join(repositoryRoot, 'dist'), file];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (text: Buffer) => (out += text));
  expect(await once(child, 'close')).toEqual([0, null]);
  return JSON.parse(out) as { takenMb: number; ms: number; receiptBytes: number };
}

const shapes = [
  ...Object.entries(COLUMNS).map(([name, make]) => ['columns', name, make] as const),
  ...Object.entries(SENML).map(([name, make]) => ['senml', name, make] as const),
];

test.each(shapes)(
  'a body in %s with %s costs little memory and time',
  { timeout: 60_000 },
  async (encoding, _, make) => {
    const header = { gateway: 'gw', epoch: '0011223344556677', number: 1, lane: 'routine', count: 100_000 } as const;
    const message = encodeBatch({ ...header, encoding, compression: 'brotli' }, compressed(make()));
    expect(message.length).toBeLessThan(10_000);
    const { takenMb, ms, receiptBytes } = await received(message);
    expect(receiptBytes).toBeGreaterThan(0);
    expect(takenMb).toBeLessThan(maxTakenMb);
    expect(ms).toBeLessThan(maxMs);
  },
);
