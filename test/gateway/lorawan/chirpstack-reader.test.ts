import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { newPortActivity } from '../../../gateway/intake/activity.ts';
import { ChirpstackReader } from '../../../gateway/lorawan/chirpstack-reader.ts';
import { Payloads } from '../../../gateway/lorawan/payloads.ts';
import { RateLimits } from '../../../gateway/lorawan/rate-limits.ts';
import { RecentUplinks } from '../../../gateway/lorawan/recent-uplinks.ts';
import { Register } from '../../../gateway/lorawan/register.ts';
import type { NewDevice } from '../../../gateway/lorawan/registered-device.ts';
import type { Stranger } from '../../../gateway/lorawan/strangers.ts';
import { chirpstackPort } from '../../../gateway/ports/chirpstack/chirpstack.ts';
import type { Reading } from '../../../shared/reading.ts';
import { AT, readingsOf, takeAll } from '../buffer/buffer-rig.ts';
import { IntakeRig } from '../intake/intake-rig.ts';
import { Broker } from '../net/broker.ts';
import { patience, surroundings } from '../ports/heard.ts';
import { lorawanConfig } from './lorawan-config.ts';

const application = '3c1f7a52-0d9e-4b58-9f3e-6a2b1c4d5e6f';
const devEui = '70b3d57ed0001a2b';
const time = '2026-01-15T02:59:58.123Z';
const rxInfo = [
  { gatewayId: '0016c001f153a14c', rssi: -101, snr: -3.5 },
  { gatewayId: 'b827ebfffe123456', rssi: -80, snr: 8 },
];
/** Cayenne LPP: channel 1, temperature (0x67), 23.0 °C in tenths. */
const uplink = {
  deduplicationId: '3ac7e3c4-4401-4b8d-9386-a5c902f9202d',
  time,
  deviceInfo: { devEui, applicationId: application },
  fCnt: 10,
  fPort: 2,
  data: 'AWcA5g==',
  rxInfo,
};
const topicOf = (event: string, eui = devEui) => `application/${application}/device/${eui}/event/${event}`;

const device: NewDevice = {
  id: 'bridge-01',
  project: 'toyama',
  devEui,
  activation: 'chirpstack',
  version: '1.0.4',
  allowsCounterReset: false,
  profile: 'lpp',
  range: [],
  threshold: [],
  keys: {},
};

class Rig {
  readonly intake = new IntakeRig();
  readonly activity = newPortActivity('mqtt://chirpstack');
  readonly register: Register;
  readonly published: { topic: string; json: unknown }[] = [];
  readonly strangers: Stranger[] = [];
  readonly recentUplinks = new RecentUplinks();
  readonly #config;
  link: ChirpstackReader;

  constructor(...devices: readonly NewDevice[]) {
    const { folder } = this.intake.rig;
    writeFileSync(join(folder, 'codec.js'), 'function decodeUplink() { throw new Error("not asked"); }');
    this.#config = lorawanConfig(
      folder,
      `
[[profile]]
name = "river"
type = "lorawan"
payload = "codec"
codec-file = "codec.js"
kind = "water-level"
fields = [{ from = "depth_cm", quantity = "level", unit = "m", scale = 0.01 }]

[profile.samples]
from = "log"
time = { from = "at", format = "iso" }
fields = [{ from = "depth_cm", quantity = "level", unit = "m", scale = 0.01 }]

[[project]]
name = "school"
uplinks-per-hour = 10
`,
    );
    this.register = Register.open(this.#config);
    this.register.add(devices, AT);
    this.link = this.#newLink();
  }

  /** Kills the gateway and restarts it from its disk. */
  restart(): void {
    this.intake.restart();
    this.link = this.#newLink();
  }

  /** An event arrives; resolves when it may be acknowledged. */
  async hear(event: string, json: object | string, eui = devEui): Promise<void> {
    const payload = Buffer.from(typeof json === 'string' ? json : JSON.stringify(json));
    await Promise.all([this.link.message(topicOf(event, eui), payload), this.intake.clock.advance(0)]);
  }

