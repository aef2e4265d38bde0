/** The uplink channels of one device, and what a channel mask makes of them (RP002-1.0.4, LinkADRReq of each band). */
import type { Band } from './band.ts';

export interface LinkAdr {
  readonly dataRate: number;
  readonly power: number;
  readonly mask: number;
  readonly control: number;
  readonly nbTrans: number;
}

const narrow = 64;
const all = 72;

export class ChannelSet {
  readonly #band: Band;
  /** By number. */
  readonly #hz: number[];
  #on: ReadonlySet<number>;

  /** `extra`: channels that a device of a dynamic band was given at the factory, or by the join-accept. */
  constructor(band: Band, extra: readonly number[] = []) {
    this.#band = band;
    this.#hz = [...band.channels, ...extra];
    this.#on = new Set(this.#hz.keys());
  }

  get on(): readonly number[] {
    return [...this.#on].sort((a, b) => a - b);
  }

  get onHz(): readonly number[] {
    return this.on.map((channel) => this.hzOf(channel));
  }

  hzOf(channel: number): number {
    return this.#hz[channel] ?? 0;
  }

  /** The enabled channels that carry a data rate. */
  for(dataRate: number): readonly number[] {
    return this.on.filter((channel) => this.#carries(channel, dataRate));
  }

  /** CFList of the join-accept: five frequencies, or five masks. */
  takeCfList(list: Buffer): void {
    if (list[15] === 0) {
      for (let i = 0; i < 15; i += 3) {
        const hz = list.readUIntLE(i, 3) * 100;
        if (hz > 0) this.#hz.push(hz);
      }
      this.#on = new Set(this.#hz.keys());
    } else if (list[15] === 1 && this.#band.isFixed) {
      const isOn = (channel: number) => ((list.readUInt16LE((channel >> 4) * 2) >> (channel & 15)) & 1) === 1;
      this.#on = new Set([...this.#hz.keys()].filter(isOn));
    }
  }

  enableDefaults(): void {
    const defaults = this.#band.channels.keys();
    this.#on = new Set(this.#band.isFixed ? defaults : [...this.#on, ...defaults]);
  }

  /** The channels that a block of masks leaves on; undefined if it names one that does not exist. */
  after(block: readonly LinkAdr[]): ReadonlySet<number> | undefined {
    const on = new Set(this.#on);
    const set = (channel: number, isOn: boolean) => (isOn ? on.add(channel) : on.delete(channel));
    for (const { mask, control } of block) {
      const bit = (n: number) => ((mask >> n) & 1) === 1;
      if (!this.#band.isFixed) {
        if (control === 6) for (const channel of this.#hz.keys()) on.add(channel);
        else if (control !== 0) return undefined;
        else
          for (let n = 0; n < 16; n++) {
            if (bit(n) && this.#hz[n] === undefined) return undefined;
            set(n, bit(n));
          }
        continue;
      }
      if (control <= 3) for (let n = 0; n < 16; n++) set(control * 16 + n, bit(n));
      else if (control === 4) for (let n = 0; n < 8; n++) set(narrow + n, bit(n));
      else if (control === 5) {
        for (let n = 0; n < narrow; n++) set(n, bit(n >> 3));
        for (let n = 0; n < 8; n++) set(narrow + n, bit(n));
      } else {
        for (let n = 0; n < narrow; n++) set(n, control === 6);
        for (let n = narrow; n < all; n++) set(n, bit(n - narrow));
      }
    }
    return on;
  }

  /** Whether a device that keeps to these could still speak at this data rate; US915 must hop over two narrow channels at least. */
  isEnough(on: ReadonlySet<number>, dataRate: number): boolean {
    const usable = [...on].filter((channel) => this.#carries(channel, dataRate)).length;
    const isWide = this.#band.uplinkRates[dataRate]?.endsWith('BW500') ?? false;
    return usable >= (this.#band.isFixed && !isWide ? 2 : 1);
  }

  keepTo(on: ReadonlySet<number>): void {
    this.#on = on;
  }

  #carries(channel: number, dataRate: number): boolean {
    if (!this.#band.isFixed) return true;
    const isWide = this.#band.uplinkRates[dataRate]?.endsWith('BW500') ?? false;
    return isWide === channel >= narrow;
  }
}
