import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { NobodyThere } from '../../../gateway/net/absence.ts';
import { type HttpRequest, openHttp } from '../../../gateway/net/http.ts';
import { TextError } from '../../../shared/errors.ts';
import { freePort } from './free-port.ts';

const never = new AbortController().signal;

async function server(listener: RequestListener): Promise<{ url: string; server: Server }> {
  const http = createServer(listener);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/`, server: http };
}

function ask(request: Partial<HttpRequest> & { url: string }, signal = never) {
  const http = openHttp();
  onTestFinished(() => http.close());
  return http.ask({ method: 'GET', withinMs: 5_000, ...request }, signal);
}

test('an answer of any status is a value, with the body as it came', async () => {
  const { url } = await server((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      response
        .writeHead(429, { 'Retry-After': '7' })
        .end(`${request.method} ${request.headers['content-length']} ${body}`);
    });
  });
  const answer = await ask({ url, method: 'POST', body: '水位' });
  expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '7' } });
  expect(answer.body.toString()).toBe('POST 6 水位');
});

test('an address where nobody listens is told from a server that closes', async () => {
  await expect(ask({ url: `http://127.0.0.1:${await freePort()}/` })).rejects.toBeInstanceOf(NobodyThere);
  const { url } = await server((request) => request.socket.destroy());
  const fault = await ask({ url }).catch((thrown) => thrown);
  expect(fault).not.toBeInstanceOf(NobodyThere);
});

test('a server that does not answer, or answers for ever, is given up', async () => {
  const silent = await server(() => {});
  await expect(ask({ url: silent.url, withinMs: 50 })).rejects.toThrow('no answer within 0.05 s');
  const endless = await server((_, response) => {
    response.writeHead(200);
    response.write('x'.repeat(200));
  });
  await expect(ask({ url: endless.url, maxBytes: 100 })).rejects.toThrow('longer than 100 bytes');
  const stop = new AbortController();
  const asking = ask({ url: silent.url }, stop.signal);
  stop.abort();
  await expect(asking).rejects.toBeInstanceOf(TextError);
});

test('a kept connection that the server has closed is replaced', async () => {
  const sockets: Socket[] = [];
  const { url, server: http } = await server((_, response) => {
    response.end(String(sockets.length));
  });
  http.on('connection', (socket) => sockets.push(socket));
  const client = openHttp();
  onTestFinished(() => client.close());
  const text = async () => (await client.ask({ method: 'GET', url, withinMs: 5_000 }, never)).body.toString();
  expect(await text()).toBe('1');
  expect(await text()).toBe('1');
  sockets[0]?.destroy(); // the client may hear of it only when it sends
  expect(await text()).toBe('2');
});
