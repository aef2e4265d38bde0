/**
 * The operators' list: fetched from the hub, believed only if the key that the app was built with signed it, kept for the next start.
 *
 * Promise: never an older list than the one before, and none after its end. Nothing is told to the hub about the list that is here, so that
 * it cannot know a phone again by what it once gave it. Fetched every hour; while the hub is away, after pauses of 30 s to 10 minutes.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { Bytes } from '../../../shared/enrolment/keys.ts';
import { isCurrent, type OperatorList, readOperatorList } from '../../../shared/enrolment/operators.ts';
import { FormatError } from '../../../shared/errors.ts';
import { jittered } from './chance.ts';
import type { OrderedStore } from './ordered-store.ts';
import type { Chance, Hub } from './surroundings.ts';

const KEY = 'operators';
const everyMs = 60 * 60_000;
const firstPauseMs = 30_000;
const maxPauseMs = 10 * 60_000;

interface Parts {
  readonly store: OrderedStore;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly chance: Chance;
  /** Ed25519, 32 bytes. */
  readonly listKey: Bytes;
  readonly onChange: () => void;
  readonly onReached: (isReached: boolean) => void;
}

export class KeptList {
  readonly #parts: Parts;
  #list: OperatorList | undefined;
  #signed: Uint8Array | undefined;
  #isForged = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Reads what an earlier run kept. */
  async open(): Promise<void> {
    const signed = await this.#parts.store.get(KEY);
    if (signed !== undefined) await this.#take(signed, () => true);
  }

  /** Undefined if there is none, or its time is over. */
  current(wall: number): OperatorList | undefined {
    return this.#list !== undefined && wall < this.#list.validUntil ? this.#list : undefined;
  }

  /** The newest that was believed, even if its time is over. */
  get newest(): OperatorList | undefined {
    return this.#list;
  }

  /** Whether the hub's last answer was not signed with the right key. */
  get isForged(): boolean {
    return this.#isForged;
  }

  /** Fetches it once; whether it was taken. */
  async refresh(signal: AbortSignal): Promise<boolean> {
    const { hub, clock, onReached, onChange } = this.#parts;
    let signed: Uint8Array;
    try {
      signed = await hub.operators(signal);
    } catch {
      if (!signal.aborted) onReached(false);
      return false;
    }
    onReached(true);
    const isTaken = await this.#take(signed, (list) => isCurrent(list, this.#list, clock.moment().wall));
    onChange();
    return isTaken;
  }

  /** Writes it down, for the next start. */
  async keep(life: AbortSignal): Promise<void> {
    if (this.#signed !== undefined) await this.#parts.store.put(KEY, this.#signed, life);
  }

  /** Refreshes it until `signal` aborts. */
  async run(signal: AbortSignal, life: AbortSignal): Promise<void> {
    const { clock, chance } = this.#parts;
    let pauseMs = firstPauseMs;
    while (!signal.aborted) {
      const isTaken = await this.refresh(signal);
      if (isTaken) await this.keep(life);
      await clock.sleep(jittered(isTaken ? everyMs : pauseMs, chance), signal);
      pauseMs = isTaken ? firstPauseMs : Math.min(2 * pauseMs, maxPauseMs);
    }
  }

  async #take(signed: Uint8Array, isWanted: (list: OperatorList) => boolean): Promise<boolean> {
    try {
      const list = await readOperatorList(signed, this.#parts.listKey);
      this.#isForged = false;
      if (!isWanted(list)) return false;
      this.#list = list;
      this.#signed = signed;
      return true;
    } catch (fault) {
      if (!(fault instanceof FormatError)) throw fault;
      this.#isForged = true;
      return false;
    }
  }
}
