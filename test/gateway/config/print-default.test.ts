import { expect, test } from 'vitest';
import { DEVICE_TYPES } from '../../../devices/catalogue.ts';
import { fileName, toKebab } from '../../../gateway/config/case.ts';
import { formatFault, readConfig } from '../../../gateway/config/config.ts';
import { printDefaultConfig } from '../../../gateway/config/print-default.ts';
import { entriesOf } from '../../../gateway/config/schema-walk.ts';
import { DeviceSettings, RangeSettings, TABLES } from '../../../gateway/config/settings.ts';
import { ThresholdSettings } from '../../../gateway/config/threshold-settings.ts';
import { DESTINATION_TYPES } from '../../../gateway/destinations/catalogue.ts';
import { PORT_TYPES } from '../../../gateway/ports/catalogue.ts';
import { meaningOf } from '../../../shared/setting.ts';

const printed = printDefaultConfig('en');
const settings = [...printed.matchAll(/^#{0,2} ?(?:([a-z0-9-]+) = |\[\[[a-z]+\.([a-z-]+)\]\])/gm)].map(
  ([, name, list]) => name ?? list,
);
const schemas = [
  ...Object.entries(TABLES),
  ...PORT_TYPES.map(({ name, settings }) => [`port ${name}`, settings] as const),
  ['device', DeviceSettings] as const,
  ['range', RangeSettings] as const,
  ['threshold', ThresholdSettings] as const,
  ...DESTINATION_TYPES.map(({ name, settings }) => [`destination ${name}`, settings] as const),
];
const deviceTypes = DEVICE_TYPES.map((type) => [type.name, type] as const);

test('the printed configuration is valid and changes nothing', () => {
  const result = readConfig(printed, 'gateway.toml');
  if (!result.ok) throw new Error(result.faults.map((fault) => formatFault(fault).en).join('\n'));
  const minimal = readConfig('[gateway]\nid = "gateway-01"\n', 'gateway.toml');
  expect(minimal.ok).toBe(true);
  if (minimal.ok) expect({ ...result.config, written: {} }).toEqual({ ...minimal.config, written: {} });
});

test.each(schemas)('every setting of %s is printed, and has a description', (_, schema) => {
  expectPrinted(entriesOf(schema));
});

test.each(deviceTypes)('every setting of a device of type %s is printed, and has a description', (_, type) => {
  const configurable = Object.entries(entriesOf(type.options)).filter(([key]) => !type.decodeOnly?.includes(key));
  expectPrinted(Object.fromEntries(configurable));
});

test.each(deviceTypes)('no setting of %s that is only for recordings is printed', (_, { decodeOnly = [] }) => {
  for (const key of decodeOnly) expect(settings).not.toContain(toKebab(key));
});

function expectPrinted(entries: ReturnType<typeof entriesOf>): void {
  for (const [key, setting] of Object.entries(entries)) {
    expect(settings).toContain(fileName(key, setting));
    const description = meaningOf(setting)?.en ?? '';
    expect(description, key).not.toBe('');
    expect(printed.replaceAll(/\n#+ /g, ' ')).toContain(description.split(' ').slice(0, 3).join(' '));
  }
}

test('in Japanese it is valid too, and no comment is wider than a screen of 120 columns', () => {
  const japanese = printDefaultConfig('ja');
  expect(readConfig(japanese, 'gateway.toml').ok).toBe(true);
  expect(japanese).toContain('# このゲートウェイの名前。');
  for (const line of japanese.split('\n')) {
    const columns = [...line].reduce((sum, letter) => sum + (letter > '\u2fff' ? 2 : 1), 0);
    if (line.startsWith('#')) expect(columns, line).toBeLessThanOrEqual(160);
  }
});

test('no line is wider than a screen', () => {
  for (const line of printed.split('\n')) {
    if (line.startsWith('#')) expect(line.length, line).toBeLessThanOrEqual(160);
  }
});
