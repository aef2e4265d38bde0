import { renameSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LORAWAN_VERSIONS } from '../../../devices/lorawan/session.ts';
import { foreign } from '../../../shared/text.ts';
import { cayenneLpp } from '../../../simulators/lorawan/cayenne-lpp.ts';
import { LorawanDevice, type SentFrame } from '../../../simulators/lorawan/device.ts';
import { Random } from '../../../simulators/random.ts';
import { APP_KEY, JOIN_EUI, NetworkRig, retransmitMs } from './network-rig.ts';

const data = (port = 2, ...bytes: number[]) => ({ port, payload: Uint8Array.from(bytes) });
/** The frame at another data rate, which its MIC does not cover before 1.1. */
const atDataRate = (dataRate: number, frame: SentFrame): SentFrame => ({
  ...frame,
  radio: { ...frame.radio, dataRate },
});
/** The payloads stored since the last call. */
const payloadsIn = (rig: NetworkRig) => rig.stored().flatMap(({ values }) => values.payload ?? []);
const confirmed = { ...data(2, 1, 2, 3), confirmed: true };

describe.each(LORAWAN_VERSIONS)('a device of LoRaWAN %s', (version) => {
  test('joins, and its frames become readings with radio quantities', async () => {
    const rig = new NetworkRig();
    const device = rig.device(1, { version });
    await rig.join(device);
    await rig.exchange(device, device.uplink(data(2, 0xca, 0xfe)));
    expect(rig.stored()).toMatchObject([
      {
        device: 'device-1',
        kind: 'measurement',
        values: { port: 2, payload: 'cafe', rssi: -80, snr: 8, frameCounter: 0, receptions: 'b827ebfffe000001 -80 8' },
      },
    ]);
    expect(rig.port).toMatchObject({ frames: 2, readings: 1, rubbish: 0 });
  });

  test('is acknowledged, again if it repeats a frame, and stored once', async () => {
    const rig = new NetworkRig();
    const device = rig.device(1, { version });
    await rig.join(device);
    const [first] = await rig.exchange(device, device.uplink(confirmed));
    expect(first).toMatchObject({ kind: 'downlink', ack: true });
    expect(device.acknowledged).toBe(true);
    await rig.rig.clock.advance(retransmitMs);
    const [second] = await rig.exchange(device, device.again());
    expect(second).toMatchObject({ kind: 'downlink', ack: true });
    expect(rig.stored()).toHaveLength(1);
    expect(rig.network.stats).toMatchObject({ uplinks: 1, retransmissions: 1 });
  });

  test('continues after a restart, and its old frames are rejected', async () => {
    const rig = new NetworkRig();
    const device = rig.device(1, { version });
    await rig.join(device);
    const frames = [device.uplink(data(2, 1)), device.uplink(data(2, 2))];
    for (const frame of frames) await rig.exchange(device, frame);
    expect(rig.stored()).toHaveLength(2);
    rig.restart();
    for (const frame of frames) rig.hear(frame);
    await rig.settle();
    expect(rig.stored()).toEqual([]);
    const [heard] = await rig.exchange(device, device.uplink(confirmed));
    expect(heard).toMatchObject({ kind: 'downlink', ack: true });
    expect(rig.measured()).toMatchObject([{ values: { frameCounter: 2 } }]);
  });

  test('passes the roll-over of the 16-bit counter on the air', async () => {
    const rig = new NetworkRig();
    const device = rig.device(1, { version, firstFCnt: 65_533 });
    await rig.join(device);
    for (let i = 0; i < 6; i++) await rig.exchange(device, device.uplink(data(2, i)));
    const counters = rig.stored().flatMap(({ values }) => values.frameCounter ?? []);
    expect(counters).toEqual([65_533, 65_534, 65_535, 65_536, 65_537, 65_538]);
  });

  test('gets a downlink when it speaks, and its acknowledgement is a reading', async () => {
    const rig = new NetworkRig();
    const device = rig.device(1, { version });
    await rig.join(device);
    const registered = rig.register.get('device-1');
    if (registered === undefined) throw new Error('it is not registered');
    const expiresAt = rig.rig.clock.moment().wall + 60_000;
    const sending = { port: 10, payload: Uint8Array.of(9, 8), confirmed: true, expiresAt };
    expect(await rig.pass(rig.network.downlinks.send(registered, sending))).toBe(1);
    const [heard] = await rig.exchange(device, device.uplink(data(2, 1)));
    expect(heard).toMatchObject({ kind: 'downlink', port: 10, payload: Buffer.of(9, 8), confirmed: true });
    rig.stored();
    await rig.exchange(device, device.uplink(data(2, 1)));
    expect(rig.stored()).toContainEqual(
      expect.objectContaining({ kind: 'status', values: { downlink: 1, downlinkResult: 'acknowledged' } }),
    );
    expect(rig.network.downlinks.of(registered).items).toEqual([]);
  });
});

