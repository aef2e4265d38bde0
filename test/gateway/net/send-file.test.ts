import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { sendFile } from '../../../gateway/net/send-file.ts';
import { temporaryFolder } from '../temporary-folder.ts';

let url = '';
beforeEach(async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'ten'), '0123456789');
  writeFileSync(join(folder, 'empty'), '');
  const server = createServer((request, response) => void sendFile(join(folder, request.url ?? ''), request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
});

const get = (path: string, range?: string) =>
  fetch(`${url}/${path}`, range === undefined ? {} : { headers: { range } });

test.each([
  ['bytes=0-3', '0123', 'bytes 0-3/10'],
  ['bytes=8-99', '89', 'bytes 8-9/10'],
  ['bytes=9-', '9', 'bytes 9-9/10'],
])('a range of a file: %s', async (range, text, says) => {
  const answer = await get('ten', range);
  expect([answer.status, await answer.text(), answer.headers.get('content-range')]).toEqual([206, text, says]);
});

test('what begins behind the end is told with the length', async () => {
  for (const [path, range, says] of [
    ['ten', 'bytes=10-19', 'bytes */10'],
    ['empty', 'bytes=0-9', 'bytes */0'],
  ] as const) {
    const answer = await get(path, range);
    expect([answer.status, answer.headers.get('content-range')]).toEqual([416, says]);
  }
});

test('the whole of it for everything else, and nothing for a file that is not there', async () => {
  for (const range of [undefined, 'bytes=-3', 'bytes=0-1,3-4', 'lines=1-2']) {
    expect(await (await get('ten', range)).text()).toBe('0123456789');
  }
  expect((await get('other')).status).toBe(404);
  expect((await fetch(`${url}/ten`, { method: 'PUT' })).status).toBe(405);
});
