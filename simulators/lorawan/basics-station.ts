/**
 * A gateway with LoRa Basics Station (doc.sm.tc/station, "The LNS Protocol"): asks `/router-info` for its server, connects
 * there, sends its version, takes its `router_config`, and forwards.
 *
 * Its `xtime` is like the real one's: microseconds in the lower 48 bits and a session number above, more than a double holds.
 * A downlink goes out in RX1, or in RX2 if that is too late, and is reported with `dntxed`; one that is too late for both is
 * dropped silently. Frames are lost while it has no server; it retries every `retryMs`. It forwards everything it hears:
 * NetID and JoinEui of the configuration are read but not used as filters. Bounds: messages of `maxMessageBytes`, the
 * transmit queue's.
 */
import WebSocket from 'ws';
import type { Clock } from '../../shared/clock.ts';
import { FaultBoard } from '../fault-board.ts';
import type { Random } from '../random.ts';
import { type Timing, TransmitQueue } from '../wires/transmit-queue.ts';
import {
  type DownlinkMessage,
  dashed,
  type RouterConfig,
  readDownlink,
  readRouterConfig,
  type Slot,
  uplinkMessage,
  withRawIntegers,
} from './lns-messages.ts';
import { STATION_FAULTS } from './lorawan-faults.ts';
import type { AirFrame, RadioGateway, Transmission } from './radio.ts';

export interface BasicsStationOptions extends Timing {
  /** 16 hexadecimal digits. */
  readonly gatewayEui: string;
  /** `ws://host:port` or `wss://…`, without a path. */
  readonly url: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Sent as `Authorization: Bearer …`. */
  readonly token?: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca?: string;
  /** Between connection attempts; default 1 s. */
  readonly retryMs?: number;
  /** Between `timesync` messages; default 60 s. */
  readonly timeSyncMs?: number;
  /** With `STATION_FAULTS`. */
  readonly faults?: FaultBoard;
}

export interface StationStats {
  /** Connections that got a good `router_config`. */
  sessions: number;
  /** Why the last attempt failed or the last connection ended. */
  lastFault: string | undefined;
  forwarded: number;
  /** Heard without a server, or at a data rate that is not in its table, or lost by a fault. */
  lost: number;
  downlinks: number;
  transmitted: number;
  tooLate: number;
  /** Downlinks that are not class A downlinks of this session. */
  unreadable: number;
  timeSyncs: number;
}

export interface BasicsStation extends RadioGateway {
  readonly stats: Readonly<StationStats>;
  readonly isConnected: boolean;
}

const maxMessageBytes = 64 * 1024;
const RX1_TO_RX2_MS = 1000;
const XTIME_BITS = 48n;
const US = (1n << XTIME_BITS) - 1n;

/** Starts connecting; `hear` loses frames until it is connected (`isConnected`). */
export function openBasicsStation(options: BasicsStationOptions): BasicsStation {
  const station = new Station(options);
  void station.run();
  return station;
}

class Station implements BasicsStation {
  readonly eui: string;
  readonly stats: StationStats = {
    sessions: 0,
    lastFault: undefined,
    forwarded: 0,
    lost: 0,
    downlinks: 0,
    transmitted: 0,
    tooLate: 0,
    unreadable: 0,
    timeSyncs: 0,
  };
  readonly #options: BasicsStationOptions;
  readonly #queue: TransmitQueue;
  readonly #stop = new AbortController();
  readonly #startedAtMs: number;
  readonly #session: bigint;
  readonly #faults: FaultBoard;
  #socket: WebSocket | undefined;
  #config: RouterConfig | undefined;
  /** GPS µs minus its own µs. */
  #gpsOffsetUs: number | undefined;

  constructor(options: BasicsStationOptions) {
    this.eui = options.gatewayEui;
    this.#options = options;
    this.#queue = new TransmitQueue(options);
    this.#startedAtMs = options.clock.moment().monotonic;
    this.#session = BigInt(options.random.int(1, 127));
    this.#faults = options.faults ?? new FaultBoard(STATION_FAULTS);
  }

  get isConnected(): boolean {
    return this.#config !== undefined;
  }

