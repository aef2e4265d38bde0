/**
 * A port for LoRa gateways with LoRa Basics Station: the network server's side of its LNS protocol, over WebSocket.
 *
 *   wss://…/router-info ──▶ "connect to wss://…/router-<EUI>" ──▶ version ⇄ router_config ──▶ frames up, answers down
 *
 * Promise: where there is a token file, nobody gets in without the token, and where there is a certificate authority nobody without
 * a certificate of it; who is kept out is counted. A station that comes again takes the place of its old connection.
 * Bounds: `maxStations` of them; `maxMessageBytes` of a message (then the connection is closed); a station that leaves a ping
 * unanswered for `pingEveryMs` is gone, and who only asks where to connect has that long.
 */

import type { IncomingMessage } from 'node:http';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { RubbishCode } from '../../../devices/device-type.ts';
import { regionOf } from '../../../devices/lorawan/regions/regions.ts';
import { foreign } from '../../../shared/text.ts';
import { type GuardSettings, guardedServer, refuse } from '../../net/guarded-server.ts';
import { onAbort } from '../../net/keep-open.ts';
import { listen } from '../../net/listen.ts';
import { keepPortOpen } from '../port.ts';
import { maxStations, notWelcome, type RadioPort, type RadioReceiver, type RadioSurroundings } from '../radio.ts';
import { id6Of, parseDiscovery } from './messages.ts';
import { type ChannelPlan, routerConfigOf } from './router-config.ts';
import { LnsStation } from './station.ts';

export interface BasicsStationSettings extends GuardSettings {
  readonly name: string;
  readonly listen: string;
  readonly stations: readonly string[];
  readonly plan: ChannelPlan;
}

const maxMessageBytes = 16_384;
const pingEveryMs = 30_000;
/** Beside the stations themselves, those that ask where to connect. */
const maxConnections = 2 * maxStations;

export function basicsStationPort(settings: BasicsStationSettings, surroundings: RadioSurroundings): RadioPort {
  const { name, certFile, listen } = settings;
  return {
    path: `${certFile === undefined ? 'ws' : 'wss'}://${listen}`,
    run: (receiver, signal) =>
      keepPortOpen(name, () => serve(settings, receiver, surroundings, signal), receiver, surroundings, signal),
  };
}

async function serve(
  settings: BasicsStationSettings,
  receiver: RadioReceiver,
  surroundings: RadioSurroundings,
  signal: AbortSignal,
): Promise<string> {
  const { server, scheme, isTokenRight } = guardedServer(settings);
  const stations = new Stations({ settings, scheme, receiver, surroundings });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, clientTracking: false });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const refusal = isTokenRight(request.headers.authorization) ? stations.whyNot(request) : WRONG_TOKEN;
    if (refusal === undefined) {
      sockets.handleUpgrade(request, socket, head, (webSocket) => stations.welcome(webSocket, request));
    } else {
      receiver.rubbish({ code: refusal.code, bytes: new Uint8Array(0), detail: foreign(refusal.detail) });
      refuse(socket, refusal.status);
    }
  });
  server.on('tlsClientError', ({ message }) => {
    receiver.rubbish({
      code: 'unknown-address',
      bytes: new Uint8Array(0),
      detail: foreign(`no TLS with it: ${message}`),
    });
  });
  server.maxConnections = maxConnections;
  const over = new AbortController();
  let forget = () => {};
  try {
    await listen(server, settings.listen);
    receiver.opened();
    void stations.keepAlive(AbortSignal.any([signal, over.signal]));
    return await new Promise<string>((resolve) => {
      forget = onAbort(signal, () => resolve('stopped'));
      server.on('error', (fault) => resolve(fault.message));
    });
  } finally {
    forget();
    over.abort();
    stations.end();
    server.close();
    server.closeAllConnections();
  }
}

interface Refusal {
  readonly status: 401 | 403 | 404 | 503;
  readonly code: RubbishCode;
  readonly detail: string;
}
const WRONG_TOKEN: Refusal = { status: 401, code: 'unknown-address', detail: 'a LoRa gateway without the right token' };

interface StationsOptions {
  readonly settings: BasicsStationSettings;
  readonly scheme: 'ws' | 'wss';
  readonly receiver: RadioReceiver;
  readonly surroundings: RadioSurroundings;
}

interface Connection {
  readonly socket: WebSocket;
  /** Absent: it only asks where to connect. */
  readonly station?: LnsStation;
  hasAnswered: boolean;
}

/** Everyone who is connected. */
class Stations {
  readonly #options: StationsOptions;
  readonly #routerConfig: string;
  readonly #connections = new Set<Connection>();
  readonly #byEui = new Map<string, Connection>();

