/**
 * The other body of a batch: a SenML pack in CBOR (RFC 8428 §6), for city OSes that want the standard format.
 *
 * One record per quantity, named `<device>/<kind>/<quantity>` through the base name; the first record of a reading carries
 * the base name `bn` and the base time `bt` (seconds since 1970, RFC 8428 §4.5.3). The unit `u` is written if it is known.
 * A quality other than good is a separate record named `quality`. A reading without values is written as its quality
 * alone; one with neither value nor quality has a record `quality` = "" so that it is not lost.
 */
import { MachimoriError, textOf } from '../errors.ts';
import { isTime, QUALITIES, READING_KINDS, type Reading, UNITS, type Value } from '../reading.ts';
import type { Text } from '../text.ts';
import { decodeCbor, encodeCbor } from './cbor.ts';
import { say } from './words.ts';

/** RFC 8428 table 4. */
const LABEL = { baseTime: -3, baseName: -2, name: 0, unit: 1, value: 2, text: 3, flag: 4 };
const QUALITY = 'quality';
/** A reading of one value has eleven. */
const maxItems = 1_200_000;

export function encodeSenml(readings: readonly Reading[]): Uint8Array {
  return encodeCbor(readings.flatMap(encodeReading));
}

function encodeReading({ device, kind, observedAt, values, quality }: Reading): Map<number, unknown>[] {
  const records: Map<number, unknown>[] = [];
  for (const name in values) {
    const value = values[name];
    if (value === undefined) continue;
    const record = new Map<number, unknown>([[LABEL.name, name]]);
    const unit = UNITS[name];
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
    if (name !== QUALITY) current.values[name] = value;
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
