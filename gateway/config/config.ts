/**
 * A configuration file read, checked and resolved: TOML → settings with defaults, types and profiles looked up.
 *
 * Nothing is thrown for a bad file: every fault is found in one go, with its line and how to mend it.
 */
import { dirname, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type * as v from 'valibot';
import { DEVICE_TYPES } from '../../devices/catalogue.ts';
import type { DeviceType } from '../../devices/device-type.ts';
import { lorawanProfile } from '../../devices/lorawan/profile.ts';
import { listed, type Text } from '../../shared/text.ts';
import { DESTINATION_TYPES } from '../destinations/catalogue.ts';
import type { CommonSettings } from '../destinations/common-settings.ts';
import type { DestinationConfig } from '../destinations/destination.ts';
import { OUTPUT_TYPES } from '../outputs/catalogue.ts';
import type { CommonOutputSettings, OutputConfig } from '../outputs/output.ts';
import { PORT_TYPES } from '../ports/catalogue.ts';
import type { PortConfig } from '../ports/port.ts';
import { type Fault, fault, type LocatedFault, type Path } from '../words/fault.ts';
import { suggestedName, suggestion } from '../words/suggestion.ts';
import { camelKeys, fileName, toKebab } from './case.ts';
import { crossCheck, lackedBy } from './cross-check.ts';
import { readDocument, readText } from './document.ts';
import { checkSettings } from './issues.ts';
import { type LorawanProfileConfig, ProjectSettings } from './lorawan-settings.ts';
import { entriesOf, memberOf } from './schema-walk.ts';
import { settingKinds } from './setting-kinds.ts';
import { type Config, type DeviceConfig, DeviceSettings, TABLES, type Tables } from './settings.ts';
import { WatchSettings } from './watch-settings.ts';
import { say } from './words.ts';

export interface ReadConfig {
  readonly ok: true;
  readonly config: Config;
  /** What was read. */
  readonly text: string;
  readonly notes: readonly LocatedFault[];
  /** What this machine lacks for it now: notes for whoever checks it where it will run. */
  lacking(isInstalled?: (name: string) => boolean): readonly LocatedFault[];
}

export type ConfigResult = ReadConfig | { readonly ok: false; readonly faults: readonly LocatedFault[] };

/** A fault as one line. */
export function formatFault({ file, line, severity, what, mend }: LocatedFault): Text {
  return (severity === 'note' ? say.note : say.fault)({ file, line, what, mend });
}

/** Reads and checks a file. Throws a MachimoriError "config-unreadable" if the file itself cannot be read. */
export function readConfigFile(file: string): ConfigResult {
  const read = readText(file);
  return read.ok ? readConfig(read.text, file) : read;
}

export function readConfig(text: string, file: string): ConfigResult {
  const toml = readDocument(text, file, settingKinds);
  if (!toml.ok) return toml;
  const reader = new Reader(camelKeys(toml.values));
  const config = reader.read(file);
  const located = (faults: readonly Fault[]): LocatedFault[] =>
    faults
      .map((each) => ({
        ...each,
        file,
        line: toml.lineOf(each.path.map((key) => (typeof key === 'string' ? toKebab(key) : key))),
      }))
      .sort((a, b) => a.line - b.line);
  const faults = located([...reader.faults, ...(reader.faults.length === 0 ? crossCheck(config) : [])]);
  return faults.some(({ severity }) => severity === 'fault')
    ? { ok: false, faults }
    : { ok: true, config, text, notes: faults, lacking: (isThere) => located(lackedBy(config, isThere)) };
}

class Reader {
  readonly faults: Fault[] = [];
  readonly #root: unknown;
  readonly #profiles: ReadonlyMap<string, unknown>;

  constructor(root: unknown) {
    this.#root = root;
    this.#profiles = new Map(this.#arrayOf('profile').map((profile) => profileEntry(profile)));
  }

  read(file: string): Config {
    const known = [
      ...Object.keys(TABLES).map(toKebab),
      'port',
      'device',
      'destination',
      'profile',
      'project',
      'watch',
      'output',
    ];
    for (const [key, value] of Object.entries(this.#root ?? {})) {
      if (!known.includes(toKebab(key))) this.faults.push(unknownAtRoot(key, value, known));
    }
    const here = dirname(resolve(file));
    const tables = Object.fromEntries(
      Object.entries(TABLES).map(([name, schema]) => [name, this.#table(schema, name)]),
    ) as unknown as Tables; // each member parsed by the schema of its name; with faults it is not used
    const ports = this.#arrayOf('port').flatMap((port, i) => this.#port(port, ['port', i], here) ?? []);
    const destinations = this.#arrayOf('destination').flatMap(
      (each, i) => this.#destination(each, ['destination', i], here) ?? [],
    );
    const outputs = this.#arrayOf('output').flatMap((each, i) => this.#output(each, ['output', i], here) ?? []);
    const projects = this.#arrayOf('project').map((each, i) => this.#parse(ProjectSettings, each, ['project', i]));
    const watches = this.#arrayOf('watch').map((each, i) => this.#parse(WatchSettings, each, ['watch', i]));
    const devices = this.#arrayOf('device').flatMap((device, i) => this.#device(device, ['device', i]) ?? []);
    return {
      ...tables,
      file,
      written: Object.fromEntries(Object.entries(this.#root ?? {})),
      gateway: { ...tables.gateway, dataDirectory: resolve(here, tables.gateway?.dataDirectory ?? '.') },
      lorawan: withPaths(tables.lorawan, here),
      console: withPaths(tables.console, here),
      projects,
      watches,
      lorawanProfiles: this.#lorawanProfiles(here),
      ports,
      devices,
      destinations,
      outputs,
    };
  }

  #table<S extends v.GenericSchema>(schema: S, name: string): v.InferOutput<S> {
    const value = memberOf(this.#root, name) ?? {};
    if (!Array.isArray(value)) return this.#parse(schema, value, [name]);
    this.faults.push(fault([name], say.notOne({ name: toKebab(name) }), say.singleBrackets({ name: toKebab(name) })));
    return value as v.InferOutput<S>; // with a fault the configuration is refused as a whole
  }

  #lorawanProfiles(here: string): ReadonlyMap<string, LorawanProfileConfig> {
    const profiles = new Map<string, LorawanProfileConfig>();
    for (const [i, raw] of this.#arrayOf('profile').entries()) {
      const [name, data] = profileEntry(raw);
      if (data.type !== 'lorawan') continue;
      const profile = this.#parse(lorawanProfile, data, ['profile', i]);
      profiles.set(name, { ...withPaths(profile, here), name, index: i });
    }
    return profiles;
  }

  #port(raw: unknown, path: Path, here: string): PortConfig | undefined {
    const portType = this.#typeOf(raw, PORT_TYPES, path, say.noPortType);
    if (portType === undefined) return undefined;
    const settings = withPaths(this.#parse(portType.settings, raw, path) as { readonly name: string }, here); // all have one
    return { name: settings.name, portType, settings };
  }

  #destination(raw: unknown, path: Path, here: string): DestinationConfig | undefined {
    const destinationType = this.#typeOf(raw, DESTINATION_TYPES, path, say.noDestinationType);
    if (destinationType === undefined) return undefined;
    const settings = withPaths(this.#parse(destinationType.settings, raw, path) as CommonSettings, here); // all have these
    return { ...settings, destinationType, settings };
  }

  #output(raw: unknown, path: Path, here: string): OutputConfig | undefined {
    const outputType = this.#typeOf(raw, OUTPUT_TYPES, path, say.noOutputType);
    if (outputType === undefined) return undefined;
    const settings = withPaths(
      this.#parse(outputType.settings, raw, path) as CommonOutputSettings & { readonly port?: string },
      here,
    ); // all have these
    return { ...settings, port: settings.port, outputType, settings };
  }

  /** The type that a table names; if there is none, that is noted. */
  #typeOf<T extends { readonly name: string }>(
    raw: unknown,
    types: readonly T[],
    path: Path,
    unknown: (values: { readonly name: string }) => Text,
  ): T | undefined {
    const name = memberOf(raw, 'type');
    const found = types.find((type) => type.name === name);
    if (found !== undefined) return found;
    const names = types.map((type) => type.name);
    if (name === undefined) {
      this.faults.push(fault(path, say.settingMissing({ name: 'type' }), say.addType({ known: listed(names) })));
    } else {
      const mend = suggestedName(String(name), names, say.addType({ known: listed(names) }));
      this.faults.push(fault([...path, 'type'], unknown({ name: String(name) }), mend));
    }
    return undefined;
  }

  #device(raw: unknown, path: Path): DeviceConfig | undefined {
    const deviceType = this.#typeOf(raw, DEVICE_TYPES, path, say.noDeviceType);
    if (deviceType === undefined) return undefined;
    const common: Record<string, unknown> = {};
    const options: Record<string, unknown> = {};
    const decodeOnly = (deviceType.decodeOnly ?? []).map(toKebab);
    const optionNames = Object.entries(entriesOf(deviceType.options, raw))
      .map(([key, entry]) => fileName(key, entry))
      .filter((name) => !decodeOnly.includes(name));
    for (const [key, value] of Object.entries(raw ?? {})) {
      const name = toKebab(key);
      if (decodeOnly.includes(name)) {
        const mend = say.lookIntoRecording({ type: deviceType.name, name });
        this.faults.push(fault([...path, key], say.onlyForDecode({ name }), mend));
      } else if (key in DeviceSettings.entries || !optionNames.includes(name)) common[key] = value;
      else options[key] = value;
    }
    const parsed = this.#parse(DeviceSettings, common, path, { alsoKnown: optionNames });
    const { profile, ...rest } = options;
    const resolved = profile === undefined ? undefined : this.#profile(profile, deviceType, path);
    if (profile !== undefined && resolved === undefined) return undefined;
    const complete = resolved === undefined ? options : { ...rest, profile: resolved };
    const defined =
      typeof profile === 'string' && this.#profiles.has(profile) ? [...this.#profiles.keys()].indexOf(profile) : -1;
    const standsAt = (at: Path): Path =>
      defined >= 0 && at[path.length] === 'profile' ? ['profile', defined, ...at.slice(path.length + 1)] : at;
    return {
      ...parsed,
      deviceType,
      options: this.#parse(deviceType.options, complete, path, { standsAt }),
      profileName: typeof profile === 'string' ? profile : undefined,
    };
  }

  #profile(profile: unknown, deviceType: DeviceType, path: Path): unknown {
    if (typeof profile !== 'string') return profile;
    const found = this.#profiles.get(profile) ?? deviceType.profiles?.[profile];
    if (found !== undefined) return found;
    const names = [...this.#profiles.keys(), ...Object.keys(deviceType.profiles ?? {})];
    const known = suggestedName(profile, names, say.defineProfile());
    const mend = names.length === 0 ? known : say.orDefineProfile({ suggestion: known });
    this.faults.push(fault([...path, 'profile'], say.noProfile({ name: profile, type: deviceType.name }), mend));
    return undefined;
  }

  /**
   * The parsed value. If it is faulty, the faults are noted, each once, and the returned value must not be used. `standsAt`: where a setting is written
   * that is used here, as those of a profile are.
   */
  #parse<S extends v.GenericSchema>(
    schema: S,
    value: unknown,
    path: Path,
    { alsoKnown = [] as readonly string[], standsAt = (at: Path) => at } = {},
  ): v.InferOutput<S> {
    const checked = checkSettings(schema, value, path, alsoKnown);
    if (checked.ok) return checked.output;
    for (const found of checked.faults) {
      const moved = { ...found, path: standsAt(found.path) };
      if (!this.faults.some((each) => isDeepStrictEqual(each, moved))) this.faults.push(moved);
    }
    return value as v.InferOutput<S>; // with a fault the configuration is refused as a whole
  }

  #arrayOf(name: string): readonly unknown[] {
    const value = memberOf(this.#root, name);
    if (value === undefined) return [];
    if (Array.isArray(value)) return value;
    this.faults.push(fault([name], say.notList({ name }), say.doubleBrackets({ name })));
    return [];
  }
}

