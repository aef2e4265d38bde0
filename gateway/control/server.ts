/**
 * The control socket: how the command line asks and changes the running gateway. Nothing else changes
 * anything from outside but the console (gateway/console/), by the same actions; the status server is read-only.
 *
 *   machimori ──POST /<action>, JSON──▶ control.sock (HTTP on a unix domain socket) ──▶ actions.ts ──▶ buffer, register, status
 *
 * `control.sock` is in the data directory, for its owner only (0600). A socket that a killed gateway left behind is replaced;
 * one that answers is not. If the gateway cannot open the socket, it logs that and runs without it. Bounds: `maxConnections`,
 * `maxBodyBytes` of a request, `idleMs` without a byte.
 */
import { once } from 'node:events';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { codeOf, messageOf } from '../../shared/errors.ts';
import type { Log } from '../machine/log.ts';
import { answer, type ControlSources } from './actions.ts';
import { badRequest, faultJson, maxBodyBytes, parseJson } from './messages.ts';
import { answers, controlSocketOf, maxPathBytes } from './socket.ts';
import { say } from './words.ts';

const maxConnections = 8;
const idleMs = 120_000;

/** Serves until the signal aborts. */
export async function serveControl(
  directory: string,
  sources: ControlSources,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const path = controlSocketOf(directory);
  const server = createServer((request, response) => void respond(request, response, sources, log));
  server.maxConnections = maxConnections;
  server.requestTimeout = idleMs;
  server.timeout = idleMs;
  try {
    await listen(server, path);
  } catch (fault) {
    server.close();
    log.warn(
      'The control socket cannot be served; status cannot be asked, and export, settle and refused need the gateway stopped',
      {
        path,
        fault: messageOf(fault),
      },
    );
    return;
  }
  server.on('error', (fault) => log.warn('The control socket failed', { path, fault: fault.message }));
  if (!signal.aborted) await once(signal, 'abort');
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

async function listen(server: Server, path: string): Promise<void> {
  const bytes = new TextEncoder().encode(path).length;
  if (bytes > maxPathBytes) {
    throw new RangeError(`the path has ${bytes} bytes, a socket's at most ${maxPathBytes}: shorten data-directory`);
  }
  try {
    await listenOnce(server, path);
  } catch (fault) {
    if (codeOf(fault) !== 'EADDRINUSE' || (await answers(path))) throw fault;
    rmSync(path);
    await listenOnce(server, path);
  }
  chmodSync(path, 0o600);
}

async function listenOnce(server: Server, path: string): Promise<void> {
  server.listen(path);
  await once(server, 'listening'); // rejects with the server's error
}

/** Never rejects. */
async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  sources: ControlSources,
  log: Log,
): Promise<void> {
  try {
    if (request.method !== 'POST') throw badRequest(say.notPost());
    const action = request.url?.slice(1) ?? '';
    const pieces = await answer(action, parseJson(await bodyOf(request)), sources);
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    log.debug('A request is answered', { action });
    await pipeline(Readable.from(pieces), response).catch((fault) => {
      const hasLeft = codeOf(fault) === 'ERR_STREAM_PREMATURE_CLOSE';
      if (!hasLeft || !(Symbol.asyncIterator in pieces)) throw fault; // what goes on and on ends with its reader
    });
  } catch (fault) {
    if (response.headersSent) {
      response.destroy(); // so that the client sees that the answer is not complete
      log.warn('A request did not get its whole answer', { path: request.url, fault: messageOf(fault) });
    } else {
      response.writeHead(400, { 'content-type': 'application/json', connection: 'close' }).end(faultJson(fault));
    }
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  const isAnnounced = Number(request.headers['content-length'] ?? 0) > maxBodyBytes;
  for await (const piece of request as AsyncIterable<Uint8Array>) {
    bytes += piece.length;
    // What is too long is read too, or the client would not read the answer; but nothing of it is kept.
    if (isAnnounced || bytes > maxBodyBytes) pieces.length = 0;
    else pieces.push(piece);
  }
  if (bytes > maxBodyBytes) throw badRequest(say.tooLong({ max: maxBodyBytes }));
  return Buffer.concat(pieces).toString('utf8');
}
