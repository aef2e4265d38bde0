import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LorawanDevice, type LorawanVersion } from '../../../simulators/lorawan/device.ts';
import { Random } from '../../../simulators/random.ts';
import { downlink10, downlink11, hex, joinAccept10, joinAccept11, loraPacket } from './lora-packet-network.ts';

const DEV_EUI = '00afee7cf5ed6f1e';
const JOIN_EUI = '70b3d57ed00000dc';
const APP_KEY = 'b6b53f4a168a7a88bdf7ea135ce9cfca';
const NWK_KEY = '000102030405060708090a0b0c0d0e0f';
const DEV_ADDR = '49be7df1';
const APP_S_KEY = 'ec925802ae430ca77fd3dd73cb2cc588';
const NWK_S_KEY = '44024241ed4ce9a68c6a8bc055233fd3';
const KEYS_10 = { nwkSKey: hex(NWK_S_KEY), appSKey: hex(APP_S_KEY) };
const KEYS_11 = {
  fNwkSIntKey: '11111111111111111111111111111111',
  sNwkSIntKey: '22222222222222222222222222222222',
  nwkSEncKey: '33333333333333333333333333333333',
  appSKey: '44444444444444444444444444444444',
};

function abpDevice(options: { version?: LorawanVersion; firstFCnt?: number; adr?: boolean } = {}): LorawanDevice {
  const keys = options.version === '1.1' ? KEYS_11 : { fNwkSIntKey: NWK_S_KEY, appSKey: APP_S_KEY };
  return new LorawanDevice({
    devEui: DEV_EUI,
    random: new Random(1),
    activation: { devAddr: DEV_ADDR, ...keys },
    ...options,
  });
}

function otaaDevice(version: LorawanVersion, region: 'as923-1' | 'eu868' | 'us915' = 'eu868'): LorawanDevice {
  const nwkKey = version === '1.1' ? { nwkKey: NWK_KEY } : {};
  const activation = { joinEui: JOIN_EUI, appKey: APP_KEY, ...nwkKey };
  return new LorawanDevice({ devEui: DEV_EUI, random: new Random(1), activation, version, region });
}

function msb(fCnt: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(fCnt >>> 16);
  return bytes;
}

/** FOpts of an uplink of 1.0, in hexadecimal. */
function optionsOf(phyPayload: Uint8Array): string {
  return (loraPacket.fromWire(Buffer.from(phyPayload)).FOpts ?? Buffer.alloc(0)).toString('hex');
}

test('an uplink is byte for byte the published one', () => {
  const device = abpDevice({ firstFCnt: 2, adr: false });
  const { phyPayload } = device.uplink({ port: 1, payload: Buffer.from('test') });
  expect(Buffer.from(phyPayload).toString('hex')).toBe('40f17dbe4900020001954378762b11ff0d');
});

test('a join-request is one that lora-packet reads and verifies', () => {
  const request = loraPacket.fromWire(Buffer.from(otaaDevice('1.0.3').joinRequest().phyPayload));
  expect(request.isJoinRequestMessage()).toBe(true);
  expect(request.AppEUI?.toString('hex')).toBe(JOIN_EUI);
  expect(request.DevEUI?.toString('hex')).toBe(DEV_EUI);
  expect(loraPacket.verifyMIC(request, undefined, hex(APP_KEY))).toBe(true);
});

test.each(['1.0.4', '1.1'] as const)('%s counts its DevNonces, also over a loss of power', (version) => {
  const device = otaaDevice(version);
  const nonce = () => Buffer.from(device.joinRequest().phyPayload).readUInt16LE(17);
  expect([nonce(), nonce()]).toEqual([0, 1]);
  device.losePower();
  expect(nonce()).toBe(2);
});

test('a published join-accept opens a session with its address and channels', () => {
  const device = otaaDevice('1.0.3');
  const accept = hex('204dd85ae608b87fc4889970b7d2042c9e72959b0057aed6094b16003df12de145');
  expect(device.hear(accept)).toEqual({ kind: 'not-for-me', why: 'not-asked' });
  device.joinRequest();
  expect(device.hear(accept)).toEqual({ kind: 'joined', devAddr: '26012e43' });
  expect(device.plan.enabledChannels).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  const radios = Array.from({ length: 8 }, () => device.plan.nextRadio().frequencyHz / 1e6);
  expect(radios.sort()).toEqual([867.1, 867.3, 867.5, 867.7, 867.9, 868.1, 868.3, 868.5]);
  // Its DLSettings are 3: RX2 at data rate 3, SF9 (EU868).
  expect(device.plan.windowsAfter(device.plan.nextRadio())[1]).toMatchObject({ spreadingFactor: 9 });
});

