/**
 * How long a sighting may wait in the buffer: as long as its operator says, by the hub's own operators or the newest list that came. No
 * time at all once the operator is given up.
 *
 * What a list does not name is of an operator that was given up: an edge seals for nobody else. Through a hub may come what was sealed
 * to operators of a neighbour, of whom it knows nothing; there only a revocation of its own counts.
 */
import type { Operator } from '../../shared/enrolment/operators.ts';
import { operatorOf, type Reading } from '../../shared/reading.ts';

interface Sources {
  /** The newest list that was ever taken, also once it is over: how long things may stay outlasts it. */
  readonly known: { readonly listed: readonly Operator[] | undefined } | undefined;
  /** The hub's own; undefined at an edge. */
  readonly operators:
    | { readonly all: readonly Operator[]; readonly wereAny: boolean; isRevoked(id: string): boolean }
    | undefined;
}

type Rules = readonly [listed: readonly Operator[] | undefined, all: readonly Operator[] | undefined];

export class OperatorsRetention {
  readonly #sources: Sources;
  #rules: Rules = [undefined, undefined];

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** The same object until somebody's retention may have changed; undefined while there is no list, or no operator ever was. */
  rules(): object | undefined {
    const { known, operators } = this.#sources;
    const [listed, all] = [known?.listed, operators?.wereAny === true ? operators.all : undefined];
    if (listed === undefined && all === undefined) return undefined;
    if (this.#rules[0] !== listed || this.#rules[1] !== all) this.#rules = [listed, all];
    return this.#rules;
  }

  /** Ms from its observation; undefined: it has no operator, or one that is not known here. */
  of(reading: Reading): number | undefined {
    const id = operatorOf(reading);
    if (id === undefined) return undefined;
    const { known, operators } = this.#sources;
    const isIt = (operator: Operator) => operator.id === id;
    const operator = operators?.all.find(isIt) ?? known?.listed?.find(isIt);
    if (operator !== undefined) return operator.retentionMs;
    const isGivenUp = operators === undefined ? known?.listed !== undefined : operators.isRevoked(id);
    return isGivenUp ? 0 : undefined;
  }
}
