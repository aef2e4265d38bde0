/**
 * A gateway with Semtech's UDP packet forwarder: GWMP, protocol version 2 (PROTOCOL.TXT of the packet forwarder; ANNWS.01.2.1).
 *
 * Like the real one, it sends uplinks and its status on one socket, and polls for and receives downlinks on another. Its
 * microsecond counter has 32 bits and starts anywhere, so it wraps after at most 71.6 minutes. Nothing is repeated: datagrams
 * that UDP loses are lost. Bounds: see the transmit queue.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Clock } from '../../shared/clock.ts';
import { FaultBoard } from '../fault-board.ts';
import type { Random } from '../random.ts';
import { type Timing, TransmitQueue } from '../wires/transmit-queue.ts';
import { FORWARDER_FAULTS } from './lorawan-faults.ts';
import type { AirFrame, RadioGateway, Transmission } from './radio.ts';

/** Some forwarders report the frequency that the radio was set to (Semtech SX1257: 32 MHz / 2^19): 868.299988 for 868.3. */
const SYNTHESISER_STEP_HZ = 32_000_000 / 2 ** 19;

export interface PacketForwarderOptions extends Timing {
  /** 16 hexadecimal digits. */
  readonly gatewayEui: string;
  readonly server: { readonly host: string; readonly port: number };
  readonly clock: Clock;
  readonly random: Random;
  /** Default 5 s and 30 s, the forwarder's own defaults. */
  readonly keepAliveMs?: number;
  readonly statMs?: number;
  /** The counter's initial value; default random. */
  readonly counterUs?: number;
  /** The frequencies that its radio may use; default 863 to 928 MHz. */
  readonly txRange?: { readonly minHz: number; readonly maxHz: number };
  /** Version 1 of the protocol has no TX_ACK; default 2. */
  readonly version?: 1 | 2;
  /** With `FORWARDER_FAULTS`. */
  readonly faults?: FaultBoard;
}

export interface ForwarderStats {
  /** PUSH_DATA with a frame, and PUSH_ACKs. */
  pushed: number;
  pushAcknowledged: number;
  pulled: number;
  pullAcknowledged: number;
  /** PULL_RESPs that were readable, and those that were queued. */
  downlinks: number;
  queued: number;
  /** By the TX_ACK's error. */
  readonly refused: Record<string, number>;
  /** Datagrams that are not messages, or that a forwarder ignores. */
  unreadable: number;
}

export interface PacketForwarder extends RadioGateway {
  readonly stats: Readonly<ForwarderStats>;
}

const PUSH_DATA = 0;
const PUSH_ACK = 1;
const PULL_DATA = 2;
const PULL_RESP = 3;
const PULL_ACK = 4;
const TX_ACK = 5;
const WRAP_US = 2 ** 32;
/** How soon an immediate frame goes out: as soon as the radio can be programmed. */
const IMMEDIATELY_MS = 50;
const ERRORS = { 'too-late': 'TOO_LATE', 'too-early': 'TOO_EARLY', collision: 'COLLISION_PACKET' } as const;

/** Opens both sockets and starts polling for downlinks. */
export async function openPacketForwarder(options: PacketForwarderOptions): Promise<PacketForwarder> {
  const family = options.server.host.includes(':') ? 'udp6' : 'udp4';
  const forwarder = new UdpForwarder(options, createSocket(family), createSocket(family));
  await forwarder.open();
  return forwarder;
}

class UdpForwarder implements PacketForwarder {
  readonly eui: string;
  readonly stats: ForwarderStats = {
    pushed: 0,
    pushAcknowledged: 0,
    pulled: 0,
    pullAcknowledged: 0,
    downlinks: 0,
    queued: 0,
    refused: {},
    unreadable: 0,
  };
  readonly #options: PacketForwarderOptions;
  readonly #up: Socket;
  readonly #down: Socket;
  readonly #queue: TransmitQueue;
  readonly #stop = new AbortController();
  readonly #faults: FaultBoard;
  /** When its counter began, and with which value. */
  #beganAtMs: number;
  #firstUs: number;

