import { Buffer } from 'node:buffer';
import fc from 'fast-check';

export const bytes = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'));
export const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');

/** What fast-check draws for the parts of frames. */
export const anyKey = fc.uint8Array({ minLength: 16, maxLength: 16 });
export const anyEui = digitsOf(8);
export const anyDevAddr = digitsOf(4);
export const anyNetId = digitsOf(3);
export const any16 = fc.integer({ min: 0, max: 0xffff });
export const anyFrameCounter = fc.oneof(
  fc.integer({ min: 0, max: 0xffff_ffff }),
  fc.integer({ min: 0xfff0, max: 0x1_0010 }),
);

function digitsOf(count: number): fc.Arbitrary<string> {
  return fc.uint8Array({ minLength: count, maxLength: count }).map(hex);
}

/** Digits as people write them, as the Buffers that lora-packet takes. */
export const buffer = (data: string | Uint8Array): Buffer =>
  typeof data === 'string' ? Buffer.from(data, 'hex') : Buffer.from(data);

/** A number in so many bytes, the high one first. */
export function bigEndian(value: number, count: number): Buffer {
  const out = Buffer.alloc(count);
  out.writeUIntBE(value, 0, count);
  return out;
}

export function littleEndian(value: number, count: number): Buffer {
  return bigEndian(value, count).reverse();
}
