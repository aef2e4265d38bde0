/** What a stranger on the network may try: paths, names, sizes, slowness, numbers, and requests that are two. */
import { once } from 'node:events';
import { symlinkSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { builtPage, openConsole, until } from './console-rig.ts';

/** Everything that comes until the other end closes. */
async function answerOf(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (piece: Buffer) => {
    text += piece.toString('latin1');
  });
  await once(socket, 'close');
  return text;
}

test.each([
  '/../console-accounts',
  '/assets/../../console-accounts',
  '/assets/..%2f..%2fconsole-accounts',
  '/assets/%2e%2e/%2e%2e/console-accounts',
  '/assets/..%252f..%252fconsole-accounts',
  '/assets/..\\..\\console-accounts',
  '/assets/....//....//console-accounts',
  '/assets//etc/passwd',
  '//etc/passwd',
  '/assets/index-a1b2c3.js/',
  '/assets/index-a1b2c3.js%00.css',
  '/assets/',
  '/assets',
  '/index.html',
  '/page/index.html',
  '/assets/way-out.js',
  '/console-accounts',
  '/sessions',
  '/healthz',
])('%s leads nowhere', async (path) => {
  const { ask } = await openConsole();
  expect((await ask('GET', path)).status).toBe(404);
});

test('a link in the built page is not followed', async () => {
  const first = await openConsole();
  builtPage(first.folder);
  writeFileSync(join(first.folder, 'secret.js'), 'a secret');
  symlinkSync(join(first.folder, 'secret.js'), join(first.folder, 'page', 'assets', 'linked-a1.js'));
  expect((await first.ask('GET', '/assets/linked-a1.js')).status).toBe(404);
});

