/** What the actions answer, as far as it is shown (gateway/control/lorawan-actions.ts). */

export interface Registered {
  readonly id: string;
  readonly project: string;
  readonly profile: string;
  readonly devEui: string;
  readonly activation: string;
  readonly version: string;
  readonly readings: number;
  readonly rubbish: number;
  /** ISO 8601. */
  readonly lastAt?: string;
}

export interface Stranger {
  readonly devEui: string;
  readonly joinEui?: string;
  readonly station: string;
  /** Epoch ms. */
  readonly at: number;
}
