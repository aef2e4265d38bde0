/** The pages as bytes, compared with what the standards say of them. */
import { expect, onTestFinished, test } from 'vitest';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { changeRiver } from '../../../simulators/web-source/changing-river.ts';
import { encodeJapanese } from '../../../simulators/web-source/japanese-encoder.ts';
import { WebSource } from '../../../simulators/web-source/web-source.ts';

async function source() {
  const server = await WebSource.open();
  onTestFinished(() => server.close());
  server.observe('引地橋', { at: Date.UTC(2026, 10, 26, 5, 10), level: -0.5, rain: 2 });
  return server;
}

const bytesOf = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer());

test('the CSV is Shift_JIS and the page is EUC-JP (JIS X 0208: 3165 304C)', async () => {
  const { origin } = await source();
  expect((await bytesOf(`${origin}/river.csv`)).includes(Buffer.from('908588ca', 'hex'))).toBe(true);
  expect((await bytesOf(`${origin}/river.html`)).includes(Buffer.from('bfe5b0cc', 'hex'))).toBe(true);
  expect(() => encodeJapanese('😀', 'shift_jis')).toThrow('shift_jis has no 😀');
});

test('an entity tag is answered with 304, and changes with the page', async () => {
  const server = await source();
  const url = `${server.origin}/river.json`;
  const tag = (await fetch(url)).headers.get('etag') ?? '';
  const again = () => fetch(url, { headers: { 'if-none-match': tag } });
  expect((await again()).status).toBe(304);
  server.observe('引地橋', { at: Date.UTC(2026, 10, 26, 5, 20), level: 1 });
  expect((await again()).status).toBe(200);
});

test('the river that somebody tries out changes', async () => {
  const server = await source();
  const clock = new VirtualClock();
  const stop = new AbortController();
  const changing = changeRiver(server, clock, stop.signal);
  await clock.advance(25_000);
  stop.abort();
  await changing;
  const list = (await bytesOf(`${server.origin}/series.json`)).toString();
  expect(JSON.parse(list)).toHaveLength(4);
});
