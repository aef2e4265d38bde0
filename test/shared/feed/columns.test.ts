import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCbor, encodeCbor } from '../../../shared/feed/cbor.ts';
import { decodeColumns, encodeColumns } from '../../../shared/feed/columns.ts';
import { decodeNumbers, encodeNumbers } from '../../../shared/feed/numbers.ts';
import { decodeSenml, encodeSenml } from '../../../shared/feed/senml.ts';
import { anyReading, bySeries } from './readings.ts';

test('any readings come back from columns as they were, series by series', () => {
  fc.assert(
    fc.property(fc.array(anyReading, { maxLength: 60 }), (readings) => {
      expect(decodeColumns(encodeColumns(readings), 1000)).toEqual(bySeries(readings));
    }),
  );
});

test('any readings come back from SenML as they were, in order', () => {
  fc.assert(
    fc.property(fc.array(anyReading, { maxLength: 30 }), (readings) => {
      const again = decodeSenml(
        encodeSenml(readings, () => undefined),
        1000,
      );
      expect(again).toEqual(readings.map((reading) => ({ ...reading, values: { ...reading.values } })));
    }),
  );
});

test('whatever a quantity is called, SenML gives it a name of its alphabet, and it comes back', () => {
  const name = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc.constantFrom('quality', '温度', ':0071', 'a:b'),
  );
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1 }), (names) => {
      const values = Object.fromEntries(names.filter((each) => each !== '__proto__').map((each) => [each, 'x']));
      const reading = { device: 'a', kind: 'measurement', observedAt: 5, values, quality: 'stale' } as const;
      const pack = encodeSenml([reading], () => ({ 温度: 'Cel' }));
      for (const record of decodeCbor(pack) as Map<number, unknown>[])
        expect(record.get(0)).toMatch(/^[A-Za-z0-9:._-]+$/);
      expect(decodeSenml(pack, 1)).toEqual([reading]);
    }),
  );
});

test('a number has the unit that its device gives, and no other', () => {
  const reading = { device: 'a', kind: 'measurement', observedAt: 5, values: { pressure: 1013, level: 2 } } as const;
  const pack = decodeCbor(encodeSenml([reading], () => ({ pressure: 'hPa' }))) as Map<number, unknown>[];
  expect(pack.map((record) => [record.get(0), record.get(1)])).toEqual([
    ['pressure', 'hPa'],
    ['level', undefined],
  ]);
});

test('decimals are exact, and only short decimals are written as such', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: -1e8, max: 1e8 }), fc.nat(6))), (pairs) => {
      const values = pairs.map(([n, places]) => n / 10 ** places);
      const column = encodeNumbers(values);
      expect(column && decodeNumbers(column, values.length).map((n) => n + 0)).toEqual(values.map((n) => n + 0));
    }),
  );
  expect(encodeNumbers([Math.PI])).toBeUndefined();
  expect(encodeNumbers([Number.NaN])).toBeUndefined();
});

test('a body with more readings than the receiver accepts is refused', () => {
  const readings = Array.from({ length: 5 }, (_, i) => ({
    device: 'gauge-01',
    kind: 'water-level' as const,
    observedAt: i,
    values: { level: 1 },
  }));
  expect(() => decodeColumns(encodeColumns(readings), 4)).toThrow(/more readings than the receiver accepts/);
  expect(() =>
    decodeSenml(
      encodeSenml(readings, () => undefined),
      4,
    ),
  ).toThrow(/more readings than the receiver accepts/);
});

test('random and cut bytes are an error with a code, never anything else', () => {
  const good = encodeColumns([
    { device: 'a', kind: 'position', observedAt: 1, values: { lat: 1.5, lon: 2, fix: '3d' } },
  ]);
  const cut = fc.integer({ min: 0, max: good.length - 1 }).map((n) => good.subarray(0, n));
  const flipped = fc
    .tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }))
    .map(([at, bits]) => good.map((byte, i) => (i === at ? byte ^ bits : byte)));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), cut, flipped), (bytes) => {
      for (const decode of [decodeColumns, decodeSenml]) {
        try {
          expect(Array.isArray(decode(bytes, 1000))).toBe(true);
        } catch (fault) {
          expect(fault).toMatchObject({ code: 'bad-body' });
        }
      }
    }),
  );
});

/** Readings of one device that name a hundred new quantities each. */
const everNewNames = Array.from({ length: 500 }, (_, n) => ({
  device: 'soil-01',
  kind: 'measurement' as const,
  observedAt: n,
  values: Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`q${n}_${i}`, i])),
}));

test('readings whose names vary without end are written in what their values take, and come back', () => {
  const body = encodeColumns(everNewNames);
  expect(body.length).toBeLessThan(50_000 * 40);
  expect(decodeColumns(body, 1_000)).toEqual(everNewNames);
});

test('a body that claims more cells than a receiver takes is refused before memory is taken for them', () => {
  const rows = 100_000;
  const nothing = new Uint8Array(rows / 8);
  const columns = new Map(Array.from({ length: 100 }, (_, i) => [`q${i}`, [4, [], new Uint8Array(0), nothing]]));
  const series = ['gauge-01', 6, rows, [1, 0, 0, new Uint8Array(rows)], columns];
  const body = encodeCbor([series, series]);
  const before = process.memoryUsage().heapUsed;
  expect(() => decodeColumns(body, 200_000)).toThrow(/cells/);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(150e6);
});

test.each([
  ['empty maps', 0xa0],
  ['nested lists', 0x81],
  ['zeros', 0x00],
])('a body of millions of %s is refused before memory is taken for them', (_, byte) => {
  const body = new Uint8Array(4_000_000).fill(byte);
  body.set([0x9a, 0x00, 0x3d, 0x08, 0xfb]);
  for (const decode of [decodeColumns, decodeSenml]) {
    const before = process.memoryUsage().heapUsed;
    expect(() => decode(body, 1_000)).toThrow(/CBOR (items|arrays)|exceeds/);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20e6);
  }
});