  constructor(options: PacketForwarderOptions, up: Socket, down: Socket) {
    this.eui = options.gatewayEui;
    this.#options = options;
    this.#up = up;
    this.#down = down;
    this.#queue = new TransmitQueue(options);
    this.#faults = options.faults ?? new FaultBoard(FORWARDER_FAULTS);
    this.#beganAtMs = options.clock.moment().monotonic;
    this.#firstUs = options.counterUs ?? options.random.int(0, WRAP_US - 1);
  }

  async open(): Promise<void> {
    const forget = this.#faults.onStruck(({ kind: { name } }) => {
      if (name !== 'counter-reset') return;
      this.#beganAtMs = this.#options.clock.moment().monotonic;
      this.#firstUs = 0;
    });
    this.#stop.signal.addEventListener('abort', forget, { once: true });
    for (const socket of [this.#up, this.#down]) {
      socket.on('message', (datagram) => this.#receive(datagram));
      socket.on('error', () => undefined); // nobody listens: UDP loses it
      socket.bind();
      await once(socket, 'listening');
    }
    void this.#keepAlive();
    void this.#reportState();
  }

  hear(frame: AirFrame): void {
    const { random } = this.#options;
    const tmst = this.#counterAt(frame.endedAtMs);
    const packets = [this.#rxpk(frame, tmst, 1)];
    if (this.#faults.happens('noise', random)) {
      const noise = { ...frame, phyPayload: random.bytes(random.int(12, 40)) };
      packets.unshift(this.#rxpk(noise, tmst, random.chance(0.5) ? -1 : 0));
    }
    this.stats.pushed++;
    this.#send(this.#up, PUSH_DATA, this.#newToken(), { rxpk: packets });
  }

  onTransmit(listener: (transmission: Transmission) => void): () => void {
    return this.#queue.onTransmit(listener);
  }

  async close(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.#queue.close();
    for (const socket of [this.#up, this.#down]) {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    }
  }

  async #keepAlive(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.stats.pulled++;
      this.#send(this.#down, PULL_DATA, this.#newToken());
      await this.#options.clock.sleep(this.#options.keepAliveMs ?? 5_000, this.#stop.signal);
    }
  }

  async #reportState(): Promise<void> {
    const { clock, statMs = 30_000 } = this.#options;
    while (!this.#stop.signal.aborted) {
      await clock.sleep(statMs, this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      const { pushed, pushAcknowledged, downlinks, queued } = this.stats;
      const time = new Date(clock.moment().wall).toISOString().replace('T', ' ').replace(/\..*/, ' GMT');
      const ackr = pushed === 0 ? 0 : Math.round((1000 * pushAcknowledged) / pushed) / 10;
      const stat = { time, rxnb: pushed, rxok: pushed, rxfw: pushed, ackr, dwnb: downlinks, txnb: queued };
      this.#send(this.#up, PUSH_DATA, this.#newToken(), { stat });
    }
  }

  #rxpk(frame: AirFrame, tmst: number, stat: -1 | 0 | 1): Record<string, unknown> {
    const { phyPayload, frequencyHz, spreadingFactor, bandwidthKhz, rssi, snr } = frame;
    const data = Buffer.from(phyPayload).toString('base64');
    return {
      tmst,
      chan: frame.channel % 8,
      rfch: 0,
      freq: Math.round(Math.floor(frequencyHz / SYNTHESISER_STEP_HZ) * SYNTHESISER_STEP_HZ) / 1_000_000,
      stat,
      modu: 'LORA',
      datr: `SF${spreadingFactor}BW${bandwidthKhz}`,
      codr: stat === 0 ? 'OFF' : '4/5',
      lsnr: Math.round(snr * 10) / 10,
      rssi: Math.round(rssi),
      size: phyPayload.length,
      data: this.#faults.get('unpadded') ? data.replaceAll('=', '') : data,
    };
  }

  #receive(datagram: Buffer): void {
    if (this.#faults.happens('loss', this.#options.random)) return;
    const kind = datagram.length >= 4 ? datagram.readUInt8(3) : undefined;
    if (kind === PUSH_ACK) this.stats.pushAcknowledged++;
    else if (kind === PULL_ACK) this.stats.pullAcknowledged++;
    else if (kind === PULL_RESP) this.#receiveDownlink(datagram.readUInt16BE(1), datagram.toString('utf8', 4));
    else this.stats.unreadable++;
  }

  /** A forwarder silently drops what it cannot read. */
  #receiveDownlink(token: number, json: string): void {
    const now = this.#options.clock.moment().monotonic;
    const packet = parseTxpk(json);
    if (packet === undefined) {
      this.stats.unreadable++;
      return;
    }
    this.stats.downlinks++;
    const { tmst, ...frame } = packet;
    const startsAtMs = tmst === undefined ? now + IMMEDIATELY_MS : this.#momentOf(tmst, now);
    const error = this.#refusal({ ...frame, startsAtMs });
    if (error === undefined) this.stats.queued++;
    else this.stats.refused[error] = (this.stats.refused[error] ?? 0) + 1;
    if (this.#options.version === 1 || this.#faults.get('no-tx-ack')) return;
    this.#send(this.#down, TX_ACK, token, error === undefined ? undefined : { txpk_ack: { error } });
  }

  #refusal(transmission: Transmission): string | undefined {
    const { minHz, maxHz } = this.#options.txRange ?? { minHz: 863_000_000, maxHz: 928_000_000 };
    if (transmission.frequencyHz < minHz || transmission.frequencyHz > maxHz) return 'TX_FREQ';
    const answer = this.#queue.add(transmission);
    return answer === 'queued' ? undefined : ERRORS[answer];
  }

  #counterAt(monotonicMs: number): number {
    const us = this.#firstUs + Math.round((monotonicMs - this.#beganAtMs) * 1000);
    return ((us % WRAP_US) + WRAP_US) % WRAP_US;
  }

  /** The moment nearest to now at which the counter has this value. */
  #momentOf(tmst: number, now: number): number {
    const ahead = (tmst - this.#counterAt(now) + WRAP_US) % WRAP_US;
    return now + (ahead < WRAP_US / 2 ? ahead : ahead - WRAP_US) / 1000;
  }

  #newToken(): number {
    return this.#options.random.int(0, 0xffff);
  }

  #send(socket: Socket, kind: number, token: number, body?: Record<string, unknown>): void {
    if (this.#stop.signal.aborted) return;
    const { server, version = 2, random } = this.#options;
    if (this.#faults.happens('loss', random)) return;
    const head = Buffer.from([version, token >> 8, token & 0xff, kind]);
    const json = body === undefined ? '' : JSON.stringify(body);
    const datagram = Buffer.concat([head, Buffer.from(this.eui, 'hex'), Buffer.from(json)]);
    const times = this.#faults.happens('duplicate', random) ? 2 : 1;
    // A forwarder does not care whether a datagram arrives.
    for (let n = 0; n < times; n++) socket.send(datagram, server.port, server.host, () => undefined);
  }
}

