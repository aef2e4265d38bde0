/**
 * A configuration file read, checked and resolved: TOML → settings with defaults, device types and profiles looked up.
 *
 * Nothing is thrown for a bad file: every fault is found in one go, with its line and its mend.
 */

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import * as v from 'valibot';
import { DEVICE_TYPES } from '../../devices/catalogue.ts';
import type { DeviceType } from '../../devices/device-type.ts';
import { lorawanProfile } from '../../devices/lorawan/profile.ts';
import { codeOf, MachimoriError, messageOf } from '../../shared/errors.ts';
import { camelKeys, toKebab } from './case.ts';
import { crossCheck } from './cross-check.ts';
import { type Fault, fault, faultOfIssue, suggestion } from './fault.ts';
import { type LorawanProfileConfig, ProjectSettings } from './lorawan-settings.ts';
import { PortSettings } from './port-settings.ts';
import { entriesOf, memberOf } from './schema-walk.ts';
import {
  type Config,
  DestinationSettings,
  type DeviceConfig,
  DeviceSettings,
  TABLES,
  type Tables,
} from './settings.ts';
import { lineOf, type Path } from './toml-lines.ts';

/** A fault with its place, ready to print: `gateway.toml:12: …`. */
export interface LocatedFault extends Fault {
  readonly file: string;
  readonly line: number;
}

export type ConfigResult =
  | { readonly ok: true; readonly config: Config; readonly notes: readonly LocatedFault[] }
  | { readonly ok: false; readonly faults: readonly LocatedFault[] };

export function formatFault({ file, line, severity, what, mend }: LocatedFault): string {
  return `${file}:${line}: ${severity === 'note' ? 'note: ' : ''}${what}. ${mend}`;
}

/** Reads and checks a file. Throws a MachimoriError "config-unreadable" where the file itself cannot be read. */
export function readConfigFile(file: string): ConfigResult {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new MachimoriError('config-unreadable', {
      what: `the configuration cannot be read (${messageOf(cause)})`,
      on: file,
      hint:
        codeOf(cause) === 'ENOENT'
          ? 'Check the path, or begin with: machimori config > gateway.toml'
          : 'It must be a file that this user may read',
      cause,
    });
  }
  return readConfig(text, file);
}

