/**
 * One Modbus bus: one request at a time, and no answer is ever mistaken for another's.
 *
 * MBAP answers name their transaction. RTU answers carry only unit, function and byte count, so an answer that comes after
 * its time-out could pass for the next one. Hence, on RTU:
 *
 *   - a request that timed out stays *owed* by its unit;
 *   - a request goes out only if its answer differs from every owed one in function or byte count. Otherwise a *probe*
 *     goes first: the same start address with another register count. Units answer in order, so the answer to the probe
 *     shows that the unit is in step again and that nothing it owed will still come;
 *   - an exception has no byte count. While the unit owes an answer of the same function, the exception may belong to that
 *     one or to the awaited one: the oldest owed answer is struck off, and the request on the wire is given up and owed
 *     instead.
 *
 * A write's answer repeats the write (V1.1b3 §6.5, §6.6), and so does a line adapter that echoes. Whether this one does is known from the reads
 * before: once an echo was seen, the first copy of a write is taken for its echo. A unit that has not answered a write is sent no other for
 * `owedForMs`, so that a late answer, or exception, cannot pass for the next one's.
 *
 * Bounds: `maxOwed` answers per unit; a unit that owes that many is not asked again until the oldest is forgotten, after
 * `owedForMs` (no serial unit holds an answer back that long). `forget` drops everything when a port reopens.
 */
import { type Answer, encodeRequest, type Framing, frameOf, type ReadRequest } from './adu.ts';
import { answerBytes } from './stored-value.ts';

export const maxOwed = 8;
export const owedForMs = 60_000;

interface OnWire {
  readonly request: ReadRequest;
  readonly isProbe: boolean;
  readonly transaction: number;
  readonly deadline: number;
}

/** A write: the answer to it is the same bytes again. */
interface WriteOnWire {
  readonly unit: number;
  readonly pdu: Uint8Array;
  readonly transaction: number;
  readonly deadline: number;
  /** Its echo by the line adapter is still to come. */
  owesEcho: boolean;
}

interface Owed {
  readonly request: ReadRequest;
  readonly until: number;
}

/** What an answer means for the request on the wire. */
export type Outcome =
  | { readonly is: 'registers'; readonly data: Uint8Array }
  | { readonly is: 'exception'; readonly code: number }
  | { readonly is: 'written'; readonly pdu: Uint8Array } // or the exception to a write
  | { readonly is: 'in-step' } // the probe was answered: ask again
  | { readonly is: 'echo' }
  | { readonly is: 'unexpected' };

export class Bus {
  readonly framing: Framing;
  readonly #gapMs: number;
  #onWire: OnWire | undefined;
  #writeOnWire: WriteOnWire | undefined;
  #echoes = false;
  /** Until when a unit may still answer a write, by unit. */
  readonly #writeOwed = new Map<number, number>();
  #readyAt = Number.NEGATIVE_INFINITY;
  #transaction = 0;
  readonly #owed = new Map<number, Owed[]>();

  constructor(framing: Framing, gapMs: number) {
    this.framing = framing;
    this.#gapMs = framing === 'rtu' ? gapMs : 0;
  }

