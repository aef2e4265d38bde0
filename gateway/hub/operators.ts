/**
 * The operators whose tags this hub's gateways look for: `operators.json` in the data directory, changed by `machimori operator`, and the
 * signed list of them that goes to every edge.
 *
 * Promise: a change is completely on the disk before it counts, and the list is numbered higher than every one before: also after a
 * copy of the file was put back, since a new number is never below the clock (epoch ms). A list ends `validityMs` after it was signed, and
 * is signed again every `refreshMs`, so that what an edge never hears of is over by itself. While the clock is not set nothing is signed.
 * A file or key that cannot be read is left untouched: no list goes out until it is repaired, and `fault` says why.
 * Bounds: `maxOperators`; the last `maxRevoked` that were revoked are remembered, so that what edges sealed to them before is turned away.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { fromBase64url, toBase64url } from '../../shared/enrolment/base64url.ts';
import { canBeSealedTo } from '../../shared/enrolment/keys.ts';
import {
  maxListBytes,
  maxOperators,
  type Operator,
  operatorId,
  operatorSchema,
  signOperatorList,
} from '../../shared/enrolment/operators.ts';
import { MachimoriError, textOf } from '../../shared/errors.ts';
import { makeFolder } from '../machine/make-folder.ts';
import { replaceFile } from '../machine/whole-file.ts';
import { suggestedName } from '../words/suggestion.ts';
import { listKey, listKeyFileOf } from './list-key.ts';
import { say } from './words.ts';

const takenUp = v.object({
  ...operatorSchema.entries,
  publicKey: v.pipe(v.string(), v.transform(fromBase64url), operatorSchema.entries.publicKey),
  /** Epoch ms. */
  addedAt: v.number(),
});
/** An operator, and when it was taken up. */
export type TakenUp = Operator & { readonly addedAt: number };

const maxRevoked = 1_000;
const revoked = v.object({ id: operatorId, revokedAt: v.number() });
type Revoked = Readonly<v.InferOutput<typeof revoked>>;

const file = v.object({
  version: v.literal(1),
  number: v.pipe(v.number(), v.integer(), v.minValue(1)),
  operators: v.pipe(v.array(takenUp), v.maxLength(maxOperators)),
  revoked: v.optional(v.array(revoked), []),
});

export interface SignedList {
  readonly bytes: Uint8Array;
  /** Of these bytes, for who asks whether they are new. */
  readonly digest: string;
  readonly number: number;
  /** Epoch ms. */
  readonly issuedAt: number;
  readonly validUntil: number;
}

export interface ListTimes {
  readonly refreshMs: number;
  readonly validityMs: number;
}

export function operatorsFileOf(dataDirectory: string): string {
  return join(dataDirectory, 'operators.json');
}

export class Operators {
  readonly #directory: string;
  readonly #times: ListTimes;
  readonly #listeners = new Set<() => void>();
  #operators: readonly TakenUp[] = [];
  #revoked: readonly Revoked[] = [];
  /** 0: no operator was ever taken up. */
  #number = 0;
  #current: SignedList | undefined;
  #fault: MachimoriError | undefined;

  private constructor(directory: string, times: ListTimes) {
    this.#directory = directory;
    this.#times = times;
  }

  /** Reads the file; empty if there is none yet. If it cannot be read, `fault` says why. */
  static open(dataDirectory: string, times: ListTimes): Operators {
    const opened = new Operators(dataDirectory, times);
    const path = operatorsFileOf(dataDirectory);
    if (!existsSync(path)) return opened;
    try {
      const { operators, number, revoked } = v.parse(file, JSON.parse(readFileSync(path, 'utf8')));
      opened.#operators = operators;
      opened.#number = number;
      opened.#revoked = revoked;
      listKey(dataDirectory, true);
    } catch (cause) {
      opened.#fault =
        cause instanceof MachimoriError
          ? cause
          : new MachimoriError('operators-unreadable', {
              what: say.operatorsUnreadable({ why: textOf(cause) }),
              on: path,
              hint: say.restoreOperators(),
              cause,
            });
    }
    return opened;
  }

  get fault(): MachimoriError | undefined {
    return this.#fault;
  }