test('after a join the keys are those of both nonces', () => {
  const device = otaaDevice('1.0.3', 'as923-1');
  const devNonce = Buffer.from(device.joinRequest().phyPayload.subarray(17, 19)).reverse();
  const fields = { joinNonce: '00a1b2', netId: '000001', devAddr: '02000007' };
  expect(device.hear(joinAccept10(hex(APP_KEY), fields)).kind).toBe('joined');
  const keys = loraPacket.generateSessionKeys(hex(APP_KEY), hex('000001'), hex('00a1b2'), devNonce);
  const uplink = loraPacket.fromWire(Buffer.from(device.uplink({ port: 7, payload: Uint8Array.of(1, 2) }).phyPayload));
  expect(loraPacket.verifyMIC(uplink, keys.NwkSKey)).toBe(true);
  expect(loraPacket.decrypt(uplink, keys.AppSKey, keys.NwkSKey)).toEqual(Buffer.of(1, 2));
});

test('a 1.1 device joins with both keys, and says RekeyInd until it is confirmed', () => {
  const device = otaaDevice('1.1');
  const devNonce = Buffer.from(device.joinRequest().phyPayload.subarray(17, 19)).reverse();
  const joinEui = hex(JOIN_EUI);
  const { JSIntKey: jsIntKey } = loraPacket.generateJSKeys(hex(NWK_KEY), hex(DEV_EUI));
  const accept = (joinNonce: string) =>
    joinAccept11(
      { nwkKey: hex(NWK_KEY), jsIntKey, joinEui, devNonce },
      { joinNonce, devAddr: DEV_ADDR, dlSettings: 0x80 },
    );
  expect(device.hear(accept('000001'))).toEqual({ kind: 'joined', devAddr: DEV_ADDR });
  const keys = loraPacket.generateSessionKeys11(hex(APP_KEY), hex(NWK_KEY), joinEui, hex('000001'), devNonce);
  const optionsSent = () => {
    const uplink = loraPacket.fromWire(Buffer.from(device.uplink({ port: 1 }).phyPayload));
    return uplink.decryptFOpts(keys.NwkSEncKey).toString('hex');
  };
  expect([optionsSent(), optionsSent()]).toEqual(['0b01', '0b01']);
  const confirm = downlink11(
    { sNwkSIntKey: keys.SNwkSIntKey, nwkSEncKey: keys.NwkSEncKey, appSKey: keys.AppSKey },
    { devAddr: DEV_ADDR, fCnt: 0, fOpts: '0b01' },
  );
  expect(device.hear(confirm)).toMatchObject({ kind: 'downlink', commands: [{ name: 'RekeyConf', minor: 1 }] });
  expect(optionsSent()).toBe('');
  device.losePower();
  device.joinRequest();
  expect(device.hear(accept('000001'))).toMatchObject({ kind: 'not-for-me' });
});

test('a 1.1 device behind a 1.0 network has the keys of 1.0, from its NwkKey', () => {
  const device = otaaDevice('1.1');
  const devNonce = Buffer.from(device.joinRequest().phyPayload.subarray(17, 19)).reverse();
  device.hear(joinAccept10(hex(NWK_KEY), { joinNonce: '000001', devAddr: DEV_ADDR }));
  const keys = loraPacket.generateSessionKeys(hex(NWK_KEY), hex('000000'), hex('000001'), devNonce);
  const uplink = loraPacket.fromWire(Buffer.from(device.uplink({ port: 1, payload: Uint8Array.of(9) }).phyPayload));
  expect(loraPacket.verifyMIC(uplink, keys.NwkSKey)).toBe(true);
  expect(loraPacket.decrypt(uplink, keys.AppSKey)).toEqual(Buffer.of(9));
});

const uplinks = fc.record({
  firstFCnt: fc.oneof(fc.integer({ min: 0, max: 0xffff_fff0 }), fc.integer({ min: 65_530, max: 65_540 })),
  port: fc.integer({ min: 0, max: 223 }),
  payload: fc.uint8Array({ maxLength: 222 }),
  confirmed: fc.boolean(),
});

