/**
 * Every setting of a configuration file, with its meaning, bounds and default. `machimori config` prints this table, so
 * the documentation cannot drift. In TOML the names are in kebab-case (`batch-age`), lengths of time are "10s".
 */
import * as v from 'valibot';
import type { DeviceType } from '../../devices/device-type.ts';
import { duration } from '../../shared/duration.ts';
import { COMPRESSIONS, ENCODINGS } from '../../shared/feed/batch.ts';
import { READING_KINDS } from '../../shared/reading.ts';
import { address, flag, id, number, oneOf, setting, size, text, whole } from '../../shared/setting.ts';
import { type LorawanProfileConfig, LorawanSettings, type ProjectConfig } from './lorawan-settings.ts';
import type { PortConfig } from './port-settings.ts';

export const GatewaySettings = v.strictObject({
  id: setting(id, 'Name of this gateway; part of every batch and topic. Never give two gateways of a tenant the same.'),
  tenant: v.optional(setting(id, 'Who the readings belong to: a city, or a project in a shared network.'), 'default'),
  dataDirectory: v.optional(
    setting(text, 'Folder of the buffer file, relative to this file. Only the gateway needs to read it.'),
    'data',
  ),
});

export const BufferSettings = v.strictObject({
  maxSize: v.optional(
    setting(
      size,
      'Bound of the buffer file. When it is reached the oldest routine batches are dropped and reported as gaps.',
    ),
    '400MB',
  ),
  batchReadings: v.optional(setting(whole(1, 50_000), 'A batch is sealed when it holds this many readings…'), 500),
  batchAge: v.optional(
    setting(
      duration(10),
      '…or, while a destination is connected, when its first reading is this old. Alarms never wait.',
    ),
    '10s',
  ),
  commitWithin: v.optional(
    setting(
      duration(0, 60_000),
      'Readings from sensors that wait for no answer are written together within this time: what a power cut can cost. "0s" writes each at once. Never later than batch-age, and with the same as that each batch is written once.',
    ),
    '10s',
  ),
  holdUnsynchronised: v.optional(
    setting(
      duration(),
      'How long readings taken before the clock was set wait for it while a destination is connected; then they leave, marked.',
    ),
    '10m',
  ),
});

export const ClockSettings = v.strictObject({
  synchronised: v.optional(
    setting(
      oneOf(['auto', 'always', 'never']),
      'How to know that the system clock is right. "auto": it is past the release date and, where systemd-timesyncd runs, that has set it. "never": only a GPS fix counts.',
    ),
    'auto',
  ),
});

export const StatusSettings = v.strictObject({
  listen: v.optional(
    setting(address, 'Address of /healthz and /metrics, for `machimori status` and Prometheus. Loopback only.'),
    '127.0.0.1:9464',
  ),
  enabled: v.optional(setting(flag, 'Whether to listen at all.'), true),
});

export const LogSettings = v.strictObject({
  level: v.optional(
    setting(oneOf(['debug', 'info', 'warn', 'error']), 'What is logged to standard error, as one JSON object a line.'),
    'info',
  ),
});

export const RangeSettings = v.strictObject({
  quantity: setting(text, 'Which quantity: "level".'),
  min: v.optional(setting(number, 'Below it a value is marked out-of-range.')),
  max: v.optional(setting(number, 'Above it a value is marked out-of-range.')),
  maxRate: v.optional(
    setting(number, 'Largest credible change a second; beyond it a value is marked changing-too-fast.'),
  ),
});

export const ThresholdSettings = v.strictObject({
  alarm: setting(text, 'What the city calls it: "氾濫注意水位".'),
  quantity: setting(text, 'Which quantity: "level".'),
  raise: setting(number, 'The alarm is raised when the value reaches this…'),
  clear: setting(number, '…and cleared when it has gone back past this. Above raise: an alarm of low values.'),
});

/** What every device has, beside the options of its type. */
export const DeviceSettings = v.strictObject({
  id: setting(id, 'Name of the device in every reading. Keep it when the hardware is replaced.'),
  type: setting(text, 'Device type; see below.'),
  port: setting(id, 'Name of the port it hangs on.'),
  group: v.optional(setting(id, 'Group for the filters of destinations.')),
  tenant: v.optional(
    setting(
      id,
      "Who its readings belong to, where that is not the gateway's tenant; they go to no other's destination.",
    ),
  ),
  topic: v.optional(setting(text, 'On an MQTT port: the topic the device publishes to.')),
  schedule: v.optional(
    setting(text, 'Cron expression (minute hour day month weekday) at which a polled device is asked.'),
  ),
  place: v.optional(
    setting(
      v.strictObject({
        lat: v.optional(setting(v.pipe(number, v.minValue(-90), v.maxValue(90)), 'Degrees north, WGS 84.')),
        lon: v.optional(setting(v.pipe(number, v.minValue(-180), v.maxValue(180)), 'Degrees east, WGS 84.')),
        name: v.optional(setting(text, 'What people call the place.')),
      }),
      'Where the device stands; the city OS gets it with the birth message.',
    ),
  ),
  range: v.optional(setting(v.array(RangeSettings), 'Checks that mark doubtful values.'), []),
  threshold: v.optional(
    setting(v.array(ThresholdSettings), 'Alarms, raised and cleared here even while the link is down.'),
    [],
  ),
});

