/** Unregistered devices that were heard, for the technician to see. In memory only; of more than `maxStrangers` the oldest goes. */

const maxStrangers = 64;

/** An unregistered device that tries to join, or speaks through a ChirpStack. */
export interface Stranger {
  readonly devEui: string;
  /** Absent behind ChirpStack, which does not publish it. */
  readonly joinEui?: string;
  readonly station: string;
  /** Epoch ms. */
  readonly at: number;
}

export class Strangers {
  readonly #byDevEui = new Map<string, Stranger>();

  /** Most recent last. */
  get list(): readonly Stranger[] {
    return [...this.#byDevEui.values()];
  }

  meet({ devEui, joinEui, station, at }: Stranger): void {
    this.#byDevEui.delete(devEui);
    const [oldest] = this.#byDevEui.keys();
    if (this.#byDevEui.size >= maxStrangers && oldest !== undefined) this.#byDevEui.delete(oldest);
    this.#byDevEui.set(devEui, { devEui, ...(joinEui !== undefined && { joinEui }), station, at });
  }
}
