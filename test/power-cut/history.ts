/**
 * What had been promised at one moment of a run, and whether a buffer opened on what the disk then held keeps it: promise 1
 * (what was acknowledged survives) and promise 4 (a number stands for the same bytes forever, without holes) of
 * gateway/buffer/buffer.ts.
 */
import type { Outgoing } from '../../gateway/buffer/outgoing.ts';
import type { Gap } from '../../shared/feed/receipt.ts';
import { hashOf, idsIn } from './known-readings.ts';
import type { Mark } from './marks.ts';

/** Everything a buffer gives out when nothing waits for age, count or clock. */
export interface Contents {
  readonly epoch: string;
  /** Highest number sealed. */
  readonly sealed: number;
  readonly outgoing: readonly Outgoing[];
  /** The largest number remembered of the device. */
  readonly remembered: number;
}

type GapRange = Pick<Gap, 'last' | 'count'>;

/** What is known of one epoch's numbers. */
class EpochHistory {
  readonly sent = new Map<number, string>();
  readonly settled = new Map<number, readonly number[]>();
  /** By first number. A gap that has grown and was settled again replaces the earlier entry. */
  readonly settledGaps = new Map<number, GapRange>();
}

export class History {
  readonly #offered = new Set<number>();
  readonly #acknowledged = new Set<number>();
  /** Each memory is the number of the last reading offered with it. */
  #lastAcknowledged = 0;
  readonly #epochs = new Map<string, EpochHistory>();

  add(mark: Mark): void {
    switch (mark.mark) {
      case 'offered':
        for (const id of mark.ids) this.#offered.add(id);
        break;
      case 'acknowledged':
        for (const id of mark.ids) this.#acknowledged.add(id);
        this.#lastAcknowledged = Math.max(this.#lastAcknowledged, ...mark.ids);
        break;
      case 'sent':
        this.#epoch(mark.epoch).sent.set(mark.number, mark.hash);
        break;
      case 'settled':
        this.#epoch(mark.epoch).settled.set(mark.number, mark.ids);
        break;
      case 'gap-settled':
        this.#epoch(mark.epoch).settledGaps.set(mark.first, mark);
    }
  }

  /** Whether anything has been promised yet. Before that a file may be damaged, or missing. */
  get hasPromised(): boolean {
    return this.#acknowledged.size > 0 || this.#epochs.size > 0;
  }

  get acknowledged(): number {
    return this.#acknowledged.size;
  }

  /** The broken promises. */
  broken({ epoch: current, sealed, outgoing, remembered }: Contents): string[] {
    const faults: string[] = [];
    const batches = outgoing.filter((out) => out.kind === 'batch');
    const found = batches.flatMap(idsIn);
    const accounted = new Set(found);
    if (accounted.size < found.length) faults.push('readings are there twice');
    const strange = found.filter((id) => !this.#offered.has(id));
    if (strange.length > 0) faults.push(`never appended: ${list(strange)}`);
    let dropped = 0;
    const waiting = outgoing.map((out) => (out.kind === 'gap' ? out.gap.epoch : out.batch.epoch));
    for (const epoch of new Set([current, ...this.#epochs.keys(), ...waiting])) {
      const known = this.#epoch(epoch);
      const gaps = new Map(known.settledGaps);
      for (const out of outgoing) {
        if (out.kind === 'gap' && out.gap.epoch === epoch) gaps.set(out.gap.number, out.gap);
      }
      const own = batches.filter(({ batch }) => batch.epoch === epoch);
      faults.push(...brokenNumbers(own, gaps, known, epoch === current ? sealed : undefined));
      const inGaps = numbersIn(gaps);
      for (const [number, ids] of known.settled) if (!inGaps.has(number)) for (const id of ids) accounted.add(id);
      dropped += [...gaps.values()].reduce((sum, { count }) => sum + count, 0);
    }
    const missing = [...this.#acknowledged].filter((id) => !accounted.has(id));
    if (missing.length > dropped)
      faults.push(`acknowledged and lost, with ${dropped} reported as dropped: ${list(missing)}`);
    const unaccounted = [...this.#offered].filter((id) => !accounted.has(id)).length;
    if (dropped > unaccounted) faults.push(`${dropped} reported as dropped, of ${unaccounted} that can be`);
    if (remembered < this.#lastAcknowledged || (remembered > 0 && !this.#offered.has(remembered)))
      faults.push(`remembered ${remembered}, acknowledged ${this.#lastAcknowledged}`);
    return faults;
  }

  #epoch(name: string): EpochHistory {
    const known = this.#epochs.get(name) ?? new EpochHistory();
    this.#epochs.set(name, known);
    return known;
  }
}

/** `sealed` is undefined for an epoch that is over: its last numbers are judged by their readings. */
function brokenNumbers(
  batches: readonly Extract<Outgoing, { kind: 'batch' }>[],
  gaps: ReadonlyMap<number, GapRange>,
  { sent, settled }: EpochHistory,
  sealed: number | undefined,
): string[] {
  const faults: string[] = [];
  const changed = batches.filter((out) => (sent.get(out.batch.number) ?? hashOf(out)) !== hashOf(out));
  if (changed.length > 0) faults.push(`sent before with other bytes: ${list(changed.map((out) => out.batch.number))}`);
  const waiting = new Set(batches.map((out) => out.batch.number));
  const inGaps = numbersIn(gaps);
  const highest = Math.max(0, ...waiting, ...inGaps, ...sent.keys());
  if (highest > (sealed ?? highest)) faults.push(`numbers up to ${highest} were sent, but only ${sealed} are known`);
  const holes = range(1, sealed ?? highest).filter((n) => !waiting.has(n) && !inGaps.has(n) && !settled.has(n));
  if (holes.length > 0) faults.push(`neither waiting nor settled nor in a gap: ${list(holes)}`);
  const both = [...waiting].filter((n) => inGaps.has(n));
  if (both.length > 0) faults.push(`waiting and in a gap: ${list(both)}`);
  return faults;
}

function numbersIn(gaps: ReadonlyMap<number, GapRange>): ReadonlySet<number> {
  return new Set([...gaps].flatMap(([first, { last }]) => range(first, last)));
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}

function list(numbers: readonly number[]): string {
  return `${numbers.slice(0, 5).join(', ')}${numbers.length > 5 ? ` and ${numbers.length - 5} more` : ''}`;
}
