/**
 * Enters whatever can be read of a damaged file into a new one: batches under their old epoch and number, missing ones as
 * gaps, readings that were not sealed, device memory and refused readings.
 */
import type { GapReason } from '../../../shared/feed/receipt.ts';
import type { Reading } from '../../../shared/reading.ts';
import { isFull } from '../database.ts';
import { Epoch, type Numbering } from '../epoch.ts';
import { type EpochName, insertEpoch } from '../open-outboxes.ts';
import type { Apply } from '../outgoing.ts';
import { PASSING, type Passage } from '../passing/passage.ts';
import { epochOfKey, numberOfKey } from '../schema.ts';
import type { Store } from '../store.ts';
import { OldPassages } from './old-passages.ts';
import { Pages } from './pages.ts';
import { type OldBatch, type OldEpoch, type Rows, readBatches, readRows } from './rows.ts';

/** Bytes of batches, or readings, per transaction, give or take one: a short disk leaves little room. */
const takenAtOnce = 64 * 1024;
const heldAtOnce = 5_000;

export interface Found {
  readonly batches: number;
  /** Not sealed yet. */
  readonly readings: number;
  /** Batches known to have waited that cannot be read. */
  readonly lost: number;
  /** What could not be read, whatever it held. */
  readonly damagedPages: number;
  readonly damagedRows: number;
}

/** What a gateway that runs knows of the file beside what is in it. */
export interface Known {
  readonly epochs: readonly OldEpoch[];
  /** Readings that were not sealed yet. */
  readonly open: readonly Reading[];
  /** How many readings wait for the clock. */
  readonly held: number;
}

export function knownTo({ outboxes, openSet, held }: Store): Known {
  const epochs = [...outboxes.values()].flatMap(({ name: destination, epochs, passage }) => {
    const known = (each: Epoch | Passage, epoch: string): OldEpoch => {
      const { id, gateway, next, waiting, gaps } = each;
      return { id, destination, epoch, gateway, counts: { next, waiting: waiting.routine + waiting.urgent, gaps } };
    };
    return [
      ...epochs.map((epoch) => known(epoch, epoch.name)),
      ...(passage === undefined ? [] : [known(passage, PASSING)]),
    ];
  });
  return { epochs, open: openSet.readings, held: held.size };
}

interface TakeOver {
  readonly known: Known | undefined;
  /** The file's schema came after this one (schema.ts). */
  readonly isLater: boolean;
  failed(why: unknown): void;
}

/**
 * Anything that does not fit is reported to `failed`, and batches that do not fit as gaps. Throws SQLite's other errors: the
 * disk fails and it must be tried again.
 */
export function takeOver(file: string, store: Store, { known, isLater, failed }: TakeOver): Found {
  const attempt = (take: () => number) => {
    try {
      return take();
    } catch (why) {
      if (!isFull(why)) throw why;
      failed(why);
      return 0;
    }
  };
  const pages = new Pages(file);
  try {
    const rows = readRows(pages, isLater);
    for (const epoch of known?.epochs ?? []) rows.epochs.set(epoch.id, epoch);
    const old = new OldEpochs(store, rows);
    attempt(() => old.takeBatches(readBatches(pages, rows)));
    const lost = attempt(() => old.reportGaps()) + attempt(() => old.passing.takeGaps(rows));
    const readings = attempt(() => takeReadings(rows, store, known));
    attempt(() => takeTheRest(rows, store));
    const { damagedPages, damagedRows } = rows;
    const lostHeld = known && known.held - heldIn(rows);
    if (lostHeld === undefined ? damagedPages + damagedRows > 0 : lostHeld > 0) {
      attempt(() => store.reportLost(lostHeld));
    }
    return { batches: old.taken, readings, lost, damagedPages, damagedRows };
  } finally {
    pages.close();
  }
}

