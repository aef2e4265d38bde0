/** A gauge is asked more often while the water stands above a threshold. */
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../gateway/config/config.ts';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import { simulateModbus } from '../../simulators/sensors/modbus-slave.ts';
import { kellerUnit } from '../../simulators/sensors/modbus-units.ts';
import { openTcp } from '../../simulators/wires/tcp-wire.ts';
import { start } from '../end-to-end/started.ts';
import { temporaryFolder } from './temporary-folder.ts';

const site = (address: string, gauge: string) => `
  [gateway]
  id = "box"
  [clock]
  synchronised = "always"
  [status]
  enabled = false
  [[port]]
  name = "bus"
  type = "tcp"
  address = "${address}"
  [[device]]
  id = "gauge-01"
  type = "modbus"
  framing = "rtu"
  port = "bus"
  unit = 1
  profile = "keller-30"
  interval = "1h"
  ${gauge}
  [[device]]
  id = "gauge-02"
  type = "modbus"
  framing = "rtu"
  port = "bus"
  unit = 2
  profile = "keller-30"
  interval = "0s"
  schedule = "* * * * * *"`;

const THRESHOLD = `
  [[device.threshold]]
  alarm = "danger"
  quantity = "level"
  raise = 2
  clear = 1.5`;

test('it is asked at the times of alarm-schedule while an alarm of its thresholds stands, and no longer', async () => {
  const wire = await openTcp();
  let depth = 3;
  const units = [1, 2].map((unit) => kellerUnit({ unit, depthM: () => depth, temperatureCel: () => 15 }));
  const end = new AbortController();
  void simulateModbus({ clock: new SystemClock('always'), units }).run(wire, end.signal);
  onTestFinished(async () => {
    end.abort();
    await wire.unplug();
  });
  const address = wire.path.slice('tcp://'.length);
  const gateway = start(temporaryFolder(), site(address, `alarm-schedule = "* * * * * *"${THRESHOLD}`));
  const raised = () => gateway.sources.intake.memoryOf('gauge-01')?.policy.raised;
  const readings = (device: string) => gateway.sources.activity.devices.get(device)?.readings ?? 0;
  await expect.poll(raised, { timeout: 10_000 }).toEqual(['danger']);
  await expect.poll(() => readings('gauge-01'), { timeout: 15_000 }).toBeGreaterThanOrEqual(3);
  depth = 1;
  await expect.poll(raised, { timeout: 10_000 }).toEqual([]);
  const [then, other] = [readings('gauge-01'), readings('gauge-02')];
  await expect.poll(() => readings('gauge-02'), { timeout: 15_000 }).toBeGreaterThanOrEqual(other + 3);
  expect(readings('gauge-01')).toBe(then);
});

test.each([
  ['without a threshold', 'alarm-schedule = "* * * * *"', /it has no threshold/],
  ['no cron expression', `alarm-schedule = "often"${THRESHOLD}`, /"often" is not a cron expression/],
])('an alarm-schedule %s is a fault', (_, gauge, fault) => {
  const read = readConfig(site('127.0.0.1:9', gauge), 'gateway.toml');
  expect(read.ok ? '' : read.faults.map(({ what }) => what.en).join('\n')).toMatch(fault);
});