describe('joining', () => {
  test('a DevNonce is accepted once, even after a restart and after the device is registered again', async () => {
    const rig = new NetworkRig();
    const device = rig.device();
    const request = device.joinRequest();
    await rig.exchange(device, request);
    await rig.rig.clock.advance(10_000);
    rig.hear(request);
    expect(await rig.settle()).toEqual([]);
    rig.restart();
    rig.hear(request);
    expect(await rig.settle()).toEqual([]);
    rig.register.remove(['device-1']);
    rig.add({ id: 'device-1', devEui: device.devEui });
    rig.hear(request);
    expect(await rig.settle()).toEqual([]);
    expect(rig.port.rubbishByCode.get('replay')).toBe(3);
    await rig.join(device);
  });

  test('the old session stays valid until the device uses the new one', async () => {
    const rig = new NetworkRig();
    const device = rig.device();
    await rig.join(device);
    await rig.exchange(device, device.uplink(data(2, 0)));
    rig.stored();
    rig.hear(device.joinRequest()); // the answer gets lost
    await rig.settle();
    await rig.exchange(device, device.uplink(data(2, 1)));
    expect(rig.measured()).toHaveLength(1);
    const before = device.uplink(data(2, 2));
    await rig.join(device);
    await rig.exchange(device, device.uplink(data(2, 3)));
    expect(rig.measured()).toMatchObject([{ values: { payload: '03' } }]);
    rig.hear(before);
    await rig.settle();
    expect(rig.stored()).toEqual([]); // the old session is over
  });

  test('a wrong key is reported, with the device and what to compare', async () => {
    const rig = new NetworkRig();
    rig.device();
    const stranger = new LorawanDevice({
      devEui: '70b3d57ed0000001',
      random: new Random(5),
      activation: { joinEui: JOIN_EUI, appKey: APP_KEY.replace('2b', '2c') },
    });
    rig.hear(stranger.joinRequest());
    expect(await rig.settle()).toEqual([]);
    expect(rig.port.lastRubbish?.en).toBe(
      'bad-mic: its join-request does not match its key: compare the AppKey (1.1: NwkKey)',
    );
    expect(rig.activity.devices.get('device-1')?.rubbish).toBe(1);
  });

  test('an unregistered device is listed for the technician, and nothing from it is stored', async () => {
    const rig = new NetworkRig();
    for (let n = 1; n <= 70; n++) {
      const devEui = n.toString(16).padStart(16, '0');
      const stranger = new LorawanDevice({
        devEui,
        random: new Random(n),
        activation: { joinEui: JOIN_EUI, appKey: APP_KEY },
      });
      rig.hear(stranger.joinRequest());
    }
    expect(await rig.settle()).toEqual([]);
    expect(rig.network.strangers.list).toHaveLength(64);
    expect(rig.network.strangers.list.at(-1)).toMatchObject({ devEui: '0000000000000046', joinEui: JOIN_EUI });
    expect(rig.port.rubbish).toBe(0);
    expect(rig.buffer.remembered().size).toBe(0);
  });

  test('a removed device is no longer heard, and its session is forgotten', async () => {
    const rig = new NetworkRig();
    const device = rig.device();
    await rig.join(device);
    await rig.exchange(device, device.uplink(data(2, 1)));
    rig.stored();
    rig.register.remove(['device-1']);
    await rig.pass(Promise.resolve());
    await rig.rig.clock.advance(10);
    rig.hear(device.uplink(data(2, 2)));
    await rig.settle();
    expect(rig.stored()).toEqual([]);
    const left = [...rig.buffer.remembered().keys()];
    expect(left).toEqual([`lorawan/${device.devEui}/join/${JOIN_EUI}/7df76b0c`]); // AES-128 of a block of zeros by the AppKey
  });
});

