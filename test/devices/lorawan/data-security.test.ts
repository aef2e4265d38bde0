import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cryptFOpts,
  cryptPayload,
  downlinkMic10,
  downlinkMic11,
  isSameMic,
  uplinkMic10,
  uplinkMic11,
} from '../../../devices/lorawan/data-security.ts';
import {
  appendMic,
  type DataFrame,
  directionOf,
  encodeDataFrame,
  isDataFrame,
  withoutMic,
} from '../../../devices/lorawan/phy-payload.ts';
import { type LoraPacket, loraPacket } from './lora-packet.ts';
import {
  anyDataFrame,
  anyFrameCounter,
  anyKey,
  bigEndian,
  buffer,
  bytes,
  hex,
  littleEndian,
  parsedFrame,
} from './rig.ts';

const numRuns = 1_500;

describe('1.0.x data frames', () => {
  test('of lora-packet are parsed, verified and decrypted', () => {
    fc.assert(
      fc.property(anyDataFrame, anyFrameCounter, anyKey, anyKey, (drawn, fCnt, nwkSKey, appSKey) => {
        fc.pre(drawn.fPort !== undefined); // without a payload lora-packet computes no MIC
        const packet = packetOf(drawn, fCnt, [appSKey, nwkSKey]);
        const onAir = Uint8Array.from(packet.PHYPayload ?? []);
        const frame = dataFrame(onAir);
        expect(frame).toMatchObject(flagsOf(drawn));
        expect(frame.fCnt16).toBe(fCnt % 0x1_0000);
        expect(hex(frame.fOpts)).toBe(hex(drawn.fOpts));
        const isUp = directionOf(frame.type) === 'up';
        expect(hex((isUp ? uplinkMic10 : downlinkMic10)(nwkSKey, withoutMic(onAir), fCnt))).toBe(hex(frame.mic));
        const key = frame.fPort === 0 ? nwkSKey : appSKey;
        const clear = cryptPayload(key, directionOf(frame.type), frame.devAddr, fCnt, frame.payload);
        expect(hex(clear)).toBe(hex(drawn.payload));
      }),
      { numRuns },
    );
  });

  test('of ours are parsed, verified and decrypted by lora-packet', () => {
    fc.assert(
      fc.property(anyDataFrame, anyFrameCounter, anyKey, anyKey, (drawn, fCnt, nwkSKey, appSKey) => {
        const direction = directionOf(drawn.type);
        const key = drawn.fPort === 0 ? nwkSKey : appSKey;
        const payload = cryptPayload(key, direction, drawn.devAddr, fCnt, drawn.payload);
        const message = encodeDataFrame({ ...drawn, fCnt16: fCnt % 0x1_0000, payload });
        const mic = (direction === 'up' ? uplinkMic10 : downlinkMic10)(nwkSKey, message, fCnt);
        const packet = loraPacket.fromWire(buffer(appendMic(message, mic)));
        expect(packet.DevAddr?.toString('hex')).toBe(drawn.devAddr);
        expect(packet.getFPort()).toBe(drawn.fPort ?? null);
        expect(packet.getFCnt()).toBe(fCnt % 0x1_0000);
        expect(hex(packet.FOpts ?? Buffer.of())).toBe(hex(drawn.fOpts));
        expect(loraPacket.verifyMIC(packet, buffer(nwkSKey), undefined, highBytes(fCnt))).toBe(true);
        if (drawn.fPort === undefined) return;
        const clear = loraPacket.decrypt(packet, buffer(appSKey), buffer(nwkSKey), highBytes(fCnt));
        expect(hex(clear)).toBe(hex(drawn.payload));
      }),
      { numRuns },
    );
  });
});

