import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { createConnection } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { formatMetrics } from '../../../gateway/status/metrics.ts';
import { serveStatus } from '../../../gateway/status/server.ts';
import { freePort } from '../net/free-port.ts';
import { sources } from './status-rig.ts';

async function served() {
  const all = sources();
  const address = `127.0.0.1:${await freePort()}`;
  const stop = new AbortController();
  const serving = serveStatus(address, all.from, all.rig.rig.log, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await serving;
  });
  const get = (path: string, init?: RequestInit) => fetch(`http://${address}${path}`, init);
  await vi.waitFor(() => get('/healthz'), { timeout: 10_000, interval: 5 });
  return { ...all, get, address };
}

test('/healthz answers 200 when all is well and 503 when it is not, both with the status', async () => {
  const { get, port, rig } = await served();
  const well = await get('/healthz');
  expect(well.status).toBe(200);
  expect(await well.json()).toMatchObject({ gateway: 'gateway-01', healthy: true });
  port.state = 'closed';
  await rig.clock.advance(500); // an answer stands for so long
  const ill = await get('/healthz?verbose');
  expect(ill.status).toBe(503);
  expect(await ill.json()).toMatchObject({ healthy: false, problems: [{ en: expect.stringContaining('river') }] });
});

test('/metrics answers Prometheus text, and anything else is 404', async () => {
  const { get, from } = await served();
  const metrics = await get('/metrics');
  expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(await metrics.text()).toBe(formatMetrics(from));
  expect((await get('/')).status).toBe(404);
  expect((await get('/metrics', { method: 'POST' })).status).toBe(404);
});

test.each([
  ['127.0.0.1:9464', 200],
  ['localhost', 200],
  ['[::1]:9464', 200],
  ['evil.example', 403],
  ['127.0.0.1.evil.example:9464', 403],
])('a web page whose own name (%j) leads here may not read the status: %i', async (host, expected) => {
  const { address } = await served();
  const [name, port] = address.split(':');
  const asked = request({ host: name, port, path: '/healthz', headers: { host } });
  asked.end();
  const [response] = await once(asked, 'response');
  response.resume();
  expect(response.statusCode).toBe(expected);
});

test('a status port that is taken is said, and the gateway goes on', async () => {
  const { rig, from } = sources();
  const port = await freePort();
  const other = createServer().listen(port, '127.0.0.1');
  onTestFinished(() => {
    other.close();
  });
  await vi.waitFor(() => expect(other.listening).toBe(true));
  await serveStatus(`127.0.0.1:${port}`, from, rig.rig.log, new AbortController().signal);
  expect(rig.rig.log.at('warn')[0]?.fields.fault).toContain('EADDRINUSE');
});

test('a connection brings one request, so that a pipeline is not worked off, and an answer stands for a while', async () => {
  const { address, get, rig, port } = await served();
  const before = await (await get('/metrics')).text();
  port.bytes += 1_000;
  expect(await (await get('/metrics')).text()).toBe(before);
  await rig.clock.advance(500);
  expect(await (await get('/metrics')).text()).not.toBe(before);
  const [host, number] = address.split(':');
  const socket = createConnection({ host, port: Number(number) });
  let answer = '';
  socket.on('data', (text: Buffer) => {
    answer += text;
  });
  socket.write('GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(100));
  await once(socket, 'close');
  expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(1);
});
