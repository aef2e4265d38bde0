/**
 * A city of LoRaWAN devices behind overlapping gateways: everything that a network server meets, by seed.
 *
 * Every device is within reach of at least one gateway. They join and send evenly spread, at most `maxAtOnce` at a time, so
 * that a thousand fit beside the server under test on a small machine. One that nobody lets in keeps no other from sending. The city knows what a perfect network stores: the
 * sequence number of each acknowledged uplink once, no number that was not sent, and nothing of a replay or a forged MIC.
 */
import { setMaxListeners } from 'node:events';
import type { Clock } from '../../shared/clock.ts';
import { FaultBoard } from '../fault-board.ts';
import { Random } from '../random.ts';
import { Air, carries, type Place, type Strictness } from './air.ts';
import { openBasicsStation } from './basics-station.ts';
import { LorawanDevice, type LorawanVersion } from './device.ts';
import { LORAWAN_CITY_FAULTS } from './lorawan-faults.ts';
import { LorawanNode, NODE_POWER_DBM, type NodeCounts } from './node.ts';
import { openPacketForwarder } from './packet-forwarder.ts';
import type { RadioGateway } from './radio.ts';
import type { RegionName } from './region.ts';

/** A gateway's connection to its network server, and its faults; `own` brings its own. */
export type CityGateway =
  | { readonly protocol: 'udp'; readonly host: string; readonly port: number; readonly faults?: FaultBoard }
  | {
      readonly protocol: 'station';
      readonly url: string;
      readonly token?: string;
      readonly ca?: string;
      readonly faults?: FaultBoard;
    }
  | { readonly protocol: 'own'; readonly open: (eui: string) => RadioGateway };

export interface CityOptions {
  readonly seed: number;
  readonly clock: Clock;
  readonly gateways: readonly CityGateway[];
  /** Default 1,000. */
  readonly devices?: number;
  /** How many of them have fixed keys (ABP); default none. */
  readonly abpDevices?: number;
  /** Versions in rotation; default 1.0.3. */
  readonly versions?: readonly LorawanVersion[];
  readonly region?: RegionName;
  /** Default 10; Infinity runs until stopped. */
  readonly uplinksPerDevice?: number;
  /** Share of uplinks that ask for an acknowledgement; default all, 1. */
  readonly confirmed?: number;
  /** Joins and uplinks per second in the whole city; default 20: what ten gateways can acknowledge under Japan's rules. */
  readonly perSecond?: number;
  readonly strictness?: Partial<Strictness> & { readonly minLeadMs?: number };
  /** With `LORAWAN_CITY_FAULTS`. */
  readonly faults?: FaultBoard;
}

export interface CityDevice {
  readonly id: string;
  readonly devEui: string;
  readonly version: LorawanVersion;
  readonly activation:
    | { readonly joinEui: string; readonly appKey: string; readonly nwkKey?: string }
    | { readonly devAddr: string; readonly appSKey: string; readonly fNwkSIntKey: string };
}

export interface LorawanCity {
  readonly devices: readonly CityDevice[];
  readonly gateways: readonly RadioGateway[];
  /** Sequence numbers by DevEUI: acknowledged to the device; heard by a gateway. */
  readonly acknowledged: ReadonlyMap<string, readonly number[]>;
  readonly sent: ReadonlyMap<string, readonly number[]>;
  readonly joined: number;
  /** Over all devices. */
  readonly counts: Readonly<NodeCounts>;
  readonly downlinksHeard: number;
  readonly downlinksMissed: number;
  /** Resolves when every device has joined or given up. */
  joinAll(): Promise<void>;
  /** Devices join, if they have not yet, and send. Resolves when every device has sent its uplinks, or on `stop`. */
  run(): Promise<void>;
  /** The devices stop; `run` and `joinAll` end. */
  stop(): void;
  close(): Promise<void>;
}

const JOIN_EUI = '70b3d57ed0000001';
const FPORT = 2;
const maxAtOnce = 250;
const STRICT: Strictness = { toleranceMs: 5, patienceMs: 0 };
/** Between neighbouring gateways: less than the 2.6 km that SF7 reaches without a shadow, so that cells overlap. */
const SPACING_M = 1500;
const MARGIN_DB = 6;
const maxPlacings = 1000;

