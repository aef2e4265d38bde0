/**
 * The register of LoRaWAN devices: `devices.json` in the data directory, changed by `machimori device` while the gateway runs.
 *
 * Promise: a change is completely on the disk before it counts, and keys are always encrypted (key-vault.ts). A register that
 * cannot be read is left untouched: the gateway runs without its devices, reports it, and accepts no new ones until it is
 * repaired. Bounds: `maxDevices` in total, and each project's limit.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { lorawanUnits } from '../../devices/lorawan/profile.ts';
import type { Region } from '../../devices/lorawan/region.ts';
import { regionOf } from '../../devices/lorawan/regions/regions.ts';
import { PROFILE_KINDS } from '../../devices/profile/kinds.ts';
import { MachimoriError, textOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import { isFamily, isOfFamily } from '../config/device-family.ts';
import type { Config } from '../config/settings.ts';
import { type DeviceEntry, policyOf } from '../intake/device-table.ts';
import { changing } from '../machine/folder-lock.ts';
import { replaceFile } from '../machine/whole-file.ts';
import { suggestedName } from '../words/suggestion.ts';
import { KeyVault } from './key-vault.ts';
import {
  type DeviceChange,
  type DeviceKeys,
  type NewDevice,
  type Refusal,
  type RegisteredDevice,
  registeredDevice,
  whyNotKeys,
  whyNotWindows,
} from './registered-device.ts';
import { say } from './words.ts';

export const maxDevices = 20_000;
/** Devices on batteries report daily at least, unless their profile says otherwise. */
const firstWithinMs = 25 * 3_600_000;

const registerJson = v.object({ version: v.literal(1), devices: v.array(registeredDevice) });

export function registerFileOf({ gateway }: Pick<Config, 'gateway'>): string {
  return join(gateway.dataDirectory, 'devices.json');
}

export class Register {
  readonly #config: Config;
  readonly #file: string;
  readonly #listeners: (() => void)[] = [];
  #unreadable: MachimoriError | undefined;
  #vault: KeyVault | undefined;
  #devices: ReadonlyMap<string, RegisteredDevice> = new Map();
  #byDevEui: ReadonlyMap<string, RegisteredDevice> = new Map();

  private constructor(config: Config) {
    this.#config = config;
    this.#file = registerFileOf(config);
  }

  /** Reads the file; empty if there is none yet. If it cannot be read, `fault` says why. */
  static open(config: Config): Register {
    const register = new Register(config);
    register.#load();
    return register;
  }