  stored(): Reading[] {
    return takeAll(this.intake.buffer).flatMap(readingsOf);
  }

  codes(): Record<string, number> {
    return Object.fromEntries(this.activity.rubbishByCode);
  }

  #newLink(): ChirpstackReader {
    const { clock } = this.intake;
    return new ChirpstackReader({
      port: 'chirpstack',
      register: this.register,
      intake: this.intake.intake,
      payloads: new Payloads(this.#config.lorawanProfiles, {
        call: () => Promise.resolve({ ok: false, kind: 'error', detail: 'no codec runs here' } as never),
      }),
      limits: new RateLimits(this.#config.projects, clock),
      recentUplinks: this.recentUplinks,
      activity: this.activity,
      clock,
      log: this.intake.rig.log,
      meet: (stranger) => this.strangers.push(stranger),
      notBefore: Date.parse('2026-01-01T00:00:00Z'),
      publish: async (topic, payload) => {
        this.published.push({ topic, json: JSON.parse(Buffer.from(payload).toString()) });
      },
    });
  }
}

test("an uplink becomes a reading with ChirpStack's time and all stations that heard it", async () => {
  const rig = new Rig(device);
  await rig.hear('up', uplink);
  expect(rig.stored()).toEqual([
    {
      device: 'bridge-01',
      kind: 'measurement',
      observedAt: Date.parse(time),
      values: {
        rssi: -80,
        snr: 8,
        frameCounter: 10,
        receptions: 'b827ebfffe123456 -80 8, 0016c001f153a14c -101 -3.5',
        temperature1: 23,
      },
    },
  ]);
});

test.each(['lpp', 'river', 'raw'])(
  'an uplink with a port and no payload is a reading (%s), one without a port is none',
  async (profile) => {
    const rig = new Rig({ ...device, profile });
    const { data: _, fPort: __, ...onlyCommands } = uplink;
    await rig.hear('up', onlyCommands);
    await rig.hear('up', { ...onlyCommands, fPort: 7, deduplicationId: 'b' });
    const [reading, ...others] = rig.stored();
    expect(reading).toMatchObject({ values: { port: 7, payload: '', rssi: -80 } });
    expect(reading).not.toHaveProperty('quality');
    expect(others).toEqual([]);
    expect(rig.codes()).toEqual({});
  },
);

test("the profile maps what ChirpStack's own codec decoded", async () => {
  const rig = new Rig({ ...device, profile: 'river' });
  await rig.hear('up', { ...uplink, object: { depth_cm: 142, door: 'closed' } });
  expect(rig.stored()).toMatchObject([
    { kind: 'water-level', values: { level: 1.42, rssi: -80 } },
    { kind: 'measurement', values: { door: 'closed' } },
  ]);
});

test("samples in what ChirpStack's own codec decoded are stored once each, also if the event comes again", async () => {
  const rig = new Rig({ ...device, profile: 'river' });
  const log = [
    { at: '2026-01-15T02:50:00Z', depth_cm: 140 },
    { at: '2026-01-15T02:40:00Z', depth_cm: 130 },
  ];
  await rig.hear('up', { ...uplink, object: { log } });
  rig.restart();
  await rig.hear('up', { ...uplink, object: { log } });
  expect(rig.stored()).toMatchObject([
    { kind: 'water-level', observedAt: Date.parse('2026-01-15T02:40:00Z'), values: { level: 1.3 } },
    { kind: 'water-level', observedAt: Date.parse('2026-01-15T02:50:00Z'), values: { level: 1.4 } },
    { kind: 'status', observedAt: Date.parse(time), values: { rssi: -80 } },
  ]);
});

test('a repeated event is stored once, even after a crash', async () => {
  const rig = new Rig(device);
  await rig.hear('up', uplink);
  await rig.hear('up', uplink);
  rig.restart();
  await rig.hear('up', uplink);
  const { deduplicationId: _, ...unnamed } = uplink;
  await rig.hear('up', { ...unnamed, fCnt: 11 });
  rig.restart();
  await rig.hear('up', { ...unnamed, fCnt: 11 });
  expect(rig.stored().map(({ values }) => values.frameCounter)).toEqual([10, 11]);
});

