import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandBytes, composeDownlink, type DownlinkContent } from '../../../devices/lorawan/downlink.ts';
import { type Counters, FIRST_COUNTERS, type Session } from '../../../devices/lorawan/session.ts';
import { loraPacket } from './lora-packet.ts';

const nwkSKey = Buffer.from('2b7e151628aed2a6abf7158809cf4f3c', 'hex');
const appSKey = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
const session: Session = {
  devAddr: '26011bda',
  version: '1.0.3',
  keys: { fNwkSIntKey: nwkSKey, sNwkSIntKey: nwkSKey, nwkSEncKey: nwkSKey, appSKey },
  rx1DelayMs: 1_000,
  rx1DrOffset: 0,
  rx2DataRate: 2,
  channelsHz: [],
};
const oneOne: Session = { ...session, version: '1.1' };
const counters = (more: Partial<Counters>): Counters => ({ ...FIRST_COUNTERS, ...more });
const nothing: DownlinkContent = { blocks: [], fPending: false };
/** M of the fastest data rates. */
const most = 250;

test('lora-packet reads and checks what is sent, whatever is in it (1.0)', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 31 }),
      fc.boolean(),
      fc.option(
        fc.record({
          port: fc.integer({ min: 1, max: 223 }),
          payload: fc.uint8Array({ minLength: 1, maxLength: 51 }),
          confirmed: fc.boolean(),
        }),
      ),
      (down, acks, data) => {
        const content = { ...nothing, ackOf: acks ? 5 : undefined, data: data ?? undefined };
        const { bytes, fCnt, counters: after } = composeDownlink(content, session, counters({ down }), most);
        const packet = loraPacket.fromWire(Buffer.from(bytes));
        const high = Buffer.alloc(2);
        high.writeUInt16LE(down >>> 16);
        expect(loraPacket.verifyMIC(packet, nwkSKey, undefined, high)).toBe(true);
        expect(packet.getFCtrlACK()).toBe(acks);
        expect(packet.DevAddr?.toString('hex')).toBe('26011bda');
        expect(packet.getMType()).toBe(data?.confirmed ? 'Confirmed Data Down' : 'Unconfirmed Data Down');
        if (data) expect(loraPacket.decrypt(packet, appSKey, nwkSKey, high)).toEqual(Buffer.from(data.payload));
        expect([fCnt, after.down]).toEqual([down, down + 1]);
        expect(after.confirmed).toEqual(data?.confirmed ? [down] : []);
      },
    ),
  );
});

const check = { name: 'LinkCheckAns', marginDb: 20, gatewayCount: 3 } as const;
const time = { name: 'DeviceTimeAns', gpsTimeS: 1_000 } as const;
const mask = { name: 'LinkADRReq', dataRate: 3, txPower: 2, chMask: 2, chMaskCntl: 7, nbTrans: 1 } as const;
const masks = [mask, { ...mask, chMask: 0xff00, chMaskCntl: 0 }];
const battery = { name: 'DevStatusReq' } as const;

test('beside data commands go into FOpts as long as its 15 bytes last: a block whole or not at all, the first ones first', () => {
  const data = { port: 2, payload: Uint8Array.of(1), confirmed: false };
  const content = { ...nothing, data, blocks: [[check], [time], masks, [battery]] };
  const { bytes, sent } = composeDownlink(content, session, counters({}), most);
  const fOpts = loraPacket.fromWire(Buffer.from(bytes)).FOpts?.toString('hex');
  expect(fOpts).toBe('021403' + '0de803000000' + '06');
  expect(sent).toEqual([[check], [time], [battery]]);
});

test('without data they all go, on FPort 0 if they are too long for FOpts', () => {
  const content = { ...nothing, blocks: [[check], [time], masks, [battery]] };
  const { bytes, sent } = composeDownlink(content, session, counters({}), most);
  const packet = loraPacket.fromWire(Buffer.from(bytes));
  expect([packet.getFPort(), packet.FOpts?.length]).toEqual([0, 0]);
  expect(loraPacket.decrypt(packet, appSKey, nwkSKey)?.toString('hex')).toBe(
    '021403' + '0de803000000' + '0332020071' + '033200ff01' + '06',
  );
  expect(sent).toEqual(content.blocks);
});

test('whatever is asked for and however short the window, blocks stay whole and the frame fits', () => {
  const block = fc.constantFrom([check], [time], masks, [battery], [...masks, ...masks]);
  fc.assert(
    fc.property(
      fc.array(block, { maxLength: 8 }),
      fc.integer({ min: 19, max: 250 }),
      fc.option(fc.nat()),
      fc.boolean(),
      (blocks, max, size, isOneOne) => {
        const payload = size === null ? undefined : new Uint8Array(size % (max - 8));
        const data = payload && { port: 2, payload, confirmed: false };
        const { bytes, sent } = composeDownlink(
          { ...nothing, blocks, data },
          isOneOne ? oneOne : session,
          counters({}),
          max,
        );
        const packet = loraPacket.fromWire(Buffer.from(bytes));
        expect(bytes.length - 5).toBeLessThanOrEqual(max);
        const isPayload = packet.getFPort() === 0;
        const length = isPayload ? packet.FRMPayload?.length : packet.FOpts?.length;
        expect(length).toBe(commandBytes(sent.flat()));
        if (data !== undefined) expect(packet.FRMPayload).toHaveLength(data.payload.length);
        expect(blocks.filter((each) => sent.includes(each))).toEqual(expect.arrayContaining([...sent]));
      },
    ),
  );
});

test('in 1.1 what is for the application is counted apart', () => {
  const data = { port: 2, payload: Uint8Array.of(1), confirmed: true };
  const first = composeDownlink({ ...nothing, data }, oneOne, counters({ down: 5, appDown: 9 }), most);
  expect([first.fCnt, first.counters.down, first.counters.appDown]).toEqual([9, 5, 10]);
  expect(first.counters.confirmed).toEqual([9]);
  const second = composeDownlink({ ...nothing, ackOf: 3 }, oneOne, first.counters, most);
  expect([second.fCnt, second.counters.down, second.counters.appDown]).toEqual([5, 6, 10]);
});
