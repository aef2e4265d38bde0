import fc from 'fast-check';
import { expect, test } from 'vitest';
import { composeDownlink, type DownlinkContent, fOptsLength } from '../../../devices/lorawan/downlink.ts';
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
const nothing: DownlinkContent = { macCommands: [], fPending: false };

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
        const { bytes, fCnt, counters: after } = composeDownlink(content, session, counters({ down }));
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

test('commands go into FOpts as long as the 15 bytes last, the first ones first', () => {
  const check = { name: 'LinkCheckAns', marginDb: 20, gatewayCount: 3 } as const;
  const time = { name: 'DeviceTimeAns', gpsTimeS: 1_000 } as const;
  const { bytes } = composeDownlink({ ...nothing, macCommands: [time, time, check, check] }, session, counters({}));
  const fOpts = loraPacket.fromWire(Buffer.from(bytes)).FOpts?.toString('hex');
  expect(fOpts).toBe(`${'0de803000000'.repeat(2)}021403`);
  expect(fOptsLength([time, time, check, check])).toBe(15);
});

test('in 1.1 what is for the application is counted apart', () => {
  const data = { port: 2, payload: Uint8Array.of(1), confirmed: true };
  const first = composeDownlink({ ...nothing, data }, oneOne, counters({ down: 5, appDown: 9 }));
  expect([first.fCnt, first.counters.down, first.counters.appDown]).toEqual([9, 5, 10]);
  expect(first.counters.confirmed).toEqual([9]);
  const second = composeDownlink({ ...nothing, ackOf: 3 }, oneOne, first.counters);
  expect([second.fCnt, second.counters.down, second.counters.appDown]).toEqual([5, 6, 10]);
});
