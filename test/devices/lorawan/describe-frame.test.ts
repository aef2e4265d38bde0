import { describe, expect, test } from 'vitest';
import {
  cryptFOpts,
  cryptPayload,
  downlinkMic10,
  uplinkMic10,
  uplinkMic11,
} from '../../../devices/lorawan/data-security.ts';
import { describeFrame, type Known } from '../../../devices/lorawan/describe-frame.ts';
import { deriveJoinServerKeys, encodeJoinAccept, rejoinRequestMic } from '../../../devices/lorawan/join-security.ts';
import { appendMic, type DataFrame, encodeDataFrame } from '../../../devices/lorawan/phy-payload.ts';
import { bytes } from './rig.ts';

const keyOf = (digit: string) => bytes(digit.repeat(32));
const [nwkSKey, appSKey] = [keyOf('1'), keyOf('2')];
const [fNwkSIntKey, sNwkSIntKey, nwkSEncKey] = [keyOf('3'), keyOf('4'), keyOf('5')];
const nwkKey = keyOf('6');

const uplink: Omit<DataFrame, 'mic'> = {
  type: 'confirmed-data-up',
  devAddr: '26011bda',
  adr: true,
  adrAckReq: false,
  ack: true,
  classB: false,
  fPending: false,
  fCnt16: 1,
  fOpts: new Uint8Array(),
  payload: new Uint8Array(),
};

function described(onAir: Uint8Array, known: Partial<Known> = {}) {
  const result = describeFrame(onAir, { keys: {}, ...known });
  if (!result.ok) throw new Error(result.detail.en);
  return JSON.parse(JSON.stringify(result.description));
}

describe('a data frame of 1.0.x', () => {
  const fCnt = 0x0003_0001;
  const payload = cryptPayload(appSKey, 'up', uplink.devAddr, fCnt, bytes('c0ffee'));
  const message = encodeDataFrame({ ...uplink, fOpts: bytes('02 06ff05'), fPort: 7, payload });
  const onAir = appendMic(message, uplinkMic10(nwkSKey, message, fCnt));

  test('is described in full with its keys and its counter', () => {
    const { mic, ...description } = described(onAir, { keys: { nwkSKey, appSKey }, fCnt });
    expect(mic).toMatch(/^[0-9a-f]{8}$/);
    expect(description).toEqual({
      type: 'confirmed-data-up',
      major: 0,
      devAddr: '26011bda',
      confirmed: true,
      fCnt,
      fPort: 7,
      adr: true,
      adrAckReq: false,
      ack: true,
      classB: false,
      payload: 'c0ffee',
      macCommands: [{ name: 'LinkCheckReq' }, { name: 'DevStatusAns', battery: 255, marginDb: 5 }],
      micValid: true,
    });
  });

  test('gets its counter from the last one that was seen', () => {
    const known = { keys: { nwkSKey, appSKey }, fCnt: 0x0002_ffff };
    expect(described(onAir, known)).toMatchObject({ fCnt, payload: 'c0ffee', micValid: true });
  });

  test('is not guessed if the counter is not known', () => {
    expect(described(onAir, { keys: { nwkSKey } })).toMatchObject({ fCnt: 1, micValid: false });
  });

  test('stays encrypted, and is neither right nor wrong, without keys', () => {
    const description = described(onAir);
    expect(description).toMatchObject({ encryptedPayload: Buffer.from(payload).toString('hex'), micValid: null });
    expect(description).not.toHaveProperty('payload');
  });

  test('has its MAC commands on FPort 0 under the network key', () => {
    const commands = cryptPayload(nwkSKey, 'down', uplink.devAddr, 9, bytes('06 0351070000 80'));
    const down = {
      ...uplink,
      type: 'unconfirmed-data-down',
      ack: false,
      fCnt16: 9,
      fPort: 0,
      payload: commands,
    } as const;
    const downMessage = encodeDataFrame({ ...down, fPending: true });
    const description = described(appendMic(downMessage, downlinkMic10(nwkSKey, downMessage, 9)), {
      keys: { nwkSKey },
    });
    expect(description).toMatchObject({
      confirmed: false,
      fPending: true,
      fPort: 0,
      payload: '06035107000080',
      macCommands: [{ name: 'DevStatusReq' }, { name: 'LinkADRReq', chMask: 7 }],
      unreadMacCommands: '80',
      micValid: true,
    });
    expect(description).not.toHaveProperty('classB');
  });
});

