/**
 * The feed over HTTP: `POST /v1/<tenant>/<gateway>/<message>` with the bytes of docs/feed.md, answered by the receipt.
 *
 *   GET /v1/<tenant>/releases/<file>: of a release that this hub offers (update/offered.ts), also a range of it (RFC 9110 §14)
 *   GET /v1/<tenant>/operators: the operators' list of this hub, as the message `operators` has it, with an ETag (RFC 9110 §8.8.3)
 *
 *   200 the receipt, or nothing for a birth or status · 401 who is it? · 403 another's name · 404 no such path · 413 too large
 *   400 not a message of the feed · 503 it could not be stored: send it again
 *
 * Who sends says so with each request: by the client certificate of its enrolment, or HTTP Basic (RFC 7617) with its user and password.
 * Bounds: `maxClients` connections, `maxMessageBytes` a body, and times within which a request must come.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { MachimoriError } from '../../../shared/errors.ts';
import type { Text } from '../../../shared/text.ts';
import { plainAddress } from '../../net/address.ts';
import { ASKS_FOR_CERTIFICATE, fingerprintOf } from '../../net/client-certificate.ts';
import type { GuardSettings } from '../../net/guarded-server.ts';
import { sendFile } from '../../net/send-file.ts';
import { bodyOf, end, serveRequests } from '../../net/serve-requests.ts';
import { FEED_MESSAGES, type FeedReceiver, type PortSurroundings } from '../port.ts';
import { isOrigin } from './gateway-topics.ts';
import { say } from './words.ts';

export interface HttpFeedSettings extends GuardSettings {
  readonly httpListen: string;
  readonly maxClients: number;
  readonly maxMessageBytes: number;
}

const NOTHING = new Uint8Array(0);
const CBOR = { 'content-type': 'application/cbor' };

/** Serves until the signal aborts or the address is lost; says why it ended. */
export async function serveHttp(
  settings: HttpFeedSettings,
  receiver: FeedReceiver,
  { clock, gateways, operators, offered }: PortSurroundings,
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
  const answerList = (tenant: string, request: IncomingMessage, response: ServerResponse) => {
    if (request.method !== 'GET') return end(response, 405, { allow: 'GET' });
    const origin = originOf(request);
    if (origin === undefined) return refuse(request, response);
    if (origin.tenant !== decoded(tenant)) return end(response, 403);
    const list = operators.current;
    if (list === undefined) return end(response, 404);
    const about = { etag: `"${list.digest}"`, 'cache-control': 'private, no-cache' };
    if (request.headers['if-none-match'] === about.etag) return end(response, 304, about);
    response.writeHead(200, { ...CBOR, ...about }).end(list.bytes);
  };
  const answerRelease = (path: string, request: IncomingMessage, response: ServerResponse) => {
    if (originOf(request) === undefined) return refuse(request, response);
    const file = offered(path);
    return file === undefined ? end(response, 404) : sendFile(file, request, response);
  };
  const refuse = (request: IncomingMessage, response: ServerResponse) => {
    turnAway(request);
    end(response, 401, { 'www-authenticate': 'Basic realm="machimori", charset="UTF-8"' });
  };
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const [, version, tenant = '', gateway = '', name, ...rest] = (request.url ?? '').split('?')[0]?.split('/') ?? [];
    if (version === 'v1' && gateway === 'operators' && name === undefined) return answerList(tenant, request, response);
    if (version === 'v1' && gateway === 'releases' && request.method === 'GET') {
      return answerRelease([name, ...rest].join('/'), request, response);
    }
    const message = FEED_MESSAGES.find((known) => known === name);
    if (version !== 'v1' || message === undefined || rest.length > 0) return end(response, 404);
    if (request.method !== 'POST') return end(response, 405, { allow: 'POST' });
    const origin = originOf(request);
    if (origin === undefined) return refuse(request, response);
    const from = { tenant: decoded(tenant), gateway: decoded(gateway) };
    const isOwn = origin.tenant === from.tenant && origin.gateway === from.gateway;
    if (!isOwn && !(origin.isHub && isOrigin(from))) return end(response, 403);
    const body = await bodyOf(request, maxMessageBytes);
    if (body === undefined) return end(response, 413, { connection: 'close' });
    if (originOf(request) === undefined) return refuse(request, response); // it was revoked while its body came
    try {
      const receipt = await receiver.take(from, message, body);
      response.writeHead(receipt === undefined ? 204 : 200, CBOR).end(receipt);
    } catch (fault) {
      end(response, fault instanceof MachimoriError && fault.code === 'bad-message' ? 400 : 503);
    }
  };
  return await serveRequests(
    {
      ...{ listen: httpListen, maxClients, certFile, keyFile, tls: ASKS_FOR_CERTIFICATE, answer },
      opened: () => receiver.opened(),
    },
    signal,
  );
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
