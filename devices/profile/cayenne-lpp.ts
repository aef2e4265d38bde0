/**
 * Cayenne Low Power Payload: a series of channel, type, value.
 *
 * Sources: myDevices, Cayenne LPP 1.0 (data types 0 to 136, after the IPSO objects), and the extended data types that
 * the ElectronicCats and TTN libraries share (100, 116 to 133, 135, 142). Numbers are big-endian. A value's length follows
 * from its type, so nothing after an unknown type can be read; what is before it is good.
 */
import type { Text } from '../../shared/text.ts';
import { say } from './words.ts';

interface Field {
  /** Name of the quantity, before the channel is added: temperature1. */
  readonly name: string;
  readonly bytes: 1 | 2 | 3 | 4;
  readonly signed: boolean;
  /** One count is `times`/`per` of `unit`; a fraction keeps decimal steps exact. */
  readonly times: number;
  readonly per: number;
  /** SenML unit, if there is one. */
  readonly unit?: string;
}

function field(
  name: string,
  bytes: Field['bytes'],
  signed: 'signed' | 'unsigned',
  times: number,
  per: number,
  unit?: string,
): Field {
  return { name, bytes, signed: signed === 'signed', times, per, ...(unit === undefined ? {} : { unit }) };
}

const axes = (name: string, times: number, per: number, unit?: string) =>
  ['X', 'Y', 'Z'].map((axis) => field(`${name}${axis}`, 2, 'signed', times, per, unit));

/** SI units: acceleration 0.001 g in m/s², pressure 0.1 hPa in Pa, energy 0.001 kWh in J, times in epoch ms. */
const TYPES: Readonly<Record<number, readonly Field[]>> = {
  0: [field('digitalInput', 1, 'unsigned', 1, 1)],
  1: [field('digitalOutput', 1, 'unsigned', 1, 1)],
  2: [field('analogInput', 2, 'signed', 1, 100)],
  3: [field('analogOutput', 2, 'signed', 1, 100)],
  100: [field('generic', 4, 'unsigned', 1, 1)],
  101: [field('illuminance', 2, 'unsigned', 1, 1, 'lx')],
  102: [field('presence', 1, 'unsigned', 1, 1)],
  103: [field('temperature', 2, 'signed', 1, 10, 'Cel')],
  104: [field('humidity', 1, 'unsigned', 1, 2, '%RH')],
  113: axes('acceleration', 9.80665, 1000, 'm/s2'),
  115: [field('pressure', 2, 'unsigned', 10, 1, 'Pa')],
  116: [field('voltage', 2, 'unsigned', 1, 100, 'V')],
  117: [field('current', 2, 'unsigned', 1, 1000, 'A')],
  118: [field('frequency', 4, 'unsigned', 1, 1, 'Hz')],
  120: [field('percentage', 1, 'unsigned', 1, 1, '%')],
  121: [field('altitude', 2, 'signed', 1, 1, 'm')],
  125: [field('concentration', 2, 'unsigned', 1, 1, 'ppm')],
  128: [field('power', 2, 'unsigned', 1, 1, 'W')],
  130: [field('distance', 4, 'unsigned', 1, 1000, 'm')],
  131: [field('energy', 4, 'unsigned', 3600, 1, 'J')],
  132: [field('direction', 2, 'unsigned', 1, 1, 'deg')],
  133: [field('time', 4, 'unsigned', 1000, 1, 'ms')],
  134: axes('rotation', 1, 100), // degrees per second, for which SenML has no name
  135: ['red', 'green', 'blue'].map((name) => field(name, 1, 'unsigned', 1, 1)),
  136: [
    field('lat', 3, 'signed', 1, 10_000, 'lat'),
    field('lon', 3, 'signed', 1, 10_000, 'lon'),
    field('altitude', 3, 'signed', 1, 100, 'm'),
  ],
  142: [field('switch', 1, 'unsigned', 1, 1)],
};

const FIELDS = Object.values(TYPES).flat();

/** The names of values, without their channel. */
export const LPP_NAMES: readonly string[] = [...new Set(FIELDS.map(({ name }) => name))];

/** The SenML unit of a value, by its name without the channel. */
export function lppUnit(name: string): string | undefined {
  return FIELDS.find((f) => f.name === name)?.unit;
}

export interface LppValue {
  readonly channel: number;
  /** Such as "temperature"; several values of one channel have different names. */
  readonly name: string;
  readonly value: number;
  /** Its name in a reading: "temperature1"; the second of its kind on one channel is "temperature1No2". */
  readonly quantity: string;
}

/** The values of a payload in order, and why it cannot be read further: an unknown type, a value cut short, nothing in it. */
export function parseLpp(payload: Uint8Array): { readonly values: readonly LppValue[]; readonly fault?: Text } {
  if (payload.length === 0) return { values: [], fault: say.lppEmpty() };
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  const values: LppValue[] = [];
  const seen = new Map<string, number>();
  for (let at = 0; at < payload.length; ) {
    const channel = view.getUint8(at);
    const type = payload[at + 1];
    if (type === undefined) return { values, fault: say.lppNoType({ channel }) };
    const fields = TYPES[type];
    if (!fields) return { values, fault: say.lppUnknownType({ type, channel }) };
    at += 2;
    for (const { name, bytes, signed, times, per } of fields) {
      if (at + bytes > payload.length) return { values, fault: say.lppCutShort({ name, channel }) };
      const nth = (seen.get(`${name}${channel}`) ?? 0) + 1;
      seen.set(`${name}${channel}`, nth);
      const quantity = nth === 1 ? `${name}${channel}` : `${name}${channel}No${nth}`;
      values.push({ channel, name, quantity, value: scaled(integerAt(view, at, bytes, signed), times, per) });
      at += bytes;
    }
  }
  return { values };
}

function integerAt(view: DataView, at: number, bytes: number, signed: boolean): number {
  let value = 0;
  for (let i = 0; i < bytes; i++) value = value * 256 + view.getUint8(at + i);
  return signed && value >= 2 ** (bytes * 8 - 1) ? value - 2 ** (bytes * 8) : value;
}

/** Rounded to ten digits, as many as the largest integer has, to drop the noise of binary fractions. */
function scaled(integer: number, times: number, per: number): number {
  const value = (integer * times) / per;
  return Number.isInteger(value) ? value : Number(value.toPrecision(10));
}