test('a frame heard by several stations is one reading, with every RSSI and SNR, best first', async () => {
  const rig = new NetworkRig();
  const device = rig.device();
  await rig.join(device);
  const frame = device.uplink(confirmed);
  rig.hear(frame, 'b827ebfffe000001', -101, -3);
  await rig.rig.clock.advance(100);
  rig.hear(frame, 'b827ebfffe000002', -77, 9.5);
  await rig.rig.clock.advance(99);
  rig.hear(frame, 'b827ebfffe000003', -99, -1);
  const asked = await rig.settle();
  expect(asked.map(({ station }) => station)).toEqual(['b827ebfffe000002']);
  expect(rig.stored()).toMatchObject([
    {
      values: {
        rssi: -77,
        snr: 9.5,
        receptions: 'b827ebfffe000002 -77 9.5, b827ebfffe000003 -99 -1, b827ebfffe000001 -101 -3',
      },
    },
  ]);
});

test('nothing is acknowledged before it is on the disk, and the next try counts', async () => {
  const rig = new NetworkRig();
  const device = rig.device();
  await rig.join(device);
  const frame = device.uplink(confirmed);
  rig.buffer.close();
  rig.hear(frame);
  expect(await rig.settle()).toEqual([]);
  rig.restart();
  const [heard] = await rig.exchange(device, frame);
  expect(heard).toMatchObject({ kind: 'downlink', ack: true });
  expect(rig.stored()).toHaveLength(1);
});

test("other networks' frames and broken ones store nothing and are not the port's rubbish", async () => {
  const rig = new NetworkRig();
  const device = rig.device();
  await rig.join(device);
  await rig.exchange(device, device.uplink(data(2, 1)));
  rig.stored();
  for (let i = 0; i < 10; i++) rig.hear(device.badMic());
  await rig.settle();
  expect(rig.stored()).toEqual([]);
  expect(rig.port.rubbish).toBe(0);
  expect(rig.network.stats.foreign).toBe(10);
});

test('whatever bytes a station delivers, nothing is stored and nothing breaks', async () => {
  const rig = new NetworkRig();
  const device = rig.device();
  await rig.join(device);
  const { radio } = device.uplink(data());
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 255 }), async (phyPayload) => {
      rig.hear({ phyPayload, radio });
      await rig.settle();
      expect(rig.stored()).toEqual([]);
    }),
    { numRuns: 300 },
  );
  expect(rig.rig.log.at('error')).toEqual([]);
});

describe('a device with fixed keys (ABP)', () => {
  const abp = { devAddr: '01ab23cd', appSKey: APP_KEY, fNwkSIntKey: JOIN_EUI.repeat(2) };

  function fixed(rig: NetworkRig, allowsCounterReset = false) {
    const devEui = '70b3d57ed0000009';
    const keys = { appSKey: APP_KEY, nwkSKey: abp.fNwkSIntKey };
    rig.add({ id: 'fixed', devEui, activation: 'abp', devAddr: abp.devAddr, keys, allowsCounterReset });
    return new LorawanDevice({ devEui, random: new Random(1), activation: abp });
  }

  test('that loses power is reported, and accepted only if that was allowed', async () => {
    for (const isAllowed of [false, true]) {
      const rig = new NetworkRig();
      const device = fixed(rig, isAllowed);
      for (let i = 0; i < 20; i++) await rig.exchange(device, device.uplink(data(2, i)));
      expect(payloadsIn(rig)).toHaveLength(20);
      device.losePower();
      await rig.exchange(device, device.uplink(data(2, 99)));
      expect(payloadsIn(rig)).toEqual(isAllowed ? ['63'] : []);
      if (!isAllowed) expect(rig.port.lastRubbish?.en).toContain('counter-reset: it counts from 0 again after 19');
    }
  });

  test('whose keys are wrong is reported as long as it was never understood', async () => {
    const rig = new NetworkRig();
    fixed(rig);
    const wrong = new LorawanDevice({
      devEui: '70b3d57ed0000009',
      random: new Random(1),
      activation: { ...abp, fNwkSIntKey: APP_KEY },
    });
    await rig.exchange(wrong, wrong.uplink(data(2, 1)));
    expect(rig.port.lastRubbish?.en).toContain(
      'bad-mic: a frame with DevAddr 01ab23cd, which is that of fixed, does not match its keys',
    );
  });
});

