/** The whole city in one process: simulated devices with faults, a gateway on real pseudo-terminals, a city OS that fails. */
import { expect, test } from 'vitest';
import { openRig, type RigDescription } from '../../gateway/rig/library.ts';

const SPOILED = ['plow-1', 'gauge-bridge', 'counter-gate', 'modem', 'bus'];
const TAG = { name: 'aoi', id: 'ibeacon:6a1d4f0c-52b7-4e0b-9c36-0d4b8f3a7e21/15/204', distance: 4 };

const device: RigDescription['device'] = [
  { id: 'plow', type: 'nmea', count: 2 },
  {
    ...{ id: 'gauge-bridge', type: 'maxbotix' },
    gateway: { threshold: [{ alarm: 'high', quantity: 'level', raise: 1, clear: 0.9 }] },
  },
  { id: 'counter-gate', type: 'people-counter', startEntered: 999_900, entered: { is: 'crowd', perMinute: 600 } },
  { id: 'probe-quay', type: 'modbus-level', wire: 'bus', unit: 1, interval: '1s' },
  { id: 'counter-promenade', type: 'modbus-counter', wire: 'bus', unit: 2, interval: '1s' },
  {
    ...{ id: 'node-channel', type: 'rylr', wire: 'modem', address: 11, period: '1s' },
    channel: [{ channel: 44, type: 'distance', quantity: 'level', value: { is: 'flood' } }],
  },
  { id: 'detector', type: 'ble-hci', window: '1s', tag: [TAG] },
];

test('spoiled frames, a pulled plug and a city OS that crashes before its receipts lose and double nothing', async () => {
  await using rig = await openRig({
    ...{ rig: { seed: 7, timeScale: 60 }, device, gateway: {}, city: [{ name: 'city' }] },
    timeline: [
      { at: '0s', on: 'city', fault: 'crash', with: { times: 3 } },
      ...SPOILED.flatMap((on) =>
        ['noise', 'truncate', 'corrupt'].map((fault) => ({ at: '0s', on, fault, with: { share: 0.1 } })),
      ),
      { at: '2s', for: '1s', on: 'gauge-bridge', fault: 'unplug' },
      { at: '3s', for: '1s', on: 'plow-2', fault: 'unplug' },
      { at: '4s', on: 'counter-gate', fault: 'power-cycle' },
    ],
  });
  await rig.start();
  const isHeard = () => rig.stored('gauge-bridge') > 20 && rig.stored('counter-gate') > 5;
  await rig.until(() => isHeard() && rig.stored('counter-promenade') > 2, 'all have been heard', 40_000);
  await rig.settle();
  expect(rig.tallies()).toMatchObject({ lost: 0, twice: 0, missing: 0 });
  expect(rig.tallies().stored).toBe(rig.tallies().sent);
  const readings = [...rig.ends.readings()];
  expect(new Set(readings.map(({ kind }) => kind)).size).toBe(6);
  expect(readings.filter(({ kind }) => kind === 'alarm')).not.toEqual([]);
}, 120_000);
