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
 * Bounds: `maxOwed` answers per unit; a unit that owes that many is not asked again until the oldest is forgotten, after
 * `owedForMs` (no serial unit holds an answer back that long). `forget` drops everything when a port reopens.
 */
import { type Answer, encodeRequest, type Framing, type ReadRequest } from './adu.ts';
import { answerBytes } from './stored-value.ts';

export const maxOwed = 8;
export const owedForMs = 60_000;

interface OnWire {
  readonly request: ReadRequest;
  readonly isProbe: boolean;
  readonly transaction: number;
  readonly deadline: number;
}

interface Owed {
  readonly request: ReadRequest;
  readonly until: number;
}

/** What an answer means for the request on the wire. */
export type Outcome =
  | { readonly is: 'registers'; readonly data: Uint8Array }
  | { readonly is: 'exception'; readonly code: number }
  | { readonly is: 'in-step' } // the probe was answered: ask again
  | { readonly is: 'echo' }
  | { readonly is: 'unexpected' };

export class Bus {
  readonly framing: Framing;
  readonly #gapMs: number;
  #onWire: OnWire | undefined;
  #readyAt = Number.NEGATIVE_INFINITY;
  #transaction = 0;
  readonly #owed = new Map<number, Owed[]>();

  constructor(framing: Framing, gapMs: number) {
    this.framing = framing;
    this.#gapMs = framing === 'rtu' ? gapMs : 0;
  }

  /** When the request on the wire times out, monotonic ms; undefined if the bus is free. */
  get deadline(): number | undefined {
    return this.#onWire?.deadline;
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

  /** An answer came from any unit: frees the bus if it is the awaited one. */
  receive(answer: Answer, now: number): Outcome {
    this.#readyAt = now + this.#gapMs;
    const wire = this.#onWire;
    if (answer.is === 'request') {
      return wire && sameRequest(answer.request, wire.request) ? { is: 'echo' } : { is: 'unexpected' };
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

  /** The request on the wire was not answered in time. */
  timeOut(now: number): void {
    const wire = this.#onWire;
    this.#onWire = undefined;
    this.#readyAt = now + this.#gapMs;
    if (!wire || this.framing === 'tcp') return;
    this.#owedBy(wire.request.unit, now).push({ request: wire.request, until: now + owedForMs });
  }

  forget(): void {
    this.#onWire = undefined;
    this.#owed.clear();
    this.#readyAt = Number.NEGATIVE_INFINITY;
  }

  #owedBy(unit: number, now: number): Owed[] {
    const owed = (this.#owed.get(unit) ?? []).filter((o) => o.until > now);
    this.#owed.set(unit, owed);
    return owed;
  }
}

function answers(answer: Exclude<Answer, { is: 'request' }>, request: ReadRequest): boolean {
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
