import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CfList, JoinAcceptFields } from '../../../devices/lorawan/join-accept.ts';
import {
  decryptJoinAccept,
  deriveJoinServerKeys,
  deriveSessionKeys10,
  deriveSessionKeys11,
  encodeJoinAccept,
  joinAcceptMic10,
  joinAcceptMic11,
  joinRequestMic,
  rejoinRequestMic,
} from '../../../devices/lorawan/join-security.ts';
import { appendMic, encodePhyPayload, withoutMic } from '../../../devices/lorawan/phy-payload.ts';
import { loraPacket } from './lora-packet.ts';
import { any16, anyDevAddr, anyEui, anyKey, anyNetId, bigEndian, buffer, bytes, hex, parsedFrame } from './rig.ts';

const numRuns = 1_500;
const any24 = fc.integer({ min: 0, max: 0xff_ffff });

const anyCfList: fc.Arbitrary<CfList> = fc.oneof(
  fc.array(any24, { minLength: 5, maxLength: 5 }).map((steps) => ({ frequenciesHz: steps.map((step) => step * 100) })),
  fc.array(any16, { minLength: 7, maxLength: 7 }).map((channelMasks) => ({ channelMasks })),
);

const anyAccept = (optNeg: boolean): fc.Arbitrary<JoinAcceptFields> =>
  fc
    .record({
      joinNonce: any24,
      netId: anyNetId,
      devAddr: anyDevAddr,
      dlSettings: fc.record({
        optNeg: fc.constant(optNeg),
        rx1DrOffset: fc.integer({ min: 0, max: 7 }),
        rx2DataRate: fc.integer({ min: 0, max: 15 }),
      }),
      rxDelayS: fc.integer({ min: 1, max: 15 }),
      cfList: fc.option(anyCfList, { nil: undefined }),
    })
    .map(({ cfList, ...rest }) => (cfList === undefined ? rest : { ...rest, cfList }));

const anyRequest = fc.record({
  joinReqType: fc.constantFrom(0xff as const, 0 as const, 1 as const, 2 as const),
  joinEui: anyEui,
  devNonce: any16,
});

