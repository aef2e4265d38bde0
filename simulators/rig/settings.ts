/** The tables of a rig's file: what each setting accepts and means. Devices' own settings are in their kinds. */
import * as v from 'valibot';
import { duration } from '../../shared/duration.ts';
import { READING_KINDS } from '../../shared/reading.ts';
import {
  address,
  deviceId,
  filled,
  finite,
  flag,
  listOf,
  must,
  number,
  oneOf,
  setting,
  size,
  text,
  whole,
} from '../../shared/setting.ts';
import { aboveZero, latitude, longitude, someOf } from './common-settings.ts';
import { CONDITION } from './condition.ts';
import { say } from './setting-words.ts';

const maxDevices = 10_000;
const isoTime = v.pipe(
  v.string(must(say.mustBeTime())),
  v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/, must(say.mustBeTime())),
  v.check(isDay, must(say.mustBeTime())),
);

/** `Date.parse` takes the 30th of February for the 2nd of March. */
function isDay(text: string): boolean {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text.slice(0, 10));
}

const condition = v.pipe(v.string(must(say.mustBeCondition())), v.regex(CONDITION, must(say.mustBeCondition())));
const names = listOf(deviceId, maxDevices);

export const RigSettings = v.strictObject({
  name: v.optional(setting(deviceId, say.rigName()), 'rig'),
  seed: v.optional(setting(whole(0, 2 ** 32 - 1), say.seed()), 1),
  durationMs: v.optional(setting(duration(1_000), say.duration()), '60s'),
  settleMs: v.optional(setting(duration(0, 3_600_000), say.settle()), '60s'),
  timeScale: v.optional(setting(aboveZero, say.timeScale()), 1),
  clock: v.optional(setting(oneOf(['real', 'virtual']), say.clock()), 'real'),
  begin: v.optional(setting(isoTime, say.begin())),
  wires: v.optional(setting(oneOf(['pty', 'tcp']), say.wires()), 'pty'),
  awaitReaderMs: v.optional(setting(duration(0, 3_600_000), say.awaitReader()), '30s'),
  folder: v.optional(setting(filled, say.folder()), 'rig-data'),
  control: v.optional(
    setting(v.pipe(address, v.regex(/^(127\.0\.0\.1|\[::1\]|localhost):/, must(say.mustBeLoopback()))), say.control()),
  ),
});
export type RigSettings = v.InferOutput<typeof RigSettings>;

const name = setting(deviceId, say.wireName());
export const WIRE_SETTINGS = v.variant('type', [
  v.strictObject({
    name,
    type: setting(v.literal('pty'), say.ptyWire()),
    link: v.optional(setting(filled, say.link())),
  }),
  v.strictObject({
    name,
    type: setting(v.literal('tcp'), say.tcpWire()),
    port: v.optional(setting(whole(0, 65_535), say.tcpPort()), 0),
    closesIdleAfterMs: v.optional(setting(duration(100), say.closesIdleAfter())),
  }),
  v.strictObject({
    name,
    type: setting(v.literal('serial'), say.serialWire()),
    path: setting(filled, say.serialPath()),
    baud: v.optional(setting(whole(300, 4_000_000), say.baud()), 9600),
    dataBits: v.optional(setting(v.picklist([5, 6, 7, 8], must(say.mustBeDataBits())), say.dataBits()), 8),
    parity: v.optional(setting(oneOf(['none', 'even', 'odd']), say.parity()), 'none'),
    stopBits: v.optional(setting(v.picklist([1, 2], must(say.mustBeStopBits())), say.stopBits()), 1),
  }),
  v.strictObject({
    name,
    type: setting(v.literal('mqtt'), say.mqttWire()),
    url: setting(v.pipe(filled, v.regex(/^mqtt:\/\/[^/]+$/, must(say.mustBeMqtt()))), say.mqttUrl()),
  }),
  v.strictObject({
    name,
    type: setting(v.literal('broker'), say.brokerWire()),
    port: v.optional(setting(whole(0, 65_535), say.brokerPort()), 0),
    maxPacketBytes: v.optional(setting(size, say.maxPacket())),
    retained: v.optional(
      setting(
        listOf(
          v.strictObject({ topic: setting(filled, say.retainedTopic()), payload: setting(text, say.payload()) }),
          1_000,
        ),
        say.retained(),
      ),
      [],
    ),
  }),
  v.strictObject({
    name,
    type: setting(v.literal('dial-in'), say.dialInWire()),
    address: setting(address, say.dialInAddress()),
    registration: v.optional(setting(filled, say.registration())),
    heartbeat: v.optional(setting(filled, say.heartbeat())),
    heartbeatEveryMs: v.optional(setting(duration(1_000), say.heartbeatEvery()), '30s'),
  }),
]);
export type WireSettings = v.InferOutput<typeof WIRE_SETTINGS>;
export type WireType = WireSettings['type'];

