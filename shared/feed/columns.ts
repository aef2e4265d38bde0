/**
 * The default body of a batch: columns. Documented for outsiders in docs/feed.md.
 *
 * Readings of one device and kind form a series: a column of times and one for each quantity, so that like stands beside
 * like. Neighbours differ little, their differences fit a byte, and the compressor does the rest.
 *
 *   body    = [* series]
 *   series  = [device, kind, count, times, {quantity => column}, ? qualities]
 *   numbers = [order, exponent, base, varints]      value = integer / 10^exponent
 *   column  = numbers | [floats] | texts | [bits], each with an optional presence bitmap at its end
 *
 * Readings keep their order within a series, but not between series. A device whose readings name ever new quantities gets
 * several series of one kind, so that what is written grows with the values and not with their names.
 */
import { FormatError, MachimoriError, textOf } from '../errors.ts';
import {
  isTime,
  QUALITIES,
  type Quality,
  READING_BOUNDS,
  READING_KINDS,
  type Reading,
  type Value,
} from '../reading.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { decodeNumbers, encodeNumbers, encodeTimes } from './numbers.ts';
import { VarintReader, VarintWriter } from './varint.ts';
import { say } from './words.ts';

/** Shapes of a column, given by its first member: 0–2 are the orders of `numbers`. */
const FLOATS = 3;
const TEXTS = 4;
const BITS = 5;

/** Most cells (readings × quantities) that a receiver accepts in a body: absent values cost a sender next to nothing. */
const maxCells = 2 ** 24;
/** Most values that it accepts: zeros cost a sender nothing either, but each value takes 50 to 100 bytes of memory. */
const maxValues = 2 ** 19;
/** A column of its own for each value of an ordinary batch (500 readings, READING_BOUNDS) has fewer. */
const maxItems = 800_000;
/** Most quantities that a sender puts into a series; a device that has more fills several. Keeps any body within `maxCells`. */
const maxColumns = READING_BOUNDS.maxValues;

type Column = readonly unknown[];
interface Series {
  readonly device: string;
  readonly kind: Reading['kind'];
  readonly readings: Reading[];
  readonly columns: Map<string, (Value | undefined)[]>;
}

export function encodeColumns(readings: readonly Reading[]): Uint8Array {
  return encodeCbor(gather(readings).map(encodeSeries));
}

/** The readings in the order in which a columns body has them. */
export function inSeries(readings: readonly Reading[]): readonly Reading[] {
  return gather(readings).flatMap((series) => series.readings);
}

/**
 * The readings of a columns body, series by series.
 * Throws a MachimoriError "bad-body" if the bytes do not follow docs/feed.md or hold more than `maxReadings`; from a stranger
 * also if they hold more than `maxValues`.
 */
export function decodeColumns(bytes: Uint8Array, maxReadings: number, from: 'us' | 'a stranger' = 'us'): Reading[] {
  try {
    const readings: Reading[] = [];
    const isOurs = from === 'us';
    const room = { readings: maxReadings, cells: maxCells, values: isOurs ? maxCells : maxValues };
    const body = decodeCbor(bytes, isOurs ? { items: bytes.length, containers: bytes.length } : { items: maxItems });
    for (const series of asArray(body)) decodeSeries(asArray(series), room, readings);
    return readings;
  } catch (cause) {
    throw new MachimoriError('bad-body', {
      what: say.columnsUnreadable({ why: textOf(cause) }),
      on: say.aBatchBody(),
      hint: say.compareWithFeed(),
      cause,
    });
  }
}

function gather(readings: readonly Reading[]): Series[] {
  const all: Series[] = [];
  const current = new Map<string, Series>();
  for (const reading of readings) {
    const { device, kind, values } = reading;
    const key = `${kind} ${device}`;
    let series = current.get(key);
    if (series === undefined || !fits(values, series)) {
      series = { device, kind, readings: [], columns: new Map() };
      current.set(key, series);
      all.push(series);
    }
    const row = series.readings.length;
    series.readings.push(reading);
    for (const quantity in values) {
      const value = values[quantity];
      if (value === undefined) continue;
      let column = series.columns.get(quantity);
      if (column === undefined) {
        column = [];
        series.columns.set(quantity, column);
      }
      while (column.length < row) column.push(undefined);
      column.push(value);
    }
  }
  return all;
}

/** Whether the series has room for the quantities of another reading. */
function fits(values: Reading['values'], { columns }: Series): boolean {
  if (columns.size === 0) return true;
  let room = maxColumns - columns.size;
  for (const quantity in values) if (!columns.has(quantity) && room-- === 0) return false;
  return true;
}

function encodeSeries({ device, kind, readings, columns }: Series): unknown[] {
  const count = readings.length;
  const encoded = new Map<string, Column>();
  for (const [quantity, values] of columns) encoded.set(quantity, encodeColumn(values, count));
  const times = encodeTimes(readings.map(({ observedAt }) => observedAt));
  const series: unknown[] = [device, READING_KINDS.indexOf(kind), count, times, encoded];
  if (readings.some(({ quality }) => quality !== undefined)) {
    const varints = new VarintWriter(count);
    for (const { quality } of readings) varints.unsigned(quality === undefined ? 0 : QUALITIES.indexOf(quality) + 1);
    series.push(varints.bytes());
  }
  return series;
}

function encodeColumn(values: readonly (Value | undefined)[], count: number): Column {
  const present = values.filter((value) => value !== undefined);
  const column = encodePresent(present);
  return present.length === count ? column : [...column, presenceBitmap(values, count)];
}