describe('a join-request', () => {
  test('of lora-packet is parsed and verified', () => {
    fc.assert(
      fc.property(anyEui, anyEui, any16, anyKey, (joinEui, devEui, devNonce, appKey) => {
        const fields = { AppEUI: buffer(joinEui), DevEUI: buffer(devEui), DevNonce: bigEndian(devNonce, 2) };
        const packet = loraPacket.fromFields(fields, undefined, undefined, buffer(appKey));
        const onAir = Uint8Array.from(packet.PHYPayload ?? []);
        expect(parsedFrame(onAir)).toMatchObject({ type: 'join-request', joinEui, devEui, devNonce });
        expect(hex(joinRequestMic(appKey, withoutMic(onAir)))).toBe(hex(onAir.subarray(-4)));
      }),
      { numRuns },
    );
  });

  test('of ours is verified by lora-packet', () => {
    fc.assert(
      fc.property(anyEui, anyEui, any16, anyKey, (joinEui, devEui, devNonce, appKey) => {
        const frame = { type: 'join-request', joinEui, devEui, devNonce, mic: new Uint8Array(4) } as const;
        const message = withoutMic(encodePhyPayload(frame));
        const packet = loraPacket.fromWire(buffer(appendMic(message, joinRequestMic(appKey, message))));
        expect(packet.JoinEUI.toString('hex')).toBe(joinEui);
        expect(packet.DevEUI?.toString('hex')).toBe(devEui);
        expect(packet.DevNonce?.readUInt16BE()).toBe(devNonce);
        expect(loraPacket.verifyMIC(packet, undefined, buffer(appKey))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('has the MIC of the example that brocaar/lorawan publishes', () => {
    const onAir = bytes('00 0101010101010101 0202020202020202 0303 09b97b32');
    expect(hex(joinRequestMic(bytes('0102030405060708090a0b0c0d0e0f10'), withoutMic(onAir)))).toBe('09b97b32');
  });
});

describe('a rejoin-request', () => {
  // lora-packet reads RJcount1 from the wrong place, but its MIC covers the frame unchanged
  test.each([0, 1, 2] as const)('of type %i has the MIC that lora-packet computes', (rejoinType) => {
    fc.assert(
      fc.property(anyEui, anyEui, anyNetId, any16, anyKey, (joinEui, devEui, netId, rjCount, key) => {
        const rest = { type: 'rejoin-request', devEui, rjCount, mic: new Uint8Array(4) } as const;
        const message = withoutMic(
          encodePhyPayload(rejoinType === 1 ? { ...rest, rejoinType, joinEui } : { ...rest, rejoinType, netId }),
        );
        const packet = loraPacket.fromWire(buffer(appendMic(message, rejoinRequestMic(key, message))));
        const [serving, lasting] = rejoinType === 1 ? [undefined, buffer(key)] : [buffer(key), undefined];
        expect(loraPacket.verifyMIC(packet, serving, lasting)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a join-accept of 1.0.x', () => {
  test('of ours is opened and verified by lora-packet', () => {
    fc.assert(
      fc.property(anyAccept(false), anyKey, (accept, appKey) => {
        const onAir = encodeJoinAccept(accept, { version: '1.0', appKey });
        const opened = loraPacket.fromWire(
          loraPacket.decryptJoinAccept(loraPacket.fromWire(buffer(onAir)), buffer(appKey)),
        );
        expect(opened.JoinNonce.readUIntBE(0, 3)).toBe(accept.joinNonce);
        expect(opened.NetID?.toString('hex')).toBe(accept.netId);
        expect(opened.DevAddr?.toString('hex')).toBe(accept.devAddr);
        expect(opened.getDLSettingsRxOneDRoffset()).toBe(accept.dlSettings.rx1DrOffset);
        expect(opened.getDLSettingsRxTwoDataRate()).toBe(accept.dlSettings.rx2DataRate);
        expect(opened.getRxDelayDel()).toBe(accept.rxDelayS);
        if (accept.cfList && 'frequenciesHz' in accept.cfList) {
          expect(opened.getCFListFreqChFour().readUIntBE(0, 3) * 100).toBe(accept.cfList.frequenciesHz[0]);
          expect(opened.getCFListFreqChEight().readUIntBE(0, 3) * 100).toBe(accept.cfList.frequenciesHz[4]);
        }
        expect(loraPacket.verifyMIC(opened, undefined, buffer(appKey))).toBe(true);
      }),
      { numRuns },
    );
  });

  test('of lora-packet is opened and verified', () => {
    fc.assert(
      fc.property(anyAccept(false), anyKey, (accept, appKey) => {
        const packet = loraPacket.fromFields(fieldsOf(accept), undefined, undefined, buffer(appKey));
        const opened = decryptJoinAccept(appKey, Uint8Array.from(packet.PHYPayload ?? []));
        expect(opened.fields).toEqual(accept);
        expect(hex(joinAcceptMic10(appKey, opened.message))).toBe(hex(opened.mic));
      }),
      { numRuns },
    );
  });

  test('says what the example that brocaar/lorawan publishes says', () => {
    const appKey = bytes('00112233445566778899aabbccddeeff');
    const opened = decryptJoinAccept(appKey, bytes('20493eeb51fba2116f810edb3742975142'));
    expect(opened.fields).toEqual({
      joinNonce: 0x57_0bc7,
      netId: '221101',
      devAddr: '02031980',
      dlSettings: { optNeg: false, rx1DrOffset: 0, rx2DataRate: 0 },
      rxDelayS: 1, // 0 on the air means 1 s: 1.0.4 §5.7
    });
    expect(hex(opened.mic)).toBe('43485bbc');
    expect(hex(joinAcceptMic10(appKey, opened.message))).toBe('43485bbc');
  });
});

describe('a join-accept of 1.1', () => {
  test('of ours is opened and verified by lora-packet', () => {
    fc.assert(
      fc.property(anyAccept(true), anyRequest, anyKey, anyKey, (accept, request, jsIntKey, encryptionKey) => {
        const onAir = encodeJoinAccept(accept, { version: '1.1', jsIntKey, encryptionKey, request });
        const opened = loraPacket.fromWire(
          loraPacket.decryptJoinAccept(loraPacket.fromWire(buffer(onAir)), buffer(encryptionKey)),
        );
        opened.JoinReqType = bigEndian(request.joinReqType, 1);
        opened.JoinEUI = buffer(request.joinEui);
        opened.DevNonce = bigEndian(request.devNonce, 2);
        expect(opened.DevAddr?.toString('hex')).toBe(accept.devAddr);
        expect(loraPacket.verifyMIC(opened, buffer(jsIntKey), buffer(encryptionKey))).toBe(true);
      }),
      { numRuns },
    );
  });

  test('of lora-packet is opened and verified', () => {
    fc.assert(
      fc.property(anyAccept(true), anyRequest, anyKey, anyKey, (accept, request, jsIntKey, encryptionKey) => {
        const fields = {
          ...fieldsOf(accept),
          AppEUI: buffer(request.joinEui),
          DevNonce: bigEndian(request.devNonce, 2),
          JoinReqType: bigEndian(request.joinReqType, 1),
        };
        const packet = loraPacket.fromFields(fields, undefined, buffer(jsIntKey), buffer(encryptionKey));
        const opened = decryptJoinAccept(encryptionKey, Uint8Array.from(packet.PHYPayload ?? []));
        expect(opened.fields).toEqual(accept);
        expect(hex(joinAcceptMic11(jsIntKey, request, opened.message))).toBe(hex(opened.mic));
      }),
      { numRuns },
    );
  });

  test('has the MIC of the example that brocaar/lorawan publishes', () => {
    const key = bytes('0102030405060708090a0b0c0d0e0f10');
    const opened = decryptJoinAccept(key, bytes('20 7abeea06b02920f11c02d0348fcf1815'));
    expect(opened.fields).toMatchObject({ joinNonce: 65_793, netId: '020202', devAddr: '01020304' });
    const request = { joinReqType: 0xff, joinEui: '0807060504030201', devNonce: 258 } as const;
    expect(hex(joinAcceptMic11(key, request, opened.message))).toBe(hex(opened.mic));
  });

  test('does not verify as the answer to another request', () => {
    const key = bytes('0102030405060708090a0b0c0d0e0f10');
    const { message, mic } = decryptJoinAccept(key, bytes('20 7abeea06b02920f11c02d0348fcf1815'));
    const request = { joinReqType: 0xff, joinEui: '0807060504030201', devNonce: 259 } as const;
    expect(hex(joinAcceptMic11(key, request, message))).not.toBe(hex(mic));
  });
});

describe('no join-accept is made', () => {
  const appKey = bytes('00'.repeat(16));
  const accept: JoinAcceptFields = {
    joinNonce: 1,
    netId: '000000',
    devAddr: '01020304',
    dlSettings: { optNeg: false, rx1DrOffset: 0, rx2DataRate: 0 },
    rxDelayS: 1,
  };

  test.each<[string, Partial<JoinAcceptFields>]>([
    ['with OptNeg in a network of 1.0.x', { dlSettings: { ...accept.dlSettings, optNeg: true } }],
    ['with a delay of 16 s', { rxDelayS: 16 }],
    ['with six frequencies', { cfList: { frequenciesHz: [1, 2, 3, 4, 5, 6] } }],
    ['with eight masks', { cfList: { channelMasks: [1, 2, 3, 4, 5, 6, 7, 8] } }],
  ])('%s', (_, part) => {
    expect(() => encodeJoinAccept({ ...accept, ...part }, { version: '1.0', appKey })).toThrow(RangeError);
  });
});

describe('keys', () => {
  test('of a 1.0.x session are those of lora-packet', () => {
    fc.assert(
      fc.property(anyKey, any24, anyNetId, any16, (appKey, joinNonce, netId, devNonce) => {
        const { appSKey, nwkSKey } = deriveSessionKeys10({ appKey, joinNonce, netId, devNonce });
        const expected = loraPacket.generateSessionKeys10(
          buffer(appKey),
          buffer(netId),
          bigEndian(joinNonce, 3),
          bigEndian(devNonce, 2),
        );
        expect([hex(appSKey), hex(nwkSKey)]).toEqual([hex(expected.AppSKey), hex(expected.NwkSKey)]);
      }),
      { numRuns },
    );
  });

  test('of a 1.1 session are those of lora-packet', () => {
    fc.assert(
      fc.property(anyKey, anyKey, any24, anyEui, any16, (appKey, nwkKey, joinNonce, joinEui, devNonce) => {
        const keys = deriveSessionKeys11({ appKey, nwkKey, joinNonce, joinEui, devNonce });
        const expected = loraPacket.generateSessionKeys11(
          buffer(appKey),
          buffer(nwkKey),
          buffer(joinEui),
          bigEndian(joinNonce, 3),
          bigEndian(devNonce, 2),
        );
        expect(hex(keys.appSKey)).toBe(hex(expected.AppSKey));
        expect(hex(keys.fNwkSIntKey)).toBe(hex(expected.FNwkSIntKey));
        expect(hex(keys.sNwkSIntKey)).toBe(hex(expected.SNwkSIntKey));
        expect(hex(keys.nwkSEncKey)).toBe(hex(expected.NwkSEncKey));
      }),
      { numRuns },
    );
  });

  test('of a join server are those of lora-packet', () => {
    fc.assert(
      fc.property(anyKey, anyEui, (nwkKey, devEui) => {
        const { jsIntKey, jsEncKey } = deriveJoinServerKeys(nwkKey, devEui);
        const expected = loraPacket.generateJSKeys(buffer(nwkKey), buffer(devEui));
        expect([hex(jsIntKey), hex(jsEncKey)]).toEqual([hex(expected.JSIntKey), hex(expected.JSEncKey)]);
      }),
      { numRuns },
    );
  });
});

function fieldsOf({ joinNonce, netId, devAddr, dlSettings, rxDelayS, cfList }: JoinAcceptFields) {
  const { optNeg, rx1DrOffset, rx2DataRate } = dlSettings;
  return {
    MType: 1,
    AppNonce: bigEndian(joinNonce, 3),
    NetID: buffer(netId),
    DevAddr: buffer(devAddr),
    DLSettings: bigEndian((optNeg ? 0x80 : 0) | (rx1DrOffset << 4) | rx2DataRate, 1),
    RxDelay: bigEndian(rxDelayS, 1),
    ...(cfList !== undefined && { CFList: cfListBuffer(cfList) }),
  };
}

/** Five frequencies or seven masks, little-endian, then the type in the sixteenth byte: RP002-1.0.4 §2.3. */
function cfListBuffer(cfList: CfList): Buffer {
  if ('frequenciesHz' in cfList) {
    return Buffer.concat([...cfList.frequenciesHz.map((hz) => bigEndian(hz / 100, 3).reverse()), Buffer.of(0)]);
  }
  const masks = 'channelMasks' in cfList ? cfList.channelMasks : [];
  return Buffer.concat([...masks.map((mask) => bigEndian(mask, 2).reverse()), Buffer.of(0, 1)]);
}
