/**
 * A rig's file read, checked and resolved: TOML → plan. Nothing is thrown for a bad file: every fault is found in one go, with its line
 * and how to mend it.
 */
import { dirname, resolve } from 'node:path';
import type * as v from 'valibot';
import { listed } from '../../../shared/text.ts';
import { RIG_KINDS } from '../../../simulators/rig/catalogue.ts';
import type { RigKind } from '../../../simulators/rig/kind.ts';
import { type DevicePlan, ownWire, type RigPlan, type WirePlan } from '../../../simulators/rig/plan.ts';
import { SENSE_NAMES, SENSE_SCHEMAS, type SenseSettings, senseSettings } from '../../../simulators/rig/senses.ts';
import {
  CitySettings,
  DEVICE_SETTINGS,
  EXPECT_SETTINGS,
  GatewaySettings,
  LorawanSettings,
  RigSettings,
  TimelineSettings,
  WIRE_SETTINGS,
} from '../../../simulators/rig/settings.ts';
import { camelKeys, fileName, toKebab } from '../../config/case.ts';
import { readDocument, readText } from '../../config/document.ts';
import { checkSettings } from '../../config/issues.ts';
import { entriesOf, memberOf } from '../../config/schema-walk.ts';
import { kindsOf } from '../../config/setting-kinds.ts';
import { type Fault, fault, type LocatedFault, type Path } from '../../words/fault.ts';
import { suggestedName, suggestion } from '../../words/suggestion.ts';
import { crossCheck } from './cross-check.ts';
import { eachExpectation } from './each-expectation.ts';
import { timelineOf } from './timeline-entries.ts';
import { withConstants } from './with-constants.ts';
import { say } from './words.ts';
import type { WrittenRig } from './written.ts';

export type RigFile =
  | { readonly ok: true; readonly plan: RigPlan; readonly notes: readonly LocatedFault[] }
  | { readonly ok: false; readonly faults: readonly LocatedFault[] };

/** Throws a MachimoriError "config-unreadable" if the file itself cannot be read. */
export function readRigFile(file: string): RigFile {
  const read = readText(file, say.beginWith());
  return read.ok ? readRig(read.text, file) : read;
}

export function readRig(text: string, file: string): RigFile {
  const toml = readDocument(text, file, rigKinds);
  if (!toml.ok) return toml;
  const lineOf = (path: Path) => toml.lineOf(path.map((key) => (typeof key === 'string' ? toKebab(key) : key)));
  const { plan, faults } = planFrom(toml.values, dirname(resolve(file)));
  const located = faults.map((each) => ({ ...each, file, line: lineOf(each.path) })).sort((a, b) => a.line - b.line);
  return plan === undefined ? { ok: false, faults: located } : { ok: true, plan, notes: located };
}

/** What kind of value each setting of a rig takes, by its name. */
function rigKinds() {
  const tables = [RigSettings, DEVICE_SETTINGS, GatewaySettings, CitySettings, LorawanSettings, TimelineSettings];
  const variants = [...WIRE_SETTINGS.options, ...EXPECT_SETTINGS.options, ...SENSE_SCHEMAS];
  return kindsOf([...tables, ...variants, ...RIG_KINDS.map(({ settings }) => settings)]);
}

/** The tables of a rig, whose files are in the folder `here`. Their keys are in kebab case, or in camel case. */
export function planFrom(
  tables: unknown,
  here: string,
): { readonly plan: RigPlan | undefined; readonly faults: readonly Fault[] } {
  const reader = new Reader(tables, here);
  return { plan: reader.read(), faults: reader.faults };
}

const LISTS = ['wire', 'device', 'lorawan', 'city', 'timeline', 'expect'] as const;
const TABLES = ['rig', 'gateway'] as const;

/** Tables of a gateway's configuration. */
const GATEWAYS = ['port', 'destination', 'profile', 'buffer', 'output', 'project', 'clock', 'status'];

/** Of these tables' settings, the keys are names of the user's. */
const FREE: Readonly<Record<string, readonly string[]>> = {
  device: ['gateway'],
  timeline: ['set', 'with'],
  expect: ['headers'],
};

class Reader {
  readonly faults: Fault[] = [];
  readonly #root: Readonly<Record<string, unknown>>;
  readonly #here: string;

  constructor(values: unknown, here: string) {
    this.#root = values as Readonly<Record<string, unknown>>; // a TOML document is a table
    this.#here = here;
  }

