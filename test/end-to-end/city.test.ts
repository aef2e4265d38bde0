/** The whole city in one process: simulated devices with faults, a gateway on real pseudo-terminals, a city OS that fails. */
import { expect, onTestFinished, test } from 'vitest';
import { demoConfig, demoSite } from '../../gateway/cli/demo/config.ts';
import { sumOf } from '../../gateway/cli/demo/course.ts';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import type { City } from '../../gateway/rig/city.ts';
import type { GatewayHere } from '../../gateway/rig/gateway-here.ts';
import { type Fleet, openFleet } from '../../simulators/town/fleet.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { feedCity, start } from './started.ts';

const WINDOW_MS = 1_000;

test('spoiled frames, a pulled plug and a city OS that crashes before its receipts lose and double nothing', async () => {
  const folder = temporaryFolder();
  let crashes = 3;
  const city = await feedCity({ folder, misbehaviour: { crashAfterCommit: () => crashes-- > 0 } });
  const spoiled = ['noise', 'truncate', 'corrupt'].map((fault) => ({ fault, settings: { share: 0.1 }, atS: 0 }));
  const fleet = await openFleet({
    seed: 7,
    clock: new SystemClock('always'),
    directory: folder,
    windowMs: WINDOW_MS,
    faults: {
      'plow-1': spoiled,
      'plow-2': [{ fault: 'unplug', atS: 3, untilS: 4 }],
      'gauge-bridge': [...spoiled, { fault: 'unplug', atS: 2, untilS: 3 }],
      'counter-gate': [...spoiled, { fault: 'power-cycle', atS: 4 }],
      'modem-river': spoiled,
      'bus-quay': spoiled,
    },
  });
  onTestFinished(() => fleet.stop());
  const gateway = start(folder, demoConfig(fleet, demoSite(city.url)));
  const stored = (device: string) => sumOf(city.counts().get(device)?.values() ?? []);
  fleet.start();
  await expect.poll(() => stored('gauge-bridge'), { timeout: 20_000 }).toBeGreaterThan(20);
  await expect.poll(() => stored('counter-gate'), { timeout: 20_000 }).toBeGreaterThan(5);
  await expect.poll(() => stored('counter-promenade'), { timeout: 20_000 }).toBeGreaterThan(2);
  await fleet.stopSending();
  await expect.poll(() => differences(readBy(gateway), sentBy(fleet)), { timeout: 20_000 }).toEqual([]);
  const sent = sentBy(fleet);
  await gateway.flush();
  await gateway.drained(30_000);

  expect(differences(storedIn(city), sent)).toEqual([]);
  expect(city.cityOs.status()[0]?.repeatedBatches).toBeGreaterThan(0);
  expect(city.duplicates()).toBe(0);
  expect(city.missing()).toBe(0);
  expect(city.cityOs.store.countByKind().alarm).toBeGreaterThan(0);
}, 90_000);

const sentBy = (fleet: Fleet) => new Map([...fleet.sentByDevice()].map(([id, kinds]) => [id, sumOf(kinds.values())]));

function readBy({ sources }: GatewayHere): Map<string, number> {
  return new Map([...sources.activity.devices].map(([id, { readings }]) => [id, readings]));
}

/** Without alarms, which the gateway adds of its own. */
function storedIn(city: City): Map<string, number> {
  return new Map([...city.counts()].map(([id, kinds]) => [id, sumOf(kinds.values()) - (kinds.get('alarm') ?? 0)]));
}

function differences(counted: ReadonlyMap<string, number>, sent: ReadonlyMap<string, number>): string[] {
  return [...sent].flatMap(([id, n]) =>
    (counted.get(id) ?? 0) === n ? [] : [`${id}: sent ${n}, counted ${counted.get(id) ?? 0}`],
  );
}
