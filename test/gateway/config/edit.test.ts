/** A configuration file is changed without losing what a person wrote around its settings. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { without, withSettings, withTable, writtenValue } from '../../../gateway/config/edit.ts';
import { readToml } from '../../../gateway/config/toml.ts';
import { repositoryRoot } from '../../repository-root.ts';

const TEXT = `# The bridge. / 橋
[gateway]
id = "box"   # as on the label

[[port]]
name = "bridge"
type = "serial"
path = "/dev/ttyUSB0"
baud = 9600

# The old gauge.
[[device]]
id = "gauge-01"
type = "maxbotix"
port = "bridge"
schedule = "*/10 * * * *" # every ten minutes

[[device]]
id = "gauge-01.b"
type = "maxbotix"
port = "bridge"
`;

const codeOf = (work: () => unknown) => {
  try {
    work();
    return 'nothing';
  } catch (fault) {
    return (fault as { readonly code?: string }).code;
  }
};
const set = (setting: string, value: unknown) => withSettings(TEXT, [{ setting, value }]);
const changedLines = (before: string, after: string) => {
  const old = new Set(before.split('\n'));
  return after.split('\n').filter((line) => !old.has(line));
};

test('a setting is changed where it stands, and nothing else', () => {
  expect(changedLines(TEXT, set('device.gauge-01.schedule', '*/5 * * * *'))).toEqual([
    'schedule = "*/5 * * * *" # every ten minutes',
  ]);
  expect(changedLines(TEXT, set('gateway.id', 'box-2'))).toEqual(['id = "box-2"   # as on the label']);
  expect(changedLines(TEXT, set('port.bridge.baud', 4800))).toEqual(['baud = 4800']);
});

test('a new setting comes into its table, also one within another', () => {
  const changed = set('device.gauge-01.place.lat', 34.3);
  expect(changedLines(TEXT, changed)).toHaveLength(1);
  expect(withSettings(changed, [{ setting: 'device.gauge-01.place.lon', value: 134 }])).toContain('134');
  expect(set('buffer.batch-age', '5s')).toContain('batch-age = "5s"');
});

test('an id with a dot in it is told from a setting by the longest that fits', () => {
  expect(set('device.gauge-01.b.schedule', '@hourly').split('\n').at(-2)).toBe('schedule = "@hourly"');
});

test('a setting is removed, and with its last the table that it was in', () => {
  expect(set('device.gauge-01.schedule', undefined)).not.toContain('schedule');
  const placed = set('device.gauge-01.place.lat', 34.3);
  const removed = withSettings(placed, [{ setting: 'device.gauge-01.place.lat', value: undefined }]);
  expect(readToml(removed)).toMatchObject({ ok: true, values: (readToml(TEXT) as { values: unknown }).values });
});

test('a device is added at the end of its kind, and removed with its settings', () => {
  const added = withTable(TEXT, 'device', [
    { setting: 'id', value: 'gauge-02' },
    { setting: 'type', value: 'maxbotix' },
    { setting: 'place.name', value: '橋' },
  ]);
  expect(added).toContain('# every ten minutes');
  expect(added.indexOf('gauge-02')).toBeGreaterThan(added.indexOf('gauge-01.b'));
  const { values } = readToml(without(added, 'device.gauge-02')) as { values: unknown };
  expect(values).toEqual((readToml(TEXT) as { values: unknown }).values);
});

test.each([
  ['device.gauge-9.schedule', 'no-table'],
  ['destination.city.url', 'no-table'],
  ['gateway.id.x', 'no-setting'],
  ['device.gauge-01', 'no-setting'],
  ['gateway.__proto__.x', 'no-setting'],
  ['', 'no-setting'],
])('%s is refused with %s', (setting, code) => {
  expect(codeOf(() => set(setting, 1))).toBe(code);
});

test('the first of its kind, and the first setting of a table, come to the end', () => {
  const settings = ['name', 'type', 'url'].map((setting) => ({ setting, value: setting }));
  const added = withTable(TEXT, 'destination', settings);
  expect(added.startsWith(TEXT)).toBe(true);
  expect(readToml(added)).toMatchObject({
    ok: true,
    values: { destination: [{ name: 'name', type: 'type', url: 'url' }] },
  });
  expect(set('buffer.batch-age', '5s').startsWith(TEXT)).toBe(true);
  expect(without(added, 'destination.name').trim()).toBe(TEXT.trim());
  expect(withTable('', 'port', [{ setting: 'name', value: 'a' }]).trim()).toBe('[[port]]\nname = "a"');
  expect(withTable('top = 1', 'port', [{ setting: 'name', value: 'a' }])).toContain('top = 1\n\n[[port]]');
});

test('what is there already, and what cannot be, is not added', () => {
  expect(codeOf(() => withTable(TEXT, 'device', [{ setting: 'id', value: 'gauge-01' }]))).toBe('table-taken');
  expect(codeOf(() => withTable(TEXT, 'gateway', []))).toBe('no-table');
  expect(codeOf(() => without(TEXT, 'device.gauge-9'))).toBe('no-table');
  expect(codeOf(() => without(TEXT, 'device.gauge-01.place'))).toBe('no-setting');
  expect(without(TEXT, 'device.gauge-01.schedule')).toBe(set('device.gauge-01.schedule', undefined));
  expect(codeOf(() => withSettings('[gateway', [{ setting: 'gateway.id', value: 'x' }]))).toBe('not-toml');
});

test.each([
  ['9600', 9600],
  ['34.3', 34.3],
  ['true', true],
  ['"9600"', '9600'],
  ['["a", "b"]', ['a', 'b']],
  ['{ lat = 1 }', { lat: 1 }],
  ['*/5 * * * *', '*/5 * * * *'],
  ['gauge-01', 'gauge-01'],
  ['007', '007'],
  ['1\nx = 2', '1\nx = 2'],
  ['', ''],
])('%s is read as a person means it', (written, value) => {
  expect(writtenValue(written)).toEqual(value);
});

describe('every example', () => {
  const folder = join(repositoryRoot, 'deploy/examples');
  const files = readdirSync(folder).filter((name) => name.endsWith('.toml'));
  test.each(files)('%s keeps its comments through changes', (file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const comments = text.match(/#.*/g) ?? [];
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), fc.double({ noNaN: true, noDefaultInfinity: true }), (name, lat) => {
        const changed = withSettings(text, [
          { setting: 'gateway.tenant', value: name },
          { setting: 'buffer.batch-readings', value: lat },
        ]);
        expect(readToml(changed)).toMatchObject({
          ok: true,
          values: { gateway: { tenant: name }, buffer: { 'batch-readings': lat } },
        });
        for (const comment of comments) expect(changed).toContain(comment);
      }),
      { numRuns: 20 },
    );
  });
});