export function readConfig(text: string, file: string): ConfigResult {
  let root: unknown;
  try {
    root = camelKeys(parse(text));
  } catch (thrown) {
    if (!(thrown instanceof TomlError)) throw thrown;
    const what = `this is no valid TOML: ${thrown.message.split('\n')[0]?.replace('Invalid TOML document: ', '')}`;
    const syntax = fault([], what, 'Text needs quotes, tables are [name] or [[name]]');
    return { ok: false, faults: [{ ...syntax, file, line: thrown.line }] };
  }
  const reader = new Reader(root);
  const config = reader.read(file);
  const faults = [...reader.faults, ...(reader.faults.length === 0 ? crossCheck(config) : [])].map((each) => ({
    ...each,
    file,
    line: lineOf(
      text,
      each.path.map((key) => (typeof key === 'string' ? toKebab(key) : key)),
    ),
  }));
  faults.sort((a, b) => a.line - b.line);
  return faults.some(({ severity }) => severity === 'fault')
    ? { ok: false, faults }
    : { ok: true, config, notes: faults };
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
    const known = [...Object.keys(TABLES), 'port', 'device', 'destination', 'profile', 'project'];
    for (const key of Object.keys(this.#root ?? {})) {
      if (known.includes(key)) continue;
      this.faults.push(fault([key], `there is no table ${toKebab(key)}`, suggestion(toKebab(key), known)));
    }
    const here = dirname(resolve(file));
    const tables = Object.fromEntries(
      Object.entries(TABLES).map(([name, schema]) => [
        name,
        this.#parse(schema, memberOf(this.#root, name) ?? {}, [name]),
      ]),
    ) as unknown as Tables; // each member parsed by the schema of its name; with faults it is not used
    const ports = this.#arrayOf('port').map((port, i) => this.#parse(PortSettings, port, ['port', i]));
    const destinations = this.#arrayOf('destination').map((each, i) =>
      this.#parse(DestinationSettings, each, ['destination', i]),
    );
    const projects = this.#arrayOf('project').map((each, i) => this.#parse(ProjectSettings, each, ['project', i]));
    const devices = this.#arrayOf('device').flatMap((device, i) => this.#device(device, ['device', i]) ?? []);
    return {
      ...tables,
      file,
      gateway: { ...tables.gateway, dataDirectory: resolve(here, tables.gateway?.dataDirectory ?? '.') },
      lorawan: withPaths(tables.lorawan, here),
      projects,
      lorawanProfiles: this.#lorawanProfiles(here),
      ports: ports.map((port) => withPaths(port, here)),
      devices,
      destinations: destinations.map((destination) => withPaths(destination, here)),
    };
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

  #device(raw: unknown, path: Path): DeviceConfig | undefined {
    const typeName = memberOf(raw, 'type');
    const deviceType = DEVICE_TYPES.find(({ name }) => name === typeName);
    if (deviceType === undefined && typeof typeName === 'string') {
      const names = DEVICE_TYPES.map(({ name }) => name);
      this.faults.push(fault([...path, 'type'], `there is no device type "${typeName}"`, suggestion(typeName, names)));
      return undefined;
    }
    const common: Record<string, unknown> = {};
    const options: Record<string, unknown> = {};
    const decodeOnly = deviceType?.decodeOnly ?? [];
    const optionNames =
      deviceType === undefined
        ? []
        : Object.keys(entriesOf(deviceType.options, raw)).filter((key) => !decodeOnly.includes(key));
    for (const [key, value] of Object.entries(raw ?? {})) {
      if (decodeOnly.includes(key)) this.faults.push(onlyForDecode(String(typeName), key, path));
      else if (key in DeviceSettings.entries || !optionNames.includes(key)) common[key] = value;
      else options[key] = value;
    }
    const parsed = this.#parse(DeviceSettings, common, path, optionNames);
    if (deviceType === undefined) return undefined;
    const { profile, ...rest } = options;
    const resolved = profile === undefined ? undefined : this.#profile(profile, deviceType, path);
    if (profile !== undefined && resolved === undefined) return undefined;
    const complete = resolved === undefined ? options : { ...rest, profile: resolved };
    return {
      ...parsed,
      deviceType,
      options: this.#parse(deviceType.options, complete, path),
      profileName: typeof profile === 'string' ? profile : undefined,
    };
  }

  #profile(profile: unknown, deviceType: DeviceType, path: Path): unknown {
    if (typeof profile !== 'string') return profile;
    const found = this.#profiles.get(profile) ?? deviceType.profiles?.[profile];
    if (found !== undefined) return found;
    const names = [...this.#profiles.keys(), ...Object.keys(deviceType.profiles ?? {})];
    this.faults.push(
      fault(
        [...path, 'profile'],
        `there is no profile "${profile}" for ${deviceType.name}`,
        names.length === 0
          ? 'Define it as a [[profile]] table'
          : `${suggestion(profile, names)} A [[profile]] table defines a new one`,
      ),
    );
    return undefined;
  }

  /** The parsed value; where it is faulty, the faults are noted and what comes back is not to be used. */
  #parse<S extends v.GenericSchema>(
    schema: S,
    value: unknown,
    path: Path,
    alsoKnown: readonly string[] = [],
  ): v.InferOutput<S> {
    const result = v.safeParse(schema, value);
    if (result.success) return result.output;
    for (const issue of result.issues) {
      const found = faultOfIssue(issue, schema, value, path);
      const unknown =
        issue.expected === 'never' && alsoKnown.length > 0 ? toKebab(String(issue.path?.[0]?.key)) : undefined;
      const known = [...Object.keys(entriesOf(schema, value)), ...alsoKnown].map(toKebab);
      this.faults.push(unknown === undefined ? found : { ...found, mend: suggestion(unknown, known) });
    }
    return value as v.InferOutput<S>; // a fault has been noted, so the configuration is refused as a whole
  }

  #arrayOf(name: string): readonly unknown[] {
    const value = memberOf(this.#root, name);
    if (value === undefined) return [];
    if (Array.isArray(value)) return value;
    this.faults.push(fault([name], `${name} must be a list of tables`, `Write [[${name}]] with two brackets`));
    return [];
  }
}

/** Whatever its value: in a configuration the setting does not exist. */
function onlyForDecode(type: string, key: string, path: Path): Fault {
  const name = toKebab(key);
  return fault(
    [...path, key],
    `the setting ${name} does not exist in a configuration: it is for decoding recordings only`,
    `Remove it; to look into a recording: machimori decode ${type} <file> --option ${name}=…`,
  );
}

function profileEntry(profile: unknown): [string, Readonly<Record<string, unknown>>] {
  const { name, ...data } = { ...(profile as Record<string, unknown>) }; // TOML gave a table
  return [String(name), data];
}

/** File names are relative to the configuration. */
function withPaths<T extends object>(settings: T, here: string): T {
  const entries = Object.entries(settings ?? {}).map(([key, value]) => [
    key,
    key.endsWith('File') && typeof value === 'string' ? resolve(here, value) : value,
  ]);
  return Object.fromEntries(entries) as T; // the same keys, with some texts made absolute
}
