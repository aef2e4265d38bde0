/**
 * The other body of a batch: a SenML pack in CBOR (RFC 8428 §6), for city OSes that want the standard format.
 *
 * One record per quantity, named `<device>/<kind>/<quantity>` through the base name; the first record of a reading carries
 * the base name `bn` and the base time `bt` (seconds since 1970, RFC 8428 §4.5.3). The unit `u` is that of the birth.
 * A quality other than good is a separate record named `quality`. A reading without values is written as its quality
 * alone; one with neither value nor quality has a record `quality` = "" so that it is not lost.
 */
import { MachimoriError, textOf } from '../errors.ts';
import { isTime, QUALITIES, READING_KINDS, type Reading, type Units, unitOf, type Value } from '../reading.ts';
import type { Text } from '../text.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { say } from './words.ts';

/** RFC 8428 table 4. */
const LABEL = { baseTime: -3, baseName: -2, name: 0, unit: 1, value: 2, text: 3, flag: 4 };
const QUALITY = 'quality';
const SENML_NAME = /^[\w.-]+$/;
const NOT_IN_NAMES = /[^\w.-]/g;
const ESCAPED = /:([0-9a-f]{4})/g;
/** A reading of one value has eleven. */
const maxItems = 1_200_000;

export function encodeSenml(readings: readonly Reading[], unitsOf: (device: string) => Units | undefined): Uint8Array {
  return encodeCbor(readings.flatMap((reading) => encodeReading(reading, unitsOf(reading.device) ?? {})));
}

function encodeReading({ device, kind, observedAt, values, quality }: Reading, units: Units): Map<number, unknown>[] {
  const records: Map<number, unknown>[] = [];
  for (const name in values) {
    const value = values[name];
    if (value === undefined) continue;
    const record = new Map<number, unknown>([[LABEL.name, senmlName(name)]]);
    const unit = unitOf(units, name);
    if (unit !== undefined && typeof value === 'number') record.set(LABEL.unit, unit);
    record.set(labelOf(value), value);
    records.push(record);
  }
  if (quality !== undefined || records.length === 0) {
    records.push(
      new Map<number, unknown>([
        [LABEL.name, QUALITY],
        [LABEL.text, quality ?? ''],
      ]),
    );
  }
  const [first, ...rest] = records;
  const base: [number, unknown][] = [
    [LABEL.baseName, `${device}/${kind}/`],
    [LABEL.baseTime, observedAt / 1000],
  ];
  return [new Map([...base, ...(first ?? [])]), ...rest];
}

/** A quantity as a SenML name may write it (RFC 8428 §4.5.1): any other character as ":" and its UTF-16 code, four digits a unit. */
function senmlName(quantity: string): string {
  if (quantity === QUALITY) return escaped('q') + quantity.slice(1);
  return SENML_NAME.test(quantity) ? quantity : quantity.replace(NOT_IN_NAMES, escaped);
}

function escaped(characters: string): string {
  return [...characters.split('')].map((unit) => `:${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
}

function quantityOf(name: string): string {
  return name.includes(':')
    ? name.replace(ESCAPED, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : name;
}

function labelOf(value: Value): number {
  if (typeof value === 'number') return LABEL.value;
  return typeof value === 'string' ? LABEL.text : LABEL.flag;
}

/**
 * The readings of a SenML body as this module writes it: each base time begins a reading.
 * Throws a MachimoriError "bad-body" if a record does not have that form or there are more than `maxReadings`.
 */
export function decodeSenml(bytes: Uint8Array, maxReadings: number): Reading[] {
  const pack = decodePack(bytes);
  const readings: {
    device: string;
    kind: string;
    observedAt: number;
    values: Record<string, Value>;
    quality?: string;
  }[] = [];
  for (const record of pack) {
    if (!(record instanceof Map)) throw badBody(say.recordNotMap());
    if (record.has(LABEL.baseTime)) {
      if (readings.length === maxReadings) throw badBody(say.tooManyReadings());
      readings.push(beginReading(record));
    }
    const current = readings.at(-1);
    const name: unknown = record.get(LABEL.name);
    const value: unknown = record.get(LABEL.value) ?? record.get(LABEL.text) ?? record.get(LABEL.flag);
    if (current === undefined || typeof name !== 'string') throw badBody(say.recordWithoutName());
    if (typeof value !== 'number' && typeof value !== 'string' && typeof value !== 'boolean') {
      throw badBody(say.recordWithoutValue({ name }));
    }
    if (name !== QUALITY) current.values[quantityOf(name)] = value;
    else if (value !== '') current.quality = QUALITIES.find((quality) => quality === value) ?? 'uncertain'; // from a later release
  }
  return readings as Reading[]; // the sender promises the values of a kind; `check` in receive.ts verifies them
}

function decodePack(bytes: Uint8Array): readonly unknown[] {
  let pack: unknown;
  try {
    pack = decodeCbor(bytes, { items: maxItems });
  } catch (cause) {
    throw badBody(say.notCbor({ why: textOf(cause) }));
  }
  if (!Array.isArray(pack)) throw badBody(say.notRecords());
  return pack;
}

function beginReading(record: ReadonlyMap<unknown, unknown>) {
  const [device, kind] = String(record.get(LABEL.baseName)).split('/');
  const seconds = record.get(LABEL.baseTime);
  const observedAt = typeof seconds === 'number' ? Math.round(seconds * 1000) : Number.NaN;
  if (!isTime(observedAt)) throw badBody(say.badBaseTime());
  if (device === undefined || !READING_KINDS.some((known) => known === kind)) throw badBody(say.badBaseName());
  return { device, kind: String(kind), observedAt, values: {} };
}

function badBody(why: Text): MachimoriError {
  const [what, on, hint] = [say.senmlUnreadable({ why }), say.aBatchBody(), say.compareWithFeed()];
  return new MachimoriError('bad-body', { what, on, hint });
}