type Txpk = Omit<Transmission, 'startsAtMs'> & { readonly tmst: number | undefined };

/** LoRa frames at a counter value, or immediate; undefined for everything else. */
function parseTxpk(json: string): Txpk | undefined {
  let txpk: Record<string, unknown> | undefined;
  try {
    // The checks below say what is in it.
    txpk = (JSON.parse(json) as { txpk?: Record<string, unknown> }).txpk;
  } catch {
    return undefined;
  }
  if (txpk === undefined || txpk.modu !== 'LORA') return undefined;
  const { imme, tmst, freq, datr, size, data, rfch, ipol } = txpk;
  const [, spreadingFactor, bandwidthKhz] = /^SF(\d+)BW(\d+)$/.exec(String(datr)) ?? [];
  if (typeof freq !== 'number' || typeof data !== 'string' || typeof rfch !== 'number') return undefined;
  if (spreadingFactor === undefined || (imme !== true && typeof tmst !== 'number') || ipol !== true) return undefined;
  const phyPayload = Buffer.from(data, 'base64');
  if (size !== phyPayload.length) return undefined;
  return {
    phyPayload,
    frequencyHz: Math.round(freq * 1_000_000),
    spreadingFactor: Number(spreadingFactor),
    bandwidthKhz: Number(bandwidthKhz),
    tmst: imme === true ? undefined : Number(tmst),
  };
}
