/**
 * Which devices of an archive have been described to the hub, so that a birth goes before the first batch that needs it.
 *
 * A gateway's devices are read again when a batch has one that is not known, and every `againMs`, since a place or a unit may change.
 * Bound: `maxGateways`; beyond it all are forgotten, and read once more.
 */
import { createHash } from 'node:crypto';
import type { DeviceDescription } from '../../../shared/feed/birth.ts';
import type { Origin } from '../../../shared/feed/topics.ts';
import type { Reading } from '../../../shared/reading.ts';
import { type ArchivedDevice, maxDevices, type Page } from './pages.ts';

const againMs = 300_000;
const maxGateways = 20_000;

interface Described {
  readonly devices: ReadonlySet<string>;
  readonly digest: string;
  /** Monotonic ms. */
  readonly at: number;
}

export class DescribedGateways {
  readonly #gateways = new Map<string, Described>();

  /** Those of the page whose devices are to be read. */
  due({ batches, readings }: Page, now: number): readonly Origin[] {
    const due = new Map<string, Origin>();
    for (const { id, tenant, gateway } of batches) {
      const key = keyOf({ tenant, gateway });
      if (due.has(key)) continue;
      const known = this.#gateways.get(key);
      const isKnown = known !== undefined && now - known.at < againMs && hasAll(known.devices, readings.get(id) ?? []);
      if (!isKnown) due.set(key, { tenant, gateway });
    }
    return [...due.values()];
  }

  /** Notes what was read of these gateways. Gives those whose devices are not described as before. */
  note(
    gateways: readonly Origin[],
    devices: readonly ArchivedDevice[],
    now: number,
  ): readonly { readonly origin: Origin; readonly devices: readonly DeviceDescription[] }[] {
    if (this.#gateways.size + gateways.length > maxGateways) this.#gateways.clear();
    const byGateway = new Map<string, ArchivedDevice[]>();
    for (const each of devices) {
      const own = byGateway.get(keyOf(each)) ?? [];
      byGateway.set(keyOf(each), own);
      own.push(each);
    }
    return gateways.flatMap((origin) => {
      const key = keyOf(origin);
      const own = byGateway.get(key) ?? [];
      const described = own.flatMap(({ description }) => description ?? []);
      const digest = createHash('sha256').update(JSON.stringify(described)).digest('base64');
      const isAsBefore = this.#gateways.get(key)?.digest === digest;
      this.#gateways.set(key, { devices: new Set(own.map(({ device }) => device)), digest, at: now });
      return isAsBefore || described.length === 0 ? [] : [{ origin, devices: described }];
    });
  }
}

function hasAll(devices: ReadonlySet<string>, readings: readonly Reading[]): boolean {
  return devices.size >= maxDevices || readings.every(({ device }) => devices.has(device));
}

/** Neither has a slash: both are levels of a topic. */
function keyOf({ tenant, gateway }: Origin): string {
  return `${tenant}/${gateway}`;
}
