/**
 * A context broker as the far end: the stand-in, in which the last to arrive wins, and a file with all that was ever written to it.
 *
 * `readings` has a reading for each entity that was written, whose kind is the entity's type. A broker is told the newest, so that of many
 * readings of a device some never come; and one reading may be told as several entities.
 */
import { appendFileSync, closeSync, existsSync, mkdirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import { NgsiLdBroker } from '../../simulators/orion/ngsi-ld-broker.ts';
import { NgsiV2Broker } from '../../simulators/orion/ngsi-v2-broker.ts';
import { type Orion, type OrionOptions, openOrion } from '../../simulators/orion/orion.ts';
import { SystemClock } from '../machine/system-clock.ts';
import type { City, CityReading } from './city.ts';
import { addTo } from './counts.ts';

export interface NgsiCityOptions extends Omit<OrionOptions, 'broker'> {
  /** Of the file of what was written. */
  readonly folder: string;
  readonly clock?: Clock;
}

export interface NgsiCity extends City {
  /** Its misbehaviour, and what it was asked. */
  readonly orion: Orion;
}

const service = 'city';
const pageBytes = 65_536;

export async function openNgsiCity(
  kind: 'ngsi-v2' | 'ngsi-ld',
  { folder, clock = new SystemClock('always'), ...options }: NgsiCityOptions,
): Promise<NgsiCity> {
  mkdirSync(folder, { recursive: true });
  const writes = new Writes(join(folder, `${kind}.jsonl`));
  const broker = kind === 'ngsi-v2' ? new NgsiV2Broker() : new NgsiLdBroker('orion-ld');
  broker.wrote = (entity: Written) => writes.add(readingOf(entity, clock.moment().wall));
  const orion = await openOrion({ ...options, broker });
  return {
    orion,
    get url() {
      return orion.url;
    },
    destination: () => ({
      ...{ name: 'city', type: kind, url: orion.url, personal: true, reconnectWithin: '1s' }, // of people who do not exist
      ...(kind === 'ngsi-v2' && { service }),
    }),
    readings: () => writes.all(),
    counts: (gateway) => writes.counts(gateway),
    duplicates: () => writes.repeated,
    refused: () => new Map(),
    missing: () => 0,
    cutOff: () => orion.cutOff(),
    comeBack: () => orion.comeBack(),
    close: () => orion.cutOff(),
  };
}

interface Written {
  readonly id: string;
  readonly type: string;
  readonly attributes: ReadonlyMap<string, object>;
}

/** Whose entity it is stands in its id, `urn:ngsi-ld:<type>:<tenant>:<gateway>:<device>`; when, at its attributes, of which the newest counts. */
function readingOf({ id, type, attributes }: Written, receivedAt: number): CityReading {
  const [, , , tenant = '', gateway = '', device = id] = id.split(':').map(decodeURIComponent);
  const values: Record<string, unknown> = {};
  const times: number[] = [];
  for (const [name, attribute] of attributes) {
    values[name] = 'value' in attribute ? attribute.value : 'object' in attribute ? attribute.object : undefined;
    times.push(timeOf(attribute) ?? 0);
  }
  return { tenant, gateway, device, kind: type, observedAt: Math.max(0, ...times) || receivedAt, receivedAt, values };
}

/** NGSI-LD has it as `observedAt`, NGSIv2 as the metadata TimeInstant. */
function timeOf(attribute: object): number | undefined {
  const { observedAt, metadata } = attribute as {
    observedAt?: string;
    metadata?: { TimeInstant?: { value?: string } };
  }; // whatever is there
  const at = Date.parse(observedAt ?? metadata?.TimeInstant?.value ?? '');
  return Number.isNaN(at) ? undefined : at;
}

/** What was written, a line each. In memory are a number and the last reading of each device and kind. */
class Writes {
  readonly #file: string;
  readonly #counts = new Map<string, Map<string, Map<string, number>>>();
  readonly #last = new Map<string, string>();
  /** Writes that say the same as the one before them. */
  repeated = 0;

  /** With what an earlier one has left in the file. */
  constructor(file: string) {
    this.#file = file;
    for (const reading of this.all()) this.#count(reading);
  }

  add(reading: CityReading): void {
    this.#count(reading);
    appendFileSync(this.#file, `${JSON.stringify(reading)}\n`);
  }

  counts(gateway: string | undefined): ReadonlyMap<string, ReadonlyMap<string, number>> {
    const sum = new Map<string, Map<string, number>>();
    for (const [each, devices] of this.#counts) {
      if (gateway !== undefined && each !== gateway) continue;
      for (const [device, kinds] of devices) for (const [kind, n] of kinds) addTo(sum, device, kind, n);
    }
    return sum;
  }

  #count({ tenant, gateway, device, kind, observedAt, values }: CityReading): void {
    const key = JSON.stringify([tenant, gateway, device, kind]);
    const said = JSON.stringify([observedAt, values]);
    if (this.#last.get(key) === said) this.repeated++;
    this.#last.set(key, said);
    const devices = this.#counts.get(gateway) ?? new Map<string, Map<string, number>>();
    this.#counts.set(gateway, devices);
    addTo(devices, device, kind, 1);
  }

  *all(): Generator<CityReading> {
    if (!existsSync(this.#file)) return;
    const file = openSync(this.#file, 'r');
    try {
      const page = Buffer.alloc(pageBytes);
      const decoder = new TextDecoder();
      let rest = '';
      for (let read = readSync(file, page); read > 0; read = readSync(file, page)) {
        const lines = (rest + decoder.decode(page.subarray(0, read), { stream: true })).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) yield JSON.parse(line);
      }
    } finally {
      closeSync(file);
    }
  }
}