  /** All that it may have made, for who looks after their owner. */
  get files(): readonly string[] {
    return [operatorsFileOf(this.#directory), listKeyFileOf(this.#directory)];
  }

  get all(): readonly TakenUp[] {
    return this.#operators;
  }

  /** Whether any was ever taken up. */
  get wereAny(): boolean {
    return this.#number > 0;
  }

  has(operator: string): boolean {
    return this.#operators.some(({ id }) => id === operator);
  }

  /** Whether it was given up and not taken up again. */
  isRevoked(id: string): boolean {
    return this.#revoked.some((each) => each.id === id);
  }

  /** The newest signed list; undefined if there is none, or it cannot be signed. */
  get current(): SignedList | undefined {
    return this.#current;
  }

  /** By which an edge knows this hub's lists: Ed25519, base64url. Throws what `listKey` throws. */
  get listKey(): string {
    return listKey(this.#directory, this.#number > 0 || this.#fault !== undefined).publicKey;
  }

  /** Calls `listener` when there is another signed list, until the returned function is called. */
  onChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Takes an operator up, or changes it; resolves once the new list is signed.
   * Rejects with a MachimoriError: "operator-key", "too-many-operators", "operators-unreadable", "list-key-unusable", "file-unwritable".
   */
  async add(operator: Operator, at: number): Promise<void> {
    if (!(await canBeSealedTo(operator.publicKey))) {
      throw new MachimoriError('operator-key', { what: say.unusableKey(), on: operator.id, hint: say.makeKeys() });
    }
    const others = this.#operators.filter(({ id }) => id !== operator.id);
    const before = this.#operators.find(({ id }) => id === operator.id);
    if (others.length >= maxOperators) {
      throw new MachimoriError('too-many-operators', {
        what: say.tooManyOperators({ max: maxOperators }),
        on: operator.id,
        hint: say.revokeOne(),
      });
    }
    const stillRevoked = this.#revoked.filter(({ id }) => id !== operator.id);
    await this.#replace([...others, { ...operator, addedAt: before?.addedAt ?? at }], stillRevoked, at);
  }

  /** Gives it up; resolves once the new list is signed. Rejects with a MachimoriError "no-operator", and what `add` rejects with. */
  async revoke(id: string, at: number): Promise<void> {
    const others = this.#operators.filter((each) => each.id !== id);
    if (this.#fault === undefined && others.length === this.#operators.length) {
      const known = this.#operators.map((each) => each.id);
      throw new MachimoriError('no-operator', {
        what: say.noOperator(),
        on: id,
        hint: suggestedName(id, known, say.listOperators()),
      });
    }
    await this.#replace(others, [...this.#revoked, { id, revokedAt: at }].slice(-maxRevoked), at);
  }

  /** Signs the list again if it is time. `at`: epoch ms by a clock that is set. Throws what `add` throws. */
  async refresh(at: number): Promise<void> {
    const { refreshMs } = this.#times;
    const isNew = this.#current !== undefined && Math.abs(at - this.#current.issuedAt) < refreshMs;
    if (this.#number === 0 || isNew || this.#fault !== undefined) return;
    await this.#sign(at);
  }

  async #replace(operators: readonly TakenUp[], revoked: readonly Revoked[], at: number): Promise<void> {
    if (this.#fault !== undefined) throw this.#fault;
    listKey(this.#directory, this.#number > 0);
    const number = Math.max(this.#number + 1, at);
    await this.#signed(operators, number, { issuedAt: at, validUntil: at }); // it must be possible before it counts
    const written = operators.map((each) => ({ ...each, publicKey: toBase64url(each.publicKey) }));
    const content = { version: 1, number, operators: written, revoked };
    const path = operatorsFileOf(this.#directory);
    makeFolder(dirname(path));
    replaceFile(path, Buffer.from(`${JSON.stringify(content, undefined, 1)}\n`));
    this.#operators = operators;
    this.#revoked = revoked;
    this.#number = number;
    await this.#sign(at);
  }

  async #sign(at: number): Promise<void> {
    const number = this.#number;
    // If the clock was set back meanwhile, the list must not look older than the one before.
    const issuedAt = Math.max(at, (this.#current?.issuedAt ?? 0) + 1);
    const list = await this.#signed(this.#operators, number, { issuedAt, validUntil: at + this.#times.validityMs });
    if (this.#number !== number) return; // another change has come meanwhile, and signs its own
    this.#current = list;
    for (const listener of this.#listeners) listener();
  }

  async #signed(
    operators: readonly TakenUp[],
    number: number,
    { issuedAt, validUntil }: Pick<SignedList, 'issuedAt' | 'validUntil'>,
  ): Promise<SignedList> {
    const listed = operators.map(({ addedAt: _, ...operator }) => operator);
    const key = await listKey(this.#directory, this.#number > 0).privateKey();
    const bytes = await signOperatorList({ number, issuedAt, validUntil, operators: listed }, key);
    if (bytes.length > maxListBytes) {
      throw new MachimoriError('list-too-large', {
        what: say.listTooLarge({ max: maxListBytes }),
        on: operatorsFileOf(this.#directory),
        hint: say.revokeOne(),
      });
    }
    const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
    return { bytes, digest, number, issuedAt, validUntil };
  }
}