/** The epochs of the damaged file, entered into the new one. */
class OldEpochs {
  readonly #store: Store;
  readonly #rows: Rows;
  readonly #entered = new Map<string, Entered>();
  readonly passing: OldPassages;

  constructor(store: Store, rows: Rows) {
    this.#store = store;
    this.#rows = rows;
    this.passing = new OldPassages(store);
  }

  /** Batches taken over so far. */
  get taken(): number {
    return [...this.#entered.values()].reduce((sum, { numbers }) => sum + numbers.size, this.passing.taken);
  }

  takeBatches(batches: Iterable<OldBatch>): number {
    let some: Entering[] = [];
    let bytes = 0;
    const take = () => {
      if (some.length === 0) return;
      this.#store.transact((numbers) => some.map((enter) => enter(numbers)));
      this.#store.enforceBounds();
      some = [];
      bytes = 0;
    };
    for (const batch of batches) {
      const entering = this.#entering(batch);
      if (entering === undefined) continue;
      some.push(entering);
      bytes += batch.whole?.bytes.length ?? 0;
      if (bytes >= takenAtOnce) take();
    }
    take();
    return this.taken;
  }

  /** Undefined if it has changed: then it is a gap, of as many readings as its row says. */
  #entering({ key, sealed, count: counted, whole, ...batch }: OldBatch): Entering | undefined {
    const byKey = this.#rows.epochs.get(epochOfKey(key));
    if (whole === undefined) {
      if (byKey?.epoch === PASSING) return undefined; // it is missing from those that waited
      if (byKey !== undefined) this.#enter(byKey).counts.set(numberOfKey(key), counted);
      return undefined;
    }
    if (whole.tenant !== undefined) {
      const destination = byKey?.destination ?? this.#onlyDestination();
      const { tenant, bytes } = whole;
      const { lane, count } = whole.header;
      return destination === undefined
        ? undefined
        : this.passing.entering(destination, { tenant, lane, count, bytes, sealed });
    }
    const { number, lane, count, epoch, gateway } = whole.header;
    const named = byKey?.epoch === epoch ? byKey : [...this.#rows.epochs.values()].find((old) => old.epoch === epoch);
    const destination = batch.destination ?? named?.destination ?? this.#onlyDestination();
    if (destination === undefined) return undefined;
    const entered = this.#enter({ destination, epoch, gateway });
    return () => {
      const sealing = entered.epoch.takeUp({ number, lane, count, bytes: whole.bytes, sealed });
      return () => {
        entered.numbers.add(number);
        sealing();
      };
    };
  }

  /** The batches' destination if the table of epochs cannot be read. */
  #onlyDestination(): string | undefined {
    const names = [...this.#store.outboxes.keys()];
    return names.length === 1 ? names[0] : undefined;
  }

  /** Destinations that are not configured count too: they may be again. A new epoch gets its own transaction. */
  #enter(name: EpochName): Entered {
    const { destination, epoch, gateway } = name;
    const known = this.#entered.get(keyOf(name));
    if (known !== undefined) return known;
    const row = insertEpoch(this.#store.db, { destination, epoch, gateway: gateway || this.#store.gateway }, false);
    const entered = { epoch: new Epoch(row, this.#store.epochSql), numbers: new Set<number>(), counts: new Map() };
    this.#store.outboxes.get(destination)?.addEarlier(entered.epoch);
    this.#entered.set(keyOf(name), entered);
    return entered;
  }

  /** Takes over waiting gaps and adds those for lost batches. Returns how many batches are known to be lost. */
  reportGaps(): number {
    const { epochs, gaps: waiting } = this.#rows;
    let lost = 0;
    for (const [id, old] of epochs) {
      if (old.epoch === PASSING) continue;
      const count = old.counts?.waiting ?? 0;
      if (count === 0 && !this.#entered.has(keyOf(old)) && !waiting.some(({ of }) => of === id)) continue;
      const { numbers, counts } = this.#enter(old);
      lost += old.counts === undefined ? counts.size : Math.max(0, count - numbers.size);
    }
    this.#store.transact(() =>
      [...this.#entered].flatMap(([key, entered]) => {
        const old = [...epochs.values()].find((each) => keyOf(each) === key);
        const own = waiting.filter(({ of }) => of === old?.id);
        return [...own, ...this.#missing(entered, old, own)].map((gap) => entered.epoch.addGap(gap));
      }),
    );
    return lost;
  }

  #missing({ numbers, counts }: Entered, old: OldEpoch | undefined, gaps: readonly Range[]): Gap[] {
    const { damagedPages, damagedRows } = this.#rows;
    const { waiting = Number.POSITIVE_INFINITY, gaps: known } = old?.counts ?? {};
    const hasAllGaps = known === undefined ? damagedPages + damagedRows === 0 : gaps.length >= known;
    if (numbers.size >= waiting && hasAllGaps) return [];
    const end = old?.counts?.next ?? [...numbers].reduce((most, number) => Math.max(most, number), 0) + 1;
    const damaged = [...counts].filter(([number]) => number < end && !numbers.has(number));
    const counted = damaged.map(
      ([number, count]) => ({ first: number, last: number, count, reason: 'damaged' }) as const,
    );
    const uncounted = holes(numbers, [...gaps, ...counted], end);
    return [...counted, ...uncounted.map((hole) => ({ ...hole, count: 0, reason: 'damaged' }) as const)];
  }
}

function keyOf({ destination, epoch }: Pick<EpochName, 'destination' | 'epoch'>): string {
  return `${destination} ${epoch}`;
}

/** To be called in a transaction. */
type Entering = (numbers: Numbering) => Apply;

interface Entered {
  readonly epoch: Epoch;
  /** Numbers taken over. */
  readonly numbers: Set<number>;
  /** Of batches that have changed, how many readings each held, by number. */
  readonly counts: Map<number, number>;
}

interface Range {
  readonly first: number;
  readonly last: number;
}

interface Gap extends Range {
  readonly count: number;
  readonly reason: GapReason;
}

/** The ranges within 1 to `end` - 1 that are neither among the numbers nor in a gap. */
function holes(numbers: ReadonlySet<number>, gaps: readonly Range[], end: number): Range[] {
  const known = [...[...numbers].map((number) => ({ first: number, last: number })), ...gaps];
  const found: Range[] = [];
  let next = 1;
  for (const { first, last } of [...known.sort((a, b) => a.first - b.first), { first: end, last: end }]) {
    if (first > next) found.push({ first: next, last: first - 1 });
    next = Math.max(next, last + 1);
  }
  return found;
}

function heldIn({ held }: Rows): number {
  return held.reduce((sum, { readings }) => sum + readings.length, 0);
}

/** Takes over open and held readings; returns how many. */
function takeReadings(rows: Rows, store: Store, known: Known | undefined): number {
  const open = known?.open ?? rows.open.flatMap(({ readings }) => readings);
  store.transact((numbers) => store.openSet.add(open, numbers, false));
  let some: Rows['held'] = [];
  let size = 0;
  const take = () => {
    const rowsNow = some;
    store.transact(() => rowsNow.map((row) => store.held.hold(row.readings, row)));
    some = [];
    size = 0;
  };
  for (const row of rows.held) {
    some.push(row);
    size += row.readings.length;
    if (size >= heldAtOnce) take();
  }
  take();
  return open.length + heldIn(rows);
}

/** Takes over device memory and refused readings; returns how many. */
function takeTheRest({ refused, memory, sources }: Rows, store: Store): number {
  store.transact(() => {
    store.refused.takeUp(refused);
    for (const [device, value] of memory) store.remember(device, value);
    const taking = store.takenIn.begin();
    for (const source of sources) taking.takeUp(source);
    return taking.write();
  });
  return refused.length + memory.size;
}
