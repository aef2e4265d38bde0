/**
 * A serial line in bits: what one end sends at its speed and the other reads at another, garbled by the ratio of both, as a UART does it.
 * Pseudo-terminals carry no speed.
 */
import type { LineSetting, OpenAt, OpenLine } from '../../../gateway/probe/line.ts';
import { settingName } from '../../../gateway/probe/line.ts';
import type { Wire } from '../../../simulators/wires/wire.ts';

/** What a driver does with a character without a stop bit or with a wrong parity: Linux drops it (IGNPAR), some adapters pass it on. */
export type BadCharacters = 'dropped' | 'passed on';

const IDLE_BITS = 3;

/** Levels on the line, a bit time each, with silence around them. */
export function bitsOf(bytes: Uint8Array, { dataBits, parity }: LineSetting): boolean[] {
  const bits: boolean[] = Array(IDLE_BITS).fill(true);
  for (const byte of bytes) {
    bits.push(false);
    let ones = 0;
    for (let bit = 0; bit < dataBits; bit++) {
      const isOne = ((byte >> bit) & 1) === 1;
      if (isOne) ones++;
      bits.push(isOne);
    }
    if (parity !== 'none') bits.push((ones % 2 === 1) === (parity === 'even'));
    bits.push(true);
  }
  return bits;
}

/** What is read of these levels. `ratio`: bit times of the sender in one of the receiver. */
export function readBits(
  bits: readonly boolean[],
  ratio: number,
  { dataBits, parity }: LineSetting,
  bad: BadCharacters,
): Uint8Array {
  const level = (time: number) => bits[Math.floor(time)] ?? true;
  const read: number[] = [];
  for (let time = 0; time < bits.length; ) {
    if (level(time)) {
      time = Math.floor(time) + 1; // levels change between bits alone
      continue;
    }
    let at = time + ratio / 2; // the middle of the start bit
    if (level(at)) {
      time = Math.floor(time) + 1; // a spike
      continue;
    }
    let byte = 0;
    let ones = 0;
    for (let bit = 0; bit < dataBits; bit++) {
      at += ratio;
      if (level(at)) {
        byte |= 1 << bit;
        ones++;
      }
    }
    let isGood = true;
    if (parity !== 'none') {
      at += ratio;
      isGood = level(at) === ((ones % 2 === 1) === (parity === 'even'));
    }
    at += ratio;
    isGood &&= level(at);
    if (isGood || bad === 'passed on') read.push(byte);
    time = at;
    while (time < bits.length && !level(time)) time = Math.floor(time) + 1; // a break ends with the level
  }
  return Uint8Array.from(read);
}

export function garbled(bytes: Uint8Array, from: LineSetting, to: LineSetting, bad: BadCharacters): Uint8Array {
  if (settingName(from) === settingName(to)) return bytes;
  return readBits(bitsOf(bytes, from), from.baud / to.baud, to, bad);
}

/** A line with a device at one end; the other end is opened at any setting, one at a time. */
export class Uart implements Wire {
  readonly path = 'uart';
  /** All that was written to the device, at whatever speed. */
  readonly written: Uint8Array[] = [];
  readonly opened: LineSetting[] = [];
  isOpen = false;
  readonly #device: LineSetting;
  readonly #bad: BadCharacters;
  readonly #listeners = new Set<(bytes: Uint8Array) => void>();
  #near: { readonly setting: LineSetting; readonly listeners: Set<(bytes: Uint8Array) => void> } | undefined;
  #lost = new AbortController();

  constructor(device: LineSetting, bad: BadCharacters = 'dropped') {
    this.#device = device;
    this.#bad = bad;
  }

  write(bytes: Uint8Array): boolean {
    if (this.#near === undefined) return false;
    const heard = garbled(bytes, this.#device, this.#near.setting, this.#bad);
    if (heard.length > 0) for (const listener of this.#near.listeners) listener(heard);
    return true;
  }

  /** The same bytes at every speed. */
  utter(bytes: Uint8Array): void {
    for (const listener of this.#near?.listeners ?? []) listener(bytes);
  }

  onBytes(listener: (bytes: Uint8Array) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  readonly openAt: OpenAt = async (setting) => {
    if (this.#near !== undefined) throw new Error('the line is open already');
    const near = { setting, listeners: new Set<(bytes: Uint8Array) => void>() };
    this.#near = near;
    this.opened.push(setting);
    this.isOpen = true;
    const line: OpenLine = {
      lost: this.#lost.signal,
      onBytes(listener) {
        near.listeners.add(listener);
        return () => near.listeners.delete(listener);
      },
      write: async (bytes) => {
        this.written.push(bytes);
        const heard = garbled(bytes, setting, this.#device, this.#bad);
        if (heard.length > 0) for (const listener of this.#listeners) listener(heard);
      },
      close: async () => {
        this.#near = undefined;
        this.isOpen = false;
      },
    };
    return line;
  };

  /** `why`: a Text. */
  lose(why: unknown): void {
    this.#lost.abort(why);
  }

  unplug(): void {}
  async replug(): Promise<void> {}
  async close(): Promise<void> {}
}
