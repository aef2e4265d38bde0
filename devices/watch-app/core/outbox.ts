/**
 * Uploads that wait for the hub's receipt: written to the store before they are sent, sent again with the same bytes until they are settled,
 * one at a time, oldest first. Each has a name of its own, so a hub that has it already stores it once.
 *
 * Bounds: `maxQueued` uploads, a day and a half's; the oldest is dropped for a new one. None is kept for longer than the operators allow.
 */
import type { Clock } from '../../../shared/clock.ts';
import { digestOf } from '../../../shared/feed/digest.ts';
import { decodeReceipt } from '../../../shared/feed/receipt.ts';
import { fraction, jittered } from './chance.ts';
import type { Upload } from './make-upload.ts';
import type { OrderedStore } from './ordered-store.ts';
import type { Answer, Chance, Hub } from './surroundings.ts';

export const maxQueued = 1_000;
const PREFIX = 'upload/';
const firstPauseMs = 5_000;
const maxPauseMs = 10 * 60_000;
/** However long a hub asks to wait. */
const maxAskedPauseMs = 60 * 60_000;
/** Between one upload and the next, at most. */
const maxBetweenMs = 2_000;

interface Parts {
  readonly store: OrderedStore;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly chance: Chance;
  /** How long an upload may wait, ms. */
  readonly retentionMs: () => number;
  /** Whether the hub was reached. */
  readonly onReached: (isReached: boolean) => void;
}

export class Outbox {
  readonly #parts: Parts;
  #keys: string[] = [];
  #added = new AbortController();
  #retried = new AbortController();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Finds what an earlier run left, and drops what has waited too long. */
  async open(): Promise<void> {
    const keys = await this.#parts.store.keys();
    this.#keys = keys.filter((key) => key.startsWith(PREFIX)).toSorted();
    await this.#dropOld();
  }

  /** Resolves once it is written. */
  async add({ gateway, bytes }: Upload, life: AbortSignal): Promise<void> {
    const { store, clock } = this.#parts;
    await this.#dropOld();
    while (this.#keys.length >= maxQueued) await this.#drop(this.#keys[0]);
    const key = `${PREFIX}${String(Math.round(clock.moment().wall)).padStart(15, '0')}/${gateway}`;
    await store.put(key, bytes, life);
    if (life.aborted) return;
    this.#keys.push(key);
    this.#added.abort();
  }

  /** Sends until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, chance } = this.#parts;
    let pauseMs = firstPauseMs;
    while (!signal.aborted) {
      const stopped = await this.#sendAll(signal);
      if (stopped === undefined) {
        pauseMs = firstPauseMs;
        if (this.#keys.length > 0) continue;
        this.#added = new AbortController();
        await clock.sleep(maxAskedPauseMs, AbortSignal.any([signal, this.#added.signal]));
      } else {
        // What is added meanwhile waits like the others.
        this.#retried = new AbortController();
        const waitMs = stopped.afterMs ?? jittered(pauseMs, chance);
        await clock.sleep(waitMs, AbortSignal.any([signal, this.#retried.signal]));
        pauseMs = Math.min(2 * pauseMs, maxPauseMs);
      }
    }
  }

  /** One attempt for each, up to the first that fails. */
  async drain(signal: AbortSignal): Promise<void> {
    await this.#sendAll(signal);
  }

  /** The network is back. */
  retry(): void {
    this.#retried.abort();
  }

  forget(): void {
    this.#keys = [];
  }

  /** What stopped it; undefined if nothing is left, or `signal` has aborted. */
  async #sendAll(signal: AbortSignal): Promise<{ readonly afterMs?: number } | undefined> {
    const { clock, chance } = this.#parts;
    await this.#dropOld();
    for (let key = this.#keys[0]; key !== undefined && !signal.aborted; key = this.#keys[0]) {
      const answer = await this.#send(key, signal);
      if (answer !== undefined) return answer;
      if (this.#keys.length > 0) await clock.sleep(fraction(chance) * maxBetweenMs, signal);
    }
    return undefined;
  }

  async #send(key: string, signal: AbortSignal): Promise<{ readonly afterMs?: number } | undefined> {
    const { store, hub, onReached } = this.#parts;
    const kept = await store.get(key);
    if (kept === undefined) {
      await this.#drop(key); // the platform may empty its stores
      return undefined;
    }
    const bytes = Uint8Array.from(kept);
    let answer: Answer;
    try {
      answer = await hub.upload(bytes, signal);
    } catch {
      if (signal.aborted) return undefined;
      onReached(false);
      return {};
    }
    onReached(true);
    if (answer.kind === 'later') {
      const { afterMs } = answer;
      return afterMs === undefined ? {} : { afterMs: Math.min(Math.max(afterMs, 0), maxAskedPauseMs) };
    }
    if (answer.kind === 'receipt' && !(await isReceiptFor(key, bytes, answer.bytes))) return {};
    await this.#drop(key);
    return undefined;
  }

  async #dropOld(): Promise<void> {
    const { clock, retentionMs } = this.#parts;
    const oldest = clock.moment().wall - retentionMs();
    for (const key of this.#keys.filter((each) => madeAt(each) < oldest)) await this.#drop(key);
  }

  async #drop(key: string | undefined): Promise<void> {
    if (key === undefined) return;
    await this.#parts.store.delete(key);
    this.#keys = this.#keys.filter((each) => each !== key);
  }
}

/** Whatever its outcome: what a hub could not read or had already would come to the same end again. */
async function isReceiptFor(key: string, bytes: Uint8Array<ArrayBuffer>, answer: Uint8Array): Promise<boolean> {
  try {
    const { gateway, number, digest } = decodeReceipt(answer);
    return key.endsWith(`/${gateway}`) && number === 1 && (digest === undefined || digest === (await digestOf(bytes)));
  } catch {
    return false; // a portal of a public network answers with a page, for instance
  }
}

function madeAt(key: string): number {
  return Number(key.slice(PREFIX.length, PREFIX.length + 15));
}
