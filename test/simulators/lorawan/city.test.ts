import { expect, onTestFinished, test } from 'vitest';
import { FaultBoard } from '../../../simulators/fault-board.ts';
import { type CityOptions, deviceTable, openCity } from '../../../simulators/lorawan/city.ts';
import { LORAWAN_CITY_FAULTS } from '../../../simulators/lorawan/lorawan-faults.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { boardWith } from '../boards.ts';
import { SmallNetwork } from './small-network.ts';

async function town(
  options: Partial<CityOptions> = {},
  network: { readonly isDeaf?: boolean; readonly lateMs?: number } = {},
  known = Number.POSITIVE_INFINITY,
) {
  const clock = new VirtualClock();
  const lns = new SmallNetwork({ clock, ...network });
  const city = await openCity({
    seed: 1,
    clock,
    devices: 12,
    uplinksPerDevice: 4,
    perSecond: 4,
    gateways: Array.from({ length: 4 }, () => ({ protocol: 'own' as const, open: lns.openGateway })),
    ...options,
  });
  lns.register(city.devices.slice(-known));
  onTestFinished(() => city.close());
  /** Lets time pass until it is done. */
  const finish = async (work: Promise<void>) => {
    let isDone = false;
    void work.then(() => (isDone = true));
    while (!isDone) await clock.advance(1000);
  };
  return { clock, lns, city, finish };
}

test('every device joins, and each uplink is acknowledged and stored once', async () => {
  const { lns, city, finish } = await town();
  await finish(city.joinAll());
  expect(city.joined).toBe(12);
  await finish(city.run());
  for (const { devEui } of city.devices) expect(city.acknowledged.get(devEui)).toEqual([0, 1, 2, 3]);
  expect(lns.stored).toEqual(city.acknowledged);
  expect(city.sent).toEqual(city.acknowledged);
  expect(city.downlinksMissed).toBe(0);
});

test('devices send as they join, however many nobody lets in', async () => {
  const { clock, city } = await town({ devices: 300, perSecond: 100 }, {}, 3);
  const running = city.run();
  await clock.advance(60_000);
  expect(city.joined).toBe(3);
  for (const { devEui } of city.devices.slice(-3)) expect(city.acknowledged.get(devEui)).toEqual([0, 1, 2, 3]);
  expect(city.counts.joinRequests).toBeGreaterThan(600);
  city.stop();
  await running;
});

test('gateways overlap: most frames are heard by more than one', async () => {
  const { lns, city, finish } = await town();
  await finish(city.joinAll());
  expect(lns.heard / lns.frames).toBeGreaterThan(1.5);
});

test('mishaps change nothing in what a good network stores', async () => {
  const half = { share: 0.5 };
  const faults = boardWith(LORAWAN_CITY_FAULTS, {
    ...{ replay: half, 'bad-mic': half, 'needless-repeat': half },
    'lose-power': { share: 0.2 },
  });
  const { lns, city, finish } = await town({ faults, versions: ['1.0.2', '1.0.3', '1.0.4'], abpDevices: 0 });
  await finish(city.joinAll());
  await finish(city.run());
  expect(lns.stored).toEqual(city.acknowledged);
  const { replayed, badMics, needlessRepeats, powerLosses } = city.counts;
  for (const count of [replayed, badMics, needlessRepeats, powerLosses]) expect(count).toBeGreaterThan(0);
  expect(lns.refused).toBeGreaterThan(0);
});

test('a device asks again with another DevNonce while nobody answers, and repeats an uplink until it is acknowledged', async () => {
  const { clock, lns, city } = await town({ devices: 1, uplinksPerDevice: 1 }, { isDeaf: true });
  const joining = city.joinAll();
  await clock.advance(60_000);
  expect(city.joined).toBe(0);
  expect(city.counts.joinRequests).toBeGreaterThan(4);
  expect(new Set(lns.devNonces).size).toBe(city.counts.joinRequests);
  lns.isDeaf = false;
  await clock.advance(20_000);
  await joining;
  expect(city.joined).toBe(1);
  lns.isDeaf = true;
  const running = city.run();
  await clock.advance(60_000);
  await running;
  expect(city.counts.frames).toBe(8);
  expect([...city.acknowledged.values(), ...city.sent.values()]).toEqual([[], [0]]);
});

test('an answer outside of the windows is not heard', async () => {
  const { clock, city } = await town({ devices: 1 }, { lateMs: 20 });
  const joining = city.joinAll();
  await clock.advance(30_000);
  expect(city.joined).toBe(0);
  expect(city.downlinksMissed).toBeGreaterThan(0);
  city.stop();
  await joining;
});

test('a late answer is heard if the city is told to be patient', async () => {
  const { city, finish } = await town({ devices: 1, strictness: { toleranceMs: 50 } }, { lateMs: 20 });
  await finish(city.joinAll());
  expect(city.joined).toBe(1);
});

test('a gateway that is cut off hears nothing, and comes back', async () => {
  const faults = new FaultBoard(LORAWAN_CITY_FAULTS);
  const { clock, lns, city, finish } = await town({ faults, devices: 2, uplinksPerDevice: 1 });
  await finish(city.joinAll());
  const before = lns.heard;
  faults.strike('cut-off');
  const running = city.run();
  await clock.advance(14_000);
  expect(lns.heard).toBe(before);
  await clock.advance(1_000);
  faults.clear();
  await finish(running);
  expect([...city.acknowledged.values()]).toEqual([[0], [0]]);
});

test('the same seed makes the same city', async () => {
  const [one, two] = [await town({ seed: 7 }), await town({ seed: 7 })];
  expect(one.city.devices).toEqual(two.city.devices);
  await one.finish(one.city.joinAll());
  await two.finish(two.city.joinAll());
  expect(one.city.counts).toEqual(two.city.counts);
  expect(one.lns.heard).toBe(two.lns.heard);
});

test('its devices are a table that can be imported', async () => {
  const { city } = await town({ devices: 2, abpDevices: 1, versions: ['1.0.3', '1.1'] });
  const [heading, abp, otaa, end] = deviceTable(city.devices, 'lpp').split('\n');
  expect(heading).toBe('id,dev_eui,join_eui,app_key,nwk_key,dev_addr,nwk_s_key,app_s_key,version,profile');
  expect(abp).toMatch(/^sim-1,aa555a0001000001,,,,01000001,[0-9a-f]{32},[0-9a-f]{32},1\.0\.3,lpp$/);
  expect(otaa).toMatch(/^sim-2,aa555a0001000002,70b3d57ed0000001,[0-9a-f]{32},[0-9a-f]{32},,,,1\.1,lpp$/);
  expect(end).toBe('');
});
