/** What the devices of a rig have sent, and what of it has arrived: asked of the city OSes when somebody wants to know. */
import type { Clock } from '../../shared/clock.ts';
import type { Bench } from '../../simulators/rig/bench.ts';
import { type Counts, sumOf } from './counts.ts';
import type { FarEnds, Stored } from './far-ends.ts';
import { type LorawanGroup, sentByLorawan } from './lorawan-groups.ts';

/** Readings, and batches that are missing. */
export interface Tallies {
  readonly sent: number;
  readonly stored: number;
  readonly lost: number;
  readonly twice: number;
  readonly missing: number;
}

const askEveryMs = 1_000;

export interface AccountedFor {
  readonly bench: Bench;
  readonly ends: FarEnds;
  readonly lorawan: readonly LorawanGroup[];
  /** Of the rig, or the real one. */
  readonly clock: Clock;
}

export class Accounts {
  readonly #of: AccountedFor;
  #stored: (Stored & { readonly atMs: number }) | undefined;

  constructor(of: AccountedFor) {
    this.#of = of;
  }

  /** Readings that were sent whole so far, by device and kind, of LoRaWAN devices too. */
  sent(): Counts {
    const { bench, lorawan } = this.#of;
    return new Map([...[...bench.devices].map(([id, { sent }]) => [id, sent] as const), ...sentByLorawan(lorawan)]);
  }

  /** What is stored, no older than a second. */
  stored(): Stored {
    const atMs = this.#of.clock.moment().monotonic;
    if (this.#stored !== undefined && atMs - this.#stored.atMs < askEveryMs) return this.#stored;
    this.#stored = { atMs, ...this.#of.ends.stored() };
    return this.#stored;
  }

  isAllThere(): boolean {
    const { devices } = this.stored();
    return [...this.sent()].every(([id, kinds]) => (devices.get(id) ?? 0) >= sumOf(kinds.values()));
  }

  /** At a city OS, now. */
  tallies(city: string | undefined): Tallies {
    const { ends } = this.#of;
    const [storedBy, refused] = [ends.storedBy(city), ends.refused(city)];
    let [sent, stored, lost, twice] = [0, 0, 0, 0];
    for (const [device, kinds] of this.sent()) {
      const [count, there] = [sumOf(kinds.values()), storedBy.get(device) ?? 0];
      const missing = count - there - (refused.get(device) ?? 0);
      sent += count;
      stored += there;
      lost += Math.max(0, missing);
      twice += Math.max(0, -missing);
    }
    return { sent, stored, lost, twice, missing: ends.missing(city) };
  }
}
