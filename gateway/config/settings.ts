/**
 * Every setting of a configuration file, with its meaning, bounds and default. `machimori config` prints this table, so
 * the documentation cannot drift. In TOML the names are in kebab-case (`batch-age`), lengths of time are "10s".
 */
import * as v from 'valibot';
import type { DeviceType } from '../../devices/device-type.ts';
import type { LorawanProfile } from '../../devices/lorawan/profile.ts';
import { REGION_NAMES } from '../../devices/lorawan/regions.ts';
import { duration } from '../../shared/duration.ts';
import { COMPRESSIONS, ENCODINGS } from '../../shared/feed/batch.ts';
import { READING_KINDS } from '../../shared/reading.ts';

/** A setting: what it accepts and what it means. */
function setting<S extends v.GenericSchema>(schema: S, description: string) {
  return v.pipe(schema, v.description(description));
}

/** A name that goes into topics, logs and file names. */
export const deviceId = v.pipe(
  v.string('must be text in quotes'),
  v.regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'must be 1 to 64 letters, digits, ".", "_" or "-", beginning with a letter or digit',
  ),
);
const id = deviceId;
const text = v.string('must be text in quotes');
const flag = v.boolean('must be true or false');
const whole = (min: number, max: number) =>
  v.pipe(
    v.number(`must be a whole number from ${min} to ${max}`),
    v.integer(`must be a whole number from ${min} to ${max}`),
    v.minValue(min, `must be at least ${min}`),
    v.maxValue(max, `must be at most ${max}`),
  );
const number = v.number('must be a number');
const oneOf = <const T extends readonly string[]>(words: T) =>
  v.picklist(words, `must be one of ${words.map((word) => `"${word}"`).join(', ')}`);

/** "400MB", "64kB", "1.5GB" → bytes (decimal multiples, as SD cards are sold). */
const size = v.pipe(
  v.string('must be a size such as "400MB"'),
  v.regex(/^\d+(\.\d+)?\s*(kB|MB|GB)$/, 'must be a size such as "400MB", "64kB" or "2GB"'),
  v.transform((written) => {
    const [, amount, unit] = /^([\d.]+)\s*(kB|MB|GB)$/.exec(written) ?? [];
    return Math.round(Number(amount) * (unit === 'GB' ? 1e9 : unit === 'MB' ? 1e6 : 1e3));
  }),
);

/** "host:port"; a port alone is not enough, since it would listen everywhere. */
const address = v.pipe(
  text,
  v.regex(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}$/, 'must be "host:port", such as "127.0.0.1:9464"'),
);

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

const eui = v.pipe(
  v.string('must be an EUI-64, such as "b827ebfffe123456"'),
  v.regex(/^[0-9a-fA-F]{16}$/, 'must be an EUI-64: 16 hexadecimal digits, such as "b827ebfffe123456"'),
  v.toLowerCase(),
);
const stations = v.optional(
  setting(v.array(eui), 'EUIs of the LoRa gateways that may connect; empty: any, and then on loopback only.'),
  [],
);

export const LorawanSettings = v.strictObject({
  region: v.optional(
    setting(oneOf(REGION_NAMES), 'Band and rules (LoRa Alliance RP002). Japan is AS923-1.'),
    'AS923-1',
  ),
  netId: v.optional(
    setting(
      v.pipe(text, v.regex(/^[0-9a-fA-F]{6}$/, 'must be 6 hexadecimal digits'), v.toLowerCase()),
      'NetID of the network (LoRaWAN Backend Interfaces §11.1): "000000" and "000001" are for private ones.',
    ),
    '000000',
  ),
  keyFile: v.optional(
    setting(
      text,
      'File with the key under which the keys of devices are encrypted; made by the first `machimori device add`. Keep a copy in a safe place.',
    ),
    'lorawan.key',
  ),
  channels: v.optional(
    setting(
      v.pipe(v.array(whole(100_000_000, 1_000_000_000)), v.maxLength(5, 'must not be more than five')),
      'Uplink channels (Hz) beside those that every device of the region knows, at most five. AS923 and EU868 only.',
    ),
    [],
  ),
  subBand: v.optional(
    setting(whole(1, 8), 'US915 and AU915: the sub-band of eight channels that the LoRa gateways hear.'),
    2,
  ),
  rx1Delay: v.optional(
    setting(
      v.pipe(
        duration(1_000, 15_000),
        v.check((ms) => ms % 1000 === 0, 'must be a whole number of seconds'),
      ),
      'From the end of an uplink to the first receive window. Longer for LoRa gateways behind a slow link.',
    ),
    '1s',
  ),
  downlinkDwellTime: v.optional(
    setting(flag, 'AS923 and AU915: whether downlinks may take 400 ms at most (not in Japan).'),
    false,
  ),
  uplinkDwellTime: v.optional(
    setting(flag, 'AS923 and AU915: whether uplinks may take 400 ms at most (not in Japan).'),
    false,
  ),
  adr: v.optional(setting(flag, 'Whether data rate and power of devices that ask for it are adapted.'), true),
  adrMarginDb: v.optional(setting(whole(0, 30), 'Reserve that adaptation leaves, dB.'), 10),
  deviceStatusEvery: v.optional(
    setting(
      duration(3_600_000),
      'How often a device is asked for its battery and link margin; each time costs it a downlink.',
    ),
    '1d',
  ),
  gather: v.optional(
    setting(
      duration(0, 800),
      'How long one frame is waited for from other LoRa gateways, so that each is stored once with every RSSI and SNR.',
    ),
    '200ms',
  ),
});

