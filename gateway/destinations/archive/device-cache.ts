/**
 * What the database already has of the devices, so that only a change is written. Bound: `maxDevices`; beyond it all is forgotten, and
 * each is written once more.
 */
import type { DeviceDescription } from '../../../shared/feed/birth.ts';

const maxDevices = 100_000;

export class DeviceCache<Row> {
  readonly #known = new Map<string, { readonly described: string; readonly row: Row }>();

  /** The device's row, if it is in the database as it is described now. */
  get(key: string, described: DeviceDescription | undefined): Row | undefined {
    const known = this.#known.get(key);
    if (known === undefined) return undefined;
    return described === undefined || known.described === JSON.stringify(described) ? known.row : undefined;
  }

  /** Call after the commit. */
  put(key: string, described: DeviceDescription | undefined, row: Row): void {
    if (this.#known.size >= maxDevices) this.#known.clear();
    this.#known.set(key, { described: JSON.stringify(described ?? null), row });
  }

  clear(): void {
    this.#known.clear();
  }
}
