/**
 * Turns the advertisements of the tags that are listed in the configuration into sightings: one per tag and window, however often the
 * tag advertises.
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
import { beginWindow, countIn, signalOf, type Window } from './window.ts';

/** An advertisement as any detector hears it. */
export interface Heard {
  readonly payload: Uint8Array;
  /** 48 bits, in hexadecimal as people write it; absent if the detector does not tell. */
  readonly address?: number;
  /** As HCI has it: 1 is random. */
  readonly addressType?: number;
  /** dBm, if it is known. */
  readonly rssi?: number;
}

interface TagWindow extends Window {
  readonly tag: string;
  address: number | undefined;
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
  readonly #open = new Map<string | number, TagWindow>();
  readonly #openByAddress = new Map<number, TagWindow>();

  /** `id` of a tag: its `tagKey`. */
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

  add(heard: Heard, at: Moment): void {
    const { address, payload } = heard;
    const byAddress = address === undefined ? undefined : this.#byAddress.get(address);
    if (address !== undefined && byAddress !== undefined) this.#see(address, byAddress, heard, at);
    if (this.#byBeacon.size === 0 && this.#open.size === 0) return;
    for (const beacon of beaconsIn(payload)) {
      const id = beaconId(beacon);
      const key = id && tagKey(id);
      const tag = key === undefined ? undefined : this.#byBeacon.get(key);
      if (key !== undefined && tag !== undefined) this.#see(key, tag, heard, at);
      if (beacon.format === 'eddystone-tlm' && address !== undefined) this.#takeTelemetry(address, beacon);
    }
  }

  /** The sightings of the windows that close by `now` (monotonic ms; Infinity closes all). */
  close(now: number): Reading[] {
    const readings: Reading[] = [];
    for (const [key, window] of this.#open) {
      if (window.closesAt > now) break;
      this.#open.delete(key);
      this.#forgetAddressOf(window);
      readings.push(this.#sighting(window));
    }
    return readings;
  }

  #see(key: string | number, tag: string, { address, rssi }: Heard, at: Moment): void {
    let window = this.#open.get(key);
    if (window === undefined) {
      window = { ...beginWindow(at, this.#windowMs), tag, address };
      this.#open.set(key, window);
    }
    if (window.address !== address) this.#forgetAddressOf(window);
    window.address = address;
    if (address !== undefined) this.#openByAddress.set(address, window);
    countIn(window, at, rssi);
  }

  #forgetAddressOf(window: TagWindow): void {
    const { address } = window;
    if (address !== undefined && this.#openByAddress.get(address) === window) this.#openByAddress.delete(address);
  }

  #takeTelemetry(address: number, { batteryMv, temperatureC }: Extract<Beacon, { format: 'eddystone-tlm' }>): void {
    const window = this.#openByAddress.get(address);
    if (!window) return;
    if (batteryMv !== undefined) window.battery = batteryMv / 1000;
    if (temperatureC !== undefined) window.temperature = Math.round(temperatureC * 100) / 100;
  }

  #sighting(window: TagWindow): Reading {
    const { tag, count, firstAt, lastAt, battery, temperature } = window;
    return {
      device: this.#device,
      kind: 'sighting',
      observedAt: lastAt,
      values: {
        tag,
        ...signalOf(window),
        count,
        firstAt,
        lastAt,
        ...(battery === undefined ? {} : { battery }),
        ...(temperature === undefined ? {} : { temperature }),
      },
    };
  }
}
