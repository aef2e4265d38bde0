/**
 * The newest that was sent of each attribute of each entity, so that nothing older ever overwrites it.
 *
 * From three sources: what was sent in this run, the file of earlier runs (newest-file.ts), and the broker, which is asked once for each
 * entity in a run. A time further ahead than `futureMs` of a clock that is set counts for nothing, wherever it comes from: a
 * clock that was wrong must not keep the truth away for ever. Bound: `maxKept` entities in memory; of further ones those used longest
 * ago are read again.
 */
import * as v from 'valibot';
import { isOlder, type Mark } from './entity.ts';
import type { Times } from './format.ts';
import type { NewestFile } from './newest-file.ts';

/** How far ahead of the gateway's clock a reading may be. */
export const futureMs = 5 * 60_000;
const maxKept = 20_000;

/** By attribute. */
export type Marks = ReadonlyMap<string, Mark>;

interface Known {
  marks: Marks;
  /** Whether the broker has been asked. */
  isSure: boolean;
}

/** Marks as they are kept: each with the attributes that have it. */
const Kept = v.array(
  v.object({
    at: v.number(),
    epoch: v.string(),
    number: v.number(),
    index: v.number(),
    of: v.array(v.string()),
  }),
);

export class Newest {
  readonly #file: NewestFile;
  readonly #known = new Map<string, Known>();

  constructor(file: NewestFile) {
    this.#file = file;
  }

  /** Whether the broker has to be asked about the entity first. */
  mustAsk(id: string): boolean {
    return !this.#of(id).isSure;
  }

  /** What the broker has of these entities; what it does not have, it has not. */
  told(ids: readonly string[], times: Times): void {
    for (const id of ids) {
      const known = this.#of(id);
      const marks = new Map(known.marks);
      for (const [name, at] of times.get(id) ?? []) {
        if (at > (marks.get(name)?.at ?? Number.NEGATIVE_INFINITY))
          marks.set(name, { at, epoch: '', number: 0, index: 0 });
      }
      known.marks = marks;
      known.isSure = true;
    }
  }

  marksOf(id: string): Marks {
    return this.#of(id).marks;
  }

  /** Call before the request goes, and when it turns out that the broker refused it. */
  set(all: ReadonlyMap<string, Marks>): void {
    for (const [id, marks] of all) this.#of(id).marks = marks;
    this.#file.put([...all].map(([id, marks]) => [id, toText(marks)] as const));
  }

  #of(id: string): Known {
    const known = this.#known.get(id) ?? { marks: fromText(this.#file.get(id)), isSure: false };
    this.#known.delete(id); // to the end: used last
    this.#known.set(id, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > maxKept && oldest !== undefined) this.#known.delete(oldest);
    return known;
  }
}

/** Whether something newer was sent. A time after `latest` counts for nothing. */
export function isLate(mark: Mark, newest: Mark | undefined, latest: number): boolean {
  return newest !== undefined && newest.at <= latest && isOlder(mark, newest);
}

function toText(marks: Marks): string {
  const groups = new Map<Mark, string[]>(); // what one reading said shares one mark
  for (const [name, mark] of marks) {
    const of = groups.get(mark);
    if (of === undefined) groups.set(mark, [name]);
    else of.push(name);
  }
  return JSON.stringify([...groups].map(([{ at, epoch, number, index }, of]) => ({ at, epoch, number, index, of })));
}

/** What cannot be read is not known. */
function fromText(text: string | undefined): Marks {
  if (text === undefined) return new Map();
  try {
    const kept = v.parse(Kept, JSON.parse(text));
    return new Map(kept.flatMap(({ of, ...mark }) => of.map((name) => [name, mark] as const)));
  } catch {
    return new Map();
  }
}
