import { expect, test } from 'vitest';
import type { Reply } from '../../../gateway/ports/radio.ts';
import { foreign } from '../../../shared/text.ts';
import { LorawanDevice } from '../../../simulators/lorawan/device.ts';
import type { RegionName } from '../../../simulators/lorawan/region.ts';
import { Random } from '../../../simulators/random.ts';
import { APP_KEY, NetworkRig } from './network-rig.ts';

const data = (...bytes: number[]) => ({ port: 2, payload: Uint8Array.from(bytes) });

/** A network of a region, and a device with fixed keys in it, which sends at this data rate. */
function site(region: RegionName, dataRate: number, more = '') {
  const rig = new NetworkRig(`[lorawan]\nregion = "${region.toUpperCase()}"\n${more}`);
  const devEui = '70b3d57ed0000009';
  const nwkSKey = '101112131415161718191a1b1c1d1e1f';
  rig.add({ id: 'valve', devEui, activation: 'abp', devAddr: '01ab23cd', keys: { appSKey: APP_KEY, nwkSKey } });
  const activation = { devAddr: '01ab23cd', appSKey: APP_KEY, fNwkSIntKey: nwkSKey };
  const device = new LorawanDevice({ devEui, region, random: new Random(1), activation });
  const uplink = () => {
    const frame = device.uplink(data(1));
    return { ...frame, radio: { ...frame.radio, dataRate } };
  };
  const queue = async (bytes: number, confirmed = false) => {
    const registered = rig.register.get('valve');
    if (registered === undefined) throw new Error('it is not registered');
    const expiresAt = rig.rig.clock.moment().wall + 86_400_000;
    const downlink = { port: 10, payload: new Uint8Array(bytes).fill(1), confirmed, expiresAt };
    await rig.pass(rig.network.downlinks.send(registered, downlink));
    return () => rig.network.downlinks.of(registered).items;
  };
  const results = () => rig.stored().flatMap(({ values }) => values.downlinkResult ?? []);
  return { rig, device, uplink, queue, results };
}

const windowsOf = ({ rx1, rx2 }: Pick<Reply, 'rx1' | 'rx2'>) => [rx1 && 'RX1', rx2 && 'RX2'].filter(Boolean);

test.each<[RegionName, number, number, string[]]>([
  ['eu868', 5, 60, ['RX1']], // RX2 is DR0: 51 bytes
  ['eu868', 5, 242, ['RX1']],
  ['eu868', 5, 20, ['RX1', 'RX2']],
  ['us915', 3, 60, ['RX1']], // RX2 is DR8: 53 bytes
  ['au915', 5, 60, ['RX1']],
  ['as923-1', 5, 20, ['RX1']], // RX2 is DR2 with dwell time: 11 bytes
  ['as923-1', 5, 120, ['RX1']],
  ['as923-1', 2, 11, ['RX1', 'RX2']],
])(
  'in %s at DR%i a downlink of %i bytes goes in the windows that have room for it',
  async (region, dr, bytes, windows) => {
    const { rig, device, uplink, queue } = site(region, dr);
    const waiting = await queue(bytes);
    const carried: unknown[] = [];
    for (let i = 0; i < 3; i++) {
      rig.hear(uplink());
      for (const asked of await rig.settle()) {
        const heard = device.hear(asked.bytes);
        if (heard.kind === 'downlink' && heard.port === 10) carried.push(windowsOf(asked), heard.payload?.length);
      }
    }
    expect(carried).toEqual([windows, bytes]);
    expect(waiting()).toEqual([]);
  },
);

test('in AS923 a device that never answers how long it may be sent to gets a long downlink after four questions', async () => {
  const { rig, uplink, queue } = site('as923-1', 2);
  await queue(60);
  const lengths: number[] = [];
  for (let i = 0; i < 6; i++) {
    rig.hear(uplink()); // and hears nothing
    lengths.push(...(await rig.settle()).map(({ bytes }) => bytes.length));
  }
  expect(lengths.map((length) => length > 60)).toEqual([false, false, false, false, true]);
});

test('in EU868 RX2 is on the frequency where a station may send louder, and is asked to', async () => {
  const { rig, uplink } = site('eu868', 0);
  rig.hear(uplink());
  const [asked] = await rig.settle();
  expect([asked?.rx1?.powerDbm, asked?.rx2?.powerDbm]).toEqual([16, 29]);
});

test('a command whose fate nobody knows goes through no other station, and not again', async () => {
  const { rig, uplink, queue, results } = site('eu868', 5);
  rig.sent = { outcome: 'unknown', why: foreign('silent') };
  const waiting = await queue(1);
  const asked: string[] = [];
  for (let i = 0; i < 6; i++) {
    const frame = uplink();
    for (const station of ['a', 'b']) rig.hear(frame, station);
    for (const { station } of await rig.settle()) asked.push(station);
  }
  expect(asked).toEqual(['a']);
  expect(results()).toEqual(['unknown']);
  expect(waiting()).toEqual([]);
});

test('a confirmed downlink whose fate nobody knows is repeated until the device acknowledges it', async () => {
  const { rig, device, uplink, queue, results } = site('eu868', 5);
  rig.sent = { outcome: 'unknown', why: foreign('silent') };
  await queue(1, true);
  for (let i = 0; i < 3; i++) {
    rig.hear(uplink());
    const [asked] = await rig.settle();
    if (i === 1 && asked !== undefined) device.hear(asked.bytes);
  }
  expect(results()).toEqual(['acknowledged']);
});