test('any uplink of 1.0 is one that lora-packet verifies and decrypts', () => {
  fc.assert(
    fc.property(uplinks, ({ firstFCnt, port, payload, confirmed }) => {
      const { phyPayload } = abpDevice({ firstFCnt }).uplink({ port, payload, confirmed });
      const packet = loraPacket.fromWire(Buffer.from(phyPayload));
      expect(packet.isConfirmed()).toBe(confirmed);
      expect(packet.getFPort()).toBe(port);
      expect(loraPacket.verifyMIC(packet, hex(NWK_S_KEY), undefined, msb(firstFCnt))).toBe(true);
      const plain = loraPacket.decrypt(packet, hex(APP_S_KEY), hex(NWK_S_KEY), msb(firstFCnt));
      expect(plain).toEqual(Buffer.from(payload));
    }),
  );
});

test('any uplink of 1.1 is one that lora-packet verifies by its channel and data rate', () => {
  fc.assert(
    fc.property(uplinks, ({ firstFCnt, port, payload, confirmed }) => {
      const device = abpDevice({ version: '1.1', firstFCnt });
      const { phyPayload, radio } = device.uplink({ port, payload, confirmed });
      const packet = loraPacket.fromWire(Buffer.from(phyPayload));
      const b1 = Buffer.of(0, 0, radio.dataRate, radio.channel);
      const [f, s] = [hex(KEYS_11.fNwkSIntKey), hex(KEYS_11.sNwkSIntKey)];
      expect(loraPacket.verifyMIC(packet, f, s, msb(firstFCnt), b1)).toBe(true);
      const plain = loraPacket.decrypt(packet, hex(KEYS_11.appSKey), hex(KEYS_11.nwkSEncKey), msb(firstFCnt));
      expect(plain).toEqual(Buffer.from(payload));
      const fOpts = packet.decryptFOpts(hex(KEYS_11.nwkSEncKey), undefined, msb(firstFCnt));
      expect(fOpts.toString('hex')).toBe('0101'); // ResetInd of 1.1 (§5.1)
    }),
  );
});

const downlinks = fc.record({
  fCnt: fc.integer({ min: 0, max: 16_383 }),
  port: fc.integer({ min: 1, max: 223 }),
  payload: fc.uint8Array({ minLength: 1, maxLength: 222 }),
  confirmed: fc.boolean(),
});

test('any downlink of lora-packet is heard once, in 1.0 and 1.1', () => {
  fc.assert(
    fc.property(downlinks, fc.boolean(), ({ fCnt, port, payload, confirmed }, is11) => {
      const fields = { devAddr: DEV_ADDR, fCnt, port, payload, confirmed };
      const device = abpDevice(is11 ? { version: '1.1' } : {});
      const { sNwkSIntKey, nwkSEncKey, appSKey } = KEYS_11;
      const keys11 = { sNwkSIntKey: hex(sNwkSIntKey), nwkSEncKey: hex(nwkSEncKey), appSKey: hex(appSKey) };
      const frame = is11 ? downlink11(keys11, fields) : downlink10(KEYS_10, fields);
      expect(device.hear(frame)).toMatchObject({
        kind: 'downlink',
        fCnt,
        port,
        payload: Buffer.from(payload),
        confirmed,
      });
      expect(device.hear(frame)).toEqual({ kind: 'not-for-me', why: 'replayed' });
    }),
  );
});

test('the counter of downlinks is followed across 65,535', () => {
  const device = abpDevice();
  for (let fCnt = 16_000; fCnt < 70_000; fCnt += 16_000) {
    expect(device.hear(downlink10(KEYS_10, { devAddr: DEV_ADDR, fCnt }))).toMatchObject({ kind: 'downlink', fCnt });
  }
  const crossed = downlink10(KEYS_10, { devAddr: DEV_ADDR, fCnt: 70_000 });
  expect(device.hear(crossed)).toMatchObject({ kind: 'downlink', fCnt: 70_000 });
});

test('what is spoilt, too short or for somebody else is not heard, and changes nothing', () => {
  const device = abpDevice();
  const good = downlink10(KEYS_10, { devAddr: DEV_ADDR, fCnt: 3 });
  const spoilt = Buffer.from(good);
  spoilt[spoilt.length - 1] = spoilt.readUInt8(spoilt.length - 1) ^ 1;
  const other = downlink10(KEYS_10, { devAddr: '49be7df2', fCnt: 3 });
  expect(device.hear(spoilt)).toEqual({ kind: 'not-for-me', why: 'bad-mic' });
  expect(device.hear(other)).toEqual({ kind: 'not-for-me', why: 'other-address' });
  expect(device.hear(good.subarray(0, 11))).toEqual({ kind: 'not-for-me', why: 'malformed' });
  expect(device.hear(new Uint8Array(0))).toEqual({ kind: 'not-for-me', why: 'not-a-downlink' });
  expect(device.hear(good).kind).toBe('downlink');
});