export const ProjectSettings = v.strictObject({
  name: setting(
    id,
    'Name of an outside project: the tenant of its devices and destinations. Others neither see nor starve it.',
  ),
  maxDevices: v.optional(setting(whole(1, 20_000), 'LoRaWAN devices that it may register.'), 100),
  uplinksPerHour: v.optional(
    setting(
      whole(1, 10_000_000),
      'Uplinks an hour of all its devices together; what is beyond is counted and dropped.',
    ),
    6_000,
  ),
  quota: v.optional(
    setting(
      size,
      'Bytes of the buffer that may wait for each of its destinations; then its own oldest batches are dropped, and reported.',
    ),
    '20MB',
  ),
});

const portName = setting(id, 'Name of the port, to which devices refer.');

export const PortSettings = v.variant(
  'type',
  [
    v.strictObject({
      name: portName,
      type: setting(v.literal('serial'), 'A serial port of this machine.'),
      path: setting(text, 'Device file. One that stays the same when plugged in elsewhere: /dev/serial/by-id/…'),
      baud: v.optional(setting(whole(300, 4_000_000), 'Bits a second.'), 9600),
      dataBits: v.optional(setting(v.picklist([5, 6, 7, 8], 'must be 5, 6, 7 or 8'), 'Data bits.'), 8),
      parity: v.optional(setting(oneOf(['none', 'even', 'odd']), 'Parity.'), 'none'),
      stopBits: v.optional(setting(v.picklist([1, 2], 'must be 1 or 2'), 'Stop bits.'), 1),
      flowControl: v.optional(setting(flag, 'RTS/CTS flow control (HCI over UART needs it at high rates).'), false),
    }),
    v.strictObject({
      name: portName,
      type: setting(v.literal('tcp'), 'A serial server (ser2net and the like), or a Modbus TCP device.'),
      address: setting(address, 'Where it listens, as "host:port".'),
    }),
    v.strictObject({
      name: portName,
      type: setting(v.literal('mqtt'), 'Devices that publish over MQTT; each device names its topic.'),
      listen: v.optional(
        setting(address, 'Where the embedded broker listens. Beyond loopback it needs username and password-file.'),
        '127.0.0.1:1883',
      ),
      url: v.optional(
        setting(text, 'An existing broker to subscribe at instead of the embedded one: mqtt:// or mqtts://.'),
      ),
      username: v.optional(setting(text, 'User name, of the embedded broker or at the existing one.')),
      passwordFile: v.optional(setting(text, 'File with the password; readable by the gateway alone.')),
      caFile: v.optional(setting(text, 'Certificate authority of an existing broker (PEM).')),
      maxClients: v.optional(setting(whole(1, 10_000), 'Connections that the embedded broker accepts.'), 200),
    }),
    v.strictObject({
      name: portName,
      type: setting(v.literal('lorawan-udp'), 'LoRa gateways with a Semtech UDP packet forwarder (GWMP v2).'),
      listen: v.optional(
        setting(address, 'Where they send to. The protocol knows no password: beyond loopback name the stations.'),
        '127.0.0.1:1700',
      ),
      stations,
      antennaGainDbi: v.optional(
        setting(
          v.pipe(number, v.minValue(-10), v.maxValue(20)),
          "Gain of the stations' antennas less their cables' loss, dBi.",
        ),
        0,
      ),
    }),
    v.strictObject({
      name: portName,
      type: setting(v.literal('basics-station'), 'LoRa gateways with LoRa Basics Station (LNS over WebSocket).'),
      listen: v.optional(
        setting(address, 'Where they connect to. Beyond loopback it needs cert-file, key-file and a token-file.'),
        '127.0.0.1:3001',
      ),
      stations,
      certFile: v.optional(setting(text, 'Server certificate (PEM), for wss://.')),
      keyFile: v.optional(setting(text, 'Key of the server certificate (PEM); readable by the gateway alone.')),
      caFile: v.optional(
        setting(text, 'Certificate authority (PEM) of client certificates, where they are asked for.'),
      ),
      tokenFile: v.optional(
        setting(text, 'File with the token that every station sends as "Authorization: Bearer …" (its tc.key).'),
      ),
    }),
    v.strictObject({
      name: portName,
      type: setting(v.literal('chirpstack'), 'A ChirpStack v4, by its MQTT integration (JSON).'),
      url: setting(text, 'Its broker: mqtt://host:1883 or mqtts://host:8883.'),
      application: v.optional(setting(text, 'Id of one application; without it those of all are taken.')),
      username: v.optional(setting(text, 'User name.')),
      passwordFile: v.optional(setting(text, 'File with the password; readable by the gateway alone.')),
      caFile: v.optional(setting(text, "Certificate authority (PEM), where the broker's is not a public one.")),
    }),
  ],
  'must be "serial", "tcp", "mqtt", "lorawan-udp", "basics-station" or "chirpstack"',
);

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

export type PortConfig = v.InferOutput<typeof PortSettings>;
export type RadioPortConfig = Extract<PortConfig, { type: 'lorawan-udp' | 'basics-station' }>;
export type ProjectConfig = v.InferOutput<typeof ProjectSettings>;
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

/** A profile of LoRaWAN devices, with the codec's file made absolute. */
export type LorawanProfileConfig = LorawanProfile & {
  readonly name: string;
  /** Its place among the [[profile]] tables. */
  readonly index: number;
};

export interface Config extends Tables {
  readonly file: string;
  readonly ports: readonly PortConfig[];
  readonly projects: readonly ProjectConfig[];
  /** By name. */
  readonly lorawanProfiles: ReadonlyMap<string, LorawanProfileConfig>;
  readonly devices: readonly DeviceConfig[];
  readonly destinations: readonly DestinationConfig[];
}
