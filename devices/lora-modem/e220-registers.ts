/**
 * Sees to it that an E220 has the registers it should, if it is in configuration mode when the port opens.
 *
 * Source: EBYTE, E220-900T22S(JP) data sheet, "register control": `C1 address length` reads, `C0 address length values`
 * writes for good, both are answered with `C1 address length values`, and what it cannot read with `FF FF FF`.
 *
 * Bounds: one question, one command, `answerMs` each; nothing is asked again before the port opens anew, for a module
 * in any other mode puts on the air what is written to it.
 */
import { toHex } from '../../shared/hex.ts';
import { fromHex } from './lora-node.ts';

const answerMs = 1_000;
const ADDRESS = 0x00;

export interface RegistersStep {
  readonly write?: Uint8Array;
  /** What the technician must know. */
  readonly trouble?: { readonly code: 'no-answer' | 'device-error'; readonly detail: string };
}

export class E220Registers {
  readonly #wanted: Uint8Array | undefined;
  #state: 'idle' | 'reading' | 'writing' = 'idle';
  #dueAt = Number.POSITIVE_INFINITY;

  /** `wanted` in hexadecimal; nothing is ever asked without it. */
  constructor(wanted: string | undefined) {
    this.#wanted = fromHex(wanted ?? '');
  }

  /** Monotonic ms at which the answer is late. */
  get dueAt(): number {
    return this.#dueAt;
  }

  opened(now: number): RegistersStep {
    if (!this.#wanted) return {};
    return { write: this.#ask('reading', now, [0xc1, ADDRESS, this.#wanted.length]) };
  }

  due(now: number): RegistersStep {
    if (now < this.#dueAt) return {};
    const what = this.#state;
    this.#rest();
    const detail =
      what === 'reading'
        ? 'no answer: the module is not in configuration mode (M0 and M1 high), and its registers were left alone'
        : 'no answer to the new registers';
    return { trouble: { code: 'no-answer', detail } };
  }

  /** What to do about these bytes; undefined if they are no answer. */
  answer(bytes: Uint8Array, now: number): RegistersStep | undefined {
    const wanted = this.#wanted;
    if (this.#state === 'idle' || !wanted) return undefined;
    if (bytes.length === 3 && bytes.every((byte) => byte === 0xff)) {
      this.#rest();
      return { trouble: { code: 'device-error', detail: 'FF FF FF: the module did not understand the command' } };
    }
    const [head, address, length, ...values] = bytes;
    if (head !== 0xc1 || address !== ADDRESS || length !== wanted.length || values.length !== length) return undefined;
    const isAsWanted = values.every((value, at) => value === wanted[at]);
    const wasReading = this.#state === 'reading';
    this.#rest();
    if (isAsWanted) return { trouble: { code: 'device-error', detail: STILL_CONFIGURING } };
    if (wasReading) return { write: this.#ask('writing', now, [0xc0, ADDRESS, wanted.length, ...wanted]) };
    return {
      trouble: { code: 'device-error', detail: `the module took the registers ${toHex(Uint8Array.from(values))}` },
    };
  }

  #ask(state: 'reading' | 'writing', now: number, bytes: readonly number[]): Uint8Array {
    this.#state = state;
    this.#dueAt = now + answerMs;
    return Uint8Array.from(bytes);
  }

  #rest(): void {
    this.#state = 'idle';
    this.#dueAt = Number.POSITIVE_INFINITY;
  }
}

/** Not an error of the module, but nothing will come before somebody has moved the jumpers. */
const STILL_CONFIGURING = 'the registers are as wanted; the module receives nothing until M0 and M1 are low';