  constructor(options: StationsOptions) {
    this.#options = options;
    const { message, unheard } = routerConfigOf(options.settings.plan);
    this.#routerConfig = JSON.stringify(message);
    if (unheard.length > 0) {
      options.surroundings.log.warn('A LoRa gateway cannot hear all channels', {
        port: options.settings.name,
        unheard: unheard.join(', '),
      });
    }
  }

  whyNot({ url = '' }: IncomingMessage): Refusal | undefined {
    if (url === '/router-info') return undefined;
    const eui = stationOf(url);
    if (eui === undefined) {
      return { status: 404, code: 'unknown-address', detail: `nothing is at ${url.slice(0, 80)}` };
    }
    if (!this.#isWelcome(eui)) return { status: 403, code: 'unknown-address', detail: notWelcome(eui) };
    if (this.#byEui.size >= maxStations && !this.#byEui.has(eui)) {
      return { status: 503, code: 'over-limit', detail: `more than ${maxStations} LoRa gateways` };
    }
    return undefined;
  }

  welcome(socket: WebSocket, request: IncomingMessage): void {
    const eui = stationOf(request.url ?? '');
    const connection = eui === undefined ? this.#asking(socket, request) : this.#connected(socket, eui);
    this.#connections.add(connection);
    socket.on('close', () => this.#connections.delete(connection));
    socket.on('error', (fault) => {
      const isTooLong = 'code' in fault && fault.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
      this.#rubbish(isTooLong ? 'too-long' : 'malformed', fault.message);
    });
  }

  /** Pings everyone, and lets go of who has not answered the ping before. */
  async keepAlive(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options.surroundings;
    for (;;) {
      await clock.sleep(pingEveryMs, signal);
      if (signal.aborted) return;
      for (const connection of this.#connections) {
        if (!connection.hasAnswered) connection.socket.terminate();
        else if (connection.station !== undefined) connection.socket.ping();
        connection.hasAnswered = false;
      }
    }
  }

  end(): void {
    for (const { socket } of this.#connections) socket.terminate();
  }

  /** Tells a station where to connect, and closes. */
  #asking(socket: WebSocket, { headers }: IncomingMessage): Connection {
    const { scheme, settings } = this.#options;
    socket.once('message', (data, isBinary) => {
      const eui = isBinary ? undefined : parseDiscovery(bytesOf(data).toString('utf8'));
      if (eui === undefined) {
        this.#rubbish('unknown-format', 'it asks where to connect and does not say who it is', bytesOf(data));
      } else if (this.#isWelcome(eui)) {
        const uri = `${scheme}://${withPort(headers.host ?? settings.listen, scheme)}/router-${eui}`;
        socket.send(JSON.stringify({ router: id6Of(eui), muxs: '::0', uri }));
      } else {
        this.#rubbish('unknown-address', notWelcome(eui));
        socket.send(JSON.stringify({ router: id6Of(eui), error: 'This LoRa gateway is not registered here' }));
      }
      socket.close();
    });
    return { socket, hasAnswered: true };
  }

  #connected(socket: WebSocket, eui: string): Connection {
    const { settings, receiver, surroundings } = this.#options;
    this.#byEui.get(eui)?.socket.terminate();
    const station = new LnsStation({
      eui,
      region: regionOf(settings.plan.region),
      routerConfig: this.#routerConfig,
      receiver,
      ...surroundings,
      send: (text) => socket.send(text),
    });
    const connection: Connection = { socket, station, hasAnswered: true };
    this.#byEui.set(eui, connection);
    const alive = (bytes: number) => {
      connection.hasAnswered = true;
      receiver.alive(eui, bytes);
    };
    socket.on('pong', () => alive(0));
    socket.on('message', (data, isBinary) => {
      const bytes = bytesOf(data);
      alive(bytes.length);
      if (isBinary) this.#rubbish('unknown-format', 'it is not text', bytes);
      else station.take(bytes.toString('utf8'));
    });
    socket.on('close', () => {
      station.end();
      if (this.#byEui.get(eui) === connection) this.#byEui.delete(eui);
    });
    return connection;
  }

  #isWelcome(eui: string): boolean {
    const { stations } = this.#options.settings;
    return stations.length === 0 || stations.includes(eui);
  }

  #rubbish(code: RubbishCode, detail: string, bytes: Uint8Array = new Uint8Array(0)): void {
    this.#options.receiver.rubbish({ code, bytes, detail: foreign(detail) });
  }
}

function stationOf(url: string): string | undefined {
  return /^\/router-([0-9a-f]{16})$/i.exec(url)?.[1]?.toLowerCase();
}

/** A station refuses an address without a port. */
function withPort(host: string, scheme: 'ws' | 'wss'): string {
  return /:\d+$/.test(host) ? host : `${host}:${scheme === 'wss' ? 443 : 80}`;
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