  async run(): Promise<void> {
    const { clock, retryMs = 1000 } = this.#options;
    const forget = this.#faults.onStruck(({ kind: { name } }) => {
      if (name === 'away') this.#socket?.terminate();
    });
    this.#stop.signal.addEventListener('abort', forget, { once: true });
    while (!this.#stop.signal.aborted) {
      try {
        const uri = this.#faults.get('away') ? undefined : await this.#discover();
        if (uri !== undefined) this.stats.lastFault = await this.#serve(uri);
      } catch (error) {
        this.stats.lastFault = error instanceof Error ? error.message : String(error);
      }
      await clock.sleep(retryMs, this.#stop.signal);
    }
  }

  hear(frame: AirFrame): void {
    const dataRate = this.#config?.dataRates.findIndex(
      (rate) =>
        rate?.spreadingFactor === frame.spreadingFactor &&
        rate.bandwidthKhz === frame.bandwidthKhz &&
        !rate.isDownlinkOnly,
    );
    if (dataRate === undefined || dataRate < 0 || this.#faults.happens('loss', this.#options.random)) {
      this.stats.lost++;
      return;
    }
    const us = Math.round((frame.endedAtMs - this.#startedAtMs) * 1000);
    const gpstime = this.#gpsOffsetUs === undefined ? 0 : us + this.#gpsOffsetUs;
    const upinfo = { rctx: 0, xtime: 'raw', gpstime, fts: -1, rssi: Math.round(frame.rssi), snr: frame.snr };
    this.#send(withRawIntegers({ ...uplinkMessage(frame, dataRate), upinfo }, { xtime: `${this.#xtime(us)}` }));
    this.stats.forwarded++;
  }

  onTransmit(listener: (transmission: Transmission) => void): () => void {
    return this.#queue.onTransmit(listener);
  }

  async close(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.#queue.close();
    const socket = this.#socket;
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) return;
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      socket.terminate();
    });
  }

  /** The address of its server. */
  async #discover(): Promise<string> {
    const socket = this.#connect(new URL('/router-info', this.#options.url).href);
    socket.on('open', () => socket.send(JSON.stringify({ router: dashed(this.eui) })));
    let answer: Record<string, unknown> = {};
    socket.on('message', (data) => {
      answer = parsed(String(data));
      socket.close();
    });
    const why = await ended(socket);
    if (typeof answer.uri === 'string') return answer.uri;
    throw new Error(typeof answer.error === 'string' ? answer.error : `discovery: ${why}`);
  }

  /** Runs until the connection ends; returns why it did. */
  async #serve(uri: string): Promise<string> {
    const socket = this.#connect(uri);
    const connection = new AbortController();
    socket.on('open', () =>
      socket.send(
        JSON.stringify({
          msgtype: 'version',
          station: '2.0.6(simulated)',
          firmware: '1.0',
          package: '1.0',
          model: 'simulated',
          protocol: 2,
          features: '',
        }),
      ),
    );
    socket.on('message', (data) => this.#receive(String(data), socket));
    void this.#keepTime(connection.signal);
    const why = await ended(socket);
    connection.abort();
    this.#config = undefined;
    return why;
  }

  #connect(url: string): WebSocket {
    const { token, ca } = this.#options;
    const socket = new WebSocket(url, {
      maxPayload: maxMessageBytes,
      headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
      ...(ca !== undefined && { ca }),
    });
    this.#socket = socket;
    if (this.#stop.signal.aborted) socket.terminate();
    return socket;
  }

  #receive(json: string, socket: WebSocket): void {
    const message = parsed(json);
    switch (message.msgtype) {
      case 'router_config': {
        const config = readRouterConfig(message);
        if (typeof config === 'string') {
          socket.close(4000, config);
          return;
        }
        this.#config = config;
        this.stats.sessions++;
        break;
      }
      case 'dnmsg':
        this.#receiveDownlink(readDownlink(json, message));
        break;
      case 'timesync':
        if (typeof message.txtime !== 'number' || typeof message.gpstime !== 'number') break;
        this.stats.timeSyncs++;
        // Half the round trip lies in between (doc.sm.tc/station, "timesync").
        this.#gpsOffsetUs = message.gpstime - (message.txtime + this.#nowUs()) / 2;
        break;
    }
  }

  #receiveDownlink(downlink: DownlinkMessage | undefined): void {
    if (downlink === undefined || downlink.xtime >> XTIME_BITS !== this.#session) {
      this.stats.unreadable++;
      return;
    }
    this.stats.downlinks++;
    const { rx1, rx2, rxDelayS, xtime } = downlink;
    const rx1AtMs = this.#startedAtMs + Number(xtime & US) / 1000 + rxDelayS * 1000;
    const isQueued =
      (rx1 !== undefined && this.#queueAt(downlink, rx1, rx1AtMs)) ||
      (rx2 !== undefined && this.#queueAt(downlink, rx2, rx1AtMs + RX1_TO_RX2_MS));
    if (!isQueued) this.stats.tooLate++;
  }

  #queueAt({ pdu, devEui, diid, rctx }: DownlinkMessage, slot: Slot, startsAtMs: number): boolean {
    const rate = this.#config?.dataRates[slot.dataRate];
    if (rate === undefined) return false;
    const { spreadingFactor, bandwidthKhz } = rate;
    const { frequencyHz } = slot;
    const transmission = { phyPayload: pdu, spreadingFactor, bandwidthKhz, frequencyHz, startsAtMs };
    const us = Math.round((startsAtMs - this.#startedAtMs) * 1000);
    const report = {
      msgtype: 'dntxed',
      diid: 'raw',
      DevEui: devEui,
      rctx: 'raw',
      xtime: 'raw',
      txtime: us / 1e6,
      gpstime: 0,
    };
    const begun = () => {
      this.stats.transmitted++;
      if (this.#faults.get('no-dntxed')) return;
      this.#send(withRawIntegers(report, { diid, rctx, xtime: `${this.#xtime(us)}` }));
    };
    return this.#queue.add(transmission, begun) === 'queued';
  }

  async #keepTime(signal: AbortSignal): Promise<void> {
    const { clock, timeSyncMs = 60_000 } = this.#options;
    while (!signal.aborted) {
      await clock.sleep(timeSyncMs, signal);
      if (!signal.aborted) this.#send(JSON.stringify({ msgtype: 'timesync', txtime: this.#nowUs() }));
    }
  }

  #nowUs(): number {
    return Math.round((this.#options.clock.moment().monotonic - this.#startedAtMs) * 1000);
  }

  #xtime(us: number): bigint {
    return (this.#session << XTIME_BITS) | BigInt(Math.max(0, us));
  }

  #send(json: string): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(json);
  }
}

/** Why it ended: the peer's reason, or the error. */
function ended(socket: WebSocket): Promise<string> {
  return new Promise((resolve) => {
    let fault: string | undefined;
    socket.on('error', (error) => {
      fault = error.message;
    });
    socket.on('close', (code, reason) => resolve(fault ?? `closed: ${code} ${reason}`));
  });
}

function parsed(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    // An object has string keys; the values are checked where they are used.
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