describe('a data frame of 1.1', () => {
  const fOpts = cryptFOpts(nwkSEncKey, { direction: 'up', devAddr: uplink.devAddr, fCnt: 1 }, bytes('0d'));
  const message = encodeDataFrame({ ...uplink, fOpts });
  const radio = { confFCnt: 0x1_0102, txDr: 5, txCh: 2 };
  const onAir = appendMic(message, uplinkMic11({ fNwkSIntKey, sNwkSIntKey }, message, 1, radio));

  test('is verified with what its MIC covers besides, and its FOpts are decrypted', () => {
    const description = described(onAir, { keys: { fNwkSIntKey, sNwkSIntKey, nwkSEncKey }, ...radio });
    expect(description).toMatchObject({ macCommands: [{ name: 'DeviceTimeReq' }], micValid: true });
    expect(description).not.toHaveProperty('payload');
    expect(described(onAir, { keys: { fNwkSIntKey, sNwkSIntKey }, ...radio, txCh: 3 })).toMatchObject({
      micValid: false,
    });
  });

  test('cannot be verified with one of two keys, nor its FOpts read without theirs', () => {
    const description = described(onAir, { keys: { fNwkSIntKey }, ...radio });
    expect(description).toMatchObject({ micValid: null, encryptedFOpts: Buffer.from(fOpts).toString('hex') });
    expect(description).not.toHaveProperty('macCommands');
  });
});

describe('a join-accept of 1.1', () => {
  const devEui = '70b3d57ed0000001';
  const { jsIntKey, jsEncKey } = deriveJoinServerKeys(nwkKey, devEui);
  const accept = {
    joinNonce: 77,
    netId: '60000d',
    devAddr: 'e00123ab',
    dlSettings: { optNeg: true, rx1DrOffset: 1, rx2DataRate: 8 },
    rxDelayS: 5,
  };
  const joined = { joinReqType: 0xff, joinEui: '70b3d57ed0000000', devNonce: 12 } as const;
  const rejoined = { ...joined, joinReqType: 0 } as const;

  test('is opened with NwkKey and verified with what follows from it', () => {
    const channelMasks = [0xff00, 0, 0, 0, 2];
    const sealing = { version: '1.1', jsIntKey, encryptionKey: nwkKey, request: joined } as const;
    const onAir = encodeJoinAccept({ ...accept, cfList: { channelMasks } }, sealing);
    const { joinEui, devNonce } = joined;
    expect(described(onAir, { keys: { nwkKey }, devEui, joinEui, devNonce })).toMatchObject({
      joinNonce: 77,
      netId: '60000d',
      devAddr: 'e00123ab',
      dlSettings: accept.dlSettings,
      rxDelay: 5,
      cfList: { channelMasks: ['ff00', '0000', '0000', '0000', '0002', '0000', '0000'] },
      micValid: true,
    });
    expect(described(onAir, { keys: { nwkKey, jSIntKey: jsIntKey } })).toMatchObject({ joinNonce: 77, micValid: null });
  });

  test('that answers a rejoin-request is opened with JSEncKey', () => {
    const sealing = { version: '1.1', jsIntKey, encryptionKey: jsEncKey, request: rejoined } as const;
    const onAir = encodeJoinAccept({ ...accept, cfList: { frequenciesHz: [922_000_000, 0, 0, 0, 0] } }, sealing);
    const expected = { devAddr: 'e00123ab', cfList: { frequenciesHz: [922_000_000] }, micValid: true };
    expect(described(onAir, { keys: { nwkKey }, devEui, ...rejoined })).toMatchObject(expected);
    expect(described(onAir, { keys: { jSEncKey: jsEncKey, jSIntKey: jsIntKey }, ...rejoined })).toMatchObject(expected);
  });

  test('stays closed without a key', () => {
    const onAir = encodeJoinAccept(accept, { version: '1.1', jsIntKey, encryptionKey: nwkKey, request: joined });
    expect(described(onAir)).toEqual({
      type: 'join-accept',
      major: 0,
      encryptedPayload: Buffer.from(onAir.subarray(1)).toString('hex'),
      micValid: null,
    });
  });
});

describe('a rejoin-request', () => {
  const devEui = '70b3d57ed0000001';

  test('of type 1 is verified with what follows from NwkKey and its DevEUI', () => {
    const message = bytes('c0 01 000000d07ed5b370 010000d07ed5b370 0300');
    const { jsIntKey } = deriveJoinServerKeys(nwkKey, devEui);
    expect(described(appendMic(message, rejoinRequestMic(jsIntKey, message)), { keys: { nwkKey } })).toMatchObject({
      type: 'rejoin-request',
      rejoinType: 1,
      joinEui: '70b3d57ed0000000',
      devEui,
      rjCount: 3,
      micValid: true,
    });
  });

  test('of type 2 is verified with SNwkSIntKey', () => {
    const message = bytes('c0 02 0d0060 010000d07ed5b370 0400');
    const onAir = appendMic(message, rejoinRequestMic(sNwkSIntKey, message));
    expect(described(onAir, { keys: { sNwkSIntKey } })).toMatchObject({ netId: '60000d', rjCount: 4, micValid: true });
    expect(described(onAir, { keys: { nwkKey } })).toMatchObject({ micValid: null });
  });
});

test('a proprietary frame is passed on unchanged', () => {
  expect(described(bytes('e0 05060708'))).toEqual({ type: 'proprietary', major: 0, bytes: '05060708', micValid: null });
});

test('bytes that are not a frame come with the reason', () => {
  expect(describeFrame(bytes('41'), { keys: {} })).toEqual({
    ok: false,
    detail: expect.objectContaining({ en: 'major version 1 is not LoRaWAN R1' }),
  });
});
