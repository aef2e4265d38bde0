/** What was done on site is kept, whatever happens to its file. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CommissioningRecords, type KeptRecord } from '../../../gateway/commission/records.ts';
import { LogBook } from '../machine/log-book.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const receipt = {
  ...{
    destination: 'city',
    epoch: 'e1',
    number: 7,
    outcome: 'stored' as const,
    at: 1_000,
    afterMs: 412,
    isBrokersWord: false,
  },
} as const;
const record = (device: string): KeptRecord => ({ device, line: '/dev/ttyUSB0', readings: [] });

test('what was kept is there again after a restart, with its tests', () => {
  const folder = temporaryFolder();
  const records = new CommissioningRecords(folder, new LogBook());
  records.noteTest('gauge-01', { at: 1_000, receipts: [receipt], unanswered: [] });
  records.keep({ ...record('gauge-01'), mountingHeightM: 6.5 }, 'suzuki', 2_000);
  const again = new CommissioningRecords(folder, new LogBook());
  expect(again.of('gauge-01')).toEqual({
    ...{ device: 'gauge-01', line: '/dev/ttyUSB0', readings: [], mountingHeightM: 6.5, at: 2_000, by: 'suzuki' },
    tests: [{ at: 1_000, receipts: [receipt], unanswered: [] }],
  });
});

test.each(['', '{', '[]', '{"records":[{"device":7}]}', '\u0000\u0000', '{"records":{}}'])(
  'a file with %j is set aside and said, and new records are kept',
  (text) => {
    const folder = temporaryFolder();
    const log = new LogBook();
    writeFileSync(join(folder, 'commissioning.json'), text);
    const records = new CommissioningRecords(folder, log);
    expect(records.all).toEqual([]);
    records.keep(record('gauge-01'), undefined, 1);
    expect(readFileSync(join(folder, 'commissioning.json.damaged'), 'utf8')).toBe(text);
    expect(log.at('error')).toHaveLength(1);
    expect(new CommissioningRecords(folder, log).all).toHaveLength(1);
  },
);

test('a record that is too long is refused, and the last one stays', () => {
  const folder = temporaryFolder();
  const records = new CommissioningRecords(folder, new LogBook());
  records.keep(record('gauge-01'), 'suzuki', 1);
  const notes = '川'.repeat(1_000);
  const long = {
    ...record('gauge-01'),
    notes,
    wiring: '線'.repeat(500),
    readings: Array(5).fill({ at: 1, values: { text: '水'.repeat(200) } }),
  };
  expect(() => records.keep({ ...long, readings: [...long.readings, ...long.readings] }, 'suzuki', 2)).toThrow(
    expect.objectContaining({ code: 'record-too-long' }),
  );
  expect(records.of('gauge-01')?.at).toBe(1);
});

test('each record fits its bound with the newest tests, and there are never more than two thousand', () => {
  const folder = temporaryFolder();
  const records = new CommissioningRecords(folder, new LogBook());
  for (let i = 0; i < 7; i++) {
    const long = { ...receipt, number: i, outcome: 'refused', reason: '理由'.repeat(50) } as const;
    records.noteTest('gauge-01', { at: i, receipts: Array(10).fill(long), unanswered: [] });
  }
  const { tests = [] } = records.of('gauge-01') ?? {};
  expect(tests.map(({ at }) => at)).toEqual([6]);
  const many = Array.from({ length: 2_000 }, (_, i) => ({ ...record(`d-${i}`), at: i, tests: [] }));
  writeFileSync(join(folder, 'commissioning.json'), JSON.stringify({ records: many }));
  const full = new CommissioningRecords(folder, new LogBook());
  full.keep(record('new'), 'suzuki', 9_999);
  expect(full.all).toHaveLength(2_000);
  expect([full.of('d-0'), full.of('d-1')?.device, full.of('new')?.device]).toEqual([undefined, 'd-1', 'new']);
});

test('whatever is kept in whatever order, a restart finds the same, and nothing is left beside the file', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const text = fc.string({ maxLength: 40, unit: 'grapheme' }).filter((each) => !/\p{Cc}/u.test(each));
  const step = fc.oneof(
    fc.record({ does: fc.constant('keep' as const), device: name, deviceSerial: text, notes: text }),
    fc.record({ does: fc.constant('test' as const), device: name, at: fc.nat(1e12) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const folder = temporaryFolder();
      const records = new CommissioningRecords(folder, new LogBook());
      for (const { does, ...rest } of steps) {
        if (does === 'test')
          records.noteTest(rest.device, { at: 'at' in rest ? rest.at : 0, receipts: [], unanswered: ['city'] });
        else records.keep({ ...rest, readings: [] }, 'suzuki', 1);
      }
      expect(new CommissioningRecords(folder, new LogBook()).all).toEqual(records.all);
      expect(readdirSync(folder).filter((file) => file !== 'commissioning.json')).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
