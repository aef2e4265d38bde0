import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBatch, decodeBody, encodeBatch, encodeBody } from '../../../shared/feed/batch.ts';
import { encodeCbor } from '../../../shared/feed/cbor.ts';
import { hostileBytes } from './hostile.ts';
import { anyHeader } from './messages.ts';

const header = {
  gateway: 'gw-1',
  epoch: '0123456789abcdef',
  number: 7,
  lane: 'routine',
  count: 1,
  encoding: 'columns',
  compression: 'none',
} as const;
const envelope = (changes: readonly (readonly [number, unknown])[]) =>
  encodeCbor(
    new Map<number, unknown>([
      [0, 1],
      [1, 'gw-1'],
      [2, Uint8Array.of(1, 35, 69, 103, 137, 171, 205, 239)],
      [3, 7],
      [4, 0],
      [5, 1],
      [6, 0],
      [7, 0],
      [8, Uint8Array.of(128)],
      ...changes,
    ]),
  );

test('any envelope comes back as it was', () => {
  fc.assert(
    fc.property(anyHeader, fc.uint8Array(), (any, body) => {
      const decoded = decodeBatch(encodeBatch(any, body));
      expect(decoded.header).toEqual(any);
      expect(Uint8Array.from(decoded.body)).toEqual(body);
    }),
  );
});

test('keys that a receiver does not know are ignored', () => {
  expect(decodeBatch(envelope([[99, 'of a later release']])).header).toEqual(header);
});

test('a number may come as a 64-bit integer', () => {
  const short = Buffer.from(envelope([])).toString('hex');
  const long = short.replace('0307', '031b0000000100000000');
  expect(decodeBatch(Uint8Array.from(Buffer.from(long, 'hex'))).header.number).toBe(2 ** 32);
});

test.each([
  ['another version', 0, 2],
  ['no gateway', 1, ''],
  ['a gateway that is no text', 1, 5],
  ['a short epoch', 2, Uint8Array.of(1)],
  ['number 0', 3, 0],
  ['a broken number', 3, 1.5],
  ['an unknown lane', 4, 2],
  ['no lane', 4, null],
  ['a negative count', 5, -1],
  ['no count', 5, null],
  ['an unknown encoding', 6, 2],
  ['an encoding that is no number', 6, false],
  ['an unknown compression', 7, 3],
  ['a body that is no bytes', 8, 'text'],
])('an envelope with %s is refused', (_what, key, value) => {
  expect(() => decodeBatch(envelope([[key, value]]))).toThrow(expect.objectContaining({ code: 'bad-message' }));
});

test('hostile bytes are an error with a code, never anything else', () => {
  const reading = {
    device: 'a',
    kind: 'position',
    observedAt: 1,
    values: { lat: 1.5, lon: 2, fix: '3d', ok: true },
  } as const;
  const batch = encodeBatch(header, encodeBody('columns', [reading]).body);
  fc.assert(
    fc.property(hostileBytes(batch), (bytes) => {
      try {
        decodeBatch(bytes);
      } catch (fault) {
        expect(fault).toMatchObject({ name: 'MachimoriError', code: 'bad-message' });
      }
    }),
    { numRuns: 2_000 },
  );
});

test.each(['columns', 'senml'] as const)('a hostile body of %s is readings or an error with a code', (encoding) => {
  const { body: good } = encodeBody(encoding, [
    { device: 'a', kind: 'position', observedAt: 1, values: { lat: 1.5, lon: Math.PI, fix: '3d', ok: true } },
    { device: 'a', kind: 'position', observedAt: 2, values: { lat: 1.6, lon: 2 }, quality: 'stale' },
  ]);
  fc.assert(
    fc.property(hostileBytes(good), (bytes) => {
      try {
        for (const { observedAt, values } of decodeBody({ encoding }, bytes, 100)) {
          expect(new Date(observedAt).toISOString()).toBeTypeOf('string');
          for (const value of Object.values(values)) expect(['number', 'string', 'boolean']).toContain(typeof value);
        }
      } catch (fault) {
        expect(fault).toMatchObject({ name: 'MachimoriError', code: 'bad-body' });
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a body of a few bytes cannot claim cells without bound', () => {
  const rows = 50_000;
  const numbers = [0, 0, 0, new Uint8Array(rows)];
  const absent = [3, new Uint8Array(0), new Uint8Array(rows / 8)];
  const columns = new Map(Array.from({ length: 400 }, (_, i) => [`q${i}`, absent]));
  const body = encodeCbor([['a', 0, rows, numbers, columns]]);
  expect(() => decodeBody({ encoding: 'columns' }, body, 100_000)).toThrow(/more cells than the receiver accepts/);
});

test('a quality of a later release is a doubt all the same', () => {
  const columns = encodeCbor([['a', 0, 1, [0, 0, 5, Uint8Array.of(0)], new Map(), Uint8Array.of(10)]]);
  expect(decodeBody({ encoding: 'columns' }, columns, 1)).toMatchObject([{ observedAt: 5, quality: 'uncertain' }]);
  const record = new Map<number, unknown>([
    [-2, 'a/status/'],
    [-3, 5],
    [0, 'quality'],
    [3, 'haunted'],
  ]);
  expect(decodeBody({ encoding: 'senml' }, encodeCbor([record]), 1)).toMatchObject([
    { observedAt: 5000, quality: 'uncertain' },
  ]);
});
