/**
 * The feed over HTTP: `POST /v1/<tenant>/<gateway>/<message>` with the bytes of docs/feed.md, answered by the receipt.
 *
 *   200 the receipt, or nothing for a birth or status · 401 who is it? · 403 another's name · 404 no such path · 413 too large
 *   400 not a message of the feed · 503 it could not be stored: send it again
 *
 * Who sends says so with each request: by the client certificate of its enrolment, or HTTP Basic (RFC 7617) with its user and password.
 * Bounds: `maxClients` connections, `maxMessageBytes` a body, and times within which a request must come.
 */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { codeOf, MachimoriError } from '../../../shared/errors.ts';
import { foreign, type Text } from '../../../shared/text.ts';
import { listen, plainAddress } from '../../net/address.ts';
import { ASKS_FOR_CERTIFICATE, fingerprintOf } from '../../net/client-certificate.ts';
import { readCredential } from '../../net/credentials.ts';
import type { GuardSettings } from '../../net/guarded-server.ts';
import { onAbort } from '../../net/keep-open.ts';
import { say as net } from '../../net/words.ts';
import { FEED_MESSAGES, type FeedReceiver, type PortSurroundings } from '../port.ts';
import { isOrigin } from './gateway-topics.ts';
import { say } from './words.ts';

export interface HttpFeedSettings extends GuardSettings {
  readonly httpListen: string;
  readonly maxClients: number;
  readonly maxMessageBytes: number;
}

const timing = { requestTimeout: 60_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 };
const NOTHING = new Uint8Array(0);
const CBOR = { 'content-type': 'application/cbor' };

/** Serves until the signal aborts or the address is lost; says why it ended. */
export async function serveHttp(
  settings: HttpFeedSettings,
  receiver: FeedReceiver,
  { clock, gateways }: PortSurroundings,
  signal: AbortSignal,
): Promise<Text> {
  const { httpListen, maxClients, maxMessageBytes, certFile, keyFile } = settings;
  const turnAway = (request: IncomingMessage) => {
    const from = plainAddress(request.socket.remoteAddress);
    receiver.turnedAway({ code: 'unknown-address', bytes: NOTHING, detail: say.wrongHttpLogin({ from }) });
  };
  const originOf = (request: IncomingMessage) => {
    const at = clock.moment().wall;
    const certified = gateways.certified(fingerprintOf(request.socket) ?? '', at);
    const login = credentialsOf(request);
    return certified ?? (login && gateways.login(login.user, login.password, at));
  };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const [, version, tenant = '', gateway = '', name, ...rest] = (request.url ?? '').split('?')[0]?.split('/') ?? [];
    const message = FEED_MESSAGES.find((known) => known === name);
    if (version !== 'v1' || message === undefined || rest.length > 0) return end(response, 404);
    if (request.method !== 'POST') return end(response, 405, { allow: 'POST' });
    const refuse = () => {
      turnAway(request);
      end(response, 401, { 'www-authenticate': 'Basic realm="machimori", charset="UTF-8"' });
    };
    const origin = originOf(request);
    if (origin === undefined) return refuse();
    const from = { tenant: decoded(tenant), gateway: decoded(gateway) };
    const isOwn = origin.tenant === from.tenant && origin.gateway === from.gateway;
    if (!isOwn && !(origin.isHub && isOrigin(from))) return end(response, 403);
    const body = await bodyOf(request, maxMessageBytes);
    if (body === undefined) return end(response, 413, { connection: 'close' });
    if (originOf(request) === undefined) return refuse(); // it was revoked while its body came
    try {
      const receipt = await receiver.take(from, message, body);
      response.writeHead(receipt === undefined ? 204 : 200, CBOR).end(receipt);
    } catch (fault) {
      end(response, fault instanceof MachimoriError && fault.code === 'bad-message' ? 400 : 503);
    }
  };
  const listener: RequestListener = (request, response) => {
    answer(request, response).catch(() => response.destroy()); // the connection broke while it was read
  };
  const server =
    certFile === undefined || keyFile === undefined
      ? createServer(timing, listener)
      : createTlsServer(
          {
            ...{ ...timing, ...ASKS_FOR_CERTIFICATE },
            ...{ cert: readCredential(certFile, 'server'), key: readCredential(keyFile, 'server') },
          },
          listener,
        );
  server.maxConnections = maxClients;
  let forget = () => {};
  try {
    await listen(server, httpListen);
    receiver.opened();
    return await new Promise<Text>((resolve) => {
      forget = onAbort(signal, () => resolve(net.stopped()));
      server.on('error', (fault) => resolve(foreign(codeOf(fault) || fault.message)));
    });
  } finally {
    forget();
    server.close();
    server.closeAllConnections();
  }
}

function end(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, headers).end();
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}

function credentialsOf({ headers }: IncomingMessage): { user: string; password: string } | undefined {
  const [, encoded] = /^Basic +([A-Za-z0-9+/=_-]+)$/i.exec(headers.authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const plain = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = plain.indexOf(':');
  return colon < 0 ? undefined : { user: plain.slice(0, colon), password: plain.slice(colon + 1) };
}

/** Undefined if it is too large. */
async function bodyOf(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
