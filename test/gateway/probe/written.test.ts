/** What a probe tells to write is taken by a shell and by `machimori add` as it was meant. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEVICE_TYPES } from '../../../devices/catalogue.ts';
import { withTable, writtenValue } from '../../../gateway/config/edit.ts';
import { readToml } from '../../../gateway/config/toml.ts';
import { hexDigits, rowsOf } from '../../../gateway/probe/sample.ts';
import { tablesOf } from '../../../gateway/probe/tables.ts';
import { addCommand } from '../../../gateway/probe/written.ts';
import { hunted, KINDS, kindOf } from './rig.ts';

/** The words of a command as a shell hands them over. */
function words(lines: readonly string[]): string[] {
  const script = `machimori() { printf '%s\\0' "$@"; }\n${lines.join('\n')}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

test('each word reaches the configuration as it was', () => {
  const text = fc.string({
    unit: fc.constantFrom(...`ab01'"\\ $\`{}#=.-:日μ(?P<x>[+\\d]`),
    minLength: 1,
    maxLength: 20,
  });
  const value = fc.oneof(
    text,
    fc.constantFrom('0b', '12', 'true', 'inf', '2026-01-01', '[a]', '/dev/ttyUSB0'),
    fc.integer(),
    fc.array(fc.record({ from: text, quantity: text, address: fc.nat() }), { minLength: 1, maxLength: 3 }),
  );
  fc.assert(
    fc.property(value, (written) => {
      const [, , , word = ''] = words(addCommand({ table: 'device', settings: { key: written } }, 'a b.toml', 80));
      expect(word.slice(0, 4)).toBe('key=');
      expect(writtenValue(word.slice(4))).toEqual(written);
    }),
    { numRuns: 60 },
  );
});

test('a line is no wider than the screen, unless a word is', () => {
  const settings = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`setting-${i}`, `value-${i}`]));
  const lines = addCommand({ table: 'port', settings }, 'gateway.toml', 80);
  expect(lines.length).toBeGreaterThan(2);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  expect(words(lines)).toEqual([
    'add',
    'gateway.toml',
    'port',
    ...Object.entries(settings).map((entry) => entry.join('=')),
  ]);
});

test('the first port, profile and device of a file can be added', () => {
  const empty = '[gateway]\nid = "gateway-01" # the label\n';
  const port = withTable(empty, 'port', [{ setting: 'name', value: 'usb' }]);
  const both = withTable(port, 'device', [
    { setting: 'id', value: 'a' },
    { setting: 'place.lat', value: 34.5 },
  ]);
  const toml = readToml(both);
  expect(both).toContain('# the label');
  expect(toml.ok && toml.values).toEqual({
    gateway: { id: 'gateway-01' },
    port: [{ name: 'usb' }],
    device: [{ id: 'a', place: { lat: 34.5 } }],
  });
});

test.each(KINDS)('the tables of $title are whole', async (kind) => {
  const { outcome } = await hunted({ kind });
  const tables = tablesOf(outcome, { path: '/dev/ttyUSB0' });
  expect(tables[0]).toEqual({
    table: 'port',
    settings: { name: 'ttyusb0', type: 'serial', path: '/dev/ttyUSB0', baud: 9600 },
  });
  const devices = tables.filter(({ table }) => table === 'device');
  expect(devices.length).toBeGreaterThan(0);
  for (const { settings } of devices) {
    expect(settings).toMatchObject({ type: kind.type, port: 'ttyusb0' });
    expect(DEVICE_TYPES.map(({ name }) => name)).toContain(settings.type);
  }
});

test('of a unit of which nothing is known a register that answers begins the profile', async () => {
  const { outcome } = await hunted({ kind: kindOf('a Modbus bus') });
  const bare = {
    ...outcome,
    units: outcome.units?.map((unit) => ({ ...unit, fits: [], functions: unit.unit === 1 ? [3] : [] })),
  };
  const [best] = outcome.candidates;
  if (best === undefined) throw new RangeError('no candidate');
  const candidates = [{ ...best, devices: [{ unit: 1 }, { unit: 2 }] }];
  expect(tablesOf({ ...bare, candidates } as typeof outcome, { address: '10.0.0.5:502' })).toEqual([
    { table: 'port', settings: { name: 'tcp-10-0-0-5-502', type: 'tcp', address: '10.0.0.5:502' } },
    {
      table: 'profile',
      settings: {
        name: 'modbus-1',
        kind: 'measurement',
        registers: [{ quantity: 'value', function: 3, address: 0, type: 'uint16' }],
      },
    },
    {
      table: 'device',
      settings: { id: 'modbus-1', type: 'modbus', port: 'tcp-10-0-0-5-502', profile: 'modbus-1', unit: 1 },
    },
  ]);
});

test('bytes are shown as digits and text, and Bluetooth addresses are struck out', () => {
  const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
  expect(rowsOf(ascii('R1234\r'))).toEqual([`${'52 31 32 33 34 0D'.padEnd(47)}  R1234·`]);
  for (const address of ['AC:23:3F:C0:7D:A5', 'ac233fc07da5', 'ac-23-3f-c0-7d-a5']) {
    for (const text of [`{"mac":"${address}","rssi":-60}`, address.slice(6), address]) {
      const rows = rowsOf(ascii(text))
        .map((row) => row.slice(49))
        .join('');
      expect(rows).not.toContain(address.slice(-6));
      expect(hexDigits(ascii(text))).not.toContain(Buffer.from(address.slice(-6)).toString('hex').toUpperCase());
    }
  }
});
