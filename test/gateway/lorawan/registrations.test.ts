import { describe, expect, test } from 'vitest';
import { LorawanDevice } from '../../../simulators/lorawan/device.ts';
import { Random } from '../../../simulators/random.ts';
import { APP_KEY, JOIN_EUI, NetworkRig } from './network-rig.ts';

const NWK_S_KEY = JOIN_EUI.repeat(2);
const DEV_ADDR = '01ab23cd';
const data = (byte: number, confirmed = false) => ({ port: 2, payload: Uint8Array.of(byte), confirmed });

function registerFixed(rig: NetworkRig, allowsCounterReset = false): LorawanDevice {
  const devEui = '70b3d57ed0000009';
  const keys = { appSKey: APP_KEY, nwkSKey: NWK_S_KEY };
  rig.add({ id: 'fixed', devEui, activation: 'abp', devAddr: DEV_ADDR, keys, allowsCounterReset });
  const activation = { devAddr: DEV_ADDR, appSKey: APP_KEY, fNwkSIntKey: NWK_S_KEY };
  return new LorawanDevice({ devEui, random: new Random(1), activation });
}

/** Counter of a downlink as it is on the air (LoRaWAN 1.0.4 §4.3.1: MHDR, DevAddr, FCtrl, FCnt). */
const counterOf = (bytes: Uint8Array) => Buffer.from(bytes).readUInt16LE(6);

async function downlinkCounters(rig: NetworkRig, device: LorawanDevice, frames: number): Promise<number[]> {
  const counters: number[] = [];
  for (let i = 0; i < frames; i++) {
    rig.hear(device.uplink(data(i, true)));
    counters.push(...(await rig.settle()).map(({ bytes }) => counterOf(bytes)));
  }
  return counters;
}

test('a device registered again while no gateway ran starts over', async () => {
  const rig = new NetworkRig();
  const device = registerFixed(rig);
  for (let i = 0; i < 20; i++) await rig.exchange(device, device.uplink(data(i)));
  const registered = rig.register.get('fixed');
  if (registered === undefined) throw new Error('it is not registered');
  const expiresAt = rig.rig.clock.moment().wall + 60_000;
  await rig.pass(
    rig.network.downlinks.send(registered, { port: 1, payload: Uint8Array.of(1), confirmed: false, expiresAt }),
  );
  rig.changeWhileStopped((register, at) => {
    register.remove(['fixed']);
    register.add([{ ...registered, keys: { appSKey: APP_KEY, nwkSKey: NWK_S_KEY } }], at);
  });
  rig.stored();
  device.losePower();
  await rig.exchange(device, device.uplink(data(0xaa)));
  expect(rig.measured()).toMatchObject([{ values: { payload: 'aa', frameCounter: 0 } }]);
  const anew = rig.register.get('fixed');
  expect(anew && rig.network.downlinks.of(anew).items).toEqual([]);
});

test('under fixed keys no downlink counter is used twice, even after a reset or a new registration', async () => {
  const rig = new NetworkRig();
  const device = registerFixed(rig, true);
  const counters = await downlinkCounters(rig, device, 20);
  device.losePower();
  counters.push(...(await downlinkCounters(rig, device, 3)));
  rig.register.remove(['fixed']);
  await rig.rig.clock.advance(10);
  const anew = registerFixed(rig);
  counters.push(...(await downlinkCounters(rig, anew, 3)));
  expect(counters).toHaveLength(26);
  expect(new Set(counters).size).toBe(26);
});

test('a frame whose device is removed while its codec runs is neither stored nor answered', async () => {
  const rig = new NetworkRig(`
[[profile]]
name = "codec"
type = "lorawan"
codec-file = "codec.js"
`);
  const device = rig.device(1, { profile: 'codec' });
  await rig.join(device);
  rig.codec = () => {
    rig.register.remove(['device-1']);
    return { ok: true, output: { data: { x: 1 }, errors: [], warnings: [] } };
  };
  rig.hear(device.uplink(data(1, true)));
  expect(await rig.settle()).toEqual([]);
  expect(rig.stored()).toEqual([]);
  await rig.rig.clock.advance(10);
  rig.restart();
  await rig.rig.clock.advance(10);
  expect([...rig.buffer.remembered().keys()]).toEqual([`lorawan/${device.devEui}/join/${JOIN_EUI}/7df76b0c`]); // AES-128 of a block of zeros by the AppKey
});