describe('payloads', () => {
  const PROFILE = `
[[profile]]
name = "codec"
type = "lorawan"
codec-file = "codec.js"
variables = { unit = "mm" }
kind = "water-level"
fields = [{ from = "mm", quantity = "level", scale = 0.001 }]

[[project]]
name = "soil-lab"
uplinks-per-hour = 100
`;

  test('Cayenne LPP needs no codec', async () => {
    const rig = new NetworkRig();
    const device = rig.device(1, { profile: 'lpp' });
    await rig.join(device);
    const payload = cayenneLpp([{ channel: 3, type: 'temperature', value: 21.5 }]);
    await rig.exchange(device, device.uplink({ port: 1, payload }));
    expect(rig.stored()).toMatchObject([{ values: { temperature3: 21.5 } }]);
  });

  test('a codec gets the payload, the port, the time and its variables, and the profile maps its output', async () => {
    const rig = new NetworkRig(PROFILE);
    const device = rig.device(1, { profile: 'codec' });
    await rig.join(device);
    const asked: unknown[] = [];
    rig.codec = (call) => {
      asked.push(call);
      return { ok: true, output: { data: { mm: 1500, ok: true }, errors: [], warnings: [] } };
    };
    await rig.exchange(device, device.uplink(data(7, 1, 2)));
    expect(asked).toMatchObject([
      { project: 'toyama', function: 'decodeUplink', input: { bytes: [1, 2], fPort: 7, variables: { unit: 'mm' } } },
    ]);
    expect(rig.stored()).toMatchObject([
      { kind: 'water-level', values: { level: 1.5, rssi: -80 } },
      { kind: 'measurement', values: { ok: true } },
    ]);
  });

  test('what a codec normalizes is what the profile maps; if that fails, the data is kept, and the bytes', async () => {
    const rig = new NetworkRig(PROFILE);
    const device = rig.device(1, { profile: 'codec' });
    await rig.join(device);
    const normal = { data: { mm: 1500 }, errors: [], warnings: [] };
    for (const normalizedOutput of [normal, { errors: ['no unit'], warnings: [] }]) {
      rig.codec = () => ({ ok: true, output: { data: { raw: 7 }, errors: [], warnings: [], normalizedOutput } });
      await rig.exchange(device, device.uplink(data(7, 1)));
    }
    expect(rig.measured()).toMatchObject([
      { kind: 'water-level', values: { level: 1.5 } },
      { kind: 'measurement', values: { raw: 7 } },
      { quality: 'undecoded', values: { payload: '01' } },
    ]);
    expect(rig.port.lastRubbish?.en).toContain('no unit');
  });

  test('several samples in a frame are stored once each, however often the frame comes, and alarms follow them', async () => {
    const rig = new NetworkRig(`
[[profile]]
name = "logger"
type = "lorawan"
codec-file = "codec.js"
kind = "water-level"
samples = { from = "records", time = { from = "at", format = "epoch-ms" }, fields = [{ from = "m", quantity = "level" }] }
`);
    const threshold = [{ alarm: 'flood', quantity: 'level', raise: 3, clear: 2 }];
    const device = rig.device(1, { profile: 'logger', threshold });
    await rig.join(device);
    const now = rig.rig.clock.moment().wall;
    rig.codec = () => {
      const records = [3.5, 3.2, 1].map((m, n) => ({ at: now - (3 - n) * 600_000, m }));
      return { ok: true, output: { data: { records }, errors: [], warnings: [] } };
    };
    await rig.exchange(device, device.uplink({ ...data(7, 1), confirmed: true }));
    await rig.rig.clock.advance(5_000);
    await rig.exchange(device, device.again());
    const stored = rig.stored();
    expect(stored.filter(({ kind }) => kind === 'water-level').map(({ values }) => values.level)).toEqual([
      3.5, 3.2, 1,
    ]);
    expect(
      stored.filter(({ kind }) => kind === 'alarm').map(({ observedAt, values }) => [observedAt - now, values.state]),
    ).toEqual([
      [-1_800_000, 'raised'],
      [-600_000, 'cleared'],
    ]);
  });

  test.each([
    ['fails', { ok: false, code: 'threw', detail: foreign('codec.js threw') } as const],
    ['says that the payload is wrong', { ok: true, output: { errors: ['too short'], warnings: [] } } as const],
    ['gives no data', { ok: true, output: { errors: [], warnings: [] } } as const],
    [
      'gives data without values',
      { ok: true, output: { data: { a: {}, b: null }, errors: [], warnings: [] } } as const,
    ],
    ['gives only NaN', { ok: true, output: { data: { a: null }, lost: 1, errors: [], warnings: [] } } as const],
  ])('if a codec %s, the bytes are kept and marked', async (_, outcome) => {
    const rig = new NetworkRig(PROFILE);
    const device = rig.device(1, { profile: 'codec' });
    await rig.join(device);
    rig.codec = () => outcome;
    await rig.exchange(device, device.uplink(data(7, 1, 0xab)));
    expect(rig.stored()).toMatchObject([{ quality: 'undecoded', values: { port: 7, payload: '01ab' } }]);
    expect(rig.port.rubbishByCode.get('codec-fault')).toBe(1);
  });

  test.each([
    ['more than fits', { history: Array.from({ length: 300 }, (_, i) => i) }, 0, 100],
    ['a number that is none', { ok: 1, bad: null }, 1, 1],
  ])('of a codec that gives %s, what fits is kept, and the bytes beside it', async (_, given, lost, kept) => {
    const rig = new NetworkRig(PROFILE);
    const device = rig.device(1, { profile: 'codec' });
    await rig.join(device);
    rig.codec = () => ({ ok: true, output: { data: given, lost, errors: [], warnings: [] } });
    await rig.exchange(device, device.uplink(data(7, 1, 0xab)));
    const [first, second] = rig.stored();
    expect(
      Object.keys(first?.values ?? {}).filter((name) => !['rssi', 'snr', 'receptions', 'frameCounter'].includes(name)),
    ).toHaveLength(kept);
    expect(first?.quality).toBeUndefined();
    expect(second).toMatchObject({ quality: 'undecoded', values: { port: 7, payload: '01ab' } });
    expect(second?.values).not.toHaveProperty('rssi');
    expect(rig.port.rubbishByCode.get('codec-fault')).toBe(1);
  });

  test('Cayenne LPP keeps the good values before an unknown type, and each of several on one channel', async () => {
    const rig = new NetworkRig(PROFILE);
    const device = rig.device(1, { profile: 'lpp' });
    await rig.join(device);
    const bytes = Uint8Array.from(Buffer.from('016701100167012001f10102', 'hex'));
    await rig.exchange(device, device.uplink({ port: 2, payload: bytes }));
    expect(rig.stored()).toMatchObject([
      { values: { temperature1: 27.2, temperature1No2: 28.8 } },
      { quality: 'undecoded', values: { port: 2, payload: '016701100167012001f10102' } },
    ]);
    expect(rig.port.rubbishByCode.get('codec-fault')).toBe(1);
  });

  test('a project that sends too much loses its own frames, counted, and is still answered', async () => {
    const rig = new NetworkRig(PROFILE);
    const device = rig.device(1, { profile: 'raw', project: 'soil-lab' });
    const other = rig.device(2);
    await rig.join(device);
    await rig.join(other);
    for (let i = 0; i < 15; i++) {
      const [heard] = await rig.exchange(device, device.uplink({ ...data(2, i), confirmed: true }));
      expect(heard).toMatchObject({ ack: true });
    }
    await rig.exchange(other, other.uplink(data(2, 1)));
    expect(rig.measured().map(({ device: id }) => id)).toEqual([
      ...Array.from({ length: 10 }, () => 'device-1'),
      'device-2',
    ]);
    expect(rig.port.rubbishByCode.get('over-limit')).toBe(5);
  });
});

