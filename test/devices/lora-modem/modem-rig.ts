import * as v from 'valibot';
import type { Decoder, DeviceType, Frame, Step } from '../../../devices/device-type.ts';
import type { Moment } from '../../../shared/clock.ts';

export const wallOrigin = Date.UTC(2026, 3, 1);
export const momentAt = (monotonic: number): Moment => ({
  wall: wallOrigin + monotonic,
  monotonic,
  synchronised: true,
});
export const latin1 = (written: string) => Uint8Array.from(Buffer.from(written, 'latin1'));
export const hex = (digits: string) => Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'));

/** "ok:…" or "<rubbish code>:…", as Latin-1. */
export const text = (frames: readonly Frame[]) =>
  frames.map((f) => `${f.ok ? 'ok' : f.code}:${Buffer.from(f.bytes).toString('latin1')}`);
export const written = (step: Step | undefined) => (step?.write ?? []).map((b) => Buffer.from(b).toString('latin1'));

/** The decoder of a modem with nodes called node-0, node-1, … */
export function openModem(type: unknown, ...nodes: Record<string, unknown>[]): Decoder {
  const modem = type as DeviceType; // its options are parsed by its own schema, as in the catalogue
  const devices = nodes.map((options, i) => ({ id: `node-${i}`, options: v.parse(modem.options, options) }));
  return modem.decoder(devices, { transport: 'serial' });
}

/** A modem that answers lines, step by step. */
export class Conversation {
  readonly #decoder: Decoder;
  now = 0;

  constructor(decoder: Decoder) {
    this.#decoder = decoder;
  }

  /** What is written when the port opens. */
  open(): string[] {
    return written(this.#decoder.opened?.(momentAt(this.now)));
  }

  hear(line: string): Step {
    return this.#decoder.decode(latin1(line), momentAt(this.now));
  }

  /** Each line in turn, 10 ms apart; what is written to all of them. */
  hearAll(...lines: readonly string[]): string[] {
    return lines.flatMap((line) => {
      this.now += 10;
      return written(this.hear(line));
    });
  }

  get dueAt(): number {
    return this.#decoder.dueAt?.() ?? Number.POSITIVE_INFINITY;
  }

  /** Waits for the next thing that is due. */
  wait(): Step {
    this.now = this.dueAt;
    return this.#decoder.due?.(momentAt(this.now)) ?? {};
  }
}
