/** Devices that knock without being registered, for the technician to see. In memory only; `maxStrangers` of them, then the oldest is forgotten. */

const maxStrangers = 64;

/** A device that is not registered and wants to join, or speaks through a ChirpStack. */
export interface Stranger {
  readonly devEui: string;
  /** Absent where a ChirpStack knows it, which keeps it to itself. */
  readonly joinEui?: string;
  readonly station: string;
  /** Epoch ms. */
  readonly at: number;
}

export class Strangers {
  readonly #byDevEui = new Map<string, Stranger>();

  /** The last ones last. */
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
