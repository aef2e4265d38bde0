/**
 * Entities that wait for the next request, each with all that was said of it since the last.
 *
 *   urgent ─▶ again (was in a request that failed) ─▶ routine ─▶ alone (may be what a broker fails on, one in a request)
 *
 * While one request is on its way everything else gathers here, so that an entity is in one request at a time, and once in it. No bound
 * of its own: it holds what the forwarder has in flight (`window`, `window-size`), in memory, and nothing else; the buffer keeps it all.
 */
import type { Claim } from './claim.ts';
import type { Contribution, EntityId, Mark } from './entity.ts';
import type { Marks } from './newest.ts';

/** What one reading says of an entity, and the batch that waits for it. */
export interface Said {
  readonly contribution: Contribution;
  readonly mark: Mark;
  readonly claim: Claim;
}

export interface Waiting extends EntityId {
  readonly said: readonly Said[];
  /** What was known as sent before any of it went, to go back to if the broker refuses it. */
  readonly before?: Marks | undefined;
}

export class Pool {
  readonly #urgent = new Map<string, Waiting>();
  readonly #again = new Map<string, Waiting>();
  readonly #routine = new Map<string, Waiting>();
  readonly #alone = new Map<string, Waiting>();

  get isEmpty(): boolean {
    return this.#common.every((queue) => queue.size === 0) && this.#alone.size === 0;
  }

  /** Whether any wait that need not go alone. */
  get hasOthers(): boolean {
    return this.#common.some(({ size }) => size > 0);
  }

  get hasUrgent(): boolean {
    return this.#urgent.size > 0;
  }

  get #common(): readonly Map<string, Waiting>[] {
    return [this.#urgent, this.#again, this.#routine];
  }

  add(said: Said, isUrgent: boolean): void {
    const { id, type } = said.contribution;
    said.claim.open();
    const queue = isUrgent ? this.#urgent : this.#routine;
    const known = queue.get(id);
    queue.set(id, known === undefined ? waiting({ id, type }, [said]) : { ...known, said: [...known.said, said] });
  }

  /** The next entities for a request, `max` at most. One that goes alone, if there is no other or `isTurnOfAlone`. */
  take(max: number, isTurnOfAlone: boolean): readonly Waiting[] {
    const [first] = this.#alone.values();
    if (first !== undefined && (isTurnOfAlone || !this.hasOthers)) {
      this.#alone.delete(first.id);
      return [first];
    }
    const taken: Waiting[] = [];
    for (const queue of this.#common) {
      for (const id of queue.keys()) {
        if (taken.length >= max) return taken;
        taken.push(this.#gather(id));
      }
    }
    return taken;
  }

  /** All that the queues have of one entity, in the order in which it came. */
  #gather(id: string): Waiting {
    const parts = [this.#again, this.#urgent, this.#routine].flatMap((queue) => {
      const part = queue.get(id);
      queue.delete(id);
      return part ?? [];
    });
    return joined(parts);
  }

  /** They go first next time. */
  putBack(all: readonly Waiting[]): void {
    for (const each of all) {
      const there = this.#again.get(each.id);
      this.#again.set(each.id, there === undefined ? each : joined([each, there]));
    }
  }

  /** It goes alone, after the others. */
  setApart(each: Waiting): void {
    const there = this.#alone.get(each.id);
    this.#alone.set(each.id, there === undefined ? each : joined([there, each]));
  }

  /** Those that need not go alone go with the others again. */
  rejoin(mayJoin: (id: string) => boolean): void {
    for (const each of this.#alone.values()) {
      if (!mayJoin(each.id)) continue;
      this.#alone.delete(each.id);
      this.putBack([each]);
    }
  }

  /** The batches that wait for anything here. */
  claims(): ReadonlySet<Claim> {
    const all = [...this.#common, this.#alone].flatMap((queue) => [...queue.values()]);
    return new Set(all.flatMap(({ said }) => said.map(({ claim }) => claim)));
  }

  /** Forgets what is said for batches that are over. */
  sweep(): void {
    for (const queue of [...this.#common, this.#alone]) {
      for (const each of queue.values()) {
        const said = each.said.filter(({ claim }) => !claim.isOver);
        if (said.length === 0) queue.delete(each.id);
        else if (said.length < each.said.length) queue.set(each.id, { ...each, said });
      }
    }
  }
}

export function waiting({ id, type }: EntityId, said: readonly Said[]): Waiting {
  return { id, type, said };
}

function joined(parts: readonly Waiting[]): Waiting {
  const [first, ...rest] = parts;
  if (first === undefined) throw new RangeError('nothing to join');
  if (rest.length === 0) return first;
  return {
    ...first,
    said: parts.flatMap(({ said }) => said),
    before: parts.find(({ before }) => before !== undefined)?.before,
  };
}