test('an event that could not be committed is stored when it is repeated', async () => {
  const rig = new Rig(device);
  rig.intake.buffer.close();
  await expect(rig.hear('up', uplink)).rejects.toThrow();
  rig.restart();
  await rig.hear('up', uplink);
  expect(rig.stored()).toHaveLength(1);
});

test('a frame without a payload makes no reading', async () => {
  const rig = new Rig(device);
  await rig.hear('up', { deviceInfo: { devEui }, time, rxInfo });
  expect(rig.stored()).toEqual([]);
  expect(rig.activity.frames).toBe(1);
});

test('an uplink without time and stations is stored with its time of arrival', async () => {
  const rig = new Rig(device);
  await rig.hear('up', { data: 'AWcA5g==', fPort: 2 });
  expect(rig.stored()).toEqual([
    { device: 'bridge-01', kind: 'measurement', observedAt: AT, values: { frameCounter: 0, temperature1: 23 } },
  ]);
});

test('battery, location and downlinks become readings', async () => {
  const rig = new Rig(device);
  const frame = { time, deviceInfo: { devEui } };
  await rig.hear('status', { ...frame, deduplicationId: 'a', margin: 7, batteryLevel: 98.03149 });
  await rig.hear('status', { ...frame, deduplicationId: 'b', margin: 7, externalPowerSource: true });
  await rig.hear('location', { ...frame, deduplicationId: 'c', location: { latitude: 36.69, longitude: 137.21 } });
  await rig.hear('txack', { ...frame, queueItemId: 'q' });
  await rig.hear('ack', { ...frame, deduplicationId: 'd', queueItemId: 'q', acknowledged: true });
  const stored = rig.stored().map(({ kind, values }) => ({ kind, values }));
  expect(stored).toHaveLength(5);
  expect(stored).toEqual(
    expect.arrayContaining([
      { kind: 'status', values: { batteryLevel: 98, linkMargin: 7 } },
      { kind: 'status', values: { externalPower: true, linkMargin: 7 } },
      { kind: 'position', values: { lat: 36.69, lon: 137.21 } },
      { kind: 'status', values: { downlink: 'q', downlinkResult: 'sent' } },
      { kind: 'status', values: { downlink: 'q', downlinkResult: 'acknowledged' } },
    ]),
  );
});

test('errors that ChirpStack reports are counted, with its words', async () => {
  const rig = new Rig(device);
  await rig.hear('log', { level: 'INFO', code: 'UPLINK_F_CNT_RETRANSMISSION', description: 'again' });
  await rig.hear('log', { level: 'WARNING', code: 'UPLINK_F_CNT_RESET', description: 'counter went back' });
  await rig.hear('log', { level: 'ERROR', code: 'DOWNLINK_GATEWAY', description: 'TOO_LATE' });
  expect(rig.codes()).toEqual({ 'counter-reset': 1, 'device-error': 1 });
  expect(rig.activity.lastRubbish?.en).toContain('DOWNLINK_GATEWAY: TOO_LATE');
});

test('garbage, unknown topics and unregistered devices are counted and acknowledged', async () => {
  const other = '70b3d57ed0001a2c';
  const rig = new Rig(device, {
    ...device,
    id: 'own',
    devEui: other,
    activation: 'otaa',
    joinEui: '0'.repeat(16),
    keys: { appKey: '0'.repeat(32) },
  });
  await rig.hear('up', 'garbage');
  await rig.hear('up', { fCnt: 'seven' });
  await rig.hear('up', { data: 'AWcA5g==' }, '0000000000000001');
  await rig.hear('up', { data: 'AWcA5g==' }, other);
  await rig.link.message('application/x', Buffer.from('{}'));
  expect(rig.codes()).toEqual({ 'unknown-format': 1, malformed: 1, 'unknown-address': 3 });
  expect(rig.strangers).toEqual([{ devEui: '0000000000000001', station: '', at: AT }]);
  expect(rig.stored()).toEqual([]);
});

