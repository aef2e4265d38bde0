/** What is said of a group of devices is said of each of them, LoRaWAN devices among them. */
import { expect, test } from 'vitest';
import { readRig } from '../../../../gateway/rig/file/rig-file.ts';

const RIG = `
[[device]]
id = "plow"
type = "nmea"
count = 3
[[lorawan]]
name = "field"
udp = "127.0.0.1:1700"
devices = 2
[[city]]
name = "city"
`;

function planOf(more: string) {
  const read = readRig(RIG + more, 'rig.toml');
  if (!read.ok) throw new Error(read.faults.map(({ what }) => what.en).join('\n'));
  return read.plan;
}

test('an expectation of a group is of each of its devices', () => {
  const plan = planOf('[[expect]]\nthat = "stored-once"\ndevices = ["plow", "field"]');
  expect(plan.expectations).toMatchObject([{ devices: ['plow-1', 'plow-2', 'plow-3', 'field-1', 'field-2'] }]);
  const silent = planOf('[[expect]]\nthat = "silent"\ndevice = "field-2"\nwithin = "60s"');
  expect(silent.expectations).toMatchObject([{ device: 'field-2' }]);
});

test('a fault on a group of devices strikes each, and one on LoRaWAN devices all at once', () => {
  const plan = planOf(`
[[timeline]]
at = "1s"
on = "plow"
fault = "no-fix"
[[timeline]]
at = "2s"
on = "field"
fault = "replay"`);
  const targets = plan.timeline.map(({ action }) => (action.kind === 'fault' ? action.on : ''));
  expect(targets).toEqual(['plow-1', 'plow-2', 'plow-3', 'field']);
});

test('a LoRaWAN device that is not there is none', () => {
  const read = readRig(`${RIG}[[expect]]\nthat = "silent"\ndevice = "field-3"\nwithin = "60s"`, 'rig.toml');
  expect(read).toMatchObject({ ok: false, faults: [{ what: { en: 'there is no device field-3' } }] });
});
