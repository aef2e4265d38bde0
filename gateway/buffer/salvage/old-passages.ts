/**
 * What passed through a damaged file, entered into the new one. Each batch keeps its own gateway, epoch and number; which of the lost ones
 * they were nobody knows, so the loss is reported as this gateway's own.
 */
import type { Numbering } from '../epoch.ts';
import { insertPassage } from '../open-outboxes.ts';
import type { Apply } from '../outgoing.ts';
import { type Entering, PASSING, type Passage } from '../passing/passage.ts';
import type { Store } from '../store.ts';
import type { Rows } from './rows.ts';

export class OldPassages {
  readonly #store: Store;
  readonly #passages = new Map<string, Passage>();
  /** Batches taken over so far, by destination. */
  readonly #taken = new Map<string, number>();

  constructor(store: Store) {
    this.#store = store;
  }

  get taken(): number {
    return [...this.#taken.values()].reduce((sum, count) => sum + count, 0);
  }

  /** To be called in a transaction. */
  entering(destination: string, entering: Entering): (numbers: Numbering) => Apply {
    const passage = this.#passageOf(destination);
    return (numbers) => {
      const entered = passage.enter(entering, numbers);
      return () => {
        this.#taken.set(destination, (this.#taken.get(destination) ?? 0) + 1);
        entered();
      };
    };
  }

  /** Takes over the gaps and reports what is lost. Returns how many batches that are. */
  takeGaps({ epochs, passedGaps }: Rows): number {
    this.#store.transact(() =>
      passedGaps.flatMap(({ of, ...gap }) => {
        const destination = epochs.get(of)?.destination;
        return destination === undefined ? [] : [this.#passageOf(destination).enterGap(gap)];
      }),
    );
    const old = [...epochs.values()].filter(({ epoch }) => epoch === PASSING);
    const lost = old.reduce((sum, { destination, counts }) => {
      return sum + Math.max(0, (counts?.waiting ?? 0) - (this.#taken.get(destination) ?? 0));
    }, 0);
    if (lost > 0) this.#store.reportLost();
    return lost;
  }

  /** A destination that is not configured counts too: it may be again. */
  #passageOf(destination: string): Passage {
    const known = this.#passages.get(destination) ?? this.#store.outboxes.get(destination)?.passage;
    const passage = known ?? this.#store.openPassage(insertPassage(this.#store.db, destination, this.#store.gateway));
    this.#passages.set(destination, passage);
    return passage;
  }
}
