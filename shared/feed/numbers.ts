/**
 * A column of numbers: exact decimal integers, differenced until they are smallest, as zigzag varints.
 *
 *   numbers = [order, exponent, base, varints]
 *   order 0:  n[i] = base + z[i]
 *   order 1:  n[i] = n[i-1] + z[i]                        n[-1] = base
 *   order 2:  n[i] = n[i-1] + d[i],  d[i] = d[i-1] + z[i]  n[-1] = base, d[-1] = 0
 *   value[i] = n[i] / 10^exponent
 *
 * Nothing is rounded: a column that needs more than `maxExponent` decimal places is not written this way.
 */
import { FormatError } from '../errors.ts';
import { VarintReader, VarintWriter } from './varint.ts';
import { say } from './words.ts';

export type Numbers = readonly [order: 0 | 1 | 2, exponent: number, base: number, varints: Uint8Array];

const maxExponent = 10;
/** Second differences of integers within this bound still fit a varint. */
const maxInteger = 2 ** 49;
const POWERS = Array.from({ length: maxExponent + 1 }, (_, exponent) => 10 ** exponent);

/** The column, or undefined if a value needs more than `maxExponent` decimal places (floats are used then). */
export function encodeNumbers(values: readonly number[]): Numbers | undefined {
  const exponent = commonExponent(values);
  if (exponent === undefined) return undefined;
  const power = POWERS[exponent] ?? 1;
  return encodeIntegers(
    values.map((value) => Math.round(value * power)),
    exponent,
  );
}

/** Times in epoch ms. Throws a RangeError for a time that is not an integer. */
export function encodeTimes(times: readonly number[]): Numbers {
  const column = encodeNumbers(times);
  if (column === undefined) throw new RangeError('a time is not a whole number of milliseconds');
  return column;
}

/** The `count` values of a column. Throws a FormatError if it does not follow the layout. */
export function decodeNumbers(column: readonly unknown[], count: number): number[] {
  const [order, exponent, base, bytes] = column;
  const power = POWERS[Number(exponent)];
  if (power === undefined || !isInteger(base) || !(bytes instanceof Uint8Array)) {
    throw new FormatError(say.badNumbersHead());
  }
  if (count > bytes.length) throw new FormatError(say.numbersCutShort());
  const varints = new VarintReader(bytes);
  const values = new Array<number>(count);
  let n = base;
  let difference = 0;
  for (let i = 0; i < count; i++) {
    const z = varints.signed();
    if (order === 0) n = base + z;
    else if (order === 1) n += z;
    else if (order === 2) n += difference += z;
    else throw new FormatError(say.unknownShape());
    values[i] = n / power;
  }
  if (!varints.atEnd()) throw new FormatError(say.numbersTooLong());
  return values;
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function commonExponent(values: readonly number[]): number | undefined {
  let exponent = 0;
  let power = 1;
  let isSettled = true; // no value has needed more decimals than those before it
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    while (!isExact(value, power)) {
      if (++exponent > maxExponent) return undefined;
      power = POWERS[exponent] ?? 1;
      isSettled = i === 0;
    }
    if (Math.abs(value * power) > maxInteger) return undefined;
  }
  return isSettled || values.every((value) => Math.abs(value * power) <= maxInteger && isExact(value, power))
    ? exponent
    : undefined;
}

function isExact(value: number, power: number): boolean {
  return Math.round(value * power) / power === value;
}

function encodeIntegers(integers: readonly number[], exponent: number): Numbers {
  const first = integers[0] ?? 0;
  const base = middle(integers);
  const order = smallestOrder(integers, base);
  const varints = new VarintWriter(integers.length * 2);
  let before = first;
  let difference = 0;
  for (let i = 0; i < integers.length; i++) {
    const n = integers[i] ?? 0;
    const d = n - before;
    varints.signed(order === 0 ? n - base : order === 1 ? d : d - difference);
    before = n;
    difference = d;
  }
  return [order, exponent, order === 0 ? base : first, varints.bytes()];
}

/** The order with the fewest bits: roughly how many its numbers take after the varints and the compressor. */
function smallestOrder(integers: readonly number[], base: number): 0 | 1 | 2 {
  let [plain, first, second] = [0, 0, 0];
  let before = integers[0] ?? 0;
  let difference = 0;
  for (let i = 0; i < integers.length; i++) {
    const n = integers[i] ?? 0;
    const d = n - before;
    plain += Math.log2(1 + Math.abs(n - base));
    first += Math.log2(1 + Math.abs(d));
    second += Math.log2(1 + Math.abs(d - difference));
    before = n;
    difference = d;
  }
  if (first <= plain && first <= second) return 1;
  return plain <= second ? 0 : 2;
}

/** Half-way between the extremes, which keeps plain offsets small. */
function middle(integers: readonly number[]): number {
  let low = integers[0] ?? 0;
  let high = low;
  for (const n of integers) {
    if (n < low) low = n;
    if (n > high) high = n;
  }
  return Math.round((low + high) / 2);
}