  /** When the request on the wire times out, monotonic ms; undefined if the bus is free. */
  get deadline(): number | undefined {
    return (this.#onWire ?? this.#writeOnWire)?.deadline;
  }

  /** When a free bus may be written to, monotonic ms: after the silence between frames (Serial Line V1.02 §2.5.1.1). */
  get readyAt(): number {
    return this.#readyAt;
  }

  /** The bytes to write on a free bus for `request` or for a probe before it; undefined while the unit owes too much. */
  send(request: ReadRequest, now: number, timeoutMs: number): Uint8Array | undefined {
    const owed = this.#owedBy(request.unit, now);
    if (owed.length >= maxOwed) return undefined;
    const probe = owed.some((o) => looksLike(o.request, request)) ? probeFor(request, owed) : undefined;
    this.#transaction = (this.#transaction + 1) & 0xffff;
    this.#onWire = {
      request: probe ?? request,
      isProbe: probe !== undefined,
      transaction: this.framing === 'tcp' ? this.#transaction : 0,
      deadline: now + timeoutMs,
    };
    return encodeRequest(this.#onWire.request, this.framing, this.#transaction);
  }

  /** The bytes that write a coil or register on a free bus; undefined while the unit may still answer an earlier write. */
  write(unit: number, pdu: Uint8Array, now: number, timeoutMs: number): Uint8Array | undefined {
    if ((this.#writeOwed.get(unit) ?? 0) > now) return undefined;
    this.#writeOwed.delete(unit);
    this.#transaction = (this.#transaction + 1) & 0xffff;
    const transaction = this.framing === 'tcp' ? this.#transaction : 0;
    this.#writeOnWire = { unit, pdu, transaction, deadline: now + timeoutMs, owesEcho: this.#echoes };
    return frameOf(unit, [...pdu], this.framing, this.#transaction);
  }

  /** An answer came from any unit: frees the bus if it is the awaited one. */
  receive(answer: Answer, now: number): Outcome {
    this.#readyAt = now + this.#gapMs;
    const wire = this.#onWire;
    if (answer.is === 'request') {
      if (!(wire && sameRequest(answer.request, wire.request))) return { is: 'unexpected' };
      this.#echoes = true;
      return { is: 'echo' };
    }
    if (answer.is === 'written') return this.#writtenBy(answer);
    if (answer.is === 'exception' && this.#isOfWrite(answer)) {
      this.#writeOnWire = undefined;
      return { is: 'written', pdu: Uint8Array.of(answer.function | 0x80, answer.code) };
    }
    const owed = this.#owedBy(answer.unit, now);
    const owedAt = owed.findIndex((o) => answers(answer, o.request));
    const isAwaited = wire && answer.transaction === wire.transaction && answers(answer, wire.request);
    owed.splice(0, owedAt + 1);
    if (!isAwaited) return { is: 'unexpected' };
    this.#onWire = undefined;
    if (owedAt >= 0 && answer.is === 'exception') owed.push({ request: wire.request, until: now + owedForMs });
    else owed.length = 0;
    if (wire.isProbe) return { is: 'in-step' };
    return answer.is === 'registers' ? { is: 'registers', data: answer.data } : { is: 'exception', code: answer.code };
  }

  #writtenBy(answer: Extract<Answer, { is: 'written' }>): Outcome {
    const wire = this.#writeOnWire;
    if (wire === undefined || !this.#isOfWrite(answer)) return { is: 'unexpected' };
    if (answer.pdu.some((byte, i) => byte !== wire.pdu[i])) return { is: 'unexpected' };
    if (wire.owesEcho) {
      wire.owesEcho = false;
      return { is: 'echo' };
    }
    this.#writeOnWire = undefined;
    return { is: 'written', pdu: answer.pdu };
  }

  #isOfWrite({ unit, function: code, transaction }: Exclude<Answer, { is: 'request' }>): boolean {
    const wire = this.#writeOnWire;
    return wire?.unit === unit && wire.pdu[0] === code && wire.transaction === transaction;
  }

  /** The request on the wire was not answered in time. */
  timeOut(now: number): void {
    const wire = this.#onWire;
    if (this.#writeOnWire && this.framing === 'rtu') this.#writeOwed.set(this.#writeOnWire.unit, now + owedForMs);
    this.#writeOnWire = undefined;
    this.#onWire = undefined;
    this.#readyAt = now + this.#gapMs;
    if (!wire || this.framing === 'tcp') return;
    this.#owedBy(wire.request.unit, now).push({ request: wire.request, until: now + owedForMs });
  }

  forget(): void {
    this.#onWire = undefined;
    this.#writeOnWire = undefined;
    this.#writeOwed.clear();
    this.#owed.clear();
    this.#readyAt = Number.NEGATIVE_INFINITY;
  }

  #owedBy(unit: number, now: number): Owed[] {
    const owed = (this.#owed.get(unit) ?? []).filter((o) => o.until > now);
    this.#owed.set(unit, owed);
    return owed;
  }
}

function answers(answer: Exclude<Answer, { is: 'request' | 'written' }>, request: ReadRequest): boolean {
  if (answer.unit !== request.unit || answer.function !== request.function) return false;
  return answer.is === 'exception' || answer.data.length === answerBytes(request.function, request.count);
}

/** Whether their answers cannot be told apart. */
function looksLike(a: ReadRequest, b: ReadRequest): boolean {
  return a.function === b.function && answerBytes(a.function, a.count) === answerBytes(b.function, b.count);
}

function sameRequest(a: ReadRequest, b: ReadRequest): boolean {
  return a.function === b.function && a.count === b.count && a.unit === b.unit && a.address === b.address;
}

/** As few registers as possible, but not as long an answer as the request's or any owed one's (at most `maxOwed`). */
function probeFor(request: ReadRequest, owed: readonly Owed[]): ReadRequest {
  let probe = { ...request, count: 1 };
  while (looksLike(probe, request) || owed.some((o) => looksLike(o.request, probe))) {
    probe = { ...probe, count: probe.count + 1 };
  }
  return probe;
}