  /** Undefined if there is a fault. */
  read(): RigPlan | undefined {
    const known = [...TABLES, ...LISTS];
    for (const key of Object.keys(this.#root)) {
      if (known.some((name) => name === key)) continue;
      const path = Array.isArray(this.#root[key]) ? [key, 0] : [key];
      const isGateways = GATEWAYS.includes(key);
      this.faults.push(
        isGateways
          ? fault(path, say.gatewaysTable({ name: key }), say.nameItsFile())
          : fault(path, say.noTable({ name: key }), suggestion(key, known)),
      );
    }
    const written = this.#written();
    if (this.faults.length > 0) return undefined;
    this.faults.push(...crossCheck(written));
    return this.faults.some(({ severity }) => severity === 'fault') ? undefined : planOf(written);
  }

  #written(): WrittenRig {
    const gateway = this.#table('gateway');
    return {
      rig: this.#parse(RigSettings, camelKeys(this.#table('rig') ?? {}), ['rig']),
      gateway: gateway && this.#parse(GatewaySettings, camelKeys(gateway), ['gateway']),
      wires: this.#list('wire').flatMap((raw, i) => this.#wire(raw, ['wire', i]) ?? []),
      devices: this.#list('device').flatMap((raw, i) => this.#devices(raw, ['device', i])),
      cities: this.#list('city').map((raw, i) => this.#parse(CitySettings, raw, ['city', i])),
      lorawan: this.#list('lorawan').map((raw, i) => this.#parse(LorawanSettings, raw, ['lorawan', i])),
      timeline: this.#list('timeline').map((raw, i) => this.#parse(TimelineSettings, raw, ['timeline', i])),
      expectations: this.#list('expect').flatMap((raw, i) => this.#expectation(raw, ['expect', i]) ?? []),
      path: (file) => resolve(this.#here, file),
    };
  }

  #wire(raw: unknown, path: Path): WirePlan | undefined {
    const names = WIRE_SETTINGS.options.map(({ entries }) => entries.type.literal);
    return this.#variant(raw, { schema: WIRE_SETTINGS, key: 'type', names, path });
  }

  #expectation(raw: unknown, path: Path) {
    const names = EXPECT_SETTINGS.options.map(({ entries }) => entries.that.literal);
    return this.#variant(raw, { schema: EXPECT_SETTINGS, key: 'that', names, path });
  }