export const DestinationSettings = v.strictObject({
  name: setting(id, 'Name of the destination.'),
  type: setting(v.literal('city-os', 'must be "city-os"'), 'The feed of docs/feed.md over MQTT.'),
  url: setting(text, 'Broker of the city OS: mqtt://host:1883 or mqtts://host:8883.'),
  protocol: v.optional(setting(oneOf(['3.1.1', '5']), 'MQTT version.'), '3.1.1'),
  username: v.optional(setting(text, 'User name.')),
  passwordFile: v.optional(setting(text, 'File with the password; readable by the gateway alone.')),
  caFile: v.optional(setting(text, "Certificate authority (PEM), where the broker's is not a public one.")),
  certFile: v.optional(setting(text, 'Client certificate (PEM).')),
  keyFile: v.optional(setting(text, 'Key of the client certificate (PEM); readable by the gateway alone.')),
  acknowledge: v.optional(
    setting(
      oneOf(['receipt', 'puback']),
      'What lets a batch leave the disk. "receipt": the city OS has stored it. "puback": the broker has it; only for a city OS that cannot answer.',
    ),
    'receipt',
  ),
  encoding: v.optional(
    setting(oneOf(ENCODINGS), 'Body of a batch: "columns" (small) or "senml" (RFC 8428).'),
    'columns',
  ),
  compression: v.optional(setting(oneOf(COMPRESSIONS), 'Compression of the body.'), 'brotli'),
  window: v.optional(setting(whole(1, 64), 'Batches on their way at once…'), 8),
  windowSize: v.optional(setting(size, '…and their bytes together; a single batch may be larger.'), '1MB'),
  freshEvery: v.optional(
    setting(
      whole(1, 100),
      'After an outage every so-many-th routine batch is the newest instead of the oldest, so that the map is current while history fills in.',
    ),
    4,
  ),
  reconnectWithin: v.optional(
    setting(
      duration(0, 600_000),
      "When the connection is lost it is sought again after a random part of this time, so that a city's gateways do not return in the same second.",
    ),
    '10s',
  ),
  receiptTimeout: v.optional(
    setting(duration(1_000), 'Without a receipt within this time a batch is sent again.'),
    '30s',
  ),
  keepalive: v.optional(setting(duration(5_000, 3_600_000), 'MQTT keep-alive.'), '30s'),
  tenant: v.optional(setting(id, "Tenant under which it publishes, where that is not the gateway's.")),
  tenants: v.optional(setting(v.array(id), 'Only devices of these tenants; empty: of its own.'), []),
  kinds: v.optional(setting(v.array(oneOf(READING_KINDS)), 'Only these kinds of reading; empty: all.'), []),
  groups: v.optional(setting(v.array(id), 'Only devices of these groups; empty: all.'), []),
  devices: v.optional(setting(v.array(id), 'Only these devices; empty: all.'), []),
});

/** The single tables of a configuration, in the order in which they are printed. */
export const TABLES = {
  gateway: GatewaySettings,
  buffer: BufferSettings,
  clock: ClockSettings,
  status: StatusSettings,
  log: LogSettings,
  lorawan: LorawanSettings,
} as const;

export type DestinationConfig = v.InferOutput<typeof DestinationSettings>;

/** A device: the settings that all have, and its type with the options of that type. */
export type DeviceConfig = v.InferOutput<typeof DeviceSettings> & {
  readonly deviceType: DeviceType;
  /** The options of the device type, parsed by its schema. */
  readonly options: unknown;
  /** Name of the profile, where it was given by name. */
  readonly profileName?: string | undefined;
};

export type Tables = { readonly [Name in keyof typeof TABLES]: v.InferOutput<(typeof TABLES)[Name]> };

export interface Config extends Tables {
  readonly file: string;
  readonly ports: readonly PortConfig[];
  readonly projects: readonly ProjectConfig[];
  /** By name. */
  readonly lorawanProfiles: ReadonlyMap<string, LorawanProfileConfig>;
  readonly devices: readonly DeviceConfig[];
  readonly destinations: readonly DestinationConfig[];
}

/** Whose readings go to the destination. */
export function tenantsOf(
  { tenants, tenant }: DestinationConfig,
  { gateway }: Pick<Config, 'gateway'>,
): readonly string[] {
  return tenants.length > 0 ? tenants : [tenant ?? gateway.tenant];
}
