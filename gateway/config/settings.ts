/**
 * Every setting of a configuration file but those of ports and destinations (their catalogues have them), with its meaning,
 * bounds and default. `machimori config` prints this table, so the documentation cannot drift.
 */
import * as v from 'valibot';
import type { DeviceType } from '../../devices/device-type.ts';
import { duration } from '../../shared/duration.ts';
import {
  address,
  batteryLimit,
  filled,
  flag,
  hostName,
  id,
  listOf,
  must,
  number,
  oneOf,
  setting,
  size,
  text,
  whole,
} from '../../shared/setting.ts';
import { say as shared } from '../../shared/words.ts';
import type { DestinationConfig } from '../destinations/destination.ts';
import type { OutputConfig } from '../outputs/output.ts';
import type { PortConfig } from '../ports/port.ts';
import { type LorawanProfileConfig, LorawanSettings, type ProjectConfig } from './lorawan-settings.ts';
import { OrdersSettings } from './orders-settings.ts';
import { say } from './setting-words.ts';
import { ThresholdSettings } from './threshold-settings.ts';
import type { WatchConfig } from './watch-settings.ts';

export const GatewaySettings = v.strictObject({
  id: setting(id, say.gatewayId()),
  tenant: v.optional(setting(id, say.gatewayTenant()), 'default'),
  dataDirectory: v.optional(setting(filled, say.dataDirectory()), 'data'),
});

export const BufferSettings = v.strictObject({
  maxSizeBytes: v.optional(
    setting(v.pipe(size, v.minValue(32_000, must(shared.mustBeAtLeast({ min: '32kB' })))), say.maxSize()),
    '400MB',
  ),
  batchReadings: v.optional(setting(whole(1, 50_000), say.batchReadings()), 500),
  batchAgeMs: v.optional(setting(duration(10), say.batchAge()), '10s'),
  commitWithinMs: v.optional(setting(duration(0, 60_000), say.commitWithin()), '10s'),
  holdUnsynchronisedMs: v.optional(setting(duration(), say.holdUnsynchronised()), '10m'),
});

export const ClockSettings = v.strictObject({
  synchronised: v.optional(setting(oneOf(['auto', 'always', 'never']), say.synchronised()), 'auto'),
});

export const StatusSettings = v.strictObject({
  listen: v.optional(setting(address, say.statusListen()), '127.0.0.1:9464'),
  enabled: v.optional(setting(flag, say.statusEnabled()), true),
});

const tilesOrNone = v.pipe(
  text,
  v.regex(/^$|^https:\/\/[^\s'";,{}]+\{z\}\S*$/, must(say.mustBeTiles())),
  v.check((written) => written === '' || URL.canParse(written), must(say.mustBeTiles())),
);

export const ConsoleSettings = v.strictObject({
  enabled: v.optional(setting(flag, say.consoleEnabled()), false),
  listen: v.optional(setting(address, say.consoleListen()), '127.0.0.1:9465'),
  names: v.optional(setting(listOf(hostName, 20), say.consoleNames()), []),
  listenCertFile: v.optional(setting(text, say.consoleCertFile())),
  listenKeyFile: v.optional(setting(text, say.consoleKeyFile())),
  tiles: v.optional(
    setting(tilesOrNone, say.consoleTiles()),
    'https://cyberjapandata.gsi.go.jp/xyz/std/{z}/{x}/{y}.png',
  ),
});
export type ConsoleConfig = v.InferOutput<typeof ConsoleSettings>;

export const LogSettings = v.strictObject({
  level: v.optional(setting(oneOf(['debug', 'info', 'warn', 'error']), say.logLevel()), 'info'),
});

export const RangeSettings = v.strictObject({
  quantity: setting(filled, say.rangeQuantity()),
  min: v.optional(setting(number, say.rangeMin())),
  max: v.optional(setting(number, say.rangeMax())),
  maxRate: v.optional(setting(number, say.maxRate())),
});

const PlaceSettings = v.strictObject({
  lat: v.optional(setting(v.pipe(number, v.minValue(-90), v.maxValue(90)), say.lat())),
  lon: v.optional(setting(v.pipe(number, v.minValue(-180), v.maxValue(180)), say.lon())),
  name: v.optional(setting(text, say.placeName())),
});

/** What every device has, besides the options of its type. */
export const DeviceSettings = v.strictObject({
  id: setting(id, say.deviceId()),
  type: setting(text, say.deviceType()),
  port: setting(id, say.devicePort()),
  group: v.optional(setting(id, say.deviceGroup())),
  tenant: v.optional(setting(id, say.deviceTenant())),
  topic: v.optional(setting(text, say.topic())),
  maxDevices: v.optional(setting(whole(1, 10_000), say.familyMaxDevices()), 100),
  forgetAfterMs: v.optional(setting(duration(), say.forgetAfter()), '30d'),
  schedule: v.optional(setting(text, say.schedule())),
  alarmSchedule: v.optional(setting(text, say.alarmSchedule())),
  expectEveryMs: v.optional(setting(duration(), say.expectEvery())),
  batteryBelow: v.optional(setting(batteryLimit, say.batteryBelow())),
  place: v.optional(setting(PlaceSettings, say.place())),
  placeFrom: v.optional(setting(id, say.placeFrom())),
  range: v.optional(setting(v.array(RangeSettings), say.range()), []),
  threshold: v.optional(setting(v.array(ThresholdSettings), say.threshold()), []),
});

export const WatchOverSettings = v.strictObject({
  listKey: v.optional(setting(v.pipe(text, v.regex(/^[A-Za-z0-9_-]{43}$/, must(say.mustBeListKey()))), say.listKey())),
  listRefreshMs: v.optional(setting(duration(60_000, 86_400_000), say.listRefresh()), '1h'),
  listValidityMs: v.optional(setting(duration(600_000, 31 * 86_400_000), say.listValidity()), '24h'),
});

/** The single tables of a configuration, in the order in which they are printed. */
export const TABLES = {
  gateway: GatewaySettings,
  buffer: BufferSettings,
  clock: ClockSettings,
  status: StatusSettings,
  console: ConsoleSettings,
  log: LogSettings,
  lorawan: LorawanSettings,
  watchOver: WatchOverSettings,
  orders: OrdersSettings,
} as const;

/** A device: the settings that all have, and its type with the options of that type. */
export type DeviceConfig = v.InferOutput<typeof DeviceSettings> & {
  readonly deviceType: DeviceType;
  /** The options of the device type, parsed by its schema. */
  readonly options: unknown;
  /** Name of the profile, if it was given by name. */
  readonly profileName?: string | undefined;
};

export type Tables = { readonly [Name in keyof typeof TABLES]: v.InferOutput<(typeof TABLES)[Name]> };

/** Tables of a file, with their keys in camel case. */
export type Written = Readonly<Record<string, unknown>>;

export interface Config extends Tables {
  readonly file: string;
  /** The tables as the file has them, by which two configurations are compared (differences.ts). */
  readonly written: Written;
  readonly ports: readonly PortConfig[];
  readonly projects: readonly ProjectConfig[];
  /** Of a hub. */
  readonly watches: readonly WatchConfig[];
  /** By name. */
  readonly lorawanProfiles: ReadonlyMap<string, LorawanProfileConfig>;
  readonly devices: readonly DeviceConfig[];
  readonly destinations: readonly DestinationConfig[];
  readonly outputs: readonly OutputConfig[];
}
