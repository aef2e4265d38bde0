import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { expect, onTestFinished, test, vi } from 'vitest';
import { HostTurns } from '../../../../gateway/net/host-turns.ts';
import type { DocumentReceiver } from '../../../../gateway/ports/port.ts';
import { web } from '../../../../gateway/ports/web/web.ts';
import { VirtualClock } from '../../../../simulators/virtual-clock.ts';
import { WebSource } from '../../../../simulators/web-source/web-source.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { patience, surroundings } from '../heard.ts';

const nothing: DocumentReceiver = {
  opened() {},
  document: async () => {},
  unchanged() {},
  unusable() {},
  closed() {},
};

async function source(): Promise<WebSource> {
  const server = await WebSource.open();
  onTestFinished(() => server.close());
  server.observe('引地橋', { at: Date.UTC(2026, 10, 26), level: 1 });
  return server;
}

function run(settings: object, around: Partial<ReturnType<typeof surroundings>> = {}) {
  const port = web.open(v.parse(web.settings, { name: 'river', type: 'web', ...settings }), {
    ...surroundings(),
    ...around,
  });
  if (port.shape !== 'documents') throw new Error('a web port has documents');
  const stop = new AbortController();
  const running = port.run(nothing, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await running;
  });
  return port;
}

test('it says who asks, and sends the key from its file', async () => {
  const server = await source();
  const valueFile = join(temporaryFolder(), 'key');
  writeFileSync(valueFile, 'abc\n');
  run({
    url: `${server.origin}/river.json`,
    contact: 'bousai@city.example.jp',
    header: [{ name: 'X-Api-Key', valueFile }],
  });
  await vi.waitFor(() => expect(server.asked.length).toBe(1), patience);
  expect(server.asked[0]?.userAgent).toBe('machimori (+bousai@city.example.jp; kakogawa/gateway-01)');
  expect(server.asked[0]?.headers['x-api-key']).toBe('abc');
});

test('several ports of one host never ask at once', async () => {
  const server = await source();
  const clock = new VirtualClock();
  const turns = new HostTurns(clock);
  const paths = ['/river.json', '/series.json', '/river.csv', '/river.html', '/shelters.html', '/nothing'];
  for (const path of paths) run({ url: server.origin + path, everyMs: '2s' }, { clock, turns });
  await vi.waitFor(async () => {
    await clock.advance(500);
    expect(server.asked.length).toBeGreaterThan(40);
  }, patience);
  expect(server.mostAtOnce).toBe(1);
  expect(new Set(server.asked.map(({ path }) => path))).toEqual(new Set(paths));
});

test('what a query holds is shown nowhere', async () => {
  const server = await source();
  expect(run({ url: `${server.origin}/river.json?key=secret` }).path).toBe(`${server.origin}/river.json?…`);
  expect(web.source?.(v.parse(web.settings, { name: 'a', type: 'web', url: 'https://a.jp/b?key=secret' }))).toBe(
    'https://a.jp/b?…',
  );
});
