import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NetworkRig } from './network-rig.ts';

const near = 'b827ebfffe000001';
const slow = 'b827ebfffe000002';
const reported = { port: 2, payload: Uint8Array.of(1), confirmed: true };

test('a copy through a slower station is not answered again until RX2 has opened, whenever it comes', async () => {
  const delays = fc.record({
    delayMs: fc.constantFrom(1_000, 5_000),
    late: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  await fc.assert(
    fc.asyncProperty(delays, async ({ delayMs, late }) => {
      const rig = new NetworkRig(`[lorawan]\nrx1-delay = "${delayMs / 1_000}s"`);
      const device = rig.device();
      await rig.join(device);
      const frame = device.uplink(reported);
      const { monotonic } = rig.rig.clock.moment();
      rig.hear(frame, near);
      expect(await rig.settle()).toHaveLength(1);
      const untilRx2 = delayMs + 1_000 - (rig.rig.clock.moment().monotonic - monotonic);
      await rig.rig.clock.advance(Math.floor(late * (untilRx2 - 1)));
      rig.hear(frame, slow);
      expect(await rig.settle()).toEqual([]);
      expect(rig.network.stats).toMatchObject({ uplinks: 1, retransmissions: 0 });
      expect(rig.port.rubbish).toBe(0);
    }),
    { numRuns: 12 },
  );
});

test('a copy that comes after RX2 is known by the clock of its station', async () => {
  const rig = new NetworkRig();
  const device = rig.device();
  await rig.join(device);
  const frame = device.uplink(reported);
  const heardAt = rig.rig.clock.moment().monotonic;
  rig.hear(frame, near);
  expect(await rig.settle()).toHaveLength(1);
  await rig.rig.clock.advance(9_000);
  rig.hear(frame, slow, -80, 8, { heardAt: heardAt + 30 });
  expect(await rig.settle()).toEqual([]);
  expect(rig.network.stats).toMatchObject({ uplinks: 1, retransmissions: 0 });
});

test('the frame repeated by the device is answered once, however late the copies of each transmission come', async () => {
  const rig = new NetworkRig();
  const device = rig.device();
  await rig.join(device);
  rig.hear(device.uplink(reported), near);
  const answers = [await rig.settle()];
  for (const afterMs of [500, 2_000, 500, 2_500, 900]) {
    await rig.rig.clock.advance(afterMs);
    rig.hear(device.again(), afterMs < 1_000 ? slow : near);
    answers.push(await rig.settle());
  }
  expect(answers.map(({ length }) => length)).toEqual([1, 0, 1, 0, 1, 0]);
  expect(rig.network.stats).toMatchObject({ uplinks: 1, retransmissions: 2 });
});

test('a join-request heard late by another station is no replay, and gets no second answer; a recorded one is', async () => {
  const rig = new NetworkRig();
  const device = rig.device();
  const request = device.joinRequest();
  rig.hear(request, near);
  expect(await rig.settle()).toHaveLength(1);
  await rig.rig.clock.advance(3_000);
  rig.hear(request, slow);
  expect(await rig.settle()).toEqual([]);
  expect(rig.port.rubbish).toBe(0);
  await rig.rig.clock.advance(10_000);
  rig.hear(request, slow);
  expect(await rig.settle()).toEqual([]);
  expect(rig.port.rubbishByCode.get('replay')).toBe(1);
});
