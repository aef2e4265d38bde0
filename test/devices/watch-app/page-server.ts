/** A city's server in a test: the page as it is built, and a hub's door for phones beside it. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { decodeBatch } from '../../../shared/feed/batch.ts';
import { StandInHub } from './phone.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
};

export interface PageServer {
  readonly url: string;
  readonly hub: StandInHub;
  /** Requests of any kind since the start, but for the page's files. */
  readonly asked: string[];
  /** From now on every connection breaks. */
  goAway(): void;
  comeBack(): void;
  close(): Promise<void>;
}

export async function startPageServer(folder: string, list: Uint8Array, config: object): Promise<PageServer> {
  const hub = new StandInHub(list, () => Date.now());
  const asked: string[] = [];
  let isAway = false;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path === '/config.json') return send(response, '.json', JSON.stringify(config));
    if (!path.startsWith('/v1/')) return send(response, extname(path) || '.html', fileOf(folder, path));
    asked.push(`${request.method} ${path}`);
    if (path === '/v1/operators') return send(response, '.cbor', hub.list);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer); // a request's chunks are Buffers
    const result = await hub.upload(Uint8Array.from(Buffer.concat(chunks)));
    if (result.kind === 'receipt') send(response, '.cbor', result.bytes);
    else response.writeHead(503).end();
  };
  const server = createServer((request, response) => {
    if (isAway) request.socket.destroy();
    else answer(request, response).catch(() => response.writeHead(404).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, // a TCP server has a port
    hub,
    asked,
    goAway() {
      isAway = true;
      server.closeAllConnections();
    },
    comeBack() {
      isAway = false;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function fileOf(folder: string, path: string): Buffer {
  return readFileSync(join(folder, normalize(path === '/' ? '/index.html' : path)));
}

function send(response: ServerResponse, type: string, body: string | Uint8Array): void {
  response.writeHead(200, { 'content-type': TYPES[type] ?? 'application/cbor' }).end(body);
}

/** The names of the uploads that were asked for, in order. */
export function namesOf({ requests }: StandInHub): string[] {
  return requests.map(({ bytes }) => decodeBatch(bytes).header.gateway);
}
