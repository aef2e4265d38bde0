/**
 * What was heard and has not been sealed yet. It names tags, so it lives in memory alone, and nothing tells of it: neither the state nor any
 * size or time outside depends on it.
 *
 * Bound: `maxWaiting` tags; the one that waits longest is dropped for a new one.
 */

import type { TagId } from '../../../shared/enrolment/tag-id.ts';
import { toHex } from '../../../shared/hex.ts';
import type { Match } from '../../ble/match.ts';
import type { Slot } from './slots.ts';

export interface Sighting {
  readonly operator: string;
  readonly id: TagId;
  /** The strongest, dBm. */
  rssi: number;
  /** Advertisements. */
  count: number;
  /** In which it was strongest. */
  slot: Slot;
}

export const maxWaiting = 256;

export class Sightings {
  readonly #waiting = new Map<string, Sighting>();

  hear({ operator, id }: Match, rssi: number, slot: Slot): void {
    const key = `${operator} ${id.format} ${toHex(id.bytes)}`;
    const known = this.#waiting.get(key);
    if (known !== undefined) {
      known.count++;
      if (rssi > known.rssi) Object.assign(known, { rssi, slot });
      return;
    }
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size >= maxWaiting && oldest !== undefined) this.#waiting.delete(oldest);
    this.#waiting.set(key, { operator, id, rssi, count: 1, slot });
  }

  /** Takes out the operator's that has waited longest, if its slot has ended. Those whose slot is no longer kept are dropped. */
  take(operator: string, isKept: (slot: Slot) => boolean): Sighting | undefined {
    for (const [key, sighting] of this.#waiting) {
      if (!isKept(sighting.slot)) this.#waiting.delete(key);
      else if (sighting.operator === operator && sighting.slot.age !== undefined) {
        this.#waiting.delete(key);
        return sighting;
      }
    }
    return undefined;
  }

  forget(): void {
    this.#waiting.clear();
  }
}