test('a confirmed uplink is sent again bit for bit until its ACK comes', () => {
  const device = abpDevice();
  const first = device.uplink({ port: 1, payload: Uint8Array.of(5), confirmed: true });
  expect(device.again().phyPayload).toEqual(first.phyPayload);
  expect(device.acknowledged).toBe(false);
  device.hear(downlink10(KEYS_10, { devAddr: DEV_ADDR, fCnt: 0, ack: true }));
  expect(device.acknowledged).toBe(true);
  expect(device.uplink({ port: 1, confirmed: true }).fCnt).toBe(1);
  expect(device.acknowledged).toBe(false);
});

test('a 1.1 frame sent again on another channel has another MIC, and its ACK is signed with its counter', () => {
  const device = abpDevice({ version: '1.1', firstFCnt: 40 });
  const first = device.uplink({ port: 1, confirmed: true });
  const other = device.plan.nextRadio();
  expect(other.channel).not.toBe(first.radio.channel);
  expect(device.again(other).phyPayload).not.toEqual(first.phyPayload);
  expect(device.again(other).phyPayload.subarray(0, -4)).toEqual(first.phyPayload.subarray(0, -4));
  const { sNwkSIntKey, nwkSEncKey, appSKey } = KEYS_11;
  const keys = { sNwkSIntKey: hex(sNwkSIntKey), nwkSEncKey: hex(nwkSEncKey), appSKey: hex(appSKey) };
  const ack = (confFCnt: number) => downlink11(keys, { devAddr: DEV_ADDR, fCnt: 0, ack: true, confFCnt });
  expect(device.hear(ack(39))).toEqual({ kind: 'not-for-me', why: 'bad-mic' });
  expect(device.hear(ack(40)).kind).toBe('downlink');
  expect(device.acknowledged).toBe(true);
});

test('a confirmed downlink is acknowledged by the next uplink, once', () => {
  const device = abpDevice();
  device.hear(downlink10(KEYS_10, { devAddr: DEV_ADDR, fCnt: 0, confirmed: true }));
  const acks = [1, 2].map(() => loraPacket.fromWire(Buffer.from(device.uplink({ port: 1 }).phyPayload)).getFCtrlACK());
  expect(acks).toEqual([true, false]);
});

test('a frame with a forged MIC does not verify, and does not move the counter', () => {
  const device = abpDevice();
  const spoilt = loraPacket.fromWire(Buffer.from(device.badMic().phyPayload));
  expect(loraPacket.verifyMIC(spoilt, hex(NWK_S_KEY))).toBe(false);
  expect(device.uplink({ port: 1 }).fCnt).toBe(0);
});

test('power lost: an ABP device counts from 0, an OTAA device has no session', () => {
  const abp = abpDevice({ firstFCnt: 500 });
  abp.losePower();
  expect(abp.uplink({ port: 1 }).fCnt).toBe(0);
  const otaa = otaaDevice('1.0.3');
  otaa.joinRequest();
  otaa.hear(joinAccept10(hex(APP_KEY), { joinNonce: '000001', devAddr: DEV_ADDR }));
  otaa.losePower();
  expect(otaa.isJoined).toBe(false);
});

/** Each command and answer as LoRaWAN 1.0.4 §5 lays it out. */
test.each([
  ['LinkADRReq: DR 5, power 2, channels 0 and 1, once', '03520300' + '01', '0307'],
  ['LinkADRReq with a channel that is not there', '03520400' + '01', '0306'],
  ['LinkADRReq with a data rate that no channel carries', '03720300' + '01', '0305'],
  ['two LinkADRReqs are one request, answered twice', '0352030001' + '0342010001', '03070307'],
  ['DutyCycleReq', '0403', '04'],
  ['RXParamSetupReq: offset 1, DR 3, 923.4 MHz', '0513' + '50e68c', '0507'],
  ['DevStatusReq: battery not measured, margin 10 dB', '06', '06ff0a'],
  ['NewChannelReq: channel 3, 922.0 MHz, DR 0 to 5', '0703' + 'a0af8c' + '50', '0703'],
  ['NewChannelReq cannot move a channel of the region', '0700' + 'a0af8c' + '50', '0702'],
  ['RXTimingSetupReq', '0803', '08'],
  ['TxParamSetupReq', '0925', '09'],
  ['DlChannelReq of a channel that is there', '0a01' + 'a0af8c', '0a03'],
  ['DlChannelReq of one that is not', '0a09' + 'a0af8c', '0a01'],
])('%s', (_, request, answer) => {
  const device = abpDevice();
  device.hear(downlink10(KEYS_10, { devAddr: DEV_ADDR, fCnt: 0, fOpts: request }));
  expect(optionsOf(device.uplink({ port: 1 }).phyPayload)).toBe(answer);
});

