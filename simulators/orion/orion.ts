/**
 * A stand-in for a context broker on 127.0.0.1: NGSIv2 or NGSI-LD over HTTP, with a token server beside it, and misbehaving on demand.
 *
 *   request ─▶ let in? ─▶ `instead` ─▶ broker (stores) ─▶ `afterwards` ─▶ answer
 *
 * Bounds: bodies of `maxBodyBytes`; it keeps no log of its own.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Clock } from '../../shared/clock.ts';
import { FaultBoard } from '../fault-board.ts';
import { followOutage } from '../outage.ts';
import { systemClock } from '../system-clock.ts';
import { type BrokerAnswer, type BrokerRequest, json } from './exchange.ts';
import { insteadOn, ORION_FAULTS, partlyAnswered } from './orion-faults.ts';

/** What happens to a request besides an answer. */
export type Mishap = 'cut' | 'hang';

/** Its faults; an empty object means good behaviour. */
export interface Misbehaviour {
  /** Answers in the broker's stead: nothing is stored. */
  instead?(request: BrokerRequest): BrokerAnswer | Mishap | undefined;
  /** Once it is stored: the answer never arrives, or is another one. */
  afterwards?(request: BrokerRequest, answer: BrokerAnswer): BrokerAnswer | Mishap | undefined;
}

/** Who is let in. */
export interface Door {
  /** A header and the value it must have. */
  readonly apiKey?: { readonly header: string; readonly value: string };
  /** A client of the token server, with how long a token lives, in seconds. */
  readonly client?: { readonly id: string; readonly secret: string; readonly expiresIn: number };
}

export interface OrionOptions {
  readonly broker: { answer(request: BrokerRequest): BrokerAnswer };
  readonly port?: number;
  readonly door?: Door;
  readonly misbehaviour?: Misbehaviour;
  /** With `ORION_FAULTS`; what stands on it takes precedence over `misbehaviour`. */
  readonly faults?: FaultBoard;
  readonly clock?: Clock;
}

const maxBodyBytes = 64 * 1024 * 1024;
export const TOKEN_PATH = '/oauth2/token';

/** Listens; rejects if the port is taken. */
export async function openOrion(options: OrionOptions): Promise<Orion> {
  const orion = new Orion(options);
  await orion.open();
  return orion;
}

export class Orion {
  /** May be replaced at any time. */
  misbehaviour: Misbehaviour;
  readonly faults: FaultBoard;
  /** Tokens it takes. */
  readonly tokens = new Set<string>();
  tokensGiven = 0;
  requests = 0;
  readonly #broker: OrionOptions['broker'];
  readonly #door: Door;
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  #outage: ReturnType<typeof followOutage> | undefined;
  #server: Server | undefined;
  #port: number;

  constructor({ broker, port = 0, door = {}, misbehaviour = {}, faults, clock = systemClock }: OrionOptions) {
    this.#broker = broker;
    this.#clock = clock;
    this.faults = faults ?? new FaultBoard(ORION_FAULTS);
    this.#port = port;
    this.#door = door;
    this.misbehaviour = misbehaviour;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Listens, and does what its board says. */
  async open(): Promise<void> {
    await this.comeBack();
    this.#outage = followOutage({
      ...{ faults: this.faults, name: 'away', clock: this.#clock, signal: this.#closing.signal },
      leave: () => this.cutOff().then(() => true),
      comeBack: () => this.comeBack(),
    });
    const forget = this.faults.onStruck(({ kind }) => {
      if (kind.name === 'expired-token') this.tokens.clear();
    });
    this.#closing.signal.addEventListener('abort', forget, { once: true });
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#outage?.ended();
    await this.cutOff();
  }

  /** It is there again, on the same port. */
  async comeBack(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((request, response) => {
      this.#take(request, response).catch(() => response.destroy());
    });
    this.#server = server;
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port; // it listens on TCP
  }

  /** Nobody is there: connections are cut and refused. */
  async cutOff(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }

  async #take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    if (body.length > maxBodyBytes) return void response.destroy();
    this.requests++;
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
    const request = { method: incoming.method ?? '', path: incoming.url ?? '/', headers, body: body.toString('utf8') };
    const slowMs = this.faults.get('slow')?.ms ?? 0;
    if (slowMs > 0) await this.#clock.sleep(slowMs, this.#closing.signal);
    const outcome = this.handle(request);
    if (outcome === 'hang') return;
    if (outcome === 'cut') return void response.destroy();
    response.writeHead(outcome.status, outcome.headers).end(outcome.body);
  }

  /** What comes of a request, without the network. */
  handle(request: BrokerRequest): BrokerAnswer | Mishap {
    if (request.path === TOKEN_PATH) return this.#instead(request) ?? this.#giveToken(request);
    const refused = this.#refused(request);
    if (refused !== undefined) return refused;
    const instead = this.#instead(request);
    if (instead !== undefined) return instead;
    const answer = partlyAnswered(request, this.faults, (part) => this.#broker.answer(part));
    return this.misbehaviour.afterwards?.(request, answer) ?? answer;
  }

  #instead(request: BrokerRequest): BrokerAnswer | Mishap | undefined {
    return insteadOn(this.faults) ?? this.misbehaviour.instead?.(request);
  }

  #refused({ headers }: BrokerRequest): BrokerAnswer | undefined {
    const { apiKey, client } = this.#door;
    if (apiKey !== undefined && headers[apiKey.header.toLowerCase()] !== apiKey.value) {
      return json(401, { message: 'No API key found in request' }); // as Kong says it
    }
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (client === undefined || (token !== undefined && this.tokens.has(token))) return undefined;
    return json(401, { type: 'urn:dx:as:ExpiredAuthenticationToken', title: 'Authentication token has expired' });
  }

  #giveToken({ headers, body }: BrokerRequest): BrokerAnswer {
    const { client } = this.#door;
    const basic = client && `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`;
    const grant = new URLSearchParams(body).get('grant_type');
    if (client === undefined || headers.authorization !== basic) return json(401, { error: 'invalid_client' });
    if (grant !== 'client_credentials' && grant !== 'password') return json(400, { error: 'unsupported_grant_type' });
    const token = `token-${++this.tokensGiven}`;
    this.tokens.add(token);
    return json(200, { access_token: token, token_type: 'bearer', expires_in: client.expiresIn });
  }
}
