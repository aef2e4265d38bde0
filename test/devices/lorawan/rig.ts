import fc from 'fast-check';
import {
  DATA_TYPES,
  type DataFrame,
  directionOf,
  type PhyPayload,
  parsePhyPayload,
} from '../../../devices/lorawan/phy-payload.ts';

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

/** A number in that many bytes, high byte first. */
export function bigEndian(value: number, count: number): Buffer {
  const out = Buffer.alloc(count);
  out.writeUIntBE(value, 0, count);
  return out;
}

export function littleEndian(value: number, count: number): Buffer {
  return bigEndian(value, count).reverse();
}

/** Any data frame that can be, with up to 242 bytes, its payload and FOpts as they are on the air. */
export const anyDataFrame: fc.Arbitrary<Omit<DataFrame, 'mic'>> = fc
  .record({
    type: fc.constantFrom(...DATA_TYPES),
    devAddr: anyDevAddr,
    adr: fc.boolean(),
    adrAckReq: fc.boolean(),
    ack: fc.boolean(),
    bit4: fc.boolean(),
    fCnt16: any16,
    fOpts: fc.uint8Array({ maxLength: 15 }),
    fPort: fc.option(fc.integer({ min: 0, max: 255 }), { nil: undefined }),
    payload: fc.uint8Array({ maxLength: 222 }),
  })
  .map(({ type, adrAckReq, bit4, fOpts, fPort, payload, ...rest }) => {
    const isUp = directionOf(type) === 'up';
    return {
      ...rest,
      type,
      adrAckReq: isUp && adrAckReq,
      classB: isUp && bit4,
      fPending: !isUp && bit4,
      fOpts: fPort === 0 ? new Uint8Array() : fOpts,
      ...(fPort !== undefined && { fPort }),
      payload: fPort === undefined ? new Uint8Array() : payload,
    };
  });

/** The frame of these bytes; fails the test if there is none. */
export function parsedFrame(phyPayload: Uint8Array): PhyPayload {
  const parsed = parsePhyPayload(phyPayload);
  if (!parsed.ok) throw new Error(parsed.detail.en);
  return parsed.frame;
}
