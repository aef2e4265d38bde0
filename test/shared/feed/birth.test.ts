import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBirth, decodeStatus, encodeBirth, encodeStatus } from '../../../shared/feed/birth.ts';
import { hostileBytes } from './hostile.ts';
import { anyBirth, anyStatus } from './messages.ts';

const birth = { gateway: 'gw-1', tenant: 'toyama', software: 'test', epoch: '0123456789abcdef', at: 1, devices: [] };
const status = { gateway: 'gw-1', state: 'online', epoch: '0123456789abcdef', sealed: 9 } as const;

test('any birth comes back as it was', () => {
  fc.assert(fc.property(anyBirth, (any) => void expect(decodeBirth(encodeBirth(any))).toEqual({ version: 1, ...any })));
});

test('any status comes back as it was', () => {
  fc.assert(
    fc.property(anyStatus, (any) => void expect(decodeStatus(encodeStatus(any))).toEqual({ version: 1, ...any })),
  );
});

test('a status whose sealed is not a count is refused', () => {
  const bytes = encodeStatus({ ...status, sealed: 1.5 });
  expect(() => decodeStatus(bytes)).toThrow(expect.objectContaining({ code: 'bad-message' }));
});

test.each([
  ['birth', decodeBirth, encodeBirth(birth)],
  ['status', decodeStatus, encodeStatus(status)],
])('a hostile %s is an error with a code, never anything else', (_what, decode, good) => {
  fc.assert(
    fc.property(hostileBytes(good), (bytes) => {
      try {
        const { gateway, epoch } = decode(bytes);
        expect([typeof gateway, typeof epoch]).toEqual(['string', 'string']);
      } catch (fault) {
        expect(fault).toMatchObject({ name: 'MachimoriError', code: 'bad-message' });
      }
    }),
    { numRuns: 2_000 },
  );
});
