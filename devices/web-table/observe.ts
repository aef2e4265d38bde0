/** What one document says of one place: its rows, each with a time and values, and what is wrong with it. */
import { isoTime, type Value } from '../../shared/reading.ts';
import { foreign, type Text } from '../../shared/text.ts';
import type { Rubbish } from '../device-type.ts';
import { cellValue } from './cell-value.ts';
import { plain } from './page-words.ts';
import type { Profile } from './profile.ts';
import { namesOf, type Row, type SourceDocument } from './rows.ts';
import { say } from './words.ts';
import { isNothing } from './written-number.ts';
import { pageTime, type Reference } from './written-time.ts';

const maxFaults = 3;
/** As the intake believes times (gateway/intake/believed-time.ts). */
const maxAheadMs = 5 * 60_000;
const maxBehindMs = 400 * 86_400_000;

export interface Observation {
  /** Epoch ms; undefined if nothing says when it was. */
  readonly time: number | undefined;
  /** None: the row says that there is no value. */
  readonly values: Values;
}
type Values = readonly (readonly [string, Value])[];

/** What to look for. */
export interface Wanted {
  readonly profile: Profile;
  readonly row?: string | undefined;
}

/** `now`: epoch ms if the clock is set. */
export function observe(
  document: SourceDocument,
  wanted: Wanted,
  now: number | undefined,
  faults: Faults,
): readonly Observation[] {
  const rows = ownRows(document, wanted, faults);
  if (rows.length === 0) return [];
  const { profile } = wanted;
  const reference = { document: documentTime(document, profile, now, faults), now };
  return rows.flatMap((row): readonly Observation[] => {
    const values = valuesOf(row, profile, faults);
    if (isTimeless(profile)) return [{ time: undefined, values }];
    // Of a row without a value only its time counts, so that it can be filled in later.
    const time = timeOf(row, profile, reference, values.length === 0 ? new Faults('') : faults);
    return time === undefined ? [] : [{ time, values }];
  });
}

export function isTimeless({ time, documentTime }: Pick<Profile, 'time' | 'documentTime'>): boolean {
  return time === undefined && documentTime === undefined;
}

function ownRows(document: SourceDocument, { profile, row }: Wanted, faults: Faults): readonly Row[] {
  const found = document.rows(profile);
  if (!found.ok) {
    faults.add(found.fault);
    return [];
  }
  const { rowKey } = profile;
  if (rowKey === undefined || row === undefined) return found.rows;
  const named = document.rowsByName(rowKey, found.rows, profile);
  const own = named.get(plain(row)) ?? [];
  if (own.length === 0) {
    const there = namesOf([...named.keys()].filter((name) => name !== ''));
    faults.add(say.rowMoved({ row, key: rowKey, there }));
  }
  return own;
}

function documentTime(
  document: SourceDocument,
  profile: Profile,
  now: number | undefined,
  faults: Faults,
): number | undefined {
  const { documentTime: how } = profile;
  if (how === undefined) return undefined;
  const cell = document.at(how.from, profile);
  if (!cell.ok) {
    faults.add(cell.fault);
    return undefined;
  }
  const time = pageTime(cell.raw, how, { now });
  if (time === undefined) faults.add(say.badTime({ raw: shown(cell.raw), from: how.from }));
  return time;
}

function valuesOf(row: Row, { fields, noValue, kind }: Profile, faults: Faults): Values {
  return fields.flatMap((field): Values => {
    const cell = row(field.from);
    if (!cell.ok) {
      if (!field.optional) faults.add(cell.fault);
      return [];
    }
    if (isNothing(cell.raw, noValue)) return [];
    const read = cellValue(cell.raw, field, kind);
    if (read.ok) return [[field.quantity, read.value]];
    faults.add(read.fault);
    return [];
  });
}

/** A time in the row or, without one, the document's. */
function timeOf(
  row: Row,
  { time: how, documentTime }: Profile,
  reference: Reference,
  faults: Faults,
): number | undefined {
  if (how === undefined) return believed(reference.document, documentTime?.from ?? '', reference, faults);
  const cells = [how.dateFrom, how.from].flatMap((from) => (from === undefined ? [] : [row(from)]));
  const raws: unknown[] = [];
  for (const cell of cells) {
    if (cell.ok) raws.push(cell.raw);
    else faults.add(cell.fault);
  }
  if (raws.length < cells.length) return undefined;
  const raw = raws.length === 1 ? raws[0] : raws.map(shownText).join(' ');
  const time = pageTime(raw, how, reference);
  if (time === undefined) faults.add(say.badTime({ raw: shown(raw), from: how.from }));
  return believed(time, how.from, reference, faults);
}

function believed(time: number | undefined, from: string, { now }: Reference, faults: Faults): number | undefined {
  if (time === undefined || now === undefined) return time;
  if (time - now <= maxAheadMs && now - time <= maxBehindMs) return time;
  faults.add(say.otherTime({ time: isoTime(time), from }));
  return undefined;
}

/** What is wrong with one device's part of one document: each sentence once, and not more than a few. */
export class Faults {
  readonly rubbish: Rubbish[] = [];
  readonly #device: string;

  constructor(device: string) {
    this.#device = device;
  }

  add(detail: Text): void {
    const isTold = this.rubbish.some((each) => each.detail?.en === detail.en);
    if (isTold || this.rubbish.length >= maxFaults) return;
    this.rubbish.push({ code: 'changed-shape', bytes: new Uint8Array(0), device: this.#device, detail });
  }
}

function shown(raw: unknown): Text {
  return foreign(shownText(raw).slice(0, 60));
}

/** Nothing may be left of an object: its conversion could throw. */
function shownText(raw: unknown): string {
  return typeof raw === 'object' ? '{}' : String(raw);
}
