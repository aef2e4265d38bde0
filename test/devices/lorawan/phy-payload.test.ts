import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  appendMic,
  type DataFrame,
  encodeDataFrame,
  encodePhyPayload,
  type PhyPayload,
  parsePhyPayload,
} from '../../../devices/lorawan/phy-payload.ts';
import { any16, anyDataFrame, anyEui, anyNetId, bytes, hex, parsedFrame } from './rig.ts';

const mic = fc.uint8Array({ minLength: 4, maxLength: 4 });

const anyFrame: fc.Arbitrary<PhyPayload> = fc.oneof(
  fc.record({ type: fc.constant('join-request' as const), joinEui: anyEui, devEui: anyEui, devNonce: any16, mic }),
  fc
    .constantFrom(16, 32)
    .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }))
    .map((encrypted) => ({ type: 'join-accept' as const, encrypted })),
  fc.record({
    type: fc.constant('rejoin-request' as const),
    rejoinType: fc.constantFrom(0 as const, 2 as const),
    netId: anyNetId,
    devEui: anyEui,
    rjCount: any16,
    mic,
  }),
  fc.record({
    type: fc.constant('rejoin-request' as const),
    rejoinType: fc.constant(1 as const),
    joinEui: anyEui,
    devEui: anyEui,
    rjCount: any16,
    mic,
  }),
  fc.record({ type: fc.constant('proprietary' as const), bytes: fc.uint8Array({ maxLength: 254 }) }),
  fc.tuple(anyDataFrame, mic).map(([frame, m]) => ({ ...frame, mic: m })),
);