describe('1.1 data frames', () => {
  test('of ours are verified by lora-packet, with what their MICs cover besides', () => {
    const covered = fc.record({
      confFCnt: anyFrameCounter,
      txDr: fc.integer({ min: 0, max: 15 }),
      txCh: fc.integer({ min: 0, max: 255 }),
    });
    fc.assert(
      fc.property(anyDataFrame, anyFrameCounter, covered, anyKey, anyKey, (drawn, fCnt, radio, forwarding, serving) => {
        // lora-packet also has ConfFCnt in uplinks on FPort 0 without an ACK, which 1.1 §4.4.1 does not say
        fc.pre(drawn.fPort !== 0);
        const message = encodeDataFrame({ ...drawn, fCnt16: fCnt % 0x1_0000 });
        const isUp = directionOf(drawn.type) === 'up';
        const mic = isUp
          ? uplinkMic11({ fNwkSIntKey: forwarding, sNwkSIntKey: serving }, message, fCnt, radio)
          : downlinkMic11(serving, message, fCnt, radio.confFCnt);
        const packet = loraPacket.fromWire(buffer(appendMic(message, mic)));
        // in uplinks it swaps the bytes of ConfFCnt; in downlinks it takes them as they are to stand in the block,
        // even without an ACK (1.1 §4.4.2: then 0)
        const conf16 = isUp || drawn.ack ? radio.confFCnt % 0x1_0000 : 0;
        const block = isUp ? Buffer.from([...bigEndian(conf16, 2), radio.txDr, radio.txCh]) : littleEndian(conf16, 2);
        expect(verifies11(packet, forwarding, serving, fCnt, block)).toBe(true);
      }),
      { numRuns },
    );
  });

  test('have FOpts that are encrypted as lora-packet and the erratum of 2018 have it', () => {
    fc.assert(
      fc.property(anyDataFrame, anyFrameCounter, anyKey, (drawn, fCnt, nwkSEncKey) => {
        const { devAddr, fPort, fOpts } = drawn;
        const direction = directionOf(drawn.type);
        const encrypted = cryptFOpts(nwkSEncKey, { direction, devAddr, fCnt, fPort }, fOpts);
        const message = encodeDataFrame({ ...drawn, fCnt16: fCnt % 0x1_0000, fOpts: encrypted });
        const packet = loraPacket.fromWire(buffer(appendMic(message, new Uint8Array(4))));
        expect(hex(packet.decryptFOpts(buffer(nwkSEncKey), undefined, highBytes(fCnt)))).toBe(hex(fOpts));
        expect(hex(cryptFOpts(nwkSEncKey, { direction, devAddr, fCnt, fPort }, encrypted))).toBe(hex(fOpts));
      }),
      { numRuns },
    );
  });

  test('have the bytes of the example that brocaar/lorawan publishes', () => {
    const onAir = bytes('60 04030201 03 0000 22ac0a 01 f0b468dd aa5ed13a');
    const { devAddr, fPort, fOpts, payload, mic } = dataFrame(onAir);
    expect(hex(downlinkMic11(bytes('010101010101010101010101010101 00'), withoutMic(onAir), 0, 0))).toBe(hex(mic));
    const commands = cryptFOpts(
      bytes('0101010101010101010101010101 0200'),
      { direction: 'down', devAddr, fCnt: 0, fPort },
      fOpts,
    );
    expect(hex(commands)).toBe('020701'); // LinkCheckAns: 7 dB, one gateway
    const appSKey = bytes('100f0e0d0c0b0a090807060504030201');
    expect(hex(cryptPayload(appSKey, 'down', devAddr, 0, payload))).toBe('01020304');
  });

  test('cover ConfFCnt only if they acknowledge', () => {
    const [key, acknowledging, other] = [
      bytes('00'.repeat(16)),
      bytes('60 04030201 20 0000'),
      bytes('60 04030201 00 0000'),
    ];
    expect(hex(downlinkMic11(key, acknowledging, 0, 7))).not.toBe(hex(downlinkMic11(key, acknowledging, 0, 8)));
    expect(hex(downlinkMic11(key, other, 0, 7))).toBe(hex(downlinkMic11(key, other, 0, 8)));
  });
});

describe('published 1.0.x frames', () => {
  // the README of lora-packet, which others use too
  const nwkSKey = bytes('44024241ed4ce9a68c6a8bc055233fd3');
  const appSKey = bytes('ec925802ae430ca77fd3dd73cb2cc588');

  test('have the MIC and the payload that they are published with', () => {
    const onAir = bytes('40F17DBE4900020001954378762B11FF0D');
    expect(hex(uplinkMic10(nwkSKey, withoutMic(onAir), 2))).toBe('2b11ff0d');
    const clear = cryptPayload(appSKey, 'up', '49be7df1', 2, dataFrame(onAir).payload);
    expect(Buffer.from(clear).toString()).toBe('test');
  });

  test('have a MIC also with an empty payload', () => {
    expect(hex(uplinkMic10(nwkSKey, withoutMic(bytes('40F17DBE49000300012A3518AF')), 3))).toBe('2a3518af');
  });
});

