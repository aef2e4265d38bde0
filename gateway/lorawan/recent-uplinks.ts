/**
 * Who heard the last uplinks of a device under test: somebody walks with it, and asks again and again.
 *
 * A test begins when a device is first asked of, and ends `testMs` after it was last. In memory only. Bounds: `maxTested` devices, beyond
 * which the one asked of longest ago makes room; the last `maxUplinks` of each, with as many stations as a frame may have copies (heard.ts).
 */
import type { Modulation } from '../../devices/lorawan/region.ts';
import type { Moment } from '../../shared/clock.ts';

const maxTested = 20;
const maxUplinks = 100;
const testMs = 10 * 60_000;

export interface HeardUplink {
  readonly frameCounter: number;
  /** Epoch ms. */
  readonly observedAt: number;
  /** "SF7BW125"; absent if nobody says it. */
  readonly dataRate?: string;
  /** Strongest first; RSSI in dBm, SNR in dB. */
  readonly stations: readonly { readonly station: string; readonly rssi: number; readonly snr?: number }[];
}

export interface RecentUplink extends HeardUplink {
  /** Counts them in this test, from 1. */
  readonly number: number;
}

export interface UplinkTest {
  /** When it began, epoch ms. */
  readonly since: number;
  readonly uplinks: readonly RecentUplink[];
}

interface Tested {
  readonly since: number;
  /** Monotonic ms. */
  askedAt: number;
  count: number;
  readonly uplinks: RecentUplink[];
}

export class RecentUplinks {
  /** By id of the device; the one asked of last is last. */
  readonly #tested = new Map<string, Tested>();

  /** An uplink was heard for the first time. */
  note(device: string, uplink: HeardUplink, { monotonic }: Moment): void {
    const tested = this.#tested.get(device);
    if (tested === undefined) return;
    if (monotonic - tested.askedAt > testMs) {
      this.#tested.delete(device);
      return;
    }
    tested.count += 1;
    tested.uplinks.push({ ...uplink, number: tested.count });
    if (tested.uplinks.length > maxUplinks) tested.uplinks.shift();
  }

  /** Those after the one with the number `after`. Begins a test if there is none. */
  of(device: string, after: number, { wall, monotonic }: Moment): UplinkTest {
    const known = this.#tested.get(device);
    const isOver = known === undefined || monotonic - known.askedAt > testMs;
    const tested = isOver ? { since: wall, askedAt: monotonic, count: 0, uplinks: [] } : known;
    tested.askedAt = monotonic;
    this.#tested.delete(device);
    const [longestAgo] = this.#tested.keys();
    if (this.#tested.size >= maxTested && longestAgo !== undefined) this.#tested.delete(longestAgo);
    this.#tested.set(device, tested);
    return { since: tested.since, uplinks: tested.uplinks.filter(({ number }) => number > after) };
  }
}

/** As packet forwarders write it. */
export function dataRateText(modulation: Modulation): string {
  if (modulation.kind === 'fsk') return `FSK${modulation.bitRate}`;
  return `SF${modulation.spreadingFactor}BW${modulation.bandwidthHz / 1_000}`;
}
