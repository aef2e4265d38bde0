import fc from 'fast-check';
import { expect, test } from 'vitest';
import { heardAtWrongSpeed } from '../../../simulators/wires/wrong-speed.ts';

test('at its own speed everything is heard as it was sent, and within the tolerance of a UART too', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.double({ min: 0.97, max: 1.03, noNaN: true }), (bytes, ratio) => {
      expect(heardAtWrongSpeed(bytes, ratio)).toEqual(bytes);
    }),
  );
});

test('at twice the speed each bit is heard twice', () => {
  // Sent 0 10101010 1, read as 0 01100110 0, 1 …: the first four bits of U, each twice, behind the second half of the start bit.
  expect([...heardAtWrongSpeed(Uint8Array.of(0x55), 2)][0]).toBe(0b01100110);
});

test('it ends, whatever is sent and however wrong the speed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.double({ min: 0.01, max: 100, noNaN: true }), (bytes, ratio) => {
      expect(heardAtWrongSpeed(bytes, ratio).length).toBeLessThanOrEqual(bytes.length * 10);
    }),
  );
});
