import type { Sent } from '../simulator.ts';
import type { Totals } from './turnstile.ts';

/** One device as a gateway sees it. */
export interface FleetDevice {
  readonly id: string;
  /** The device type's name. */
  readonly type: string;
  /** The type's settings that differ from their defaults, as in a configuration. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly place?: { readonly lat: number; readonly lon: number };
  /** Alarms by name: raised when the level rises above the number, in metres above datum. */
  readonly thresholdsM?: Readonly<Record<string, number>>;
  readonly sent: Sent;
  /** People counters: the sum of a perfect gateway's readings. */
  people?(): Totals;
}
