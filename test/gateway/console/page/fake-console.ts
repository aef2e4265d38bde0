/** The console's server as its contract has it: the page as it is built, sessions, the gateway's own actions, and the live status. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { safeHeaders } from '../../../../gateway/console/headers.ts';
import { answer, type ControlSources } from '../../../../gateway/control/actions.ts';
import { MachimoriError } from '../../../../shared/errors.ts';
import { piecesOf } from '../../control/pieces.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
const CHANGING = [
  ...['retry-refused', 'drop-refused', 'export', 'add-devices'],
  ...['watch-frames', 'test-output', 'silence-output', 'send-order', 'stop-roll-out'],
];
const CSRF = 'csrf-of-the-session';
export const PASSWORD = 'correct horse';
export const FINGERPRINT =
  'AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89';

export interface FakeConsole {
  readonly url: string;
  /** Requests for actions since the start, with what they asked. */
  readonly asked: { readonly action: string; readonly parameters: unknown }[];
  /** Sends the status as it is now to all who watch, or that one. */
  push(status?: unknown): Promise<void>;
  watchers(): number;
  /** Ends every stream with the event "gone". */
  sayGone(): void;
  /** From now on every connection breaks. */
  goAway(): void;
  comeBack(): void;
  /** Connections stay and nothing more is answered. */
  fallSilent(): void;
  /** As if the session's time were over. */
  endSession(): void;
  lockOut(): void;
  /** The gateway's clock minus that of the page, ms. */
  aheadMs: number;
  close(): Promise<void>;
}

interface Options {
  readonly role: 'viewer' | 'technician';
  readonly sources: ControlSources;
  /** When the page's clock begins, epoch ms. */
  readonly at: number;
  readonly isSignedIn?: boolean;
  /** Where maps take their tiles from. */
  readonly tiles?: string;
}

export async function startConsole(
  folder: string,
  { role, sources, at, isSignedIn = true, tiles = '' }: Options,
): Promise<FakeConsole> {
  const startedAt = Date.now();
  const asked: FakeConsole['asked'] = [];
  const streams = new Set<ServerResponse>();
  const state = { isAway: false, isSilent: false, isOpen: isSignedIn, isLocked: false, aheadMs: 0 };
  const status = async () => JSON.parse(await textOf(answer('status', {}, sources)));
  const send = (stream: ServerResponse, event: string, data: unknown) =>
    stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    response.setHeader('date', new Date(at + Date.now() - startedAt + state.aheadMs).toUTCString());
    for (const [name, value] of Object.entries(safeHeaders(tiles, false))) response.setHeader(name, value);
    if (pathname === '/session') return session(request, response);
    if (pathname === '/live' || pathname.startsWith('/do/')) {
      if (!state.isOpen) return void response.writeHead(401).end();
      if (pathname === '/live') {
        response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
        streams.add(response);
        response.on('close', () => streams.delete(response));
        return void send(response, 'status', await status());
      }
      return act(pathname.slice('/do/'.length), request, response);
    }
    const file = readFileSync(join(folder, normalize(pathname === '/' ? '/index.html' : pathname)));
    response.writeHead(200, { 'content-type': TYPES[extname(pathname) || '.html'] ?? 'text/plain' }).end(file);
  };

  const session = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { gateway, tenant } = sources;
    const mine = { user: 'sato', role, gateway, tenant, version: '0.1.0', csrf: CSRF, fingerprint: FINGERPRINT, tiles };
    if (request.method === 'GET') {
      if (state.isOpen) response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(mine));
      else response.writeHead(401).end();
      return;
    }
    if (request.method === 'DELETE') {
      state.isOpen = false;
      return void response.writeHead(request.headers['x-csrf'] === CSRF ? 204 : 403).end();
    }
    const { user, password } = JSON.parse(await bodyOf(request));
    if (state.isLocked) return void response.writeHead(429, { 'retry-after': '30' }).end();
    state.isOpen = user === 'sato' && password === PASSWORD;
    response.writeHead(state.isOpen ? 204 : 401).end();
  };

  const act = async (action: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parameters = JSON.parse(await bodyOf(request));
    if (request.headers['x-csrf'] !== CSRF) return void response.writeHead(403).end();
    asked.push({ action, parameters });
    if (role === 'viewer' && CHANGING.includes(action)) return void response.writeHead(403).end();
    try {
      const pieces = await answer(action, parameters, sources);
      if (!(Symbol.asyncIterator in pieces)) return void response.end(await textOf(pieces));
      response.flushHeaders();
      await pipeline(Readable.from(pieces), response).catch(() => {}); // the page has left
    } catch (fault) {
      if (!(fault instanceof MachimoriError)) throw fault;
      const { code, what, on, hint } = fault;
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ code, what, on, hint }));
    }
  };

  const server = createServer((request, response) => {
    if (state.isAway) request.socket.destroy();
    else if (!state.isSilent) respond(request, response).catch(() => response.writeHead(404).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, // a TCP server has a port
    asked,
    watchers: () => streams.size,
    async push(given) {
      const shown = given ?? (await status());
      for (const stream of streams) send(stream, 'status', shown);
    },
    sayGone() {
      for (const stream of streams) send(stream, 'gone', {});
    },
    goAway() {
      state.isAway = true;
      server.closeAllConnections();
    },
    comeBack() {
      state.isAway = false;
      state.isSilent = false;
    },
    fallSilent() {
      state.isSilent = true;
    },
    endSession() {
      state.isOpen = false;
      for (const stream of streams) stream.destroy();
    },
    lockOut() {
      state.isLocked = true;
    },
    get aheadMs() {
      return state.aheadMs;
    },
    set aheadMs(ms: number) {
      state.aheadMs = ms;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function textOf(answering: ReturnType<typeof answer>): Promise<string> {
  return Buffer.concat(await piecesOf(answering)).toString('utf8');
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // a request's chunks are Buffers
  return Buffer.concat(chunks).toString('utf8');
}
