import { expect, test } from 'vitest';
import type { LorawanVersion } from '../../../devices/lorawan/session.ts';
import { LorawanDevice } from '../../../simulators/lorawan/device.ts';
import { Random } from '../../../simulators/random.ts';
import { NetworkRig, retransmitMs } from './network-rig.ts';

const reported = { port: 2, payload: Uint8Array.of(1), confirmed: true };

async function queue(rig: NetworkRig, confirmed: boolean, payload = 9): Promise<number | undefined> {
  const registered = rig.register.get('device-1');
  if (registered === undefined) throw new Error('it is not registered');
  const expiresAt = rig.rig.clock.moment().wall + 60_000;
  return rig.pass(
    rig.network.downlinks.send(registered, { port: 10, payload: Uint8Array.of(payload), confirmed, expiresAt }),
  );
}

test.each<LorawanVersion>(['1.0.4', '1.1'])(
  'a device of %s that repeats its acknowledgement is understood, though the next confirmed downlink is under way',
  async (version) => {
    const rig = new NetworkRig();
    const device = rig.device(1, { version });
    await rig.join(device);
    await queue(rig, true, 1);
    await rig.exchange(device, device.uplink(reported)); // hears the first
    await queue(rig, true, 2);
    rig.stored();
    rig.hear(device.uplink(reported)); // acknowledges it, and does not hear the second
    await rig.settle();
    await rig.rig.clock.advance(retransmitMs);
    rig.hear(device.again());
    expect(await rig.settle()).toHaveLength(1);
    expect(rig.network.stats).toMatchObject({ uplinks: 2, retransmissions: 1, foreign: 0 });
    expect(rig.stored().filter(({ kind }) => kind === 'measurement')).toHaveLength(1);
  },
);

test('a 1.1 device that lost its counters is not acknowledged as if it had repeated a frame', async () => {
  const rig = new NetworkRig();
  const devEui = '70b3d57ed0000009';
  const [fNwkSIntKey = '', sNwkSIntKey = '', nwkSEncKey = '', appSKey = ''] = ['1a', '2b', '3c', '4d'].map((byte) =>
    byte.repeat(16),
  );
  const keys = { fNwkSIntKey, sNwkSIntKey, nwkSEncKey, appSKey };
  rig.add({ id: 'fixed', devEui, activation: 'abp', version: '1.1', devAddr: '01ab23cd', keys });
  const activation = { devAddr: '01ab23cd', ...keys };
  const device = new LorawanDevice({ devEui, version: '1.1', random: new Random(1), activation });
  await rig.exchange(device, device.uplink(reported));
  device.losePower();
  rig.hear(device.uplink({ ...reported, payload: Uint8Array.of(2) }));
  expect(await rig.settle()).toEqual([]);
  expect(rig.port.rubbishByCode.get('counter-reset')).toBe(1);
});

test('a downlink that could not be stored is not reported as waiting', async () => {
  const rig = new NetworkRig();
  rig.device();
  rig.buffer.close();
  await expect(queue(rig, false)).rejects.toThrow();
  rig.restart();
  const registered = rig.register.get('device-1');
  expect(registered && rig.network.downlinks.of(registered).items).toEqual([]);
});
