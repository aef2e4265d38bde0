/**
 * Sealing: a sighted tag becomes a reading that its operator alone can read.
 *
 *   decoder ──tags (in memory alone)──▶ sealing ──sightings──▶ buffer
 *
 * Promise: an identifier goes into nothing but the seal: no log, status, error or file has it. What cannot be sealed, because its operator
 * is gone, the list is over or the clock is not set, is dropped and counted. A sealed time is never changed afterwards, as the seal is
 * bound to it.
 * Bound: `maxOnTheWay` tags are being sealed at once; more are dropped and counted. A window's key is forgotten within `forgetEveryMs`.
 */
import type { Clock, Moment } from '../../shared/clock.ts';
import { toBase64url } from '../../shared/enrolment/base64url.ts';
import type { Operator } from '../../shared/enrolment/operators.ts';
import { Sealer } from '../../shared/enrolment/seal.ts';
import type { TagSighting } from '../../shared/enrolment/tag-sighting.ts';
import { codeOf } from '../../shared/errors.ts';
import type { SealedSighting } from '../../shared/reading.ts';
import type { Log } from '../machine/log.ts';

export const maxOnTheWay = 20_000;
const forgetEveryMs = 15_000;

export interface SealingStats {
  readonly sealed: number;
  /** Their operator is not in the list, or there is none that counts. */
  readonly unlisted: number;
  /** There were more than can be sealed at once, or sealing failed. */
  readonly dropped: number;
  /** Epoch ms, when the last of those was taken. */
  readonly lastDroppedAt?: number;
}

export class Sealing {
  readonly #known: { readonly operators: readonly Operator[] };
  readonly #log: Log;
  /** By operator. */
  #sealers = new Map<string, { readonly sealer: Sealer; readonly publicKey: string }>();
  /** Whose sealers those are. */
  #operators: readonly Operator[] = [];
  #onTheWay = 0;
  #stats: { -readonly [Key in keyof SealingStats]: SealingStats[Key] } = { sealed: 0, unlisted: 0, dropped: 0 };

  constructor(known: { readonly operators: readonly Operator[] }, log: Log) {
    this.#known = known;
    this.#log = log;
  }

  get stats(): SealingStats {
    return this.#stats;
  }

  /** The sightings of those that can be sealed, in their order. Never rejects. `at`: when they were taken. */
  async seal(tags: readonly TagSighting[], at: Moment): Promise<readonly SealedSighting[]> {
    const sealed = await Promise.all(tags.map((tag) => this.#seal(tag, at)));
    return sealed.filter((sighting) => sighting !== undefined);
  }

  /** Forgets keys whose time is over, until the signal aborts. */
  async watch(clock: Clock, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(forgetEveryMs, signal);
      this.#listed();
      for (const { sealer } of this.#sealers.values()) sealer.forget(clock.moment().monotonic);
    }
  }

  async #seal(tag: TagSighting, { wall, monotonic, synchronised }: Moment): Promise<SealedSighting | undefined> {
    const sealer = synchronised ? this.#listed().get(tag.operator)?.sealer : undefined;
    if (sealer === undefined) {
      this.#stats.unlisted++;
      return undefined;
    }
    if (this.#onTheWay >= maxOnTheWay) {
      this.#dropped(wall);
      return undefined;
    }
    const { id, place, operator, device, rssi, rssiMean, count } = tag;
    const [observedAt, firstAt, lastAt] = [tag.observedAt, tag.firstAt, tag.lastAt].map(Math.round) as [
      number,
      number,
      number,
    ]; // as many
    this.#onTheWay++;
    try {
      const { sealed, sealedWith } = await sealer.seal(
        { id, ...(place !== undefined && { place }) },
        { device, observedAt },
        monotonic,
      );
      if (this.#listed().get(operator)?.sealer !== sealer) {
        this.#stats.unlisted++; // it was revoked meanwhile
        return undefined;
      }
      this.#stats.sealed++;
      const strength = { ...(rssi !== undefined && { rssi }), ...(rssiMean !== undefined && { rssiMean }) };
      const values = { operator, sealed, sealedWith, ...strength, count, firstAt, lastAt };
      return { device, kind: 'sighting', observedAt, values };
    } catch (fault) {
      this.#dropped(wall);
      // The message of a fault may quote what it was given.
      this.#log.error('A tag could not be sealed and was dropped', {
        operator,
        fault: codeOf(fault) || (fault instanceof Error ? fault.name : ''),
      });
      return undefined;
    } finally {
      this.#onTheWay--;
    }
  }

  #dropped(at: number): void {
    this.#stats.dropped++;
    this.#stats.lastDroppedAt = at;
  }

  /** The sealers of the operators that count now. Those of others are gone, with their keys. */
  #listed(): ReadonlyMap<string, { readonly sealer: Sealer }> {
    const { operators } = this.#known;
    if (operators === this.#operators) return this.#sealers;
    const before = this.#sealers;
    this.#operators = operators;
    this.#sealers = new Map(
      operators.map(({ id, publicKey: key }) => {
        const publicKey = toBase64url(key);
        const kept = before.get(id);
        return [id, kept?.publicKey === publicKey ? kept : { sealer: new Sealer(id, key), publicKey }];
      }),
    );
    return this.#sealers;
  }
}