test('the page is fresh each time, what has a hash in its name is kept for ever, and both are compressed', async () => {
  const { ask } = await openConsole();
  const page = await ask('GET', '/?lang=ja');
  expect([page.status, page.headers['cache-control'], page.headers['content-type']]).toEqual([
    ...[200, 'no-cache', 'text/html; charset=utf-8'],
  ]);
  const asset = '/assets/index-a1b2c3.js';
  const plain = await ask('GET', asset);
  expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(plain.text).toContain('runs runs');
  const etag = plain.headers.etag;
  expect((await ask('GET', asset, { headers: { 'if-none-match': etag ?? '' } })).status).toBe(304);
  const head = await ask('HEAD', asset);
  expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', String(plain.text.length)]);
  const zipped = await ask('GET', asset, { headers: { 'accept-encoding': 'br, gzip;q=0.5' } });
  expect(zipped.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
  expect(Number(zipped.headers['content-length'])).toBeLessThan(plain.text.length / 4);
  const refused = await ask('GET', asset, { headers: { 'accept-encoding': 'gzip;q=0' } });
  expect(refused.headers['content-encoding']).toBeUndefined();
});

test('what is compressed is the same file', async () => {
  const { port } = await openConsole();
  const response = await fetch(`http://127.0.0.1:${port}/assets/index-a1b2c3.js`);
  expect(response.headers.get('content-encoding')).toBe('gzip');
  expect(await response.text()).toContain('runs runs');
  expect(() => gunzipSync(Buffer.from('not this'))).toThrow();
});

test('a console without its page says how it is built, in both languages', async () => {
  const { ask } = await openConsole({}, { hasPage: false });
  const { status, headers, text } = await ask('GET', '/');
  expect([status, headers['content-type']]).toEqual([503, 'text/plain; charset=utf-8']);
  expect(text).toMatch(/npm run build\n.*npm run build を実行/);
});

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob: https://tiles.example:8443; font-src 'self'; connect-src 'self' https://tiles.example:8443; worker-src 'self' blob:; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

test('every answer, good or bad, says what a page may do with it', async () => {
  const { ask, signIn } = await openConsole({ tiles: 'https://tiles.example:8443/std/{z}/{x}/{y}.png' });
  const { cookie } = await signIn();
  const all = [
    await ask('GET', '/'),
    await ask('GET', '/assets/index-a1b2c3.js'),
    await ask('GET', '/nothing'),
    await ask('GET', '/session'),
    await ask('GET', '/session', { headers: { cookie } }),
    await ask('POST', '/session', { body: '{' }),
    await ask('PUT', '/session'),
    await ask('GET', '/', { headers: { host: 'evil.example' } }),
    await ask('POST', '/session', { body: 'x'.repeat(70_000) }),
  ];
  expect(all.map(({ status }) => status)).toEqual([200, 200, 404, 401, 200, 400, 405, 403, 413]);
  for (const { headers } of all) {
    expect(headers).toMatchObject({
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'permissions-policy': 'camera=(self), geolocation=(self)',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers['strict-transport-security']).toBeUndefined();
    expect(headers['x-powered-by'] ?? headers.server).toBeUndefined();
  }
  for (const { headers } of all.slice(2)) expect(headers['cache-control']).toBe('no-store');
});

test.each([
  ['127.0.0.1:9465', 200],
  ['localhost:9465', 200],
  ['LOCALHOST', 200],
  ['[::1]:9465', 200],
  ['192.0.2.7', 200],
  ['box-1.city.example', 200],
  ['evil.example', 403],
  ['box-1.city.example.evil.example', 403],
  ['localhost.evil.example', 403],
  ['127.0.0.1.evil.example', 403],
  ['127.0.0.1@evil.example', 403],
  ['evil.example#127.0.0.1', 403],
  ['[::1].evil.example', 403],
  ['[evil.example]', 403],
])('a web page whose own name (%j) leads here is turned away: %i', async (host, expected) => {
  const { ask } = await openConsole({ names: ['box-1.city.example'] });
  expect((await ask('GET', '/', { headers: { host } })).status).toBe(expected);
});

test.each([
  ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ['an empty Host', 'GET / HTTP/1.1\r\nHost: \r\n\r\n', 403],
  ['no Host in HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n', 403],
  ['two of them', 'GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n', 403],
  ['a whole address', 'GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 404],
  [
    'length and chunks',
    'POST /session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
  ],
  [
    'two lengths',
    'POST /session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde',
    400,
  ],
  ['a length with a sign', 'POST /session HTTP/1.1\r\nHost: localhost\r\nContent-Length: +4\r\n\r\nabcd', 400],
  [
    'an unknown coding',
    'POST /session HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
    400,
  ],
  [
    'a folded header',
    'GET /session HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n Cookie: c\r\nConnection: close\r\n\r\n',
    400,
  ],
  ['a blank before the colon', 'GET / HTTP/1.1\r\nHost : localhost\r\n\r\n', 400],
  ['a bare line feed in a header', 'GET / HTTP/1.1\r\nHost: localhost\nX-A: b\r\nConnection: close\r\n\r\n', 400],
  ['a zero in a header', 'GET / HTTP/1.1\r\nHost: localhost\r\nX-A: \u0000\r\n\r\n', 400],
  ['a method of nobody', 'STEAL / HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
  ['TLS', '\u0016\u0003\u0001\u0002\u0000', 400],
  ['too long a header', `GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
  [
    'an expectation',
    'POST /session HTTP/1.1\r\nHost: localhost\r\nExpect: a-miracle\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
    417,
  ],
])('a request with %s is refused, and nothing after it is answered', async (_, text, status) => {
  const { raw } = await openConsole();
  const socket = raw();
  socket.end(Buffer.from(`${text}`, 'latin1'));
  const answer = await answerOf(socket);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
});

test('a request that is hidden in the body of another is not answered', async () => {
  const { raw, port } = await openConsole();
  const hidden = 'GET /nothing-hidden HTTP/1.1\r\nHost: localhost\r\n\r\n';
  for (const method of ['GET', 'DELETE', 'POST']) {
    const socket = raw();
    const head = `${method} /session HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Length: ${hidden.length}\r\n\r\n`;
    socket.end(`${head}${hidden}`);
    expect((await answerOf(socket)).match(/HTTP\/1\.1 /g)).toHaveLength(1);
  }
});

test('a tunnel or another protocol is not opened', async () => {
  const { raw } = await openConsole();
  const tunnel = raw();
  tunnel.write('CONNECT localhost:22 HTTP/1.1\r\nHost: localhost:22\r\n\r\n');
  expect(await answerOf(tunnel)).not.toContain('200');
  const socket = raw();
  const upgrade = 'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
  socket.end(`GET /live HTTP/1.1\r\nHost: localhost\r\n${upgrade}Sec-WebSocket-Version: 13\r\n\r\n`);
  expect(await answerOf(socket)).not.toContain('101');
});

test('a body that is too large is refused, announced or not, and not kept', async () => {
  const { ask, raw, signIn } = await openConsole();
  const { cookie, csrf } = await signIn();
  const headers = { cookie, 'x-csrf': csrf };
  const fits = await ask('POST', '/do/status', { headers, body: JSON.stringify({ a: 'x'.repeat(60_000) }) });
  expect(fits.status).toBe(200);
  expect((await ask('POST', '/do/status', { headers, body: 'x'.repeat(65_537) })).status).toBe(413);
  const socket = raw();
  socket.write('POST /session HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n');
  for (let n = 0; n < 80; n++) socket.write(`400\r\n${'x'.repeat(0x400)}\r\n`);
  expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 413 /);
});

test.each([
  ['', 'nothing'],
  ['GET / HT', 'half a line'],
  ['POST /session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{', 'half a body'],
])('whoever connects and says %j, which is %s, is shown the door, by the clock', async (text) => {
  const { raw, clock } = await openConsole();
  const socket = raw();
  socket.write(text);
  await until(async () => {
    await clock.advance(1_000);
    expect(socket.closed).toBe(true);
  });
});

test('a thousand connections of one address keep nobody else out', async () => {
  const { raw, tryToSignIn, signIn, session } = await openConsole();
  const { cookie } = await signIn('suzuki', { localAddress: '127.0.0.2' });
  const crowd = Array.from({ length: 1_000 }, () => raw());
  let gone = 0;
  for (const socket of crowd) {
    socket.on('close', () => {
      gone += 1;
    });
    socket.write('GET / HTTP/1.1\r\n');
  }
  await until(() => expect(crowd.length - gone).toBeLessThanOrEqual(64));
  expect((await tryToSignIn('sato', undefined, { localAddress: '127.0.0.3' })).status).toBe(204);
  expect((await session(cookie)).status).toBe(200);
});
