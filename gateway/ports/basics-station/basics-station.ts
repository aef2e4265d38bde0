/**
 * `basics-station`: LoRa gateways with LoRa Basics Station. The network server's side of its LNS protocol, over WebSocket.
 *
 *   wss://…/router-info ──▶ "connect to wss://…/router-<EUI>" ──▶ version ⇄ router_config ──▶ frames up, answers down
 *
 * Promise: with tokens, stations need theirs (`tokens.ts`); with a CA, a certificate that it signed. Refused connections are
 * counted. A station that connects again replaces its old connection.
 * Bounds: `maxStations`, then the least useful goes (`station-table.ts`); `maxMessageBytes` a message, then the connection is closed; a station that leaves a ping
 * unanswered for `pingEveryMs` is gone, and one that only asks where to connect has that long.
 */
import type { IncomingMessage } from 'node:http';
import type { RawData, WebSocket } from 'ws';
import type { RubbishCode } from '../../../devices/device-type.ts';
import { regionOf } from '../../../devices/lorawan/regions/regions.ts';
import { foreign, type Text } from '../../../shared/text.ts';
import { listen } from '../../net/address.ts';
import { maxAtDoor } from '../../net/door.ts';
import { guardedServer, refuse } from '../../net/guarded-server.ts';
import { type ConnectionSurroundings, onAbort } from '../../net/keep-open.ts';
import { say as net } from '../../net/words.ts';
import type { PortType } from '../port.ts';
import { type ChannelPlan, maxStations, type RadioPort, type RadioReceiver } from '../radio.ts';
import { keepPortOpen } from '../reopening.ts';
import { StationTable } from '../station-table.ts';
import { say as portWords } from '../words.ts';
import { id6Of, parseDiscovery } from './messages.ts';
import { routerConfigOf } from './router-config.ts';
import { type BasicsStationSettings, basicsStationSettings, checkBasicsStation } from './settings.ts';

import { LnsStation } from './station.ts';
import { readTokens, type Tokens } from './tokens.ts';
import { say } from './words.ts';

export const basicsStation: PortType<typeof basicsStationSettings> = {
  name: 'basics-station',
  shape: 'radio',
  settings: basicsStationSettings,
  check: checkBasicsStation,
  open: basicsStationPort,
};

type StationSurroundings = ConnectionSurroundings & { readonly plan: ChannelPlan };

const maxMessageBytes = 16_384;
const pingEveryMs = 30_000;
/** Room for the stations, for those that ask where to connect, and for those that have not said who they are. */
const maxConnections = 2 * maxStations + maxAtDoor;

export function basicsStationPort(settings: BasicsStationSettings, surroundings: StationSurroundings): RadioPort {
  const { name, certFile, listen } = settings;
  return {
    shape: 'radio',
    path: `${certFile === undefined ? 'ws' : 'wss'}://${listen}`,
    run: (receiver, signal) =>
      keepPortOpen(name, () => serve(settings, receiver, surroundings, signal), receiver, surroundings, signal),
  };
}

