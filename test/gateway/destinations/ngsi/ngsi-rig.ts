/** A destination `ngsi-v2` or `ngsi-ld` on a virtual clock, with the stand-in at the other end of an HTTP that is no network. */

import * as v from 'valibot';
import { onTestFinished } from 'vitest';
import { compress } from '../../../../gateway/buffer/compress.ts';
import { withUnits } from '../../../../gateway/config/case.ts';
import type {
  AskOrder,
  Destination,
  DestinationSurroundings,
  Session,
} from '../../../../gateway/destinations/destination.ts';
import { ngsiLdType, ngsiV2Type } from '../../../../gateway/destinations/ngsi/types.ts';
import { NobodyThere } from '../../../../gateway/net/absence.ts';
import type { Http, HttpRequest } from '../../../../gateway/net/http.ts';
import { TextError } from '../../../../shared/errors.ts';
import { encodeBatch, encodeBody, type Lane } from '../../../../shared/feed/batch.ts';
import type { DeviceDescription } from '../../../../shared/feed/birth.ts';
import type { Receipt } from '../../../../shared/feed/receipt.ts';
import type { Reading } from '../../../../shared/reading.ts';
import { foreign } from '../../../../shared/text.ts';
import { type Flavour, NgsiLdBroker } from '../../../../simulators/orion/ngsi-ld-broker.ts';
import { NgsiV2Broker } from '../../../../simulators/orion/ngsi-v2-broker.ts';
import { type Door, Orion } from '../../../../simulators/orion/orion.ts';
import { VirtualClock } from '../../../../simulators/virtual-clock.ts';
import { LogBook } from '../../machine/log-book.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

export const AT = Date.parse('2026-01-15T03:00:00.000Z');
export const EPOCH = '00112233445566aa';

export interface RigOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly flavour?: Flavour;
  readonly door?: Door;
  readonly describe?: (device: string) => DeviceDescription | undefined;
  readonly accepts?: (reading: Reading) => boolean;
  readonly orderOf?: AskOrder;
}

export const standing = { at: 0, sealed: 0, waiting: { routine: 0, urgent: 0 }, clockSynchronised: true };

export class NgsiRig {
  readonly clock = new VirtualClock();
  readonly log = new LogBook();
  readonly broker: NgsiV2Broker | NgsiLdBroker;
  readonly orion: Orion;
  readonly folder = temporaryFolder();
  /** Nobody answers. */
  isDown = false;
  latencyMs = 5;
  /** What was asked, in order. */
  readonly asked: HttpRequest[] = [];
  /** Told of each request that sets out, and again when it is over. */
  onTheWay: (request: HttpRequest, isOver: boolean) => void = () => {};
  readonly #options: RigOptions;
  #number = 0;

  constructor(options: RigOptions = {}) {
    this.#options = options;
    this.broker =
      options.flavour === undefined ? new NgsiV2Broker(this.clock) : new NgsiLdBroker(options.flavour, this.clock);
    this.orion = new Orion({ broker: this.broker, door: options.door ?? {} });
  }