const place = v.strictObject({
  lat: latitude,
  lon: longitude,
  name: v.optional(setting(filled, say.placeName())),
});

/** Of every device; its kind adds its own. */
export const DEVICE_ENTRIES = {
  id: setting(deviceId, say.deviceId()),
  type: setting(filled, say.deviceType()),
  count: v.optional(setting(whole(1, maxDevices), say.count()), 1),
  wire: v.optional(setting(deviceId, say.wire())),
  place: v.optional(setting(place, say.place())),
  gateway: v.optional(setting(v.record(v.string(), v.unknown()), say.deviceGateway()), {}),
};

export const DEVICE_SETTINGS = v.strictObject(DEVICE_ENTRIES);

export const GatewaySettings = v.strictObject({
  run: v.optional(setting(oneOf(['here', 'process', 'command']), say.gatewayRun()), 'here'),
  config: v.optional(setting(filled, say.gatewayConfig())),
  command: v.optional(setting(someOf(filled, 100), say.gatewayCommand())),
  batchAge: v.optional(setting(filled, say.batchAge()), '1s'),
});
export type GatewaySettings = v.InferOutput<typeof GatewaySettings>;

const refuse = v.strictObject({
  device: v.optional(setting(deviceId, say.refuseDevice())),
  kind: v.optional(setting(oneOf(READING_KINDS), say.refuseKind())),
  quantity: v.optional(setting(filled, say.refuseQuantity())),
  above: v.optional(setting(number, say.refuseAbove())),
  below: v.optional(setting(number, say.refuseBelow())),
  reason: setting(filled, say.refuseReason()),
});

export const CitySettings = v.strictObject({
  name: setting(deviceId, say.cityName()),
  type: v.optional(setting(oneOf(['feed', 'ngsi-v2', 'ngsi-ld', 'hub']), say.cityType()), 'feed'),
  port: v.optional(setting(whole(0, 65_535), say.cityPort()), 0),
  tls: v.optional(setting(flag, say.cityTls()), false),
  refuse: v.optional(setting(listOf(refuse, 100), say.refuse()), []),
});
export type CitySettings = v.InferOutput<typeof CitySettings>;

