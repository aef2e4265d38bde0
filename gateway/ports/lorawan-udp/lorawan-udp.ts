/**
 * `lorawan-udp`: LoRa gateways with a Semtech UDP packet forwarder (GWMP v2, gwmp.ts).
 *
 * Promise: each PUSH_DATA is acknowledged and its frames handed over. An answer goes to where the station last asked for
 * downlinks (PULL_DATA): for RX1, then for RX2 if the station reports that RX1 is out of reach. Without its report (TX_ACK)
 * by the time the next window opens, nobody knows whether it sends. Nothing authenticates a
 * station; frames are authenticated by their MICs. If the configuration names stations, only those are heard.
 * Bounds: `maxStations`, then the least useful goes (`station-table.ts`); `maxUnanswered` downlinks, then the oldest counts as unanswered.
 */
import type { RemoteInfo, Socket } from 'node:dgram';
import * as v from 'valibot';
import type { Clock } from '../../../shared/clock.ts';
import { address, id, number, setting } from '../../../shared/setting.ts';
import { foreign, type Text } from '../../../shared/text.ts';
import { isLocal } from '../../net/address.ts';
import { hearDatagrams, socketFor } from '../../net/datagrams.ts';
import type { ConnectionSurroundings } from '../../net/keep-open.ts';
import { Unanswered } from '../../net/unanswered.ts';
import { fault, note } from '../../words/fault.ts';
import type { PortType } from '../port.ts';
import {
  betweenWindowsMs,
  type RadioPort,
  type RadioReceiver,
  type Reception,
  type Reply,
  type Sent,
  stations,
} from '../radio.ts';
import { keepPortOpen } from '../reopening.ts';
import { StationClocks } from '../station-clocks.ts';
import { StationTable } from '../station-table.ts';
import { trustLocal } from '../trust-local.ts';
import { say as portWords } from '../words.ts';
import { acknowledge, type GwmpHeader, type GwmpMessage, parseGwmp, pullResp, type TxPacket } from './gwmp.ts';
import { say } from './words.ts';

const settings = v.strictObject({
  name: setting(id, portWords.name()),
  type: setting(v.literal('lorawan-udp'), say.type()),
  listen: v.optional(setting(address, say.listen()), '127.0.0.1:1700'),
  stations,
  antennaGainDbi: v.optional(setting(v.pipe(number, v.minValue(-10), v.maxValue(20)), say.antennaGain()), 0),
  trustLocal,
});
export type LorawanUdpSettings = Omit<v.InferOutput<typeof settings>, 'type' | 'trustLocal'>;

export const lorawanUdp: PortType<typeof settings> = {
  name: 'lorawan-udp',
  shape: 'radio',
  settings,
  check({ listen, stations, trustLocal }, path) {
    const at = [...path, 'listen'];
    if (isLocal(listen)) {
      return trustLocal ? [] : [note(path, portWords.openToLocal(), say.closeToLocal())];
    }
    if (stations.length === 0) return [fault(at, say.unnamedStations(), say.nameStations())];
    return [note(at, say.forgeable(), say.keepPrivate())];
  },
  open: lorawanUdpPort,
};

const maxUnanswered = 1_000;
/** `tmst` counts microseconds in 32 bits. */
const tmstWrapsMs = 2 ** 32 / 1_000;
/** A forwarder answers a PULL_RESP when it has queued the frame or could not; it is waited for at least so long. */
const leastWaitMs = 500;

export function lorawanUdpPort(settings: LorawanUdpSettings, surroundings: ConnectionSurroundings): RadioPort {
  const { name, listen } = settings;
  return {
    shape: 'radio',
    path: `udp://${listen}`,
    run: (receiver, signal) =>
      keepPortOpen(name, () => serve(settings, receiver, surroundings, signal), receiver, surroundings, signal),
  };
}

function serve(
  { listen, stations, antennaGainDbi }: LorawanUdpSettings,
  receiver: RadioReceiver,
  surroundings: ConnectionSurroundings,
  signal: AbortSignal,
): Promise<Text> {
  const socket = socketFor(listen);
  const downlinks = new Downlinks(socket, antennaGainDbi, surroundings);
  const known = new Set(stations);
  const clocks = new StationClocks(tmstWrapsMs);
  const table = new StationTable(known, (station) => {
    downlinks.forget(station);
    clocks.forget(station);
    receiver.forgotten(station);
  });
  const datagram = (bytes: Uint8Array, from: RemoteInfo) => {
    const message = parseGwmp(bytes);
    if ('code' in message) {
      receiver.rubbish({ code: 'malformed', bytes, detail: message });
    } else if (known.size > 0 && !known.has(message.station)) {
      receiver.rubbish({
        code: 'unknown-address',
        bytes,
        detail: portWords.strangeStation({ station: message.station }),
      });
    } else {
      table.talks(message.station, from.address);
      const answer = acknowledge(message);
      if (answer !== undefined) send(socket, answer, from);
      receiver.alive(message.station, bytes.length);
      take(message, from, { receiver, downlinks, table, clocks, at: () => surroundings.clock.moment() });
    }
  };
  const hearing = { opened: () => receiver.opened(), datagram };
  return hearDatagrams(socket, listen, hearing, signal).finally(() => downlinks.end());
}