  destination(more: Readonly<Record<string, unknown>> = {}): Destination {
    const isLd = this.broker instanceof NgsiLdBroker;
    const type = isLd ? 'ngsi-ld' : 'ngsi-v2';
    const one = { name: 'city', type, url: 'http://broker', askEvery: '24h', parallelRequests: 1 };
    const settings = { ...one, ...this.#options.settings, ...more };
    const surroundings = this.#surroundings();
    return isLd
      ? ngsiLdType.open(v.parse(ngsiLdType.settings, withUnits(ngsiLdType.settings, settings)), surroundings)
      : ngsiV2Type.open(v.parse(ngsiV2Type.settings, withUnits(ngsiV2Type.settings, settings)), surroundings);
  }

  async open(more: Readonly<Record<string, unknown>> = {}): Promise<Session> {
    const session = await this.run(this.destination(more).open(new AbortController().signal));
    onTestFinished(() => session.close(standing));
    return session;
  }

  /** Lets time go on until the promise settles. */
  async run<T>(promise: Promise<T>, withinMs = 86_400_000): Promise<T> {
    let isSettled = false;
    const settled = promise.finally(() => {
      isSettled = true;
    });
    settled.catch(() => {});
    const end = this.clock.moment().monotonic + withinMs;
    while (!isSettled && this.clock.moment().monotonic < end) await this.clock.advance(100);
    if (!isSettled) throw new Error('it does not settle');
    return settled;
  }

  /** A sealed batch of the gateway. */
  batch(readings: readonly Reading[], more: { number?: number; epoch?: string; lane?: Lane; gateway?: string } = {}) {
    const { number = ++this.#number, epoch = EPOCH, lane = 'routine', gateway = 'gateway-01' } = more;
    const { body, doubts } = encodeBody('columns', readings);
    const header = { gateway, epoch, number, lane, count: readings.length, encoding: 'columns' as const, doubts };
    const bytes = encodeBatch({ ...header, compression: 'deflate' }, compress(body, 'deflate'));
    return { kind: 'batch', batch: { gateway, epoch, number, lane, count: readings.length, bytes } } as const;
  }

  /** Sends readings as one batch; resolves with the receipt. */
  send(session: Session, readings: readonly Reading[], more: Parameters<NgsiRig['batch']>[1] = {}): Promise<Receipt> {
    return this.run(session.send(this.batch(readings, more)));
  }

  /** An attribute's value as the broker has it; undefined if it has none. */
  value(device: string, name: string, type = 'FloodMonitoring'): unknown {
    const id = `urn:ngsi-ld:${type}:kakogawa:gateway-01:${device}`;
    return this.broker
      .entities()
      .find((entity) => entity.id === id)
      ?.attributes.get(name)?.value;
  }

  get updates(): readonly HttpRequest[] {
    return this.asked.filter(({ method, url }) => method === 'POST' && !url.includes('token'));
  }

  #surroundings(): DestinationSurroundings {
    const describe = this.#options.describe ?? gauge;
    return {
      gateway: 'gateway-01',
      tenant: 'kakogawa',
      software: 'machimori 0.1.0',
      epoch: () => EPOCH,
      devices: () => [],
      silent: () => [],
      problems: () => [],
      clock: this.clock,
      log: this.log,
      connect: () => Promise.reject(new Error('no MQTT here')),
      openHttp: () => this.#http(),
      accepts: this.#options.accepts ?? (() => true),
      describe: (device) => describe(device),
      ...(this.#options.orderOf && { orderOf: this.#options.orderOf }),
      dataDirectory: this.folder,
    };
  }

  #http(): Http {
    return {
      close() {},
      ask: async (request) => {
        this.asked.push(request);
        this.onTheWay(request, false);
        await this.clock.sleep(this.latencyMs);
        this.onTheWay(request, true);
        if (this.isDown) throw new NobodyThere(foreign('connect ECONNREFUSED'));
        const { pathname, search } = new URL(request.url);
        const body = request.body === undefined ? '' : Buffer.from(request.body).toString('utf8');
        const length = { 'content-length': String(Buffer.byteLength(body)) };
        const headers = { ...request.headers, ...length };
        const outcome = this.orion.handle({ method: request.method, path: pathname + search, headers, body });
        if (outcome === 'cut') throw new Error('socket hang up');
        if (outcome === 'hang') {
          await this.clock.sleep(request.withinMs);
          throw new TextError(foreign('no answer'));
        }
        return { status: outcome.status, headers: outcome.headers ?? {}, body: Buffer.from(outcome.body) };
      },
    };
  }
}

export function gauge(id: string): DeviceDescription {
  return { id, type: 'line', kinds: ['water-level'], units: { level: 'm', distance: 'm', temperature: 'Cel' } };
}

export function level(n: number, at = AT, device = 'gauge-01'): Reading {
  return { device, kind: 'water-level', observedAt: at, values: { level: n } };
}
