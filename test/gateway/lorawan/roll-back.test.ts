/** The buffer's file is put back to an earlier state, as by a backup or a copied card: what LoRaWAN must not do again. */
import { describe, expect, test } from 'vitest';
import { LORAWAN_VERSIONS } from '../../../devices/lorawan/session.ts';
import { LorawanDevice, type SentFrame } from '../../../simulators/lorawan/device.ts';
import { Random } from '../../../simulators/random.ts';
import { APP_KEY, NetworkRig, NWK_KEY } from './network-rig.ts';

const HOUR = 3_600_000;
const reported = { port: 2, payload: Uint8Array.of(1, 2, 3), confirmed: true };
const quiet = { port: 2, payload: Uint8Array.of(4), confirmed: false };

/** The counters of the answers, as they are on the air. */
const countersIn = (asked: readonly { readonly bytes: Uint8Array }[]) =>
  asked.map(({ bytes }) => (bytes[6] ?? 0) + 256 * (bytes[7] ?? 0));
const joinNonceIn = (rig: NetworkRig, device: LorawanDevice) => {
  const remembered = [...rig.buffer.remembered()];
  const [, text] = remembered.find(([name]) => name.startsWith(`lorawan/${device.devEui}/join/`)) ?? [];
  return JSON.parse(text ?? '{}').type.joinNonce as number;
};

async function answered(rig: NetworkRig, device: LorawanDevice, frame: SentFrame): Promise<number[]> {
  rig.hear(frame);
  const asked = await rig.settle();
  for (const { bytes } of asked) expect(device.hear(bytes)).toMatchObject({ kind: 'downlink' });
  return countersIn(asked);
}

describe.each(LORAWAN_VERSIONS)('a device of LoRaWAN %s', (version) => {
  test('gets no downlink counter twice, whatever was put back, and hears each downlink', async () => {
    const rig = new NetworkRig();
    const device = rig.device(1, { version });
    await rig.join(device);
    const used: number[] = [];
    const talk = async (frames: number) => {
      for (let n = 0; n < frames; n++) {
        await rig.rig.clock.advance(60_000);
        used.push(...(await answered(rig, device, device.uplink(reported))));
      }
    };
    await talk(3);
    const backup = rig.backup();
    await talk(40);
    rig.restore(backup);
    await talk(20);
    rig.restore(backup);
    await talk(20);
    expect(used).toHaveLength(83);
    expect(new Set(used).size).toBe(83);
  });

  test('gets none twice in a session that it began to use after the backup', async () => {
    const rig = new NetworkRig();
    const device = rig.device(1, { version });
    await rig.join(device);
    const backup = rig.backup();
    const used: number[] = [];
    for (let n = 0; n < 3; n++) {
      used.push(...(await answered(rig, device, device.uplink(reported))));
      await rig.rig.clock.advance(60_000);
      rig.restore(backup);
    }
    expect(new Set(used).size).toBe(3);
  });

  test('keeps its counter close over restarts without a downlink', async () => {
    const rig = new NetworkRig();
    const device = rig.device(1, { version });
    await rig.join(device);
    await answered(rig, device, device.uplink(reported));
    const [before = 0] = await answered(rig, device, device.uplink(reported));
    for (let n = 0; n < 50; n++) {
      rig.restore(rig.backup());
      await rig.exchange(device, device.uplink(quiet));
    }
    const [after = 0] = await answered(rig, device, device.uplink(reported));
    expect(after - before).toBeGreaterThan(0);
    expect(after - before).toBeLessThan(200);
  });

  test('hears the first downlink after a year, though the counter has leapt', async () => {
    const rig = new NetworkRig();
    const device = rig.device(1, { version });
    await rig.join(device);
    await answered(rig, device, device.uplink(reported));
    for (let n = 0; n < 3; n++) {
      await rig.rig.clock.advance(365 * 24 * HOUR);
      rig.restore(rig.backup());
      await answered(rig, device, device.uplink(reported));
      expect(device.acknowledged).toBe(true);
    }
  });

  test('that joined after the backup joins again, and no JoinNonce is given twice', async () => {
    const rig = new NetworkRig();
    const device = rig.device(1, { version });
    const backup = rig.backup();
    const nonces: number[] = [];
    for (let n = 0; n < 3; n++) {
      await rig.join(device);
      nonces.push(joinNonceIn(rig, device));
      await answered(rig, device, device.uplink(reported));
      await rig.rig.clock.advance(60_000);
      rig.restore(backup);
    }
    expect(new Set(nonces).size).toBe(3);
  });

  test('goes on in the session that works while recorded joins are played back, also after a restart', async () => {
    const rig = new NetworkRig();
    const device = rig.device(1, { version });
    const backup = rig.backup();
    const recorded = [device.joinRequest(), device.joinRequest(), device.joinRequest()];
    for (const join of recorded) rig.hear(join);
    await rig.settle();
    await rig.join(device);
    await answered(rig, device, device.uplink(reported));
    await rig.rig.clock.advance(600_000);
    rig.restore(backup); // it knows neither the joins nor the session
    await rig.join(device);
    await answered(rig, device, device.uplink(reported));
    rig.stored();
    for (const join of recorded) {
      rig.hear(join);
      await rig.settle();
      rig.restore(rig.backup());
      await answered(rig, device, device.uplink(reported));
    }
    expect(rig.measured()).toHaveLength(3);
  });

  test('leaves recorded frames worthless with its next own frame', async () => {
    const rig = new NetworkRig();
    const device = rig.device(1, { version });
    await rig.join(device);
    await rig.exchange(device, device.uplink(quiet));
    const backup = rig.backup();
    const recorded = Array.from({ length: 5 }, () => device.uplink(quiet));
    for (const frame of recorded) await rig.exchange(device, frame);
    rig.restore(backup);
    await rig.exchange(device, device.uplink(quiet));
    rig.stored();
    for (const frame of recorded) await rig.exchange(device, frame);
    expect(rig.measured()).toEqual([]);
    expect(rig.port.rubbishByCode.get('replay')).toBe(5);
  });
});

test('a device with fixed keys gets no counter twice though the backup is from before its first frame', async () => {
  const rig = new NetworkRig();
  const devEui = '70b3d57ed0000009';
  const keys = { appSKey: APP_KEY, nwkSKey: NWK_KEY };
  rig.add({ id: 'fixed', devEui, activation: 'abp', devAddr: '01ab23cd', keys });
  const activation = { devAddr: '01ab23cd', appSKey: APP_KEY, fNwkSIntKey: NWK_KEY };
  const device = new LorawanDevice({ devEui, random: new Random(1), activation });
  const backup = rig.backup();
  const used = await answered(rig, device, device.uplink(reported));
  used.push(...(await answered(rig, device, device.uplink(reported))));
  await rig.rig.clock.advance(HOUR);
  for (let n = 0; n < 2; n++) {
    rig.restore(backup);
    used.push(...(await answered(rig, device, device.uplink(reported))));
    await rig.rig.clock.advance(HOUR);
  }
  expect(new Set(used).size).toBe(4);
});
