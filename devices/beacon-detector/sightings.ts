/**
 * Turns the advertisements of enrolled tags into sightings: one per tag and window, however often the tag advertises.
 *
 *   advertisement ──▶ on the list? ──no──▶ forgotten
 *                         │ yes: opens the tag's window, or counts in it
 *                         ▼
 *                  windows in the order they close ──▶ sighting
 *
 * Promise: nothing is kept of an advertiser that is not on the list. Bounds: one open window per tag on the list, one
 * address (the last) per window.
 */
import type { Moment } from '../../shared/clock.ts';
import { tagKey } from '../../shared/enrolment/tag-id.ts';
import type { Reading } from '../../shared/reading.ts';
import { type Beacon, beaconId, beaconsIn } from '../ble/beacon.ts';
import type { AdvertisingReport } from './advertising-report.ts';

interface Window {
  readonly tag: string;
  readonly closesAt: number;
  readonly firstAt: number;
  lastAt: number;
  count: number;
  rssiCount: number;
  rssiSum: number;
  rssiMax: number;
  address: number;
  battery?: number;
  temperature?: number;
}

export class Sightings {
  readonly #device: string;
  readonly #windowMs: number;
  /** Names of the tags on the list, by beacon key and by address. */
  readonly #byBeacon = new Map<string, string>();
  readonly #byAddress = new Map<number, string>();
  /** By the tag's key. All windows are equally long, so the first in the map closes first. */
  readonly #open = new Map<string | number, Window>();
  readonly #openByAddress = new Map<number, Window>();

  constructor(device: string, windowMs: number, tags: readonly { readonly name: string; readonly id: string }[]) {
    this.#device = device;
    this.#windowMs = windowMs;
    for (const { name, id } of tags) {
      if (id.startsWith('address:')) this.#byAddress.set(Number.parseInt(id.slice('address:'.length), 16), name);
      else this.#byBeacon.set(id, name);
    }
  }

  /** When the next window closes, monotonic ms; Infinity if none is open. */
  get nextCloseAt(): number {
    for (const { closesAt } of this.#open.values()) return closesAt;
    return Number.POSITIVE_INFINITY;
  }

  add(report: AdvertisingReport, at: Moment): void {
    const byAddress = this.#byAddress.get(report.address);
    if (byAddress !== undefined) this.#see(report.address, byAddress, report, at);
    for (const beacon of beaconsIn(report.data)) {
      const id = this.#byBeacon.size === 0 ? undefined : beaconId(beacon);
      const key = id && tagKey(id);
      const tag = key === undefined ? undefined : this.#byBeacon.get(key);
      if (key !== undefined && tag !== undefined) this.#see(key, tag, report, at);
      if (beacon.format === 'eddystone-tlm') this.#takeTelemetry(report.address, beacon);
    }
  }

  /** The sightings of the windows that close by `now` (monotonic ms; Infinity closes all). */
  close(now: number): Reading[] {
    const readings: Reading[] = [];
    for (const [key, window] of this.#open) {
      if (window.closesAt > now) break;
      this.#open.delete(key);
      if (this.#openByAddress.get(window.address) === window) this.#openByAddress.delete(window.address);
      readings.push(this.#sighting(window));
    }
    return readings;
  }

  #see(key: string | number, tag: string, { address, rssi }: AdvertisingReport, at: Moment): void {
    let window = this.#open.get(key);
    if (!window) {
      window = {
        tag,
        closesAt: at.monotonic + this.#windowMs,
        firstAt: at.wall,
        lastAt: at.wall,
        count: 0,
        rssiCount: 0,
        rssiSum: 0,
        rssiMax: Number.NEGATIVE_INFINITY,
        address,
      };
      this.#open.set(key, window);
    }
    if (window.address !== address && this.#openByAddress.get(window.address) === window) {
      this.#openByAddress.delete(window.address);
    }
    window.address = address;
    this.#openByAddress.set(address, window);
    window.lastAt = at.wall;
    window.count++;
    if (rssi === undefined) return;
    window.rssiCount++;
    window.rssiSum += rssi;
    window.rssiMax = Math.max(window.rssiMax, rssi);
  }

  #takeTelemetry(address: number, { batteryMv, temperatureC }: Extract<Beacon, { format: 'eddystone-tlm' }>): void {
    const window = this.#openByAddress.get(address);
    if (!window) return;
    if (batteryMv !== undefined) window.battery = batteryMv / 1000;
    if (temperatureC !== undefined) window.temperature = Math.round(temperatureC * 100) / 100;
  }

  #sighting(window: Window): Reading {
    const { tag, count, firstAt, lastAt, battery, temperature } = window;
    const hasRssi = window.rssiCount > 0;
    return {
      device: this.#device,
      kind: 'sighting',
      observedAt: lastAt,
      values: {
        tag,
        ...(hasRssi && {
          rssi: window.rssiMax,
          rssiMean: Math.round((window.rssiSum / window.rssiCount) * 10) / 10,
        }),
        count,
        firstAt,
        lastAt,
        ...(battery === undefined ? {} : { battery }),
        ...(temperature === undefined ? {} : { temperature }),
      },
    };
  }
}
