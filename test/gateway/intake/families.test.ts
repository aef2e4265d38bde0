import { expect, test } from 'vitest';
import { readConfig } from '../../../gateway/config/config.ts';
import { memberWith } from '../../../gateway/config/device-family.ts';
import type { DeviceConfig } from '../../../gateway/config/settings.ts';
import { DeviceTable } from '../../../gateway/intake/device-table.ts';
import { Families } from '../../../gateway/intake/families.ts';
import { outboxOptions } from '../../../gateway/routing/routes.ts';
import { AT, level } from '../buffer/buffer-rig.ts';
import { IntakeRig } from './intake-rig.ts';

const DAY = 86_400_000;

function configOf(topic = 'meters/+/state', more = '') {
  const result = readConfig(
    `[gateway]
id = "gw"
[[port]]
name = "broker"
type = "mqtt"
trust-local = true
[[device]]
id = "meter"
type = "line"
port = "broker"
topic = "${topic}"
max-devices = 2
profile = "level-json"
${more}
[[destination]]
name = "city"
type = "city-os"
url = "mqtt://127.0.0.1"
devices = ["meter"]`,
    'gateway.toml',
  );
  if (!result.ok) throw new Error(result.faults.map(({ what }) => what.en).join());
  return result.config;
}

function familiesOn(rig: IntakeRig, topic?: string) {
  const config = configOf(topic);
  const table = new DeviceTable(config);
  const { intake, activity, clock } = rig;
  return { config, table, families: new Families({ devices: config.devices, table, intake, activity, clock }) };
}

const idOf = (met: unknown) => (met as DeviceConfig | undefined)?.id;

test.each([
  ['meters/+/state', 'meters/kitchen/state', 'meter-kitchen'],
  ['+/meters/+', 'north/meters/7', 'meter-north-7'],
  ['meters/+/state', 'meters/kitchen', undefined],
  ['meters/+/state', 'meters/a/b/state', undefined],
  ['+/state', '$SYS/state', undefined],
])('with the filter %s the topic %s is that of %s', (filter, topic, id) => {
  expect(idOf(memberWith(topic, configOf(filter).devices[0] as DeviceConfig))).toBe(id);
});

test.each([
  'meters//state',
  'meters/台所/state',
  'meters/a b/state',
  `meters/${'x'.repeat(64)}/state`,
  'meters/\u001b[2J/state',
])('no name is made of %j', (topic) => {
  expect(memberWith(topic, configOf().devices[0] as DeviceConfig)).toBe('unnamable');
});

test('whoever is met is listed, up to the limit; who comes then is told why', () => {
  const { families, table } = familiesOn(new IntakeRig());
  expect(table.all).toEqual([]);
  const kitchen = families.meet('broker', 'meters/kitchen/state');
  expect(idOf(kitchen)).toBe('meter-kitchen');
  expect(families.meet('broker', 'meters/kitchen/state')).toBe(kitchen);
  families.meet('broker', 'meters/cellar/state');
  expect(table.all.map(({ id, family }) => [id, family])).toEqual([
    ['meter-kitchen', 'meter'],
    ['meter-cellar', 'meter'],
  ]);
  expect(families.meet('broker', 'meters/attic/state')).toMatchObject({ en: expect.stringContaining('max-devices') });
  expect(families.meet('broker', 'other/attic/state')).toBeUndefined();
  expect(families.meet('elsewhere', 'meters/kitchen/state')).toBeUndefined();
});

test('who has been met is known after a power cut, and forgotten when it was not heard for a month', async () => {
  const rig = new IntakeRig();
  const before = familiesOn(rig).families;
  before.meet('broker', 'meters/kitchen/state');
  before.heard({ id: 'meter-kitchen', topic: 'meters/kitchen/state' }, rig.clock.moment());
  await rig.clock.advance(2_000);
  rig.restart();
  const again = familiesOn(rig);
  expect(again.table.all.map(({ id }) => id)).toEqual(['meter-kitchen']);
  await rig.clock.advance(31 * DAY);
  again.families.meet('broker', 'meters/cellar/state');
  expect(again.table.all.map(({ id }) => id)).toEqual(['meter-cellar']);
  await rig.clock.advance(2_000);
  rig.restart();
  expect([...rig.intake.metDevices()]).toEqual([]);
});

test('two topics that give one name are not one device, also after a restart, until the first is gone from the settings', async () => {
  const rig = new IntakeRig();
  const before = familiesOn(rig, 'meters/+/+').families;
  const first = before.meet('broker', 'meters/a-b/c') as DeviceConfig;
  before.heard(first, rig.clock.moment());
  expect(before.meet('broker', 'meters/a/b-c')).toMatchObject({ en: expect.stringContaining('meters/a-b/c') });
  await rig.clock.advance(2_000);
  rig.restart();
  const again = familiesOn(rig, 'meters/+/+').families;
  expect(again.meet('broker', 'meters/a/b-c')).toMatchObject({ en: expect.stringContaining('meters/a-b/c') });
  expect(idOf(again.meet('broker', 'meters/a-b/c'))).toBe('meter-a-b-c');
  const changed = familiesOn(rig, 'other/+/+').families;
  expect(idOf(changed.meet('broker', 'other/a/b-c'))).toBe('meter-a-b-c');
});

test('readings of one that is not listed yet go where those of its family go', () => {
  const config = configOf();
  const [destination] = config.destinations;
  if (destination === undefined) throw new Error('no destination');
  const { accepts } = outboxOptions(destination, config, new DeviceTable(config));
  expect(accepts(level(1, 'meter-kitchen'))).toBe(true);
  expect(accepts({ ...level(1, 'other'), observedAt: AT })).toBe(false);
});

test.each([
  ['meters/#', 'the wildcard #'],
  ['meters/a+/state', 'the wildcard #'],
])('the topic %s is refused', (topic, what) => {
  expect(() => configOf(topic)).toThrow(what);
});

test('no device is called as one of a family might be', () => {
  const other = '[[device]]\nid = "meter-kitchen"\ntype = "line"\nport = "broker"\ntopic = "x"\nprofile = "level-json"';
  expect(() => configOf('meters/+/state', other)).toThrow('might be called meter-kitchen too');
});
