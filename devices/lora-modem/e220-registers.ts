/**
 * Sets the registers of an E220, if it is in configuration mode when the port opens.
 *
 * Source: EBYTE, E220-900T22S(JP) data sheet, "register control": `C1 address length` reads, `C0 address length values`
 * writes permanently; both are answered with `C1 address length values`, an invalid command with `FF FF FF`.
 *
 * Bounds: one question, one command, `answerMs` each; nothing is asked again until the port reopens, since a module in any
 * other mode transmits whatever is written to it.
 */
import { toHex } from '../../shared/hex.ts';
import type { Text } from '../../shared/text.ts';
import { fromHex } from './lora-node.ts';
import { say } from './words.ts';

const answerMs = 1_000;
const ADDRESS = 0x00;

export interface RegistersStep {
  readonly write?: Uint8Array;
  /** What the technician must know. */
  readonly trouble?: { readonly code: 'no-answer' | 'device-error'; readonly detail: Text };
}

export class E220Registers {
  readonly #wanted: Uint8Array | undefined;
  #state: 'idle' | 'reading' | 'writing' = 'idle';
  #dueAt = Number.POSITIVE_INFINITY;

  /** `wanted` in hexadecimal; without it nothing is asked. */
  constructor(wanted: string | undefined) {
    this.#wanted = fromHex(wanted ?? '');
  }

  /** When the answer is late, monotonic ms. */
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
    const detail = what === 'reading' ? say.notConfiguring() : say.registersUnanswered();
    return { trouble: { code: 'no-answer', detail } };
  }

  /** What to do about these bytes; undefined if they are not an answer. */
  answer(bytes: Uint8Array, now: number): RegistersStep | undefined {
    const wanted = this.#wanted;
    if (this.#state === 'idle' || !wanted) return undefined;
    if (bytes.length === 3 && bytes.every((byte) => byte === 0xff)) {
      this.#rest();
      return { trouble: { code: 'device-error', detail: say.notUnderstood() } };
    }
    const [head, address, length, ...values] = bytes;
    if (head !== 0xc1 || address !== ADDRESS || length !== wanted.length || values.length !== length) return undefined;
    const isAsWanted = values.every((value, at) => value === wanted[at]);
    const wasReading = this.#state === 'reading';
    this.#rest();
    // Not an error of the module, but nothing will come until somebody moves the jumpers.
    if (isAsWanted) return { trouble: { code: 'device-error', detail: say.stillConfiguring() } };
    if (wasReading) return { write: this.#ask('writing', now, [0xc0, ADDRESS, wanted.length, ...wanted]) };
    const registers = toHex(Uint8Array.from(values));
    return { trouble: { code: 'device-error', detail: say.tookRegisters({ registers }) } };
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
