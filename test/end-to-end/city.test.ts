/** The whole city in one process: simulated devices with faults, a gateway on real pseudo-terminals, a city OS that fails. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { demoConfig, demoSite } from '../../gateway/cli/demo/config.ts';
import { readConfigFile } from '../../gateway/config/config.ts';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import { type Gateway, startGateway } from '../../gateway/run.ts';
import { type CityOs, openCityOs } from '../../simulators/city-os/city-os.ts';
import { type Fleet, openFleet } from '../../simulators/town/fleet.ts';

const WINDOW_MS = 1_000;
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

let directory: string;
let cityOs: CityOs;
let fleet: Fleet;
let gateway: Gateway;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'machimori-city-'));
  cityOs = await openCityOs({ file: join(directory, 'city-os.sqlite') });
});

afterEach(async () => {
  await gateway.stop();
  await fleet.stop();
  await cityOs.close();
  rmSync(directory, { recursive: true, force: true });
});

test('spoiled frames, a pulled plug and a city OS that crashes before its receipts lose and double nothing', async () => {
  let crashes = 3;
  cityOs.misbehaviour = { crashAfterCommit: () => crashes-- > 0 };
  const spoiled = ['noise', 'truncate', 'corrupt'].map((fault) => ({ fault, settings: { share: 0.1 }, atS: 0 }));
  fleet = await openFleet({
    seed: 7,
    clock: new SystemClock('always'),
    directory,
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
  gateway = openGateway();
  fleet.start();
  await expect.poll(() => countStored('gauge-bridge'), { timeout: 20_000 }).toBeGreaterThan(20);
  await expect.poll(() => countStored('counter-gate'), { timeout: 20_000 }).toBeGreaterThan(5);
  await expect.poll(() => countStored('counter-promenade'), { timeout: 20_000 }).toBeGreaterThan(2);
  await fleet.stopSending();
  await expect.poll(() => differences(readByDevice()), { timeout: 20_000 }).toEqual([]);
  const sent = sentByDevice();
  await gateway.stopPorts();
  gateway.buffer.flush();
  await expect
    .poll(() => gateway.buffer.stats().outboxes.city?.waiting, { timeout: 30_000 })
    .toEqual({ routine: 0, urgent: 0 });

  expect(differences(storedByDevice(), sent)).toEqual([]);
  expect(cityOs.status()[0]?.repeatedBatches).toBeGreaterThan(0);
  expect(cityOs.store.duplicates()).toBe(0);
  expect(cityOs.status()[0]).toMatchObject({ missing: [] });
  expect(cityOs.store.countByKind().alarm).toBeGreaterThan(0);
}, 90_000);

function openGateway(): Gateway {
  const file = join(directory, 'gateway.toml');
  writeFileSync(file, demoConfig(fleet, demoSite(cityOs.url)));
  const result = readConfigFile(file);
  if (!result.ok) throw new Error(result.faults.map(({ what }) => what).join('\n'));
  return startGateway({ config: result.config, log: quiet, version: 'test' });
}

function countStored(device: string): number {
  return [...(cityOs.store.countByDevice().get(device)?.values() ?? [])].reduce((sum, n) => sum + n, 0);
}

function sentByDevice(): Map<string, number> {
  return new Map(
    [...fleet.sentByDevice()].map(([id, kinds]) => [id, [...kinds.values()].reduce((sum, n) => sum + n, 0)]),
  );
}

function readByDevice(): Map<string, number> {
  return new Map([...gateway.sources.activity.devices].map(([id, { readings }]) => [id, readings]));
}

/** Without alarms, which the gateway adds of its own. */
function storedByDevice(): Map<string, number> {
  return new Map(
    [...cityOs.store.countByDevice()].map(([id, kinds]) => [
      id,
      [...kinds].reduce((sum, [kind, n]) => (kind === 'alarm' ? sum : sum + n), 0),
    ]),
  );
}

function differences(counted: ReadonlyMap<string, number>, sent = sentByDevice()): string[] {
  return [...sent].flatMap(([id, n]) =>
    (counted.get(id) ?? 0) === n ? [] : [`${id}: sent ${n}, counted ${counted.get(id) ?? 0}`],
  );
}
