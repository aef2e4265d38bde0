import { expect, test } from 'vitest';
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
  expect([...rig.buffer.remembered().keys()]).toEqual([`lorawan/${device.devEui}/join/${JOIN_EUI}`]);
});