describe('a frame', () => {
  test('is encoded to the bytes that it is parsed from', () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        const onAir = encodePhyPayload(frame);
        const parsed = parsedFrame(onAir);
        expect(comparable(parsed)).toEqual(comparable(frame));
        expect(hex(encodePhyPayload(parsed))).toBe(hex(onAir));
      }),
      { numRuns: 2_000 },
    );
  });

  test('is a value or a reason, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        const parsed = parsePhyPayload(data);
        expect(parsed.ok ? parsed.frame.type : parsed.detail.en).not.toBe('');
      }),
      { numRuns: 5_000 },
    );
  });

  test('parsed from any bytes is encoded to the same, reserved bits aside', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 255 }), (data) => {
        const plain = data.map((byte, i) => (i === 0 ? byte & 0xe0 : byte)); // bits 4 to 2 of the MHDR are reserved
        const isDown = plain[0] === 0x60 || plain[0] === 0xa0;
        if (isDown && plain.length > 5) plain[5] = (plain[5] ?? 0) & 0xbf; // bit 6 of a downlink's FCtrl too
        const parsed = parsePhyPayload(plain);
        if (parsed.ok) expect(hex(encodePhyPayload(parsed.frame))).toBe(hex(plain));
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('the parts', () => {
  test('of an uplink are those of LoRaWAN 1.0.4 §4.3.1', () => {
    expect(comparable(parsedFrame(bytes('40 f17dbe49 f2 0200 0307 01 95437876 2b11ff0d')))).toEqual({
      type: 'unconfirmed-data-up',
      devAddr: '49be7df1',
      adr: true,
      adrAckReq: true,
      ack: true,
      classB: true,
      fPending: false,
      fCnt16: 2,
      fOpts: '0307',
      fPort: 1,
      payload: '95437876',
      mic: '2b11ff0d',
    });
  });

  test('of a downlink differ in two bits of FCtrl', () => {
    const frame = parsedFrame(bytes('a0 04030201 70 ffff 01020304'));
    expect(frame).toMatchObject({ type: 'confirmed-data-down', adr: false, adrAckReq: false, ack: true });
    expect(frame).toMatchObject({ classB: false, fPending: true, fCnt16: 65_535 });
    expect(frame).not.toHaveProperty('fPort');
  });

  test('of a join-request are in the order in which they are printed on the device', () => {
    const frame = parsedFrame(bytes('00 0403020104030201 0504030205040302 2d10 6a990e12'));
    const [joinEui, devEui] = ['0102030401020304', '0203040502030405'];
    expect(comparable(frame)).toEqual({ type: 'join-request', joinEui, devEui, devNonce: 0x102d, mic: '6a990e12' });
  });

  test('of rejoin-requests are those of LoRaWAN 1.1 §6.2.4', () => {
    expect(comparable(parsedFrame(bytes('c0 00 030201 0807060504030201 0a00 01020304')))).toEqual({
      type: 'rejoin-request',
      rejoinType: 0,
      netId: '010203',
      devEui: '0102030405060708',
      rjCount: 10,
      mic: '01020304',
    });
    // lora-packet 0.9.3 reads RJcount1 from within the DevEUI
    expect(comparable(parsedFrame(bytes('c0 01 1817161514131211 0807060504030201 0b00 01020304')))).toEqual({
      type: 'rejoin-request',
      rejoinType: 1,
      joinEui: '1112131415161718',
      devEui: '0102030405060708',
      rjCount: 11,
      mic: '01020304',
    });
  });

  test('may have reserved bits set', () => {
    expect(parsedFrame(bytes('5c f17dbe49 00 0200 2b11ff0d'))).toMatchObject({ type: 'unconfirmed-data-up' });
  });
});

describe('no frame', () => {
  test.each([
    ['nothing', ''],
    ['another major version', '41 f17dbe49 00 0200 01 95437876 2b11ff0d'],
    ['a data frame without a whole header', '40 f17dbe49 00 02 2b11ff0d'],
    ['a data frame that ends within its FOpts', '40 f17dbe49 05 0200 01020304 2b11ff0d'],
    ['MAC commands in FOpts and on FPort 0 (1.0.4 §4.3.1.6)', '40 f17dbe49 01 0200 02 00 02 2b11ff0d'],
    ['a join-request that is too long', '00 0403020104030201 0504030205040302 2d10 6a990e12 00'],
    ['a join-request that is too short', '00 0403020104030201 0504030205040302 2d10 6a990e'],
    ['a join-accept between its two lengths', `20 ${'00'.repeat(20)}`],
    ['a rejoin-request of type 3', `c0 03 ${'00'.repeat(17)}`],
    ['a rejoin-request of type 0 with the length of type 1', `c0 00 ${'00'.repeat(22)}`],
    ['a rejoin-request without a type', 'c0'],
    ['more bytes than LoRa carries', `40 f17dbe49 00 0200 01 ${'00'.repeat(247)}`],
  ])('is %s', (_, digits) => {
    expect(parsePhyPayload(bytes(digits))).toMatchObject({ ok: false });
  });

  const frame = { ...(parsedFrame(bytes('60 f17dbe49 00 0200 01 95437876 2b11ff0d')) as DataFrame) };

  test.each<[string, Partial<DataFrame>]>([
    ['FOpts of 16 bytes', { fOpts: new Uint8Array(16) }],
    ['MAC commands in both places', { fOpts: bytes('02'), fPort: 0 }],
    ['more than 255 bytes', { payload: new Uint8Array(243) }],
    ['an address of seven digits', { devAddr: '1234567' }],
  ])('is encoded with %s', (_, part) => {
    expect(() => encodeDataFrame({ ...frame, ...part })).toThrow(RangeError);
  });

  test('is encoded with a payload and no FPort', () => {
    const { fPort: _, ...withoutPort } = frame;
    expect(() => encodeDataFrame(withoutPort)).toThrow(RangeError);
  });

  test('is one of 256 bytes, but one of 255 is', () => {
    const longest = appendMic(encodeDataFrame({ ...frame, payload: new Uint8Array(242) }), new Uint8Array(4));
    expect(longest).toHaveLength(255);
    expect(parsePhyPayload(longest).ok).toBe(true);
    expect(parsePhyPayload(Uint8Array.of(...longest, 0)).ok).toBe(false);
  });
});

/** Bytes as digits: a part of a frame may be a Buffer or an array. */
function comparable(frame: PhyPayload): object {
  const members = Object.entries(frame).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? hex(value) : value,
  ]);
  return Object.fromEntries(members);
}
