/**
 * An HTTP server, with TLS if its files are given, that answers requests until it is told to stop.
 *
 * Bounds: `maxClients` connections, and times within which a request must come. Whoever answers bounds the body (`bodyOf`).
 */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { codeOf } from '../../shared/errors.ts';
import { foreign, type Text } from '../../shared/text.ts';
import { listen } from './address.ts';
import { readCredential } from './credentials.ts';
import type { GuardSettings } from './guarded-server.ts';
import { onAbort } from './keep-open.ts';
import { say } from './words.ts';

export interface RequestServer extends Pick<GuardSettings, 'certFile' | 'keyFile'> {
  readonly listen: string;
  readonly maxClients: number;
  /** Of TLS, such as whether clients are asked for a certificate. */
  readonly tls?: ServerOptions;
  /** It listens now. */
  opened(): void;
  /** If it rejects, the connection is destroyed: it broke while it was read. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

const timing = { requestTimeout: 60_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 };

/** Serves until the signal aborts or the address is lost; says why it ended. Rejects if it cannot listen. */
export async function serveRequests(options: RequestServer, signal: AbortSignal): Promise<Text> {
  const { certFile, keyFile, tls } = options;
  const listener: RequestListener = (request, response) => {
    options.answer(request, response).catch(() => response.destroy());
  };
  const server =
    certFile === undefined || keyFile === undefined
      ? createServer(timing, listener)
      : createTlsServer(
          { ...timing, ...tls, cert: readCredential(certFile, 'server'), key: readCredential(keyFile, 'server') },
          listener,
        );
  server.maxConnections = options.maxClients;
  let forget = () => {};
  try {
    await listen(server, options.listen);
    options.opened();
    return await new Promise<Text>((resolve) => {
      forget = onAbort(signal, () => resolve(say.stopped()));
      server.on('error', (fault) => resolve(foreign(codeOf(fault) || fault.message)));
    });
  } finally {
    forget();
    server.close();
    server.closeAllConnections();
  }
}

/** An answer without a body. */
export function end(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, headers).end();
}

/** Undefined if it is too large; the rest of it is not read, and the connection can still be answered. */
export async function bodyOf(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
