/** A walking test: who heard the device, from when it was first asked, within bounds. */
import { expect, test } from 'vitest';
import { answer } from '../../../gateway/control/actions.ts';
import { RecentUplinks } from '../../../gateway/lorawan/recent-uplinks.ts';
import { MachimoriError } from '../../../shared/errors.ts';
import { AT } from '../buffer/buffer-rig.ts';
import { piecesOf } from '../control/pieces.ts';
import { NetworkRig } from './network-rig.ts';

const at = (seconds: number) => ({ wall: AT + seconds * 1_000, monotonic: seconds * 1_000, synchronised: true });
const uplink = (frameCounter: number) => ({ frameCounter, observedAt: AT, stations: [] });
const counters = (recent: RecentUplinks, device: string, after = 0, seconds = 0) =>
  recent.of(device, after, at(seconds)).uplinks.map(({ frameCounter }) => frameCounter);

test('nothing is kept of a device that nobody tests', () => {
  const recent = new RecentUplinks();
  recent.note('a', uplink(1), at(0));
  expect(recent.of('a', 0, at(5))).toEqual({ since: AT + 5_000, uplinks: [] });
  recent.note('a', uplink(2), at(6));
  recent.note('b', uplink(9), at(6));
  expect(counters(recent, 'a')).toEqual([2]);
  expect(counters(recent, 'a', 1)).toEqual([]);
});

test('the newest hundred are kept, and a test ends ten minutes after it was last asked of', () => {
  const recent = new RecentUplinks();
  recent.of('a', 0, at(0));
  for (let i = 1; i <= 150; i++) recent.note('a', uplink(i), at(i));
  expect(counters(recent, 'a', 0, 150)).toHaveLength(100);
  recent.note('a', uplink(200), at(150 + 599));
  expect(counters(recent, 'a', 150, 150 + 599)).toEqual([200]);
  recent.note('a', uplink(201), at(150 + 599 + 601));
  expect(recent.of('a', 0, at(2_000))).toEqual({ since: AT + 2_000_000, uplinks: [] });
});

test('twenty are tested at once: the one asked of longest ago makes room', () => {
  const recent = new RecentUplinks();
  for (let i = 0; i < 20; i++) recent.of(`device-${i}`, 0, at(i));
  recent.of('device-0', 0, at(20));
  recent.of('one-more', 0, at(21));
  for (const device of ['device-0', 'device-1', 'one-more']) recent.note(device, uplink(1), at(22));
  expect(['device-0', 'one-more', 'device-1'].map((device) => counters(recent, device, 0, 23))).toEqual([[1], [1], []]);
});

test('an uplink tells its stations, the strongest first, and its data rate', async () => {
  const rig = new NetworkRig();
  const device = rig.device(1);
  await rig.join(device);
  const sources = { register: rig.register, network: rig.network, clock: rig.rig.clock } as never; // what the action looks at
  const ask = async (parameters: object) =>
    JSON.parse(Buffer.concat(await piecesOf(answer('uplinks', parameters, sources))).toString());
  expect(await ask({ device: 'device-1' })).toMatchObject({ uplinks: [] });
  await rig.exchange(device, device.uplink({ port: 2, payload: Uint8Array.of(1) }));
  expect((await ask({ device: 'device-1' })).uplinks).toMatchObject([
    {
      number: 1,
      frameCounter: 0,
      dataRate: 'SF7BW125',
      stations: [{ station: 'b827ebfffe000001', rssi: -80, snr: 8 }],
    },
  ]);
  await expect(ask({ device: 'nobody' })).rejects.toBeInstanceOf(MachimoriError);
  await expect(ask({ device: 'device-1', after: -1 })).rejects.toMatchObject({ code: 'bad-request' });
});