/** A table that does not exist, or a setting above the first table. */
function unknownAtRoot(key: string, value: unknown, known: readonly string[]): Fault {
  const name = toKebab(key);
  const isTable = typeof value === 'object' && value !== null;
  if (isTable && name === 'rig') return fault([key], say.isRig(), say.runRig());
  if (isTable) return fault([key], say.noTable({ name }), suggestion(name, known));
  const tables = Object.entries(TABLES).flatMap(([table, schema]) =>
    Object.entries(entriesOf(schema)).some(([inside, entry]) => fileName(inside, entry) === name) ? [table] : [],
  );
  return fault([key], say.outsideTable({ name }), say.writeTable({ table: toKebab(tables[0] ?? 'gateway') }));
}

function profileEntry(profile: unknown): [string, Readonly<Record<string, unknown>>] {
  const { name, ...data } = { ...(profile as Record<string, unknown>) }; // TOML gave a table
  return [String(name), data];
}

/** Names of files and folders are relative to the configuration. */
function withPaths<T extends object>(settings: T, here: string): T {
  const absolute = (key: string, value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((each) => absolute('', each));
    if (typeof value === 'object' && value !== null) return withPaths(value, here);
    return /(File|Directory)$/.test(key) && typeof value === 'string' ? resolve(here, value) : value;
  };
  const entries = Object.entries(settings ?? {}).map(([key, value]) => [key, absolute(key, value)]);
  return Object.fromEntries(entries) as T; // the same keys, with some texts made absolute
}
