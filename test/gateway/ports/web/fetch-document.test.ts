import { expect, onTestFinished, test } from 'vitest';
import { SystemClock } from '../../../../gateway/machine/system-clock.ts';
import { NobodyThere } from '../../../../gateway/net/absence.ts';
import { HostTurns } from '../../../../gateway/net/host-turns.ts';
import { type HttpRequest, openHttp } from '../../../../gateway/net/http.ts';
import {
  fetchDocument,
  type Looked,
  type Source,
  SourceRefused,
  TooLarge,
  type Version,
} from '../../../../gateway/ports/web/fetch-document.ts';
import { WebSource } from '../../../../simulators/web-source/web-source.ts';

const observedAt = Date.UTC(2026, 10, 26, 5, 10);

async function rig(path = '/river.json') {
  const server = await WebSource.open();
  const http = openHttp();
  onTestFinished(async () => {
    http.close();
    await server.close();
  });
  server.observe('引地橋', { at: observedAt, level: 1.23 });
  const turns = new HostTurns(new SystemClock('always'), 0);
  const look = (known?: Version, change: Partial<Source> = {}) => {
    const source = {
      url: server.origin + path,
      userAgent: 'machimori (test)',
      headers: { 'x-api-key': 'secret' },
      withinMs: 5_000,
      maxBytes: 1_000_000,
      ...change,
    };
    return fetchDocument(source, known, { http, turns, now: observedAt, signal: new AbortController().signal });
  };
  return { server, look };
}

const textOf = (looked: Looked) => (looked.isNew ? Buffer.from(looked.text).toString() : '');
const versionOf = (looked: Looked) => looked.version;
const faultOf = (looking: Promise<Looked>) => looking.catch((fault: unknown) => fault);

test.each(['/river.json', '/river.csv', '/river.html'])(
  '%s comes as UTF-8, whatever it is written in',
  async (path) => {
    const { look } = await rig(path);
    expect(textOf(await look())).toMatch(/^\ufeff[\s\S]*引地橋/);
  },
);

test('what says a wrong character set is read all the same', async () => {
  const { server, look } = await rig('/river.csv');
  server.fault = 'wrong-charset';
  expect(textOf(await look())).toContain('引地橋');
});

test('the character set of the settings has the last word', async () => {
  const { look } = await rig('/river.csv');
  expect(textOf(await look(undefined, { charset: 'euc-jp' }))).not.toContain('引地橋');
  expect(textOf(await look(undefined, { charset: 'shift_jis' }))).toContain('引地橋');
});

test('only what is new is asked for, by entity tag and date', async () => {
  const { server, look } = await rig();
  const known = versionOf(await look());
  expect(await look(known)).toEqual({ isNew: false });
  expect(server.asked.map(({ status }) => status)).toEqual([200, 304]);
  expect(server.asked[1]?.headers['if-modified-since']).toBe('Thu, 26 Nov 2026 05:10:00 GMT');
  server.observe('引地橋', { at: observedAt + 600_000, level: 1.25 });
  expect(textOf(await look(known))).toContain('1.25');
});

test('a server without tags sends the same document again, which is nothing new', async () => {
  const { server, look } = await rig();
  server.isTagless = true;
  const known = versionOf(await look());
  expect(await look(known)).toMatchObject({ isNew: false });
  expect(server.asked.map(({ status }) => status)).toEqual([200, 200]);
});

test('whoever asks is named, and the secret goes to the configured host alone', async () => {
  const asked: HttpRequest[] = [];
  const ask = async (request: HttpRequest) => {
    asked.push(request);
    const headers = { location: 'https://cdn.example.jp/river.json' };
    return asked.length === 1
      ? { status: 302, headers, body: Buffer.alloc(0) }
      : { status: 200, headers: {}, body: Buffer.from('{}') };
  };
  const source = {
    url: 'https://river.example.jp/river.json',
    userAgent: 'machimori (test)',
    headers: { 'x-api-key': 'secret' },
    withinMs: 5_000,
    maxBytes: 1_000,
  };
  const turns = new HostTurns(new SystemClock('always'), 0);
  const signal = new AbortController().signal;
  await fetchDocument(source, undefined, { http: { ask, close() {} }, turns, now: observedAt, signal });
  expect(asked.map(({ url, headers }) => [new URL(url).host, headers?.['user-agent'], headers?.['x-api-key']])).toEqual(
    [
      ['river.example.jp', 'machimori (test)', 'secret'],
      ['cdn.example.jp', 'machimori (test)', undefined],
    ],
  );
});

test('nothing that is protected is left for something that is not', async () => {
  const ask = async () => ({ status: 301, headers: { location: 'http://river.example.jp/' }, body: Buffer.alloc(0) });
  const source = { url: 'https://river.example.jp/', userAgent: 'a', headers: {}, withinMs: 5_000, maxBytes: 1_000 };
  const turns = new HostTurns(new SystemClock('always'), 0);
  const signal = new AbortController().signal;
  const looking = fetchDocument(source, undefined, { http: { ask, close() {} }, turns, now: observedAt, signal });
  expect(await faultOf(looking)).toMatchObject({
    message: 'the server sends to http://river.example.jp/, which is not followed',
  });
});

test('a page that has moved is followed, and where it went is known', async () => {
  const { server, look } = await rig('/old');
  const looked = await look();
  expect(textOf(looked)).toContain('引地橋');
  expect(looked).toMatchObject({ movedTo: `${server.origin}/river.json` });
});

test.each([
  ['loop', 'the server sends from one address to the next more than 3 times'],
  ['downgrade', 'the server sends to ftp://127.0.0.1/river.json, which is not followed'],
  ['broken', 'the server answers with the status 500'],
  ['gone', 'the server answers with the status 404'],
] as const)('a server that is %s gives a reason', async (fault, reason) => {
  const { server, look } = await rig();
  server.fault = fault;
  const thrown = await faultOf(look());
  expect(thrown).toBeInstanceOf(SourceRefused);
  expect(thrown).toMatchObject({ message: reason });
  expect(server.asked.length).toBeLessThanOrEqual(4);
});

test('a busy server says how long it wants to be left alone', async () => {
  const { server, look } = await rig();
  server.fault = 'busy';
  server.retryAfterS = 90;
  expect(await faultOf(look())).toMatchObject({ retryAfterMs: 90_000 });
});

test.each(['huge', 'endless', 'bomb'] as const)('a document that is %s is given up at its bound', async (fault) => {
  const { server, look } = await rig();
  server.fault = fault;
  const thrown = await faultOf(look());
  expect(thrown).toBeInstanceOf(TooLarge);
  expect(thrown).toMatchObject({ message: 'the document is larger than 1000000 bytes (max-size)' });
});

test('a server that never answers is given up, and one that is not there is told from it', async () => {
  const { server, look } = await rig();
  server.fault = 'slow';
  expect(await faultOf(look(undefined, { withinMs: 50 }))).toMatchObject({ message: 'no answer within 0.05 s' });
  server.fault = 'down';
  expect(await faultOf(look())).not.toBeInstanceOf(NobodyThere);
  await server.close();
  expect(await faultOf(look(undefined, { url: 'http://127.0.0.1:1/river.json' }))).toBeInstanceOf(NobodyThere);
});
