/**
 * What goes in the next request: of each entity the newest that was said of each attribute, without what is older than what was sent.
 *
 * As many entities as fit into `maxBytes`; one alone may be larger. What does not fit is left for the next request.
 */
import { type Chosen, isOlder, type Mark } from './entity.ts';
import type { Format } from './format.ts';
import { isLate, type Marks, type Newest } from './newest.ts';
import type { Waiting } from './pool.ts';

export interface Planning {
  readonly newest: Newest;
  readonly format: Format;
  readonly maxBytes: number;
  /** A time after this counts for nothing, epoch ms. */
  readonly latest: number;
}

export interface Planned {
  /** With what was known before it. */
  readonly waiting: Waiting;
  /** What will have been sent once it has gone. */
  readonly marks: Marks;
  readonly json: string;
}

export interface Plan {
  readonly due: readonly Planned[];
  /** Nothing that is said of them is news. */
  readonly late: readonly Waiting[];
  readonly left: readonly Waiting[];
}

/** What stands around the entities of a request. */
const frameBytes = 64;

export function plan(all: readonly Waiting[], planning: Planning): Plan {
  const due: Planned[] = [];
  const late: Waiting[] = [];
  let bytes = frameBytes;
  for (const [i, each] of all.entries()) {
    const planned = planOne(each, planning);
    if (planned === undefined) {
      late.push(each);
      continue;
    }
    bytes += Buffer.byteLength(planned.json) + 1;
    if (bytes > planning.maxBytes && due.length > 0) return { due, late, left: all.slice(i) };
    due.push(planned);
  }
  return { due, late, left: [] };
}

function planOne(each: Waiting, { newest, format, latest }: Planning): Planned | undefined {
  const { id, type, said } = each;
  const known = newest.marksOf(id);
  const chosen = new Map<string, Chosen & { readonly mark: Mark }>();
  for (const { contribution, mark } of said) {
    const { attributes } = contribution;
    for (const name in attributes) {
      const attribute = attributes[name];
      const other = chosen.get(name);
      if (attribute === undefined || (other !== undefined && isOlder(mark, other.mark))) continue;
      if (!isLate(mark, known.get(name), latest)) chosen.set(name, { attribute, mark });
    }
  }
  if (chosen.size === 0) return undefined;
  const marks = new Map(known);
  for (const [name, { mark }] of chosen) marks.set(name, mark);
  return {
    waiting: { ...each, before: each.before ?? known },
    marks,
    json: format.entity({ id, type, attributes: chosen }),
  };
}
