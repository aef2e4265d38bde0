/** What the actions of the map answer (gateway/control/map-actions.ts, lorawan-actions.ts). */
import type { CityPage } from '../../../map/city.ts';

export type CityAnswer = { readonly isHub: false } | ({ readonly isHub: true } & CityPage);

export interface Uplink {
  /** Counts them in this test, from 1. */
  readonly number: number;
  /** 16 bits of it. */
  readonly frameCounter: number;
  /** Epoch ms. */
  readonly observedAt: number;
  readonly dataRate?: string;
  /** Strongest first; dBm and dB. */
  readonly stations: readonly { readonly station: string; readonly rssi: number; readonly snr?: number }[];
}

export interface UplinkTest {
  /** Epoch ms. */
  readonly since: number;
  readonly uplinks: readonly Uplink[];
}
