/**
 * A port for LoRa gateways with a Semtech UDP packet forwarder (GWMP v2, gwmp.ts).
 *
 * Promise: each PUSH_DATA is acknowledged and its frames handed over; an answer goes to where the station last asked for
 * downlinks (PULL_DATA), for RX1, and for RX2 where the station says that it cannot do RX1 any more. Nothing authenticates a
 * station: frames are by their MICs, and only the stations named in the configuration are listened to, if any are.
 * Bounds: `maxStations`, `maxUnanswered` downlinks (then the oldest counts as not answered).
 */

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { foreign } from '../../../shared/text.ts';
import { splitAddress } from '../../net/address.ts';
import { onAbort } from '../../net/keep-open.ts';
import { Unanswered } from '../../net/unanswered.ts';
import { keepPortOpen } from '../port.ts';
import {
  betweenWindowsMs,
  maxStations,
  notWelcome,
  type RadioPort,
  type RadioReceiver,
  type RadioSurroundings,
  type Reception,
  type Reply,
  type Sent,
} from '../radio.ts';
import {
  acknowledge,
  type GwmpHeader,
  type GwmpMessage,
  parseGwmp,
  pullResp,
  type RxPacket,
  type TxPacket,
} from './gwmp.ts';

export interface LorawanUdpSettings {
  readonly name: string;
  readonly listen: string;
  readonly stations: readonly string[];
  readonly antennaGainDbi: number;
}

const maxUnanswered = 1_000;
/** A forwarder answers a PULL_RESP at once, when it has queued the frame or could not. */
const answerWithinMs = 500;

export function lorawanUdpPort(settings: LorawanUdpSettings, surroundings: RadioSurroundings): RadioPort {
  const { name, listen } = settings;
  return {
    path: `udp://${listen}`,
    run: (receiver, signal) =>
      keepPortOpen(name, () => serve(settings, receiver, surroundings, signal), receiver, surroundings, signal),
  };
}

function serve(
  { listen, stations, antennaGainDbi }: LorawanUdpSettings,
  receiver: RadioReceiver,
  surroundings: RadioSurroundings,
  signal: AbortSignal,
): Promise<string> {
  const { host, port } = splitAddress(listen);
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  const downlinks = new Downlinks(socket, antennaGainDbi, surroundings);
  const known = new Set(stations);
  const seen = new Set<string>();
  const isWelcome = (station: string) => {
    if (known.size > 0) return known.has(station);
    if (!seen.has(station) && seen.size >= maxStations) return false;
    seen.add(station);
    return true;
  };
  return new Promise((resolve, reject) => {
    let forget = () => {};
    let why = 'stopped';
    socket.on('listening', () => {
      receiver.opened();
      forget = onAbort(signal, () => socket.close());
    });
    socket.on('error', (fault) => {
      why = fault.message;
      socket.close();
    });
    socket.on('close', () => {
      forget();
      downlinks.end();
      if (why === 'stopped') resolve(why);
      else reject(new Error(why));
    });
    socket.on('message', (datagram, from) => {
      const message = parseGwmp(datagram);
      if (typeof message === 'string') {
        receiver.rubbish({ code: 'malformed', bytes: datagram, detail: foreign(message) });
      } else if (!isWelcome(message.station)) {
        receiver.rubbish({ code: 'unknown-address', bytes: datagram, detail: foreign(notWelcome(message.station)) });
      } else {
        const answer = acknowledge(message);
        if (answer !== undefined) send(socket, answer, from);
        receiver.alive(message.station, datagram.length);
        take(message, from, { receiver, downlinks, at: () => surroundings.clock.moment() });
      }
    });
    socket.bind(port, host);
  });
}

interface Taking {
  readonly receiver: RadioReceiver;
  readonly downlinks: Downlinks;
  at(): Reception['at'];
}

function take(message: GwmpMessage, from: RemoteInfo, { receiver, downlinks, at }: Taking): void {
  const { station } = message;
  switch (message.kind) {
    case 'pull-data':
      downlinks.opened(station, message, from);
      return;
    case 'tx-ack':
      downlinks.answered(station, message.token, message.error);
      return;
    case 'push-data':
      for (const { code, detail } of message.dropped) {
        receiver.rubbish({ code, detail: foreign(detail), bytes: new Uint8Array(0) });
      }
      for (const packet of message.packets) {
        const { tmst: _, ...heard } = packet;
        receiver.heard({ ...heard, station, at: at(), reply: (reply) => downlinks.reply(station, packet, reply) });
      }
  }
}

/** Where a station waits for downlinks. */
interface Path {
  readonly station: string;
  readonly version: GwmpHeader['version'];
  readonly to: RemoteInfo;
}

/** The way back to the stations. */
class Downlinks {
  readonly #socket: Socket;
  readonly #antennaGainDbi: number;
  readonly #paths = new Map<string, Path>();
  /** By station and token: the station's error, "NONE" where there is none, "" where it does not answer. */
  readonly #unanswered: Unanswered<string, string>;
  #token = 0;

  constructor(socket: Socket, antennaGainDbi: number, { clock }: RadioSurroundings) {
    this.#socket = socket;
    this.#antennaGainDbi = antennaGainDbi;
    this.#unanswered = new Unanswered(clock, maxUnanswered, '');
  }

  /** A station waits for downlinks at this address (it may be behind a router, whose door is open for now). */
  opened(station: string, { version }: GwmpHeader, to: RemoteInfo): void {
    this.#paths.set(station, { station, version, to });
  }

  answered(station: string, token: number, error: string): void {
    this.#unanswered.answer(`${station} ${token}`, error);
  }

  async reply(station: string, { tmst }: RxPacket, { bytes, delayMs, rx1, rx2, powerDbm }: Reply): Promise<Sent> {
    const path = this.#paths.get(station);
    if (path === undefined) return { ok: false, why: 'the station has not asked for downlinks (PULL_DATA)' };
    let why = 'no window is left';
    const powerAtPort = powerDbm - this.#antennaGainDbi;
    for (const [window, afterMs] of [[rx1, 0] as const, [rx2, betweenWindowsMs] as const]) {
      if (window === undefined) continue;
      const at = (tmst + (delayMs + afterMs) * 1000) % 2 ** 32;
      const error = await this.#send(path, { bytes, tmst: at, ...window, powerDbm: powerAtPort });
      if (error === 'NONE') return { ok: true };
      why = error;
      if (error === '') return { ok: false, why: 'the station did not answer' };
    }
    return { ok: false, why };
  }

  /** Nobody answers any more. */
  end(): void {
    this.#unanswered.end();
  }

  /** Resolves with the station's error. */
  async #send({ station, version, to }: Path, packet: TxPacket): Promise<string> {
    this.#token = (this.#token + 1) % 2 ** 16;
    const token = this.#token;
    if (version === 1) {
      send(this.#socket, pullResp({ version, token }, packet), to);
      return 'NONE'; // TX_ACK came with version 2
    }
    return this.#unanswered.ask(`${station} ${token}`, answerWithinMs, () =>
      send(this.#socket, pullResp({ version, token }, packet), to),
    );
  }
}

/** A datagram that cannot be sent is as good as one that is lost on the way. */
function send(socket: Socket, bytes: Uint8Array, { address, port }: RemoteInfo): void {
  try {
    socket.send(bytes, port, address, () => {});
  } catch {
    // the socket has been closed meanwhile
  }
}