test('a project that sends too much loses its own uplinks only', async () => {
  const theirs = '70b3d57ed0001a2c';
  const rig = new Rig(device, { ...device, id: 'school-01', project: 'school', devEui: theirs });
  for (let fCnt = 0; fCnt < 12; fCnt++) await rig.hear('up', { fCnt, time, data: 'AWcA5g==', fPort: 2 }, theirs);
  await rig.hear('up', uplink);
  expect(rig.codes()).toEqual({ 'over-limit': 2 }); // ten at once are let through
  expect(rig.stored().filter(({ device }) => device === 'bridge-01')).toHaveLength(1);
});

test("a position from ChirpStack does not set the gateway's clock, and keeps its time", async () => {
  const rig = new Rig(device);
  rig.intake.clock.synchronised = false;
  const location = { latitude: 36.69, longitude: 137.21 };
  await rig.hear('location', { deduplicationId: 'a', time: '2026-02-01T00:00:00Z', location });
  const [stored] = rig.stored();
  expect(stored).toMatchObject({ kind: 'position', observedAt: Date.parse('2026-02-01T00:00:00Z') });
  expect(stored).not.toHaveProperty('quality');
});

test('a time from an unset clock is not used', async () => {
  const rig = new Rig(device);
  await rig.hear('up', { ...uplink, time: '1970-01-01T00:10:00Z' });
  expect(rig.stored()).toMatchObject([{ observedAt: AT }]);
});

test('a downlink goes to the application the device was last heard through', async () => {
  const rig = new Rig(device);
  const registered = rig.register.get('bridge-01');
  if (registered === undefined) throw new Error('it is registered');
  const downlink = { port: 5, payload: Uint8Array.of(1, 2), confirmed: true };
  await expect(rig.link.send(registered, downlink)).rejects.toMatchObject({ code: 'no-application' });
  await rig.hear('up', uplink);
  rig.restart(); // it is remembered
  const id = await rig.link.send(registered, downlink);
  expect(rig.published).toEqual([
    {
      topic: `application/${application}/device/${devEui}/command/down`,
      json: { id, devEui, confirmed: true, fPort: 5, data: 'AQI=' },
    },
  ]);
});

test('with a real broker an event is acknowledged once committed, and later ones wait there', async () => {
  const broker = await Broker.open();
  const rig = new Rig(device);
  const settings = { name: 'chirpstack', url: broker.url, application };
  const until = (condition: () => void) => vi.waitFor(condition, patience);
  const start = () => {
    const port = chirpstackPort(settings, surroundings());
    const stop = new AbortController();
    const run = port.run(rig.link, stop.signal);
    const end = async () => {
      stop.abort();
      await rig.intake.clock.advance(0);
      await run;
    };
    onTestFinished(end);
    return { port, end };
  };
  const first = start();
  await until(() => expect(rig.activity.state).toBe('open'));
  broker.publish(topicOf('up'), Buffer.from(JSON.stringify(uplink)));
  broker.publish(topicOf('up'), Buffer.from(JSON.stringify({ ...uplink, deduplicationId: 'second', fCnt: 11 })));
  await until(() => expect(rig.activity.frames).toBe(1)); // the second waits for the first's acknowledgement
  await rig.intake.clock.advance(0);
  await until(() => expect(rig.activity.frames).toBe(2));
  await rig.intake.clock.advance(0);
  await first.port.publish('application/x', Buffer.from('{}'));
  await first.end();
  await until(() => expect(broker.connections).toBe(0));
  await expect(first.port.publish('application/x', Buffer.from('{}'))).rejects.toThrow('not connected');

  broker.publish(topicOf('up'), Buffer.from(JSON.stringify({ ...uplink, deduplicationId: 'third', fCnt: 12 })));
  start();
  await until(() => expect(rig.activity.frames).toBe(3));
  await rig.intake.clock.advance(0);
  expect(rig.stored().map(({ values }) => values.frameCounter)).toEqual([10, 11, 12]);
});
