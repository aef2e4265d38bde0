/**
 * All devices of the gateway: configured ones, those that families have met, and LoRaWAN devices registered while it runs.
 *
 * What the stages behind the device types know of a device: its owner, its place, its checks.
 */
import { UNITS_OF_KIND, type Units } from '../../shared/reading.ts';
import type { BatteryLimit } from '../../shared/setting.ts';
import { isFamily, isOfFamily } from '../config/device-family.ts';
import type { Config, DeviceConfig } from '../config/settings.ts';
import { type Policy, withBattery } from '../policy/policy.ts';
import { longestPauseMs } from './schedule-pause.ts';

export interface DeviceEntry
  extends Pick<DeviceConfig, 'id' | 'type' | 'group' | 'tenant' | 'place' | 'placeFrom' | 'profileName'> {
  /** The outside source that tells of it. */
  readonly source?: string;
  /** The family that it is of. */
  readonly family?: string;
  readonly kinds: readonly string[];
  readonly units: Units;
  readonly policy: Policy;
  /** That it works, its readings do not tell. */
  readonly provesItself?: true;
  /** How long it may be quiet before it counts as silent, ms; 0 for ever. Undefined: its own rhythm tells. */
  readonly expectEveryMs?: number | undefined;
  /** How long it may take to be heard for the first time while nothing else is known, ms. */
  readonly firstWithinMs: number;
}

/** A device with a line or a broker, whose rhythm is not known yet. */
const firstWithinMs = 15 * 60_000;
/** Pages are renewed every hour or sooner. */
const documentWithinMs = 3 * 3_600_000;

type Configured = Pick<Config, 'devices'> & Partial<Pick<Config, 'ports'>>;

export class DeviceTable {
  #configured: readonly DeviceEntry[] = [];
  #families: readonly DeviceEntry[] = [];
  #met: readonly DeviceEntry[] = [];
  #registered: readonly DeviceEntry[] = [];
  #all: readonly DeviceEntry[] = [];
  #byId: ReadonlyMap<string, DeviceEntry> = new Map();

  constructor(config: Configured, registered: readonly DeviceEntry[] = []) {
    this.#registered = registered;
    this.configure(config);
  }

  /** The devices of another configuration, in the place of those of the last. */
  configure({ devices, ports = [] }: Configured): void {
    this.#configured = devices.filter((device) => !isFamily(device)).map((device) => entryOf(device, ports));
    this.#families = devices.filter(isFamily).map((device) => entryOf(device, ports));
    this.#list();
  }

  get(id: string): DeviceEntry | undefined {
    return this.#byId.get(id) ?? this.unlisted(id);
  }

  /** A device that a family has met before it is listed: readings of it may be sealed while the buffer is opened. */
  unlisted(id: string): DeviceEntry | undefined {
    if (this.#byId.has(id)) return undefined;
    const family = this.#families.find((each) => isOfFamily(id, each));
    return family && { ...family, id, family: family.id };
  }

  /** Another list after each change. */
  get all(): readonly DeviceEntry[] {
    return this.#all;
  }

  /** What is registered now, in the place of what was. */
  setRegistered(registered: readonly DeviceEntry[]): void {
    this.#registered = registered;
    this.#list();
  }

  /** Those that families have met, in the place of what was. */
  setMet(ids: readonly string[]): void {
    const known = new Map(this.#met.map((entry) => [entry.id, entry]));
    this.#met = ids.flatMap((id) => known.get(id) ?? this.unlisted(id) ?? []);
    this.#list();
  }

  #list(): void {
    this.#all = [...this.#configured, ...this.#met, ...this.#registered];
    this.#byId = new Map(this.#all.map((device) => [device.id, device]));
  }
}

/** What a device's readings are checked by. */
export function policyOf(
  ranges: Policy['ranges'],
  thresholds: Policy['thresholds'],
  battery: BatteryLimit | undefined,
): Policy {
  return { ranges, thresholds: withBattery(thresholds, battery) };
}

function entryOf(device: DeviceConfig, ports: Config['ports']): DeviceEntry {
  const {
    id,
    type,
    group,
    tenant,
    place,
    placeFrom,
    profileName,
    deviceType,
    options,
    range,
    threshold,
    expectEveryMs,
    batteryBelow,
    schedule,
  } = device;
  const port = ports.find(({ name }) => name === device.port);
  const source = port?.portType.source?.(port.settings);
  return {
    id,
    type,
    ...(source !== undefined && { source }),
    group,
    tenant,
    place,
    placeFrom,
    profileName,
    kinds: deviceType.kinds,
    units: deviceType.units?.(options) ?? Object.assign({}, ...deviceType.kinds.map((kind) => UNITS_OF_KIND[kind])),
    policy: policyOf(range, threshold, batteryBelow),
    ...(deviceType.provesItself && { provesItself: true }),
    expectEveryMs: expectEveryMs ?? deviceType.quietForMs?.(options),
    firstWithinMs:
      (deviceType.takesDocuments ? documentWithinMs : firstWithinMs) +
      (schedule === undefined ? 0 : longestPauseMs(schedule)),
  };
}