async function serve(
  settings: BasicsStationSettings,
  receiver: RadioReceiver,
  surroundings: StationSurroundings,
  signal: AbortSignal,
): Promise<Text> {
  const { WebSocketServer } = await import('ws'); // only a gateway with such a port loads it
  const tokens = readTokens(settings);
  const { server, scheme, letIn } = guardedServer(settings, surroundings.clock);
  const stations = new Stations({ settings, tokens, scheme, receiver, surroundings });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, clientTracking: false });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const refusal = stations.whyNot(request);
    if (refusal === undefined) {
      letIn(request.socket);
      sockets.handleUpgrade(request, socket, head, (webSocket) => stations.welcome(webSocket, request));
    } else {
      receiver.rubbish({ code: refusal.code, bytes: new Uint8Array(0), detail: refusal.detail });
      refuse(socket, refusal.status);
    }
  });
  server.on('tlsClientError', ({ message }) => {
    receiver.rubbish({ code: 'unknown-address', bytes: new Uint8Array(0), detail: say.noTls({ why: message }) });
  });
  server.maxConnections = maxConnections;
  const over = new AbortController();
  let forget = () => {};
  try {
    await listen(server, settings.listen);
    receiver.opened();
    void stations.keepAlive(AbortSignal.any([signal, over.signal]));
    return await new Promise<Text>((resolve) => {
      forget = onAbort(signal, () => resolve(net.stopped()));
      server.on('error', (fault) => resolve(foreign(fault.message)));
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
  readonly status: 401 | 403 | 404;
  readonly code: RubbishCode;
  readonly detail: Text;
}
const WRONG_TOKEN: Refusal = { status: 401, code: 'unknown-address', detail: say.wrongToken() };

interface StationsOptions {
  readonly settings: BasicsStationSettings;
  readonly tokens: Tokens;
  readonly scheme: 'ws' | 'wss';
  readonly receiver: RadioReceiver;
  readonly surroundings: StationSurroundings;
}

interface Connection {
  readonly socket: WebSocket;
  /** Absent if it only asks where to connect. */
  readonly station?: LnsStation;
  hasAnswered: boolean;
}

/** All connections. */
class Stations {
  readonly #options: StationsOptions;
  readonly #routerConfig: string;
  readonly #connections = new Set<Connection>();
  readonly #byEui = new Map<string, Connection>();
  readonly #table: StationTable;

  constructor(options: StationsOptions) {
    this.#options = options;
    const { stations, station } = options.settings;
    this.#table = new StationTable([...stations, ...station.map(({ eui }) => eui)], (eui) => {
      this.#byEui.get(eui)?.socket.terminate();
      options.receiver.forgotten(eui);
    });
    const { message, unheard } = routerConfigOf(options.surroundings.plan);
    this.#routerConfig = JSON.stringify(message);
    if (unheard.length > 0) {
      options.surroundings.log.warn('A LoRa gateway cannot hear all channels', {
        port: options.settings.name,
        unheard: unheard.join(', '),
      });
    }
  }

  whyNot({ url = '', headers: { authorization } }: IncomingMessage): Refusal | undefined {
    const { tokens } = this.#options;
    if (url === '/router-info') return tokens.isKnown(authorization) ? undefined : WRONG_TOKEN;
    const eui = stationOf(url);
    if (!(eui === undefined ? tokens.isKnown(authorization) : tokens.isRight(eui, authorization))) return WRONG_TOKEN;
    if (eui === undefined) {
      return { status: 404, code: 'unknown-address', detail: say.nothingAt({ url: url.slice(0, 80) }) };
    }
    if (!this.#isWelcome(eui)) {
      return { status: 403, code: 'unknown-address', detail: portWords.strangeStation({ station: eui }) };
    }
    return undefined;
  }

  welcome(socket: WebSocket, request: IncomingMessage): void {
    const eui = stationOf(request.url ?? '');
    const connection = eui === undefined ? this.#asking(socket, request) : this.#connected(socket, eui, request);
    this.#connections.add(connection);
    socket.on('close', () => this.#connections.delete(connection));
    socket.on('error', (fault) => {
      const isTooLong = 'code' in fault && fault.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
      this.#rubbish(isTooLong ? 'too-long' : 'malformed', foreign(fault.message));
    });
  }

  /** Pings every station, and drops those that left the last ping unanswered. */
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
        this.#rubbish('unknown-format', say.nameless(), bytesOf(data));
      } else if (this.#isWelcome(eui)) {
        const uri = `${scheme}://${withPort(headers.host ?? settings.listen, scheme)}/router-${eui}`;
        socket.send(JSON.stringify({ router: id6Of(eui), muxs: '::0', uri }));
      } else {
        this.#rubbish('unknown-address', portWords.strangeStation({ station: eui }));
        socket.send(JSON.stringify({ router: id6Of(eui), error: 'This LoRa gateway is not registered here' }));
      }
      socket.close();
    });
    return { socket, hasAnswered: true };
  }

  #connected(socket: WebSocket, eui: string, { socket: { remoteAddress = '' } }: IncomingMessage): Connection {
    const { receiver, surroundings } = this.#options;
    this.#byEui.get(eui)?.socket.terminate();
    this.#table.talks(eui, remoteAddress);
    const station = new LnsStation({
      eui,
      region: regionOf(surroundings.plan.region),
      routerConfig: this.#routerConfig,
      receiver,
      ...surroundings,
      send: (text) => socket.send(text),
      delivered: () => this.#table.delivered(eui),
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
      if (isBinary) this.#rubbish('unknown-format', say.notText(), bytes);
      else station.take(bytes.toString('utf8'));
    });
    socket.on('close', () => {
      station.end();
      if (this.#byEui.get(eui) === connection) this.#byEui.delete(eui);
    });
    return connection;
  }

  #isWelcome(eui: string): boolean {
    const { stations, station } = this.#options.settings;
    return stations.length === 0 || stations.includes(eui) || station.some((own) => own.eui === eui);
  }

  #rubbish(code: RubbishCode, detail: Text, bytes: Uint8Array = new Uint8Array(0)): void {
    this.#options.receiver.rubbish({ code, bytes, detail });
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