describe('a device of 1.0.4 that has lost its DevNonces', () => {
  const version = '1.0.4';
  const again = (appKey = APP_KEY) =>
    new LorawanDevice({
      devEui: '70b3d57ed0000001',
      version,
      random: new Random(2),
      activation: { joinEui: JOIN_EUI, appKey },
    });

  async function joinedFiveTimes(): Promise<NetworkRig> {
    const rig = new NetworkRig();
    const device = rig.device(1, { version });
    for (let i = 0; i < 5; i++) await rig.join(device);
    await rig.rig.clock.advance(60_000);
    return rig;
  }

  test('is told apart from one whose frames are replayed, and can be let in again', async () => {
    const rig = await joinedFiveTimes();
    const device = again();
    rig.hear(device.joinRequest());
    expect(await rig.settle()).toEqual([]);
    expect(rig.port.lastRubbish?.en).toContain('DevNonce 0 was used before: a replay, or the device lost its count');
    const registered = rig.register.get('device-1');
    if (registered === undefined) throw new Error('it is not registered');
    await rig.pass(rig.network.forgetDevNonces(registered));
    rig.restart();
    await rig.join(device);
    await rig.exchange(device, device.uplink(data(1)));
    expect(rig.measured()).toMatchObject([{ values: { payload: '01' } }]);
  });

  test('whose DevNonce is merely below the last is told that, not that it was used', async () => {
    const rig = new NetworkRig();
    const device = rig.device(1, { version });
    device.joinRequest(); // 0 is not heard
    device.joinRequest();
    await rig.join(device);
    rig.hear(again().joinRequest());
    expect(await rig.settle()).toEqual([]);
    expect(rig.port.lastRubbish?.en).toContain('DevNonce 0 is new but below 2, the last one');
  });

  test('joins with any DevNonce once it is registered with another key, and the old key keeps its own', async () => {
    const rig = await joinedFiveTimes();
    const register = async (appKey: string) => {
      rig.register.remove(['device-1']);
      await rig.rig.clock.advance(10);
      rig.add({ id: 'device-1', devEui: '70b3d57ed0000001', version, keys: { appKey } });
    };
    const otherKey = '99999999999999999999999999999999';
    await register(otherKey);
    await rig.join(again(otherKey));
    await register(APP_KEY);
    rig.hear(again().joinRequest());
    expect(await rig.settle()).toEqual([]);
    expect(rig.port.rubbishByCode.get('replay')).toBe(1);
  });

  test('of an earlier release, which did not tell keys apart, keeps what it has used', async () => {
    const rig = new NetworkRig();
    const device = rig.device(1, { version });
    const used = JSON.stringify({ type: { joinNonce: 9, last: 3, used: '00000003' } });
    const old = new Map([[`lorawan/${device.devEui}/join/${JOIN_EUI}`, used]]);
    await rig.pass(rig.buffer.append([], { remember: old }));
    rig.restart();
    rig.hear(device.joinRequest()); // 0
    expect(await rig.settle()).toEqual([]);
    for (let i = 1; i <= 3; i++) device.joinRequest();
    await rig.join(device);
    expect([...rig.buffer.remembered().keys()].filter((name) => name.includes('/join/'))).toHaveLength(1);
  });
});

test('the receive windows of a device with fixed keys are those it is configured with', async () => {
  const rig = new NetworkRig();
  const devEui = '70b3d57ed0000009';
  const keys = { appSKey: APP_KEY, nwkSKey: NWK_S_KEY };
  const device = { id: 'fixed', devEui, activation: 'abp', devAddr: DEV_ADDR, keys } as const;
  rig.add({ ...device, rx1DelayMs: 5_000, rx2DataRate: 3 });
  const activation = { devAddr: DEV_ADDR, appSKey: APP_KEY, fNwkSIntKey: NWK_S_KEY };
  const fixed = new LorawanDevice({ devEui, random: new Random(1), activation });
  const windows = async () => {
    rig.hear(fixed.uplink(data(1, true)));
    const [asked] = await rig.settle();
    return [asked?.delayMs, asked?.rx2?.modulation];
  };
  expect(await windows()).toEqual([5_000, { kind: 'lora', spreadingFactor: 9, bandwidthHz: 125_000 }]);
  rig.register.change(['fixed'], { rx1DelayMs: 2_000, rx2DataRate: 5 });
  expect(await windows()).toEqual([2_000, { kind: 'lora', spreadingFactor: 7, bandwidthHz: 125_000 }]);
  expect(() => rig.register.change(['fixed'], { rx2DataRate: 9 })).toThrow(
    'AS923-1 has no data rate 9 for downlinks. It has: 0, 1, 2, 3, 4, 5, 6, 7',
  );
  expect(() => rig.add({ id: 'other', devEui: '70b3d57ed0000010', rx2DataRate: 3 })).toThrow('rx2-data-rate are for');
});

test('a device whose profile is changed keeps its session, its counters and its downlinks', async () => {
  const rig = new NetworkRig();
  const device = rig.device(1, { profile: 'raw' });
  await rig.join(device);
  await rig.exchange(device, device.uplink(data(1)));
  const registered = rig.register.get('device-1');
  if (registered === undefined) throw new Error('it is not registered');
  const expiresAt = rig.rig.clock.moment().wall + 60_000;
  const downlink = { port: 9, payload: Uint8Array.of(1), confirmed: false, expiresAt };
  await rig.pass(rig.network.downlinks.send(registered, downlink));
  rig.stored();
  rig.register.change(['device-1'], { profile: 'lpp' });
  const temperature = { port: 1, payload: Uint8Array.of(3, 103, 0, 215) };
  const [heard] = await rig.exchange(device, device.uplink(temperature));
  expect(heard).toMatchObject({ kind: 'downlink', port: 9 });
  expect(rig.measured()).toMatchObject([{ values: { temperature3: 21.5, frameCounter: 1 } }]);
  rig.restart();
  await rig.exchange(device, device.uplink(temperature));
  expect(rig.measured()).toMatchObject([{ values: { temperature3: 21.5, frameCounter: 2 } }]);
  expect(() => rig.register.change(['device-1'], { profile: 'lp' })).toThrow('there is no profile "lp"');
});
