/**
 * The operators whose tags this hub's gateways look for: `operators.json` in the data directory, changed by `machimori operator`, and the
 * signed list of them that goes to every edge.
 *
 * Promise: a change is completely on the disk before it counts, is made from what is on the disk then, and the list is numbered higher than every
 * one before. An older copy of the file that was put back is found (marked-list.ts): nothing is signed until somebody accepts it, and
 * whom this hub has revoked stays revoked until he is taken up again. A list ends `validityMs` after it was signed, and
 * is signed again every `refreshMs`, so that what an edge never hears of is over by itself. While the clock is not set nothing is signed.
 * A file or key that cannot be read is left untouched: no list goes out until it is repaired, and `fault` says why.
 * Bounds: `maxOperators`; the last `maxRevoked` that were revoked are remembered, so that what edges sealed to them before is turned away.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import * as v from 'valibot';
import { fromBase64url, toBase64url } from '../../shared/enrolment/base64url.ts';
import { canBeSealedTo } from '../../shared/enrolment/keys.ts';
import {
  maxListBytes,
  maxOperators,
  type Operator,
  operatorId,
  operatorSchema,
  signedListBytes,
  signOperatorList,
} from '../../shared/enrolment/operators.ts';
import { MachimoriError, textOf } from '../../shared/errors.ts';
import { changing } from '../machine/folder-lock.ts';
import { suggestedName } from '../words/suggestion.ts';
import { listKey, listKeyFileOf } from './list-key.ts';
import { MarkedList, named } from './marked-list.ts';
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

/** What the file and its mark say. */
interface State {
  readonly operators: readonly TakenUp[];
  readonly revoked: readonly Revoked[];
  readonly number: number;
}
type Change = Pick<State, 'operators' | 'revoked'>;

const NOTHING: State = { operators: [], revoked: [], number: 0 };

export interface SignedList {
  readonly bytes: Uint8Array;
  /** Of these bytes, for who asks whether they are new. */
  readonly digest: string;
  readonly number: number;
  /** Epoch ms. */
  readonly issuedAt: number;
  readonly validUntil: number;
  readonly operators: readonly Operator[];
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
  readonly #kept: MarkedList<v.InferOutput<typeof file>, Revoked>;
  readonly #listeners = new Set<() => void>();
  /** `number` 0: no operator was ever taken up. */
  #state: State = NOTHING;
  #current: SignedList | undefined;
  #fault: MachimoriError | undefined;

  private constructor(directory: string, times: ListTimes) {
    this.#directory = directory;
    this.#times = times;
    this.#kept = new MarkedList({ path: operatorsFileOf(directory), content: file, revoked });
  }

  /** Reads the file; empty if there is none yet. If it cannot be read, or is not as this hub left it, `fault` says why. */
  static open(dataDirectory: string, times: ListTimes): Operators {
    const opened = new Operators(dataDirectory, times);
    try {
      opened.#load();
    } catch (fault) {
      opened.#fault = fault as MachimoriError; // all that #load throws
    }
    return opened;
  }

  get fault(): MachimoriError | undefined {
    return this.#fault;
  }

  /** All that it may have made, for who looks after their owner. */
  get files(): readonly string[] {
    return [...this.#kept.files, listKeyFileOf(this.#directory)];
  }

  get all(): readonly TakenUp[] {
    return this.#state.operators;
  }

  /** Whether any was ever taken up, as far as is known for sure. */
  get wereAny(): boolean {
    return this.#state.number > 0 && this.#fault === undefined;
  }

  has(operator: string): boolean {
    return this.all.some(({ id }) => id === operator);
  }

  /** Whether it was given up and not taken up again. */
  isRevoked(id: string): boolean {
    return this.#state.revoked.some((each) => each.id === id);
  }

  /** The newest signed list; undefined if there is none, or it cannot be signed. */
  get current(): SignedList | undefined {
    return this.#current;
  }

  /** By which an edge knows this hub's lists: Ed25519, base64url. Throws what `listKey` throws. */
  get listKey(): string {
    return listKey(this.#directory, this.#state.number > 0 || this.#fault !== undefined).publicKey;
  }

  /** Calls `listener` when there is another signed list, until the returned function is called. */
  onChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Takes an operator up, or changes it; resolves once the new list is signed.
   * Rejects with a MachimoriError: "operator-key", "too-many-operators", "list-too-large", "operators-unreadable", "operators-restored",
   * "list-key-unusable", "file-busy", "file-unwritable".
   */
  async add(operator: Operator, at: number): Promise<void> {
    if (!(await canBeSealedTo(operator.publicKey))) {
      throw new MachimoriError('operator-key', { what: say.unusableKey(), on: operator.id, hint: say.makeKeys() });
    }
    await this.#change(at, ({ operators, revoked }) => {
      const others = operators.filter(({ id }) => id !== operator.id);
      const before = operators.find(({ id }) => id === operator.id);
      if (others.length >= maxOperators) {
        throw new MachimoriError('too-many-operators', {
          what: say.tooManyOperators({ max: maxOperators }),
          on: operator.id,
          hint: say.revokeOne(),
        });
      }
      const stillRevoked = revoked.filter(({ id }) => id !== operator.id);
      return { operators: [...others, { ...operator, addedAt: before?.addedAt ?? at }], revoked: stillRevoked };
    });
  }

