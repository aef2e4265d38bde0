/**
 * What is kept of one device of another gateway: the newest reading of each kind, and the alarms that its own gateway tells.
 *
 * Promise: newest by the device's own time; what comes later and is older changes nothing. Of sightings only that something was heard.
 * Bounds: `maxValues` of a reading with texts of `maxText`, and `maxAlarms` names; the rest is left out.
 */
import type { Origin } from '../../shared/feed/topics.ts';
import type { Alarm, Reading, Value } from '../../shared/reading.ts';

const maxValues = 32;
const maxText = 100;
const maxAlarms = 32;

export class Newest {
  readonly origin: Origin;
  readonly device: string;
  /** When it last changed: grows from change to change over all devices. */
  order = 0;
  /** Epoch ms by the hub's clock. */
  heardAt: number | undefined;
  #readings: readonly Reading[] = [];
  /** By name; absent before the first. */
  #alarms: Map<string, { readonly isRaised: boolean; readonly at: number }> | undefined;

  constructor(origin: Origin, device: string) {
    this.origin = origin;
    this.device = device;
  }

  get readings(): readonly Reading[] {
    return this.#readings;
  }

  get alarms(): readonly string[] {
    return [...(this.#alarms ?? [])].flatMap(([name, { isRaised }]) => (isRaised ? [name] : []));
  }

  /** `latest`: what is dated later is not believed, epoch ms. */
  take(reading: Reading, latest: number): void {
    if (reading.kind === 'sighting' || reading.observedAt > latest) return;
    if (reading.kind === 'alarm') this.#alarm(reading);
    else this.#observe(reading, latest);
  }

  #observe(reading: Reading, latest: number): void {
    const index = this.#readings.findIndex(({ kind }) => kind === reading.kind);
    const last = this.#readings[index];
    // One that is dated ahead was taken while this clock was wrong.
    if (last !== undefined && last.observedAt > reading.observedAt && last.observedAt <= latest) return;
    const kept = { ...reading, values: bounded(reading.values) } as Reading; // of the same kind
    this.#readings = last === undefined ? [...this.#readings, kept] : this.#readings.with(index, kept);
  }

  #alarm({ observedAt: at, values: { alarm, state, tenant } }: Alarm): void {
    if (typeof alarm !== 'string' || alarm.length > maxText || tenant !== undefined) return; // with a tenant it is of another's device
    this.#alarms ??= new Map();
    const last = this.#alarms.get(alarm);
    if ((last === undefined && this.#alarms.size >= maxAlarms) || (last !== undefined && last.at > at)) return;
    this.#alarms.set(alarm, { isRaised: state === 'raised', at });
  }
}

function bounded(values: Reading['values']): Reading['values'] {
  const entries = Object.entries(values);
  const isShort = (value: Value | undefined) => typeof value !== 'string' || value.length <= maxText;
  if (entries.length <= maxValues && entries.every(([, value]) => isShort(value))) return values;
  return Object.fromEntries(entries.filter(([, value]) => isShort(value)).slice(0, maxValues));
}