test('commands come on port 0 too', () => {
  const device = abpDevice();
  device.hear(downlink10(KEYS_10, { devAddr: DEV_ADDR, fCnt: 0, port: 0, payload: Uint8Array.of(6) }));
  expect(optionsOf(device.uplink({ port: 1 }).phyPayload)).toBe('06ff0a');
});

test('a LinkADRReq that is accepted is obeyed, one that is refused is not', () => {
  const device = abpDevice();
  const ask = (fCnt: number, fOpts: string) => device.hear(downlink10(KEYS_10, { devAddr: DEV_ADDR, fCnt, fOpts }));
  ask(0, '0332020002');
  expect(device.plan).toMatchObject({ dataRate: 3, txPower: 2, nbTrans: 2, enabledChannels: [1] });
  expect(device.plan.nextRadio()).toMatchObject({ spreadingFactor: 9, frequencyHz: 923_400_000, channel: 1 });
  ask(1, '0352040001');
  expect(device.plan).toMatchObject({ dataRate: 3, enabledChannels: [1] });
});

test('answers that must not be missed are repeated until a downlink comes', () => {
  const device = abpDevice();
  const answer = () => optionsOf(device.uplink({ port: 1 }).phyPayload);
  device.hear(downlink10(KEYS_10, { devAddr: DEV_ADDR, fCnt: 0, fOpts: '0803' + '06' }));
  expect([answer(), answer()]).toEqual(['0806ff0a', '08']);
  expect(device.plan.rx1DelayS).toBe(3);
  device.hear(downlink10(KEYS_10, { devAddr: DEV_ADDR, fCnt: 1 }));
  expect(answer()).toBe('');
});

test('windows follow what the network set up', () => {
  const device = abpDevice();
  const radio = { ...device.plan.nextRadio(), channel: 0, frequencyHz: 923_200_000 };
  const rx2 = { frequencyHz: 923_200_000, spreadingFactor: 10, bandwidthKhz: 125 };
  expect(device.plan.windowsAfter(radio)).toEqual([
    { frequencyHz: 923_200_000, spreadingFactor: 7, bandwidthKhz: 125 },
    rx2,
  ]);
  device.hear(downlink10(KEYS_10, { devAddr: DEV_ADDR, fCnt: 0, fOpts: '0523' + 'a0af8c' + '0a00' + '50e68c' }));
  expect(device.plan.windowsAfter(radio)).toEqual([
    { frequencyHz: 923_400_000, spreadingFactor: 9, bandwidthKhz: 125 },
    { frequencyHz: 922_000_000, spreadingFactor: 9, bandwidthKhz: 125 },
  ]);
});

test('US915 answers an uplink of channel 9 on downlink channel 1, three rates up', () => {
  const device = otaaDevice('1.0.3', 'us915');
  const radio = { spreadingFactor: 10, bandwidthKhz: 125, dataRate: 0, channel: 9, frequencyHz: 904_100_000 };
  expect(device.plan.windowsAfter(radio)).toEqual([
    { frequencyHz: 923_900_000, spreadingFactor: 10, bandwidthKhz: 500 },
    { frequencyHz: 923_300_000, spreadingFactor: 12, bandwidthKhz: 500 },
  ]);
});

test('what it asks for goes with the next uplink, and the answers are told', () => {
  const device = abpDevice();
  device.request('LinkCheckReq');
  device.request('DeviceTimeReq');
  expect(optionsOf(device.uplink({ port: 1 }).phyPayload)).toBe('020d');
  const answers = '021402' + '0d0001020380';
  expect(device.hear(downlink10(KEYS_10, { devAddr: DEV_ADDR, fCnt: 0, fOpts: answers }))).toMatchObject({
    commands: [
      { name: 'LinkCheckAns', marginDb: 20, gateways: 2 },
      { name: 'DeviceTimeAns', gpsSeconds: 0x03020100, fraction256: 128 },
    ],
  });
});