test('a device is told dwell times and asked for its battery, and its answer becomes a status', async () => {
  const rig = new NetworkRig();
  const device = rig.device(1, { battery: 254 });
  await rig.join(device);
  const [heard] = await rig.exchange(device, device.uplink(data(2, 1)));
  expect(heard).toMatchObject({ commands: [{ name: 'TxParamSetupReq' }, { name: 'DevStatusReq' }] });
  rig.stored();
  const answers = await rig.exchange(device, device.uplink(data(2, 2)));
  expect(answers).toEqual([]); // nothing is left to say
  expect(rig.stored()).toContainEqual(
    expect.objectContaining({ kind: 'status', values: expect.objectContaining({ batteryLevel: 100 }) }),
  );
});

test('ADR speeds up a strong device, which stays fast', async () => {
  const rig = new NetworkRig();
  const device = rig.device(1);
  await rig.join(device);
  for (let i = 0; i < 30; i++) await rig.exchange(device, device.uplink(data(2, i)));
  const { radio } = device.uplink(data(2, 0));
  expect(radio.dataRate).toBe(5);
});

test('an answer that a station cannot send is tried at the next best, then given up and reported', async () => {
  const rig = new NetworkRig();
  const device = rig.device();
  await rig.join(device);
  rig.sent = { outcome: 'not-sent', why: foreign('TOO_LATE') };
  const frame = device.uplink(confirmed);
  for (const station of ['a', 'b', 'c', 'd']) rig.hear(frame, station, -80, 5);
  const asked = await rig.settle();
  expect(asked.map(({ station }) => station)).toEqual(['a', 'b', 'c']);
  expect(rig.network.stats.unanswered).toBe(1);
  expect(rig.rig.log.at('warn')).toMatchObject([{ message: 'A device could not be answered' }]);
  expect(rig.stored()).toHaveLength(1);
});

