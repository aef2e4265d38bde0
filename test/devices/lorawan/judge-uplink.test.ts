import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeUplink } from '../../../devices/lorawan/judge-uplink.ts';
import { type DataFrame, parsePhyPayload } from '../../../devices/lorawan/phy-payload.ts';
import { type Counters, FIRST_COUNTERS, type Session } from '../../../devices/lorawan/session.ts';
import { toHex } from '../../../shared/hex.ts';
import { loraPacket } from './lora-packet.ts';

const nwkSKey = Buffer.from('2b7e151628aed2a6abf7158809cf4f3c', 'hex');
const appSKey = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
const radio = { txDr: 0, txCh: 0 };
const session: Session = {
  devAddr: '26011bda',
  version: '1.0.3',
  keys: { fNwkSIntKey: nwkSKey, sNwkSIntKey: nwkSKey, nwkSEncKey: nwkSKey, appSKey },
  rx1DelayMs: 1_000,
  rx1DrOffset: 0,
  rx2DataRate: 2,
  channelsHz: [],
};

/** A frame of the session by lora-packet, which knows nothing of ours. */
function frameOf(fCnt: number, payload: number, key = nwkSKey): Buffer {
  const high = Buffer.alloc(2);
  high.writeUInt16LE(fCnt >>> 16);
  const fields = {
    MType: 'Confirmed Data Up',
    DevAddr: Buffer.from('26011bda', 'hex'),
    FCnt: fCnt & 0xffff,
    FPort: 2,
    payload: Buffer.of(payload),
  } as const;
  return loraPacket.fromFields(fields, appSKey, key, undefined, high).getPHYPayload() ?? Buffer.alloc(0);
}

function judge(phyPayload: Buffer, counters: Partial<Counters>, isAbp = false) {
  const parsed = parsePhyPayload(phyPayload);
  if (!parsed.ok) throw new Error(parsed.detail.en);
  const frame = parsed.frame as DataFrame; // what `frameOf` has made
  return judgeUplink(frame, phyPayload, { session, counters: { ...FIRST_COUNTERS, ...counters }, isAbp }, radio);
}

const micOf = (phyPayload: Buffer) => toHex(phyPayload.subarray(-4));

test('any counter above the last is fresh, across the roll-over of the 16 bits on the air', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 70_000 }), fc.integer({ min: 1, max: 0xffff }), (up, step) => {
      expect(judge(frameOf(up + step, 1), { up })).toEqual({ kind: 'fresh', fCnt: up + step });
    }),
  );
  expect(judge(frameOf(65_536, 1), { up: 65_535 })).toEqual({ kind: 'fresh', fCnt: 65_536 });
  expect(judge(frameOf(0, 1), {})).toEqual({ kind: 'fresh', fCnt: 0 });
});

test('no counter is fresh twice, or below the last', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200_000 }), fc.integer({ min: 0, max: 60_000 }), (up, back) => {
      const frame = frameOf(Math.max(0, up - back), 1);
      expect(judge(frame, { up, mic: micOf(frame) })?.kind).not.toBe('fresh');
    }),
  );
});

test('a frame under another key is of another device', () => {
  expect(judge(frameOf(8, 1, appSKey), { up: 7 })).toBeUndefined();
});

describe('what is not fresh is told apart', () => {
  test('the last frame again is a retransmission', () => {
    const last = frameOf(1000, 1);
    expect(judge(last, { up: 1000, mic: micOf(last) })).toEqual({ kind: 'retransmission', fCnt: 1000 });
  });

  test('an earlier frame is a replay', () => {
    expect(judge(frameOf(999, 1), { up: 1000 })).toEqual({ kind: 'replay', fCnt: 999 });
    expect(judge(frameOf(65_535, 1), { up: 65_537 })).toEqual({ kind: 'replay', fCnt: 65_535 });
  });

  test('a device with fixed keys that counts from the beginning has been reset; one that joined would not', () => {
    expect(judge(frameOf(0, 1), { up: 1000 }, true)).toEqual({ kind: 'counter-reset', fCnt: 0 });
    expect(judge(frameOf(3, 1), { up: 70_000 }, true)).toEqual({ kind: 'counter-reset', fCnt: 3 });
    expect(judge(frameOf(0, 1), { up: 1000 })).toEqual({ kind: 'replay', fCnt: 0 });
    const another = frameOf(0, 2);
    expect(judge(another, { up: 0, mic: micOf(frameOf(0, 1)) }, true)).toEqual({ kind: 'counter-reset', fCnt: 0 });
  });

  test('a late frame of a device that has just started is not a reset', () => {
    expect(judge(frameOf(2, 1), { up: 4 }, true)).toEqual({ kind: 'replay', fCnt: 2 });
  });
});