test('what the station could not send was not asked, and is asked again', async () => {
  const { rig, device, uplink } = site('us915', 0);
  rig.sent = { outcome: 'not-sent', why: foreign('COLLISION_PACKET') };
  for (let i = 0; i < 10; i++) {
    rig.hear(uplink());
    await rig.settle();
  }
  rig.sent = { outcome: 'sent' };
  rig.hear(uplink());
  const [asked] = await rig.settle();
  const heard = asked && device.hear(asked.bytes);
  expect(heard?.kind === 'downlink' && heard.commands.map(({ name }) => name)).toEqual([
    'LinkADRReq',
    'LinkADRReq',
    'DevStatusReq',
  ]);
});

test.each<RegionName>(['us915', 'au915'])(
  'in %s a device gets the channels of the sub-band with the first answer',
  async (region) => {
    for (const adr of ['true', 'false']) {
      const { rig, device, uplink } = site(region, 2, `adr = ${adr}\nsub-band = 3`);
      rig.hear(uplink());
      const [asked] = await rig.settle();
      const heard = asked && device.hear(asked.bytes);
      expect(heard?.kind === 'downlink' && heard.commands).toMatchObject([
        { name: 'LinkADRReq', dataRate: 2, chMask: 0b100, chMaskCntl: 7 },
        { name: 'LinkADRReq', dataRate: 2, chMask: 0x00ff, chMaskCntl: 1 },
        ...(region === 'au915' ? [{ name: 'TxParamSetupReq' }] : []),
        { name: 'DevStatusReq' },
      ]);
      rig.hear(uplink()); // answers
      expect(await rig.settle()).toEqual([]);
    }
  },
);

test('a device that leaves the channels unanswered is still asked for a better data rate', async () => {
  const { rig, uplink } = site('us915', 0);
  const carried: number[] = [];
  for (let i = 0; i < 30; i++) {
    rig.hear(uplink());
    if ((await rig.settle()).length > 0) carried.push(i);
  }
  expect(carried).toEqual([0, 1, 2, 19, 20, 21]);
});

test('a device that no longer keeps to its channels is told them again', async () => {
  const { rig, device, uplink } = site('us915', 0);
  rig.hear(uplink());
  for (const { bytes } of await rig.settle()) device.hear(bytes);
  rig.hear(uplink());
  await rig.settle();
  const frame = uplink();
  rig.hear({ ...frame, radio: { ...frame.radio, frequencyHz: 902_300_000 } }); // sub-band 1
  const [asked] = await rig.settle();
  const heard = asked && device.hear(asked.bytes);
  expect(heard?.kind === 'downlink' && heard.commands).toMatchObject([{ name: 'LinkADRReq' }, { name: 'LinkADRReq' }]);
});

test('a device that never answers a LinkADRReq is asked ever more seldom, at last once a day', async () => {
  const { rig, uplink } = site('eu868', 0);
  const perDay: number[] = [];
  for (let day = 0; day < 4; day++) {
    let downlinks = 0;
    for (let i = 0; i < 100; i++) {
      rig.hear(uplink());
      downlinks += (await rig.settle()).length;
      await rig.rig.clock.advance(864_000 - 200);
    }
    perDay.push(downlinks);
  }
  // A DevStatusReq each day; three LinkADRReqs from the twentieth uplink on, and others 1, 2, 4 and 8 hours later.
  expect(perDay[0]).toBe(1 + 3 + 4);
  for (const count of perDay.slice(2)) expect(count).toBeLessThanOrEqual(2);
});

test('what expires while its device is silent is said within ten minutes', async () => {
  const { rig, queue, results } = site('eu868', 5);
  const waiting = await queue(1);
  const stop = new AbortController();
  const watching = rig.network.downlinks.watch(stop.signal);
  await rig.rig.clock.advance(86_400_000 - 1);
  expect(waiting()).toHaveLength(1);
  await rig.rig.clock.advance(600_001);
  expect(waiting()).toEqual([]);
  expect(results()).toEqual(['expired']);
  stop.abort();
  await watching;
});

test('a device that is silent can be sent commands again once those before have expired', async () => {
  const { rig, queue, results } = site('eu868', 5);
  for (let n = 0; n < 16; n++) await queue(1);
  await rig.rig.clock.advance(86_400_001);
  const waiting = await queue(1);
  expect(waiting()).toMatchObject([{ id: 17 }]);
  expect(results()).toEqual(Array.from({ length: 16 }, () => 'expired'));
});

test('an uplink with a port and no payload is a reading, whatever the profile makes of it', async () => {
  for (const profile of ['raw', 'lpp', 'codec']) {
    const rig = new NetworkRig('[[profile]]\nname = "codec"\ntype = "lorawan"\ncodec-file = "codec.js"');
    const device = rig.device(1, { profile });
    await rig.join(device);
    await rig.exchange(device, device.uplink({ port: 7, payload: new Uint8Array(0) }));
    const [reading] = rig.measured();
    expect(reading).toMatchObject({ values: { port: 7, payload: '', frameCounter: 0, rssi: -80 } });
    expect(reading).not.toHaveProperty('quality');
    expect(rig.port.rubbish).toBe(0);
  }
});