test('without the key file nothing is served and nothing forgotten; once it is back everything continues', async () => {
  const rig = new NetworkRig();
  const device = rig.device();
  await rig.join(device);
  await rig.exchange(device, device.uplink(data(2, 1)));
  const { keyFile } = rig.config.lorawan;
  renameSync(keyFile, `${keyFile}.away`);
  rig.restart();
  expect(rig.network.fault?.message).toContain('Restore it from its backup');
  await rig.exchange(device, device.uplink(data(2, 2)));
  renameSync(`${keyFile}.away`, keyFile);
  rig.restart();
  expect(rig.network.fault).toBeUndefined();
  rig.stored();
  await rig.exchange(device, device.uplink(data(2, 3)));
  expect(rig.measured()).toMatchObject([{ values: { payload: '03', frameCounter: 2 } }]);
});

test('a downlink too long for the data rate lets those behind it go first', async () => {
  const rig = new NetworkRig();
  const device = rig.device();
  await rig.join(device);
  const registered = rig.register.get('device-1');
  if (registered === undefined) throw new Error('it is not registered');
  const expiresAt = rig.rig.clock.moment().wall + 60_000;
  for (const bytes of [200, 2]) {
    const downlink = { port: 10, payload: new Uint8Array(bytes), confirmed: false, expiresAt };
    await rig.pass(rig.network.downlinks.send(registered, downlink));
  }
  const [heard] = await rig.exchange(device, atDataRate(2, device.uplink(data(2, 1))));
  expect(heard).toMatchObject({ kind: 'downlink', port: 10, payload: Buffer.alloc(2) });
  expect(rig.network.downlinks.of(registered).items).toMatchObject([{ id: 1, tries: 0 }]);
});

test('where a station says that it stands is known as long as the station is', () => {
  const rig = new NetworkRig();
  const receiver = rig.network.receiver(rig.port, new AbortController().signal);
  const station = 'b827ebfffe000001';
  receiver.placed(station, { lat: 1, lon: 2 }); // of nobody
  expect(rig.port.stations?.size).toBe(0);
  receiver.alive(station, 10);
  receiver.placed(station, { lat: 36.7, lon: 137.2 });
  receiver.alive(station, 10);
  expect(rig.port.stations?.get(station)).toMatchObject({ frames: 0, place: { lat: 36.7, lon: 137.2 } });
  receiver.forgotten(station);
  expect(rig.port.stations?.size).toBe(0);
});