export const LorawanSettings = v.strictObject({
  name: setting(deviceId, say.lorawanName()),
  udp: v.optional(setting(address, say.lorawanUdp())),
  station: v.optional(
    setting(v.pipe(filled, v.regex(/^wss?:\/\//, must(say.mustBeStationUrl()))), say.lorawanStation()),
  ),
  devices: v.optional(setting(whole(1, maxDevices), say.lorawanDevices()), 10),
  gateways: v.optional(setting(whole(1, 100), say.lorawanGateways()), 1),
  perSecond: v.optional(setting(aboveZero, say.lorawanPerSecond()), 2),
  profile: v.optional(setting(filled, say.lorawanProfile()), 'lpp'),
  confirmed: v.optional(setting(v.pipe(finite, v.minValue(0), v.maxValue(1)), say.lorawanConfirmed()), 1),
});
export type LorawanSettings = v.InferOutput<typeof LorawanSettings>;

export const TimelineSettings = v.strictObject({
  atMs: v.optional(setting(duration(), say.at())),
  when: v.optional(setting(condition, say.when())),
  everyMs: v.optional(setting(duration(1_000), say.every())),
  forMs: v.optional(setting(duration(), say.forTime())),
  on: v.optional(setting(deviceId, say.on())),
  fault: v.optional(setting(filled, say.fault())),
  with: v.optional(setting(v.record(v.string(), number), say.faultWith())),
  set: v.optional(setting(v.record(v.string(), number), say.set())),
  gateway: v.optional(setting(oneOf(['kill', 'stop', 'start', 'restart']), say.gatewayAction())),
});
export type TimelineSettings = v.InferOutput<typeof TimelineSettings>;

const city = v.optional(setting(deviceId, say.expectCity()));
const devices = v.optional(setting(names, say.expectDevices()));
const window = {
  fromMs: v.optional(setting(duration(), say.expectFrom())),
  toMs: v.optional(setting(duration(), say.expectTo())),
};
const within = setting(duration(1), say.within());
const query = {
  equals: v.optional(setting(v.union([v.string(), v.number(), v.boolean()]), say.equals())),
  atLeast: v.optional(setting(number, say.atLeast())),
  atMost: v.optional(setting(number, say.atMost())),
  matches: v.optional(setting(filled, say.matches())),
  pointer: v.optional(setting(filled, say.pointer())),
  withinMs: v.optional(setting(duration(), say.queryWithin()), '30s'),
};

export const EXPECT_SETTINGS = v.variant('that', [
  v.strictObject({
    that: setting(v.literal('stored-once'), say.storedOnce()),
    mayLose: v.optional(setting(whole(0, 1_000_000), say.mayLose()), 0),
    city,
    devices,
    ...window,
  }),
  v.strictObject({
    that: setting(v.literal('alarm'), say.expectAlarm()),
    city,
    device: setting(deviceId, say.expectDevice()),
    alarm: setting(filled, say.alarmName()),
    when: setting(condition, say.alarmWhen()),
    withinMs: within,
  }),
  v.strictObject({
    that: setting(v.literal('silent'), say.expectSilent()),
    city,
    device: setting(deviceId, say.expectDevice()),
    withinMs: within,
  }),
  v.strictObject({
    that: setting(v.literal('latency'), say.expectLatency()),
    city,
    percentile: v.optional(setting(v.pipe(aboveZero, v.maxValue(100)), say.percentile()), 99),
    withinMs: within,
    devices,
    ...window,
  }),
  v.strictObject({
    that: setting(v.literal('quality'), say.expectQuality()),
    city,
    device: setting(deviceId, say.expectDevice()),
    quality: setting(filled, say.quality()),
    quantity: v.optional(setting(filled, say.qualityQuantity())),
    ...window,
  }),
  v.strictObject({
    that: setting(v.literal('value'), say.expectValue()),
    city,
    device: setting(deviceId, say.expectDevice()),
    quantity: setting(filled, say.valueQuantity()),
    tolerance: v.optional(setting(v.pipe(finite, v.minValue(0)), say.tolerance()), 0.01),
    ...window,
  }),
  v.strictObject({
    that: setting(v.literal('command'), say.expectCommand()),
    command: setting(someOf(filled, 100), say.command()),
    ...query,
  }),
  v.strictObject({
    that: setting(v.literal('sql'), say.expectSql()),
    url: setting(v.pipe(filled, v.regex(/^(sqlite:|postgres(ql)?:\/\/)/, must(say.mustBeDatabase()))), say.sqlUrl()),
    sql: setting(filled, say.sql()),
    passwordFile: v.optional(setting(filled, say.passwordFile())),
    ...query,
  }),
  v.strictObject({
    that: setting(v.literal('http'), say.expectHttp()),
    url: setting(v.pipe(filled, v.regex(/^https?:\/\//, must(say.mustBeHttp()))), say.httpUrl()),
    headers: v.optional(setting(v.record(v.string(), v.string()), say.httpHeaders()), {}),
    ...query,
  }),
]);
export type ExpectSettings = v.InferOutput<typeof EXPECT_SETTINGS>;
export type QuerySettings = Extract<ExpectSettings, { that: 'command' | 'sql' | 'http' }>;