  /** A table whose settings depend on what its `key` says. */
  #variant<S extends v.GenericSchema>(
    raw: unknown,
    { schema, key, names, path }: { schema: S; key: string; names: readonly string[]; path: Path },
  ): v.InferOutput<S> | undefined {
    return this.#isOneOf(raw, key, names, path) ? this.#parse(schema, raw, path) : undefined;
  }

  #isOneOf(raw: unknown, key: string, names: readonly string[], path: Path): boolean {
    const name = memberOf(raw, key);
    if (typeof name === 'string' && names.includes(name)) return true;
    const addIt = say.addOneOf({ name: key, known: listed(names) });
    if (name === undefined) this.faults.push(fault(path, say.missing({ name: key }), addIt));
    else {
      const what = say.noSuch({ name: key, value: String(name) });
      this.faults.push(fault([...path, key], what, suggestedName(String(name), names, addIt)));
    }
    return false;
  }

  #devices(raw: unknown, path: Path): WrittenRig['devices'] {
    const names = RIG_KINDS.map((kind) => kind.name);
    const kind = RIG_KINDS.find(({ name }) => name === memberOf(raw, 'type'));
    if (kind === undefined) {
      this.#isOneOf(raw, 'type', names, path);
      return [];
    }
    const { sensed, own, common } = sorted(raw as object, kind); // its type was read from it
    const ownNames = Object.entries(entriesOf(kind.settings)).map(([key, entry]) => fileName(key, entry));
    const alsoKnown = [...ownNames, ...Object.keys(kind.quantities)];
    const before = this.faults.length;
    const device = this.#parse(DEVICE_SETTINGS, common, path, alsoKnown);
    const settings = this.#parse(kind.settings, own, path);
    const quantities = this.#quantities(sensed, kind, path);
    if (this.faults.length > before) return [];
    const { id, count, place, gateway, wire } = device;
    return Array.from({ length: count }, (_, n) => {
      const name = count === 1 ? id : `${id}-${n + 1}`;
      const plan: DevicePlan = {
        ...{ id: name, kind, quantities, place, gateway, wire: wire ?? name },
        settings: kind.nth === undefined ? settings : kind.nth(settings, n),
      };
      return { plan, group: id, path };
    });
  }

  #quantities(raw: Readonly<Record<string, unknown>>, { quantities }: RigKind, path: Path) {
    const senses = Object.entries(quantities).flatMap(([name, { otherwise }]) => {
      const sense = raw[name] === undefined ? otherwise : this.#sense(raw[name], [...path, name]);
      return sense === undefined ? [] : [[name, sense] as const];
    });
    return Object.fromEntries(senses);
  }

  #sense(value: unknown, path: Path): SenseSettings | undefined {
    if (typeof value === 'number') return this.#parse(senseSettings, value, path);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return this.#variant(value, { schema: senseSettings, key: 'is', names: SENSE_NAMES, path });
    }
    const name = String(path.at(-1));
    this.faults.push(fault(path, say.noSense({ name }), say.senseForms({ name, known: listed(SENSE_NAMES) })));
    return undefined;
  }

  #parse<S extends v.GenericSchema>(
    schema: S,
    value: unknown,
    path: Path,
    alsoKnown: readonly string[] = [],
  ): v.InferOutput<S> {
    const checked = checkSettings(schema, withConstants(schema, value), path, alsoKnown);
    if (checked.ok) return checked.output;
    this.faults.push(...checked.faults);
    return value as v.InferOutput<S>; // with a fault the file is refused as a whole
  }

  #table(name: (typeof TABLES)[number]): Readonly<Record<string, unknown>> | undefined {
    const value = this.#root[name];
    if (value === undefined || isTable(value)) return value;
    this.faults.push(
      fault(Array.isArray(value) ? [name, 0] : [name], say.notOne({ name }), say.singleBrackets({ name })),
    );
    return undefined;
  }

  /** Each with its keys in camel case, but for those of the user's own. */
  #list(name: (typeof LISTS)[number]): readonly Readonly<Record<string, unknown>>[] {
    const value = this.#root[name];
    if (value === undefined) return [];
    if (!Array.isArray(value) || !value.every(isTable)) {
      this.faults.push(fault([name], say.notList({ name }), say.doubleBrackets({ name })));
      return [];
    }
    return value.map((raw) => {
      const free = (FREE[name] ?? [])
        .filter((key) => key in raw)
        .map((key) => [key, key === 'set' ? dotted(raw[key]) : raw[key]]);
      return { ...(camelKeys(raw) as object), ...Object.fromEntries(free) }; // a table stays one
    });
  }
}

/** `gauge.level = 2` without quotes is a table in a table for TOML, and meant as "gauge.level" = 2. */
function dotted(value: unknown): unknown {
  if (!isTable(value)) return value;
  const entries = Object.entries(value).flatMap(([key, inside]) => {
    const inner = dotted(inside);
    return isTable(inner) ? Object.entries(inner).map(([rest, each]) => [`${key}.${rest}`, each]) : [[key, inner]];
  });
  return Object.fromEntries(entries);
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** A device's table, part by part: what it senses, what its kind adds, what every device has. */
function sorted(raw: object, { quantities, settings }: RigKind) {
  const parts: Record<'sensed' | 'own' | 'common', Record<string, unknown>> = { sensed: {}, own: {}, common: {} };
  const ownNames = new Set(Object.entries(entriesOf(settings)).map(([key, entry]) => fileName(key, entry)));
  for (const [key, value] of Object.entries(raw)) {
    const part = Object.hasOwn(quantities, key) ? 'sensed' : ownNames.has(toKebab(key)) ? 'own' : 'common';
    parts[part][key] = value;
  }
  return parts;
}

/** Wires that devices name and the file does not are wires of their own. */
function planOf(written: WrittenRig): RigPlan {
  const { rig, devices, wires } = written;
  const unnamed = new Set(devices.map(({ plan }) => plan.wire));
  for (const { name } of wires) unnamed.delete(name);
  return {
    ...written,
    wires: [...wires, ...[...unnamed].map((name) => ownWire(name, rig.wires))],
    ownWires: [...unnamed],
    devices: devices.map(({ plan }) => plan),
    timeline: timelineOf(written.timeline, devices),
    expectations: eachExpectation(written),
  };
}
