/** A rig described in a program: devices, a gateway and a city OS in a few lines. */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openRig } from '../../../gateway/rig/library.ts';
import { MachimoriError } from '../../../shared/errors.ts';

test('on the real clock everything that was sent is stored, and once', async () => {
  await using rig = await openRig({
    rig: { seed: 7, timeScale: 60, wires: 'tcp' },
    device: [
      { id: 'gauge', type: 'maxbotix' },
      { id: 'plow', type: 'nmea', count: 2 },
    ],
    gateway: {},
    city: [{ name: 'city' }],
  });
  await rig.start();
  await rig.until(() => rig.stored('gauge') > 5 && rig.stored('plow-2') > 1, 'both have been heard');
  await rig.settle();
  expect(rig.tallies()).toMatchObject({ lost: 0, twice: 0, missing: 0 });
  const late = [...rig.ends.readings()].map(({ receivedAt, observedAt }) => receivedAt - observedAt);
  expect(Math.min(...late)).toBeGreaterThan(-1_500); // a receiver's second may have begun before the rig's
}, 60_000);

test('an hour on the virtual clock, with an outage by hand, loses nothing', async () => {
  await using rig = await openRig({
    rig: { clock: 'virtual' },
    device: [{ id: 'weather', type: 'line', period: '10s', field: [{ quantity: 'temperature', value: 21.5 }] }],
    gateway: {},
    city: [{ name: 'city' }],
  });
  await rig.start();
  await rig.pass(20 * 60_000);
  rig.strike('city', 'away');
  await rig.pass(20 * 60_000);
  rig.clear('city');
  await rig.pass(20 * 60_000);
  await rig.settle();
  expect(rig.tallies()).toEqual({ sent: 360, stored: 360, lost: 0, twice: 0, missing: 0 });
}, 60_000);

test('every mistake is named, and its folder is gone', async () => {
  const opening = openRig({
    device: [{ id: 'gauge', type: 'maxbotics' }],
    expect: [{ that: 'stored-once' }],
  });
  await expect(opening).rejects.toThrow(/device\.0\.type: type cannot be "maxbotics" \(Did you mean maxbotix/);
  await expect(opening).rejects.toBeInstanceOf(MachimoriError);
});

test('what it has kept is removed when it is closed', async () => {
  const rig = await openRig({ device: [{ id: 'gauge', type: 'maxbotix' }] });
  const folder = rig.plan.path(rig.plan.rig.folder);
  expect(existsSync(folder)).toBe(true);
  await rig.close();
  expect(existsSync(folder)).toBe(false);
});
