/**
 * An HTTP server that only takes WebSockets, with TLS if its files are given. With a CA set, clients need a certificate it
 * signed. The files are read when the server is made.
 */
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../shared/clock.ts';
import { readCredential } from './credentials.ts';
import { waitAtDoor } from './door.ts';

export interface GuardSettings {
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly caFile?: string | undefined;
}

export interface GuardedServer {
  readonly server: Server;
  readonly scheme: 'ws' | 'wss';
  /** Whoever has this connection belongs here; until then it waits at the door (`door.ts`). */
  letIn(socket: Socket): void;
}

/** Throws a MachimoriError "server-credentials" if a file cannot be read. */
export function guardedServer(settings: GuardSettings, clock: Clock): GuardedServer {
  const server = newServer(settings);
  return {
    server,
    scheme: settings.certFile === undefined ? 'ws' : 'wss',
    letIn: waitAtDoor(server, clock),
  };
}

function newServer({ certFile, keyFile, caFile }: GuardSettings): Server {
  if (certFile === undefined || keyFile === undefined) return createHttpServer(upgradeOnly);
  const options = {
    cert: readCredential(certFile, 'server'),
    key: readCredential(keyFile, 'server'),
    ...(caFile !== undefined && { ca: readCredential(caFile, 'server'), requestCert: true, rejectUnauthorized: true }),
  };
  return createHttpsServer(options, upgradeOnly);
}

const STATUS = { 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 503: 'Service Unavailable' } as const;

/** Turns down a request for a WebSocket. */
export function refuse(socket: Duplex, status: keyof typeof STATUS): void {
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

const upgradeOnly: RequestListener = (_request, response) => {
  response.writeHead(426, { upgrade: 'websocket', connection: 'close' }).end();
};
