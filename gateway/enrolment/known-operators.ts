/**
 * The operators' list at an edge: whose tags it looks for, and to whom it seals them.
 *
 *   city-os: message `operators` ──▶ signed by the hub that is trusted? newer? ──▶ memory and `operators-list.cbor` ──▶ decoders, sealing
 *
 * Promise: nothing but a list that the trusted hub has signed, and that is no older than the one before, is ever applied. An operator that
 * a newer list lacks is gone at once; when the list ends, all are, and so while the clock is not set, since nobody can tell then whether
 * it has ended. The file lets a box that restarts without a network go on until then. What is not applied is counted and said.
 * Bounds: `maxListBytes` a list, `maxWaiting` of them waiting; more are dropped, as the hub sends its list again.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import { toBase64url } from '../../shared/enrolment/base64url.ts';
import type { Bytes } from '../../shared/enrolment/keys.ts';
import { isOlder, type Operator, type OperatorList, readOperatorList } from '../../shared/enrolment/operators.ts';
import { messageOf, textOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import type { Log } from '../machine/log.ts';
import { makeFolder } from '../machine/make-folder.ts';
import { replaceFile } from '../machine/whole-file.ts';
import { say } from './words.ts';

const maxWaiting = 4;

export interface KnownOperatorsOptions {
  readonly dataDirectory: string;
  /** Of the hub that is trusted: Ed25519, 32 bytes. */
  readonly key: Bytes;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ListState {
  /** "none": no list has come. "clock-unset": nobody can tell whether it has ended. */
  readonly state: 'none' | 'current' | 'over' | 'clock-unset';
  readonly number?: number;
  /** Epoch ms. */
  readonly validUntil?: number;
  /** How many operators count now. */
  readonly operators: number;
  /** Lists that were not applied; since a newer one was: the last time (epoch ms), and why. */
  readonly refused: number;
  readonly lastRefusedAt?: number;
  readonly lastRefused?: Text;
}

const NOBODY: readonly Operator[] = [];

export class KnownOperators {
  readonly #options: KnownOperatorsOptions;
  readonly #file: string;
  /** The newest that was ever taken, also once it is over: no older one follows it. */
  #list: OperatorList | undefined;
  /** Lists are read one after the other. */
  #turn: Promise<void>;
  #waiting = 0;
  #refused: Pick<ListState, 'refused' | 'lastRefusedAt' | 'lastRefused'> = { refused: 0 };

  private constructor(options: KnownOperatorsOptions) {
    this.#options = options;
    this.#file = join(options.dataDirectory, 'operators-list.cbor');
    this.#turn = this.#restore();
  }

  /** With the list that was kept, which counts once its signature has been checked. */
  static open(options: KnownOperatorsOptions): KnownOperators {
    return new KnownOperators(options);
  }

  /** Whose tags to look for now; the same array until that changes. */
  get operators(): readonly Operator[] {
    return this.#state() === 'current' ? (this.#list?.operators ?? NOBODY) : NOBODY;
  }

  /** Those of the newest list that was ever taken, whether it counts or not; undefined if none was. */
  get listed(): readonly Operator[] | undefined {
    return this.#list?.operators;
  }

  get stats(): ListState {
    const list = this.#list;
    return {
      state: this.#state(),
      ...(list !== undefined && { number: list.number, validUntil: list.validUntil }),
      operators: this.operators.length,
      ...this.#refused,
    };
  }

  /** A list as it came. Resolves once it is applied, or refused. */
  async take(signed: Uint8Array): Promise<void> {
    if (this.#waiting >= maxWaiting) return this.#refuse(say.tooManyLists());
    this.#waiting++;
    this.#turn = this.#turn.then(() => this.#apply(signed)).finally(() => this.#waiting--);
    await this.#turn;
  }

  /** What has come so far is applied or refused. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  #state(): ListState['state'] {
    const { wall, synchronised } = this.#options.clock.moment();
    if (this.#list === undefined) return 'none';
    if (!synchronised) return 'clock-unset';
    return wall < this.#list.validUntil ? 'current' : 'over';
  }

  async #restore(): Promise<void> {
    const { key, log } = this.#options;
    try {
      if (existsSync(this.#file)) this.#list = await readOperatorList(readFileSync(this.#file), key);
    } catch (fault) {
      log.warn("The operators' list that was kept cannot be used; tags wait for a new one", {
        fault: messageOf(fault),
      });
    }
  }

  async #apply(signed: Uint8Array): Promise<void> {
    const { key, log } = this.#options;
    let list: OperatorList;
    try {
      list = await readOperatorList(signed, key);
    } catch (fault) {
      return this.#refuse(textOf(fault));
    }
    const before = this.#list;
    if (before !== undefined && isOlder(list, before)) {
      return this.#refuse(say.olderList({ number: list.number, before: before.number }));
    }
    if (before !== undefined && !isOlder(before, list)) return; // the same again
    this.#refused = { refused: this.#refused.refused }; // what was said of others is over
    this.#list = sameOperators(list, before) ? { ...list, operators: before.operators } : list;
    try {
      makeFolder(dirname(this.#file));
      replaceFile(this.#file, signed);
    } catch (fault) {
      log.warn("The operators' list could not be kept; after a restart tags wait for a new one", {
        fault: messageOf(fault),
      });
    }
    if (list.number !== before?.number) {
      log.info("There is a new operators' list", { number: list.number, operators: list.operators.length });
    }
  }

  #refuse(why: Text): void {
    const { clock, log } = this.#options;
    const { refused } = this.#refused;
    this.#refused = { refused: refused + 1, lastRefusedAt: clock.moment().wall, lastRefused: why };
    log.warn("An operators' list was not applied", { why: why.en });
  }
}

/** A list that was only signed again: whoever holds the arrays need not begin anew. */
function sameOperators(list: OperatorList, before: OperatorList | undefined): before is OperatorList {
  return before !== undefined && list.number === before.number && textOfList(list) === textOfList(before);
}

function textOfList({ operators }: OperatorList): string {
  return JSON.stringify(operators.map((each) => ({ ...each, publicKey: toBase64url(each.publicKey) })));
}
