import type { Sent } from '../simulator.ts';
import type { Totals } from './turnstile.ts';

/** One device as a gateway sees it. */
export interface FleetDevice {
  readonly id: string;
  /** The device type's name. */
  readonly type: string;
  /** The settings of that type which differ from their defaults, as a configuration writes them. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly place?: { readonly lat: number; readonly lon: number };
  /** Alarms by name: raised when the level, in metres above datum, rises past the number. */
  readonly thresholdsM?: Readonly<Record<string, number>>;
  readonly sent: Sent;
  /** People counters: what a perfect gateway's readings add up to. */
  people?(): Totals;
}
