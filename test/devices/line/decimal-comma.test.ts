import * as v from 'valibot';
import { expect, test } from 'vitest';
import { line } from '../../../devices/line/line.ts';

const at = { wall: 1_700_000_000_000, monotonic: 0, synchronised: true };
const columns = {
  format: 'csv',
  decimalComma: true,
  separator: ';',
  fields: [
    { from: 1, quantity: 'level', unit: 'm' },
    { from: 2, quantity: 'note', type: 'text' },
  ],
};

function sensor(profile: unknown) {
  const devices = [{ id: 'sensor', options: v.parse(line.options, { profile }) }];
  return (text: string) => line.decoder(devices, { transport: 'serial' }).decode(Buffer.from(text), at);
}

test('numbers may have a decimal comma, and texts keep theirs', () => {
  const values = (text: string) => sensor(columns)(text).readings?.[0]?.values;
  expect(values('1,25;a,b')).toEqual({ level: 1.25, note: 'a,b' });
  expect(values('-0,5;x')).toEqual({ level: -0.5, note: 'x' });
  expect(values('12;x')).toEqual({ level: 12, note: 'x' });
  expect(values('1.25;x')).toEqual({ level: 1.25, note: 'x' });
});

test('digits in groups are no number, rather than a thousand times too small', () => {
  expect(sensor(columns)('1.234,5;x')).toMatchObject({
    readings: [{ values: { note: 'x' } }],
    rubbish: [{ code: 'malformed' }],
  });
});

test('without the setting a comma is no decimal point', () => {
  expect(sensor({ ...columns, decimalComma: false })('1,25;x').rubbish).toMatchObject([{ code: 'malformed' }]);
});

test('columns cannot be separated by what also stands in numbers', () => {
  expect(v.safeParse(line.options, { profile: { ...columns, separator: ',' } }).success).toBe(false);
});