interface Taking {
  readonly receiver: RadioReceiver;
  readonly downlinks: Downlinks;
  readonly table: StationTable;
  readonly clocks: StationClocks;
  at(): Reception['at'];
}

function take(message: GwmpMessage, from: RemoteInfo, { receiver, downlinks, table, clocks, at }: Taking): void {
  const { station } = message;
  switch (message.kind) {
    case 'pull-data':
      downlinks.opened(station, message, from);
      return;
    case 'tx-ack':
      downlinks.answered(station, message.token, message.error);
      return;
    case 'push-data':
      if (message.place !== undefined) receiver.placed(station, message.place);
      for (const dropped of message.dropped) receiver.rubbish({ ...dropped, bytes: new Uint8Array(0) });
      for (const packet of message.packets) {
        const { tmst, ...heard } = packet;
        const now = at();
        const heardAt = clocks.heardAt(station, tmst / 1_000, now.monotonic);
        receiver.heard({
          ...heard,
          station,
          at: now,
          heardAt,
          reply: (reply) => downlinks.reply(station, { tmst, arrivedAt: now.monotonic }, reply),
          delivered: () => table.delivered(station),
        });
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
  readonly #clock: Clock;
  readonly #paths = new Map<string, Path>();
  /** By station and token: the station's error, "NONE" if there is none, "" if it does not answer. */
  readonly #unanswered: Unanswered<string, string>;
  #token = 0;

  constructor(socket: Socket, antennaGainDbi: number, { clock }: ConnectionSurroundings) {
    this.#socket = socket;
    this.#antennaGainDbi = antennaGainDbi;
    this.#clock = clock;
    this.#unanswered = new Unanswered(clock, maxUnanswered, '');
  }

  /** A station waits for downlinks at this address, which may be a router's that lets answers in for a while. */
  opened(station: string, { version }: GwmpHeader, to: RemoteInfo): void {
    this.#paths.set(station, { station, version, to });
  }

  forget(station: string): void {
    this.#paths.delete(station);
  }

  answered(station: string, token: number, error: string): void {
    this.#unanswered.answer(`${station} ${token}`, error);
  }

  async reply(
    station: string,
    { tmst, arrivedAt }: { readonly tmst: number; readonly arrivedAt: number },
    { bytes, delayMs, rx1, rx2 }: Reply,
  ): Promise<Sent> {
    const path = this.#paths.get(station);
    if (path === undefined) return { outcome: 'not-sent', why: say.noPath() };
    let why = portWords.noWindow();
    for (const [window, afterMs] of [[rx1, delayMs] as const, [rx2, delayMs + betweenWindowsMs] as const]) {
      if (window === undefined || !window.book()) continue;
      const { frequencyHz, modulation } = window;
      const powerDbm = window.powerDbm - this.#antennaGainDbi;
      const packet = { bytes, tmst: (tmst + afterMs * 1000) % 2 ** 32, frequencyHz, modulation, powerDbm };
      const error = await this.#send(path, packet, arrivedAt + afterMs + betweenWindowsMs);
      if (error === 'NONE') return { outcome: 'sent' };
      if (error === '') return { outcome: 'unknown', why: say.noAnswer() };
      window.free();
      why = foreign(error);
    }
    return { outcome: 'not-sent', why };
  }

  /** Settles what is pending: no more answers will come. */
  end(): void {
    this.#unanswered.end();
  }

  /** Resolves with the station's error. `until`: how long it may take, monotonic ms. */
  async #send({ station, version, to }: Path, packet: TxPacket, until: number): Promise<string> {
    this.#token = (this.#token + 1) % 2 ** 16;
    const token = this.#token;
    if (version === 1) {
      send(this.#socket, pullResp({ version, token }, packet), to);
      return 'NONE'; // TX_ACK came with version 2
    }
    const waitMs = Math.max(leastWaitMs, until - this.#clock.moment().monotonic);
    return this.#unanswered.ask(`${station} ${token}`, waitMs, () =>
      send(this.#socket, pullResp({ version, token }, packet), to),
    );
  }
}

/** A datagram that cannot be sent counts as lost on the way. */
function send(socket: Socket, bytes: Uint8Array, { address, port }: RemoteInfo): void {
  try {
    socket.send(bytes, port, address, () => {});
  } catch {
    // the socket has been closed meanwhile
  }
}