  #load(): void {
    try {
      const isThere = existsSync(this.#file);
      this.#put(isThere ? v.parse(registerJson, JSON.parse(readFileSync(this.#file, 'utf8'))).devices : []);
      this.#unreadable = undefined;
    } catch (cause) {
      this.#put([]);
      this.#unreadable = new MachimoriError('register-unreadable', {
        what: say.registerUnreadable({ why: textOf(cause) }),
        on: this.#file,
        hint: say.restoreRegister(),
        cause,
      });
    }
  }

  /** Why the devices are missing. */
  get fault(): MachimoriError | undefined {
    return this.#unreadable;
  }

  get devices(): readonly RegisteredDevice[] {
    return [...this.#devices.values()];
  }

  get(id: string): RegisteredDevice | undefined {
    return this.#devices.get(id);
  }

  findByDevEui(devEui: string): RegisteredDevice | undefined {
    return this.#byDevEui.get(devEui);
  }

  /** Called after each change. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Throws a MachimoriError "key-file". */
  get vault(): KeyVault {
    this.#vault ??= KeyVault.open(this.#config.lorawan.keyFile);
    return this.#vault;
  }

  /** A device's keys. Throws a MachimoriError "key-file". */
  keysOf({ keys, devEui }: RegisteredDevice): DeviceKeys {
    return keys === undefined ? {} : JSON.parse(Buffer.from(this.vault.unseal(keys, purposeOf(devEui))).toString());
  }

  /**
   * Registers all of them or none.
   * Throws a MachimoriError: "register-refused" (names the device), "register-unreadable", "key-file", "file-busy", "file-unwritable".
   */
  add(devices: readonly NewDevice[], at: number): void {
    this.#changing(() => this.#add(devices, at));
  }

  #add(devices: readonly NewDevice[], at: number): void {
    if (this.#unreadable !== undefined) throw this.#unreadable;
    const all = new Map(this.#devices);
    const euis = new Set(this.#byDevEui.keys());
    const counts = new Map<string, number>();
    for (const { project } of all.values()) counts.set(project, (counts.get(project) ?? 0) + 1);
    const hasKeys = devices.some(({ keys }) => Object.keys(keys).length > 0);
    if (hasKeys) {
      this.#vault ??= this.#devices.size === 0 ? KeyVault.openOrCreate(this.#config.lorawan.keyFile) : this.vault;
    }
    for (const device of devices) {
      const why = this.#whyNot(device, { all, euis, counts });
      if (why !== undefined) throw refused(device.id, why.what, why.mend);
      const { keys, ...rest } = device;
      const sealed = Object.keys(keys).length === 0 ? undefined : this.#seal(keys, device.devEui);
      all.set(device.id, { ...rest, registeredAt: at, ...(sealed !== undefined && { keys: sealed }) });
      euis.add(device.devEui);
      counts.set(device.project, (counts.get(device.project) ?? 0) + 1);
    }
    this.#write([...all.values()]);
  }

  /** Changes all of them or none; they keep their sessions. Throws like `add`. */
  change(ids: readonly string[], change: DeviceChange): void {
    this.#changing(() => this.#change(ids, change));
  }

  #change(ids: readonly string[], change: DeviceChange): void {
    this.checkRegistered(ids);
    const changed = new Set(ids);
    const devices = this.devices.map((device) =>
      changed.has(device.id) ? { ...device, ...change, profile: change.profile ?? device.profile } : device,
    );
    for (const device of devices.filter(({ id }) => changed.has(id))) {
      const why = this.#whyNotProfile(device.profile) ?? whyNotWindows(device, this.#region);
      if (why !== undefined) throw refused(device.id, why.what, why.mend);
    }
    this.#write(devices);
  }

  /** Throws a MachimoriError "register-refused" for the first that is not registered, or "register-unreadable". */
  checkRegistered(ids: readonly string[]): void {
    if (this.#unreadable !== undefined) throw this.#unreadable;
    const missing = ids.find((id) => !this.#devices.has(id));
    if (missing === undefined) return;
    const known = [...this.#devices.keys()].slice(0, 20);
    throw refused(missing, say.notRegistered(), suggestedName(missing, known, say.registerFirst()));
  }

  /** Removes all of them or none. Throws like `add`. */
  remove(ids: readonly string[]): void {
    this.#changing(() => {
      this.checkRegistered(ids);
      const gone = new Set(ids);
      this.#write(this.devices.filter(({ id }) => !gone.has(id)));
    });
  }

  /** From what is on the disk then, whichever process wrote it. */
  #changing(work: () => void): void {
    changing(dirname(this.#file), () => {
      this.#load();
      work();
    });
  }

  /** Devices that no longer fit the configuration, with the reason. */
  get misfits(): readonly { readonly id: string; readonly why: Text }[] {
    const { devices, lorawanProfiles } = this.#config;
    const configured = new Set(devices.map(({ id }) => id));
    const projects = new Set(this.#projectNames);
    return this.devices.flatMap(({ id, profile, project }) => {
      if (!lorawanProfiles.has(profile)) return [{ id, why: say.noProfile({ profile }) }];
      if (!projects.has(project)) return [{ id, why: say.noProject({ project }) }];
      if (configured.has(id)) return [{ id, why: say.configuredNameTaken() }];
      const family = this.#familyOf(id);
      return family === undefined ? [] : [{ id, why: say.namedLikeFamily({ id, family }) }];
    });
  }

  /** The configured family of devices that might give this name to one of its own. */
  #familyOf(id: string): string | undefined {
    return this.#config.devices.find((device) => isFamily(device) && isOfFamily(id, device))?.id;
  }

  /** Who may own devices: the gateway's tenant and each project. */
  get #projectNames(): readonly string[] {
    const { gateway, projects } = this.#config;
    return [gateway.tenant, ...projects.map(({ name }) => name)];
  }

  /** The devices as the rest of the gateway sees them. */
  get entries(): readonly DeviceEntry[] {
    return this.devices.map((device) => this.#entryOf(device));
  }

  #entryOf({ id, group, project, place, profile: profileName, range, threshold }: RegisteredDevice): DeviceEntry {
    const profile = this.#config.lorawanProfiles.get(profileName);
    return {
      id,
      type: 'lorawan',
      group,
      tenant: project,
      place,
      profileName,
      kinds: profile === undefined ? PROFILE_KINDS : [...new Set([profile.kind, 'measurement', 'status'])],
      units: profile === undefined ? {} : lorawanUnits(profile),
      policy: policyOf(range, threshold, profile?.batteryBelow),
      expectEveryMs: profile?.expectEveryMs,
      firstWithinMs,
    };
  }

  #whyNot(
    device: NewDevice,
    {
      all,
      euis,
      counts,
    }: {
      readonly all: ReadonlyMap<string, RegisteredDevice>;
      readonly euis: ReadonlySet<string>;
      readonly counts: ReadonlyMap<string, number>;
    },
  ): Refusal | undefined {
    const { id, devEui, project, profile } = device;
    const { devices, projects } = this.#config;
    if (all.size >= maxDevices) return { what: say.tooManyDevices({ max: maxDevices }), mend: say.removeSome() };
    if (all.has(id) || devices.some((configured) => configured.id === id)) {
      return { what: say.nameTaken(), mend: say.giveOwnName() };
    }
    const family = this.#familyOf(id);
    if (family !== undefined) return { what: say.namedLikeFamily({ id, family }), mend: say.giveOwnName() };
    if (euis.has(devEui)) {
      return { what: say.devEuiTaken({ devEui }), mend: say.removeOther() };
    }
    const names = this.#projectNames;
    if (!names.includes(project))
      return { what: say.noProject({ project }), mend: suggestedName(project, names, say.defineProject()) };
    const most = projects.find(({ name }) => name === project)?.maxDevices ?? maxDevices;
    if ((counts.get(project) ?? 0) >= most) {
      return { what: say.projectFull({ project, max: most }), mend: say.raiseMaxDevices() };
    }
    return this.#whyNotProfile(profile) ?? whyNotKeys(device) ?? whyNotWindows(device, this.#region);
  }

  #whyNotProfile(profile: string): Refusal | undefined {
    const { lorawanProfiles } = this.#config;
    if (lorawanProfiles.has(profile)) return undefined;
    const suggestion = suggestedName(profile, [...lorawanProfiles.keys()], say.noProfiles());
    return { what: say.noProfile({ profile }), mend: say.defineProfile({ suggestion }) };
  }

  get #region(): Region {
    return regionOf(this.#config.lorawan.region);
  }

  #seal(keys: DeviceKeys, devEui: string): string {
    return this.vault.seal(Buffer.from(JSON.stringify(keys)), purposeOf(devEui));
  }

  #write(devices: readonly RegisteredDevice[]): void {
    const lines = devices.map((device) => JSON.stringify(device)).join(',\n');
    replaceFile(this.#file, Buffer.from(`{"version":1,"devices":[\n${lines}\n]}\n`));
    this.#put(devices);
    for (const listener of this.#listeners) listener();
  }

  #put(devices: readonly RegisteredDevice[]): void {
    this.#devices = new Map(devices.map((device) => [device.id, device]));
    this.#byDevEui = new Map(devices.map((device) => [device.devEui, device]));
  }
}

function purposeOf(devEui: string): string {
  return `device ${devEui}`;
}

function refused(id: string, what: Text, mend: Text): MachimoriError {
  return new MachimoriError('register-refused', { what, on: say.theDevice({ id }), hint: mend });
}