  /** Gives it up; resolves once the new list is signed. Rejects with a MachimoriError "no-operator", and what `add` rejects with. */
  async revoke(id: string, at: number): Promise<void> {
    await this.#change(at, ({ operators, revoked }) => {
      const others = operators.filter((each) => each.id !== id);
      if (others.length === operators.length) {
        const known = idsOf(operators);
        throw new MachimoriError('no-operator', {
          what: say.noOperator(),
          on: id,
          hint: suggestedName(id, known, say.listOperators()),
        });
      }
      return { operators: others, revoked: [...revoked, { id, revokedAt: at }].slice(-maxRevoked) };
    });
  }

  /**
   * Takes the file as it is, without those that this hub has revoked; resolves once that list is signed. False: it is as this hub left it.
   * Rejects with what `add` rejects with, but not "operators-restored".
   */
  async accept(at: number): Promise<boolean> {
    const isRestored = changing(this.#directory, () => {
      this.#load();
      return this.#fault !== undefined;
    });
    if (isRestored) await this.#change(at, (now) => now, true);
    return isRestored;
  }

  /** Begins the mark of a file that an earlier release has left. Throws a MachimoriError "file-busy", "file-unwritable". */
  adopt(): void {
    if (this.#fault === undefined) this.#kept.adopt(this.#state.revoked, this.#state.number);
  }

  /** Signs the list again if it is time. `at`: epoch ms by a clock that is set. Throws what `add` throws. */
  async refresh(at: number): Promise<void> {
    const { refreshMs } = this.#times;
    const isNew = this.#current !== undefined && Math.abs(at - this.#current.issuedAt) < refreshMs;
    if (this.#state.number === 0 || isNew || this.#fault !== undefined) return;
    await this.#sign(at);
  }

  /** Throws a MachimoriError if it cannot be read: a hub that runs goes on with what it has read before. */
  #load(): void {
    const path = operatorsFileOf(this.#directory);
    try {
      const { content = NOTHING, ...mark } = this.#kept.read();
      const isRevoked = new Set(mark.revoked.map(({ id }) => id));
      const operators = content.operators.filter(({ id }) => !isRevoked.has(id));
      const revoked = [...content.revoked.filter(({ id }) => !isRevoked.has(id)), ...mark.revoked];
      this.#state = { operators, revoked, number: Math.max(content.number, mark.number) };
      if (this.#state.number > 0) listKey(this.#directory, true);
      const out = content.operators.filter(({ id }) => isRevoked.has(id));
      this.#fault = mark.isOther ? this.#restored(out) : undefined;
    } catch (cause) {
      if (cause instanceof MachimoriError) throw cause;
      throw new MachimoriError('operators-unreadable', {
        what: say.operatorsUnreadable({ why: textOf(cause) }),
        on: path,
        hint: say.restoreOperators(),
        cause,
      });
    }
  }

  #restored(revoked: readonly TakenUp[]): MachimoriError {
    const [has, out] = [named(idsOf(this.all)), named(idsOf(revoked))] as const;
    return new MachimoriError('operators-restored', {
      what: say.operatorsRestored({ has, out }),
      on: operatorsFileOf(this.#directory),
      hint: say.acceptOperators(),
    });
  }

  async #change(at: number, change: (now: State) => Change, accepts = false): Promise<void> {
    changing(this.#directory, () => {
      this.#load();
      if (this.#fault !== undefined && !(accepts && this.#fault.code === 'operators-restored')) throw this.#fault;
      listKey(this.#directory, this.#state.number > 0);
      const { operators, revoked } = change(this.#state);
      const number = Math.max(this.#state.number + 1, at);
      this.#checkSize({ operators, revoked, number }); // it must be possible before it counts
      const written = operators.map((each) => ({ ...each, publicKey: toBase64url(each.publicKey) }));
      this.#kept.write({ version: 1, number, operators: written, revoked }, { revoked, number });
      this.#state = { operators, revoked, number };
      this.#fault = undefined;
    });
    await this.#sign(at);
  }

  async #sign(at: number): Promise<void> {
    const { number, operators } = this.#state;
    // If the clock was set back meanwhile, the list must not look older than the one before.
    const issuedAt = Math.max(at, (this.#current?.issuedAt ?? 0) + 1);
    const validUntil = at + this.#times.validityMs;
    const key = await listKey(this.#directory, number > 0).privateKey();
    const bytes = await signOperatorList({ number, issuedAt, validUntil, operators: operators.map(asListed) }, key);
    if (this.#state.number !== number) return; // another change has come meanwhile, and signs its own
    const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
    this.#current = { bytes, digest, number, issuedAt, validUntil, operators };
    for (const listener of this.#listeners) listener();
  }

  #checkSize({ operators, number }: State): void {
    const at = Number.MAX_SAFE_INTEGER;
    const size = signedListBytes({ number, issuedAt: at, validUntil: at, operators: operators.map(asListed) });
    if (size <= maxListBytes) return;
    throw new MachimoriError('list-too-large', {
      what: say.listTooLarge({ max: maxListBytes }),
      on: operatorsFileOf(this.#directory),
      hint: say.revokeOne(),
    });
  }
}

function idsOf(operators: readonly TakenUp[]): readonly string[] {
  return operators.map(({ id }) => id);
}

function asListed({ addedAt: _, ...operator }: TakenUp): Operator {
  return operator;
}