describe('a MIC', () => {
  test('does not fit a frame of which any bit has changed', () => {
    fc.assert(
      fc.property(anyDataFrame, anyFrameCounter, anyKey, anyKey, (drawn, fCnt, key, otherKey) => {
        const message = encodeDataFrame({ ...drawn, fCnt16: fCnt % 0x1_0000 });
        const radio = { confFCnt: 0, txDr: 0, txCh: 0 };
        const micOf =
          directionOf(drawn.type) === 'up'
            ? (m: Uint8Array) => uplinkMic11({ fNwkSIntKey: otherKey, sNwkSIntKey: key }, m, fCnt, radio)
            : (m: Uint8Array) => downlinkMic10(key, m, fCnt);
        const mic = micOf(message);
        expect(isSameMic(mic, micOf(message))).toBe(true);
        for (let bit = 0; bit < message.length * 8; bit++) {
          expect(isSameMic(mic, micOf(flipped(message, bit)))).toBe(false);
        }
        for (let bit = 0; bit < 32; bit++) expect(isSameMic(mic, flipped(mic, bit))).toBe(false);
      }),
      { numRuns: 25 },
    );
  });

  test('does not fit another frame counter with the same low bits', () => {
    const message = bytes('40f17dbe4900020001954378');
    const key = bytes('44024241ed4ce9a68c6a8bc055233fd3');
    expect(hex(uplinkMic10(key, message, 2))).not.toBe(hex(uplinkMic10(key, message, 0x1_0002)));
  });

  test('of another length than four bytes fits nothing', () => {
    expect(isSameMic(new Uint8Array(0), new Uint8Array(0))).toBe(false);
    expect(isSameMic(new Uint8Array(4), new Uint8Array(5))).toBe(false);
  });
});

/** What lora-packet makes of the drawn parts, the payload and FOpts in the clear. */
function packetOf(
  drawn: Omit<DataFrame, 'mic'>,
  fCnt: number,
  [appSKey, nwkSKey]: [Uint8Array, Uint8Array],
): LoraPacket {
  const { type, devAddr, adr, adrAckReq, ack, classB, fPending, fOpts, fPort, payload } = drawn;
  const fields = {
    MType: { 'unconfirmed-data-up': 2, 'unconfirmed-data-down': 3, 'confirmed-data-up': 4, 'confirmed-data-down': 5 }[
      type
    ],
    DevAddr: buffer(devAddr),
    FCtrl: { ADR: adr, ADRACKReq: adrAckReq, ACK: ack, FPending: fPending || classB },
    FCnt: bigEndian(fCnt % 0x1_0000, 2),
    FOpts: buffer(fOpts),
    ...(fPort !== undefined && { FPort: fPort }),
    payload: buffer(payload),
  };
  return loraPacket.fromFields(fields, buffer(appSKey), buffer(nwkSKey), undefined, highBytes(fCnt));
}

function flagsOf({ type, devAddr, adr, adrAckReq, ack, classB, fPending }: Omit<DataFrame, 'mic'>) {
  return { type, devAddr, adr, adrAckReq, ack, classB, fPending };
}

function dataFrame(onAir: Uint8Array): DataFrame {
  const frame = parsedFrame(onAir);
  if (!isDataFrame(frame)) throw new Error(`a ${frame.type} is no data frame`);
  return frame;
}

/** The upper half of a counter, which lora-packet takes apart from the frame, the low byte first. */
function highBytes(fCnt: number): Buffer {
  return littleEndian(Math.floor(fCnt / 0x1_0000), 2);
}

/** lora-packet takes FNwkSIntKey where 1.0.x has NwkSKey, and SNwkSIntKey after it. */
function verifies11(
  packet: LoraPacket,
  forwarding: Uint8Array,
  serving: Uint8Array,
  fCnt: number,
  block: Buffer,
): boolean {
  return loraPacket.verifyMIC(packet, buffer(forwarding), buffer(serving), highBytes(fCnt), block);
}

function flipped(data: Uint8Array, bit: number): Uint8Array {
  return data.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
}
