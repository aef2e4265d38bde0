/** What a hunt found, as tables of a configuration: the port, a profile if one must be written, and the devices. */
import { DEVICE_TYPES } from '../../devices/catalogue.ts';
import type { Guess } from '../../devices/signature.ts';
import { fileName, toKebab } from '../config/case.ts';
import { entriesOf } from '../config/schema-walk.ts';
import type { Outcome } from './hunt.ts';

export interface Table {
  readonly table: 'port' | 'profile' | 'device';
  /** By their names in the file. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Where the line is. */
export type Place = { readonly path: string } | { readonly address: string };

/** In the order in which they can be added: what is named comes before what names it. None if nothing was recognised. */
export function tablesOf({ setting, candidates: [best], units = [] }: Outcome, place: Place): readonly Table[] {
  if (best === undefined || setting === undefined) return [];
  const port = portName(place);
  const profiles: Table[] = [];
  const devices: Table[] = [];
  for (const [i, guess] of best.devices.entries()) {
    const id = `${best.type}-${i + 1}`;
    const functions = units.find(({ unit }) => unit === guess.unit)?.functions ?? [];
    const whole = guess.profile === undefined && units.length > 0 ? withRegister(guess, functions) : guess;
    const { profile, ...rest } = whole;
    const isDrafted = typeof profile === 'object' && profile !== null;
    if (isDrafted) profiles.push({ table: 'profile', settings: { name: id, ...kebab(profile) } });
    const named = isDrafted ? id : profile;
    const settings = {
      id,
      type: best.type,
      port,
      ...(named !== undefined && { profile: named }),
      ...written(best.type, rest),
    };
    if (units.length === 0 || named !== undefined) devices.push({ table: 'device', settings });
  }
  const line =
    'path' in place
      ? { name: port, type: 'serial', path: place.path, baud: setting.baud, ...bitsOf(setting) }
      : { name: port, type: 'tcp', address: place.address };
  return [{ table: 'port', settings: line }, ...profiles, ...devices];
}

/** A unit of which nothing but a register is known begins with that. */
function withRegister(guess: Guess, [code]: readonly number[]): Guess {
  if (code === undefined) return guess;
  const registers = [{ quantity: 'value', function: code, address: 0, type: 'uint16' }];
  return { ...guess, profile: { kind: 'measurement', registers } };
}

function bitsOf({ dataBits, parity }: NonNullable<Outcome['setting']>): Readonly<Record<string, unknown>> {
  return { ...(dataBits !== 8 && { 'data-bits': dataBits }), ...(parity !== 'none' && { parity }) };
}

/** A device's options by the names of the file. */
function written(type: string, guess: Guess): Readonly<Record<string, unknown>> {
  const options = DEVICE_TYPES.find(({ name }) => name === type)?.options;
  const entries = options === undefined ? {} : entriesOf(options);
  return Object.fromEntries(
    Object.entries(guess).map(([key, value]) => [
      entries[key] === undefined ? toKebab(key) : fileName(key, entries[key]),
      value,
    ]),
  );
}

function kebab(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [toKebab(key), member]));
}

const maxNameLength = 32;

/** After the file or the address: "ttyusb0", "tcp-10-0-0-5-4001". */
function portName(place: Place): string {
  const whole = 'path' in place ? (place.path.split('/').at(-1) ?? '') : `tcp-${place.address}`;
  const plain = whole
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, maxNameLength)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'line' : plain;
}