export async function openCity(options: CityOptions): Promise<LorawanCity> {
  const random = new Random(options.seed);
  const city = new City(options, random);
  await city.open();
  return city;
}

class City implements LorawanCity {
  readonly devices: readonly CityDevice[];
  readonly gateways: RadioGateway[] = [];
  readonly #options: CityOptions;
  readonly #random: Random;
  readonly #faults: FaultBoard;
  readonly #stop = new AbortController();
  readonly #air: Air;
  #nodes: readonly LorawanNode[] = [];
  #atWork = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(options: CityOptions, random: Random) {
    const { clock, strictness, devices = 1000 } = options;
    this.#options = options;
    this.#random = random;
    this.#faults = options.faults ?? new FaultBoard(LORAWAN_CITY_FAULTS);
    setMaxListeners(0, this.#stop.signal); // every device listens while it sleeps
    this.#air = new Air({
      clock,
      random: random.fork(),
      strictness: { ...STRICT, ...strictness },
      faults: this.#faults,
      signal: this.#stop.signal,
    });
    this.devices = Array.from({ length: devices }, (_, number) => this.#inventDevice(number));
  }

  async open(): Promise<void> {
    const side = Math.ceil(Math.sqrt(this.#options.gateways.length));
    for (const [number, gateway] of this.#options.gateways.entries()) {
      const place = { eastM: (number % side) * SPACING_M, northM: Math.floor(number / side) * SPACING_M };
      const radio = await this.#openGateway(gateway, `aa555a00000000${number.toString(16).padStart(2, '0')}`);
      this.gateways.push(radio);
      this.#air.addGateway(radio, place);
    }
    this.#nodes = this.devices.map((device) => this.#settle(device, side * SPACING_M));
  }

  get acknowledged(): ReadonlyMap<string, readonly number[]> {
    return new Map(this.#nodes.map(({ device, acknowledged }) => [device.devEui, acknowledged]));
  }

  get sent(): ReadonlyMap<string, readonly number[]> {
    return new Map(this.#nodes.map(({ device, sent }) => [device.devEui, sent]));
  }

  get joined(): number {
    return this.#nodes.filter(({ device }) => device.isJoined).length;
  }

  get counts(): NodeCounts {
    const all = { joinRequests: 0, frames: 0, replayed: 0, badMics: 0, needlessRepeats: 0, powerLosses: 0 };
    for (const { counts } of this.#nodes) {
      for (const name of Object.keys(all) as (keyof NodeCounts)[]) all[name] += counts[name];
    }
    return all;
  }

  get downlinksHeard(): number {
    return this.#air.downlinksHeard;
  }

  get downlinksMissed(): number {
    return this.#air.downlinksMissed;
  }

  async joinAll(): Promise<void> {
    const startedAtMs = this.#options.clock.moment().monotonic;
    await Promise.all(
      this.#nodes.map(async (node, number) => {
        await this.#until(startedAtMs + number * this.#betweenMs);
        await this.#join(node);
      }),
    );
  }

  async run(): Promise<void> {
    const startedAtMs = this.#options.clock.moment().monotonic;
    await Promise.all(this.#nodes.map((node, number) => this.#runNode(node, number, startedAtMs)));
  }

  stop(): void {
    this.#stop.abort();
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async close(): Promise<void> {
    this.stop();
    await Promise.all(this.gateways.map((gateway) => gateway.close()));
  }

  async #runNode(node: LorawanNode, number: number, startedAtMs: number): Promise<void> {
    const { uplinksPerDevice = 10, confirmed = 1 } = this.#options;
    const random = this.#random.fork();
    const roundMs = this.#nodes.length * this.#betweenMs;
    let dueMs = startedAtMs + number * this.#betweenMs;
    for (let round = 0; round < uplinksPerDevice && !this.#stop.signal.aborted; round++) {
      await this.#until(dueMs);
      if (await this.#join(node)) await this.#inTurn(() => node.report(random.chance(confirmed)));
      dueMs = Math.max(dueMs + roundMs, this.#options.clock.moment().monotonic); // what is missed is not made up for at once
    }
  }

  #join(node: LorawanNode): Promise<boolean> {
    return node.join((tryOnce) => this.#inTurn(tryOnce));
  }

  get #betweenMs(): number {
    return 1000 / (this.#options.perSecond ?? 20);
  }

  async #until(monotonicMs: number): Promise<void> {
    const { clock } = this.#options;
    await clock.sleep(Math.max(0, monotonicMs - clock.moment().monotonic), this.#stop.signal);
  }

  /** First come, first served. */
  async #inTurn(work: () => Promise<void>): Promise<void> {
    if (this.#atWork < maxAtOnce) this.#atWork++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (!this.#stop.signal.aborted) await work();
    const next = this.#waiting.shift();
    if (next === undefined) this.#atWork--;
    else next();
  }

  #openGateway(gateway: CityGateway, gatewayEui: string): Promise<RadioGateway> | RadioGateway {
    const { clock, strictness } = this.#options;
    const random = this.#random.fork();
    const timing = strictness?.minLeadMs === undefined ? {} : { minLeadMs: strictness.minLeadMs };
    switch (gateway.protocol) {
      case 'udp': {
        const { host, port, faults } = gateway;
        const server = { host, port };
        return openPacketForwarder({ gatewayEui, server, clock, random, ...(faults && { faults }), ...timing });
      }
      case 'station': {
        const { url, token, ca, faults } = gateway;
        const access = { ...(token !== undefined && { token }), ...(ca !== undefined && { ca }) };
        return openBasicsStation({ gatewayEui, url, clock, random, ...access, ...(faults && { faults }), ...timing });
      }
      case 'own':
        return gateway.open(gatewayEui);
    }
  }

  #inventDevice(number: number): CityDevice {
    const { versions = ['1.0.3'], abpDevices = 0 } = this.#options;
    const key = () => Buffer.from(this.#random.bytes(16)).toString('hex');
    const version = versions[number % versions.length] ?? '1.0.3';
    const serial = (number + 1).toString(16);
    const identity = { id: `sim-${number + 1}`, devEui: `aa555a0001${serial.padStart(6, '0')}`, version };
    if (number < abpDevices) {
      const devAddr = `01${serial.padStart(6, '0')}`;
      return { ...identity, activation: { devAddr, appSKey: key(), fNwkSIntKey: key() } };
    }
    const nwkKey = version === '1.1' ? { nwkKey: key() } : {};
    return { ...identity, activation: { joinEui: JOIN_EUI, appKey: key(), ...nwkKey } };
  }

  #settle({ devEui, version, activation }: CityDevice, sideM: number): LorawanNode {
    const { clock, region = 'as923-1' } = this.#options;
    const random = this.#random.fork();
    const device = new LorawanDevice({ devEui, version, region, activation, random: random.fork() });
    const links = this.#findPlace(device, sideM, random);
    const [faults, signal] = [this.#faults, this.#stop.signal];
    return new LorawanNode({ device, air: this.#air, links, clock, random, port: FPORT, faults, signal });
  }

  /** Redrawn until a gateway hears it well. */
  #findPlace(device: LorawanDevice, sideM: number, random: Random) {
    const rate = device.plan.nextRadio();
    for (let placing = 0; placing < maxPlacings; placing++) {
      const place: Place = { eastM: random.next() * sideM, northM: random.next() * sideM };
      const links = this.#air.linksFrom(place, random);
      if (links.some((link) => carries(link, NODE_POWER_DBM, rate, MARGIN_DB))) return links;
    }
    throw new RangeError('no place in the city is in reach of a gateway');
  }
}

/** The devices as a table for `machimori device add --import`. */
export function deviceTable(devices: readonly CityDevice[], profile: string): string {
  const lines = devices.map(({ id, devEui, version, activation }) => {
    const keys =
      'joinEui' in activation
        ? [activation.joinEui, activation.appKey, activation.nwkKey ?? '', '', '', '']
        : ['', '', '', activation.devAddr, activation.fNwkSIntKey, activation.appSKey];
    return [id, devEui, ...keys, version, profile].join(',');
  });
  return ['id,dev_eui,join_eui,app_key,nwk_key,dev_addr,nwk_s_key,app_s_key,version,profile', ...lines, ''].join('\n');
}