function encodePresent(values: readonly Value[]): readonly unknown[] {
  if (values.every((value) => typeof value === 'number')) {
    return encodeNumbers(values) ?? [FLOATS, encodeFloats(values)];
  }
  if (values.every((value) => typeof value === 'boolean')) {
    return [BITS, Uint8Array.from(values, Number)];
  }
  const words = [...new Set(values)];
  const index = new Map(words.map((word, i) => [word, i]));
  const varints = new VarintWriter(values.length);
  for (const value of values) varints.unsigned(index.get(value) ?? 0);
  return [TEXTS, words, varints.bytes()];
}

function encodeFloats(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setFloat64(i * 8, value);
  return bytes;
}

function presenceBitmap(values: readonly (Value | undefined)[], count: number): Uint8Array {
  const bitmap = new Uint8Array(Math.ceil(count / 8));
  for (const [i, value] of values.entries()) {
    if (value !== undefined) bitmap[i >> 3] = (bitmap[i >> 3] ?? 0) | (1 << (i & 7));
  }
  return bitmap;
}

/** What a receiver still takes. What is used is taken from it before memory is. */
interface Room {
  readings: number;
  cells: number;
  values: number;
}

function decodeSeries(series: readonly unknown[], room: Room, into: Reading[]): void {
  const [device, kindIndex, count, times, columns, qualities] = series;
  const kind = READING_KINDS[asCount(kindIndex)];
  const rows = asCount(count);
  if (typeof device !== 'string' || kind === undefined) throw new FormatError(say.badSeries());
  room.readings -= rows;
  if (room.readings < 0) throw new FormatError(say.tooManyReadings());
  if (!(columns instanceof Map)) throw new FormatError(say.noColumns());
  room.cells -= columns.size * rows;
  if (room.cells < 0) throw new FormatError(say.tooManyCells());

  const observed = decodeNumbers(asArray(times), rows);
  if (!observed.every(isTime)) throw new FormatError(say.badTime());
  const decoded: [quantity: string, next: (row: number) => Value | undefined][] = [];
  for (const [quantity, column] of columns) decoded.push([String(quantity), decodeColumn(asArray(column), rows, room)]);
  const marks = qualities === undefined ? undefined : new VarintReader(asBytes(qualities));

  for (let row = 0; row < rows; row++) {
    const values: Record<string, Value> = {};
    for (const [quantity, next] of decoded) {
      const value = next(row);
      if (value !== undefined) values[quantity] = value;
    }
    const quality = qualityOf(marks?.unsigned() ?? 0);
    const reading = { device, kind, observedAt: observed[row] ?? 0, values, ...(quality && { quality }) };
    into.push(reading as Reading); // the sender promises the values of a kind; `check` in receive.ts verifies them
  }
}

/** Code 0 is good; a code from a later release is still a doubt. */
function qualityOf(code: number): Quality | undefined {
  return code === 0 ? undefined : (QUALITIES[code - 1] ?? 'uncertain');
}

/** Takes the rows in order. Only the values that are present take memory, and each of them a byte of the body. */
function decodeColumn(column: readonly unknown[], rows: number, room: Room): (row: number) => Value | undefined {
  const shape = asCount(column[0]);
  const ownLength = shape === FLOATS || shape === BITS ? 2 : shape === TEXTS ? 3 : 4;
  const presence = column.length > ownLength ? asBytes(column[ownLength]) : undefined;
  if (presence !== undefined && presence.length !== Math.ceil(rows / 8)) {
    throw new FormatError(say.badBitmap());
  }
  const isPresent = (row: number) => presence === undefined || (((presence[row >> 3] ?? 0) >> (row & 7)) & 1) === 1;
  let count = rows;
  if (presence !== undefined) {
    count = 0;
    for (let row = 0; row < rows; row++) if (isPresent(row)) count++;
  }
  room.values -= count;
  if (room.values < 0) throw new FormatError(say.tooManyValues());
  const values = decodePresent(shape, column, count);
  if (presence === undefined) return (row) => values[row];
  let next = 0;
  return (row) => (isPresent(row) ? values[next++] : undefined);
}

function decodePresent(shape: number, column: readonly unknown[], count: number): Value[] {
  if (shape === FLOATS) {
    const bytes = asBytes(column[1]);
    if (bytes.length !== count * 8) throw new FormatError(say.badFloats());
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    return Array.from({ length: count }, (_, i) => view.getFloat64(i * 8));
  }
  if (shape === BITS) {
    const bytes = asBytes(column[1]);
    if (bytes.length !== count) throw new FormatError(say.badFlags());
    return Array.from(bytes, (bit) => bit === 1);
  }
  if (shape === TEXTS) {
    const words = asArray(column[1]);
    const indexes = asBytes(column[2]);
    if (count > indexes.length) throw new FormatError(say.numbersCutShort());
    const varints = new VarintReader(indexes);
    return Array.from({ length: count }, () => asValue(words[varints.unsigned()]));
  }
  return decodeNumbers(column, count);
}

function asArray(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new FormatError(say.expectedArray());
  return value;
}

function asBytes(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new FormatError(say.expectedBytes());
  return value;
}

function asCount(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new FormatError(say.expectedCount());
  }
  return value;
}

function asValue(value: unknown): Value {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw new FormatError(say.expectedText());
  }
  return value;
}
