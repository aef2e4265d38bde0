import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  encodeMacCommand,
  type MacCommand,
  parseMacCommands,
  type ServerMacCommand,
} from '../../../devices/lorawan/mac-codec.ts';
import { bytes, hex } from './rig.ts';

/** Bytes laid out by hand from the tables of LoRaWAN 1.0.4 §5, of 1.1 §5, §14 and §18. */
const UPLINK: readonly [string, MacCommand][] = [
  ['01 01', { name: 'ResetInd', minor: 1 }],
  ['02', { name: 'LinkCheckReq' }],
  ['03 05', { name: 'LinkADRAns', powerAck: true, dataRateAck: false, channelMaskAck: true }],
  ['03 02', { name: 'LinkADRAns', powerAck: false, dataRateAck: true, channelMaskAck: false }],
  ['04', { name: 'DutyCycleAns' }],
  ['05 04', { name: 'RXParamSetupAns', rx1DrOffsetAck: true, rx2DataRateAck: false, channelAck: false }],
  ['05 03', { name: 'RXParamSetupAns', rx1DrOffsetAck: false, rx2DataRateAck: true, channelAck: true }],
  ['06 ff 1f', { name: 'DevStatusAns', battery: 255, marginDb: 31 }],
  ['06 00 20', { name: 'DevStatusAns', battery: 0, marginDb: -32 }],
  ['06 7f ff', { name: 'DevStatusAns', battery: 127, marginDb: -1 }], // the two high bits are reserved
  ['07 02', { name: 'NewChannelAns', dataRateRangeOk: true, channelFrequencyOk: false }],
  ['08', { name: 'RXTimingSetupAns' }],
  ['09', { name: 'TxParamSetupAns' }],
  ['0a 01', { name: 'DlChannelAns', uplinkFrequencyExists: false, channelFrequencyOk: true }],
  ['0b 01', { name: 'RekeyInd', minor: 1 }],
  ['0c', { name: 'ADRParamSetupAns' }],
  ['0d', { name: 'DeviceTimeReq' }],
  ['0f 01', { name: 'RejoinParamSetupAns', timeOk: true }],
  ['10 05', { name: 'PingSlotInfoReq', periodicity: 5 }],
  ['11 02', { name: 'PingSlotChannelAns', dataRateOk: true, channelFrequencyOk: false }],
  ['12', { name: 'BeaconTimingReq' }],
  ['13 01', { name: 'BeaconFreqAns', beaconFrequencyOk: true }],
  ['20 02', { name: 'DeviceModeInd', deviceClass: 2 }],
];

const FROM_SERVER: readonly [string, ServerMacCommand][] = [
  ['01 01', { name: 'ResetConf', minor: 1 }],
  ['02 14 03', { name: 'LinkCheckAns', marginDb: 20, gatewayCount: 3 }],
  ['03 51 07 ff 62', { name: 'LinkADRReq', dataRate: 5, txPower: 1, chMask: 0xff07, chMaskCntl: 6, nbTrans: 2 }],
  ['04 07', { name: 'DutyCycleReq', maxDCycle: 7 }],
  // 869.525 MHz: 8,695,250 steps of 100 Hz are 0x84add2
  ['05 23 d2 ad 84', { name: 'RXParamSetupReq', rx1DrOffset: 2, rx2DataRate: 3, frequencyHz: 869_525_000 }],
  ['06', { name: 'DevStatusReq' }],
  // 923.2 MHz: 9,232,000 steps are 0x8cde80
  ['07 02 80 de 8c 50', { name: 'NewChannelReq', chIndex: 2, frequencyHz: 923_200_000, minDr: 0, maxDr: 5 }],
  ['08 0f', { name: 'RXTimingSetupReq', delayS: 15 }],
  ['09 35', { name: 'TxParamSetupReq', downlinkDwellTime: true, uplinkDwellTime: true, maxEirpDbm: 16 }],
  ['09 0f', { name: 'TxParamSetupReq', downlinkDwellTime: false, uplinkDwellTime: false, maxEirpDbm: 36 }],
  ['0a 03 d2 ad 84', { name: 'DlChannelReq', chIndex: 3, frequencyHz: 869_525_000 }],
  ['0b 01', { name: 'RekeyConf', minor: 1 }],
  ['0c 65', { name: 'ADRParamSetupReq', limitExp: 6, delayExp: 5 }],
  ['0d 00 00 00 80 40', { name: 'DeviceTimeAns', gpsTimeS: 0x8000_0000 + 0.25 }],
  ['0e 24 13', { name: 'ForceRejoinReq', period: 2, maxRetries: 3, rejoinType: 2, dataRate: 4 }],
  ['0f a4', { name: 'RejoinParamSetupReq', maxTimeN: 10, maxCountN: 4 }],
];

const DOWNLINK: readonly [string, MacCommand][] = [
  ...FROM_SERVER,
  ['08 00', { name: 'RXTimingSetupReq', delayS: 1 }],
  ['10', { name: 'PingSlotInfoAns' }],
  ['11 d2 ad 84 03', { name: 'PingSlotChannelReq', frequencyHz: 869_525_000, dataRate: 3 }],
  ['12 34 12 02', { name: 'BeaconTimingAns', delay: 0x1234, channel: 2 }],
  ['13 d2 ad 84', { name: 'BeaconFreqReq', frequencyHz: 869_525_000 }],
  ['20 00', { name: 'DeviceModeConf', deviceClass: 0 }],
];

describe('MAC commands', () => {
  test.each(UPLINK)('of a device, %s', (digits, command) => {
    expect(parseMacCommands(bytes(digits), 'up')).toEqual({ commands: [command] });
  });

  test.each(DOWNLINK)('of a network, %s', (digits, command) => {
    expect(parseMacCommands(bytes(digits), 'down')).toEqual({ commands: [command] });
  });

  test.each(FROM_SERVER)('are encoded: %s', (digits, command) => {
    expect(hex(encodeMacCommand(command))).toBe(digits.replaceAll(' ', ''));
  });

  test('stand one after the other', () => {
    const all = bytes(UPLINK.map(([digits]) => digits).join(''));
    expect(parseMacCommands(all, 'up')).toEqual({ commands: UPLINK.map(([, command]) => command) });
  });

  test('are read up to one that is not known, since its length is not', () => {
    const { commands, rest } = parseMacCommands(bytes('02 80 01 02'), 'up');
    expect(commands).toEqual([{ name: 'LinkCheckReq' }]);
    expect(hex(rest ?? bytes(''))).toBe('800102');
  });

  test('are read up to one that is cut short', () => {
    const { commands, rest } = parseMacCommands(bytes('0d 06 ff'), 'up');
    expect(commands).toEqual([{ name: 'DeviceTimeReq' }]);
    expect(hex(rest ?? bytes(''))).toBe('06ff');
  });

  test('of 1.0.x and 1.1 that only a network sends are not known in an uplink', () => {
    expect(parseMacCommands(bytes('0e 00 00'), 'up').commands).toEqual([]);
  });

  test('never throw, and what is read and what is left are all the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 242 }), fc.constantFrom('up' as const, 'down' as const), (data, way) => {
        const { rest } = parseMacCommands(data, way);
        const read = data.subarray(0, data.length - (rest?.length ?? 0));
        expect(parseMacCommands(read, way)).not.toHaveProperty('rest');
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('a TxParamSetupReq', () => {
  test('asks for the highest power of its table that is not too high', () => {
    const ask = (maxEirpDbm: number) =>
      hex(encodeMacCommand({ name: 'TxParamSetupReq', downlinkDwellTime: false, uplinkDwellTime: false, maxEirpDbm }));
    expect([ask(15), ask(12.15), ask(0), ask(40)]).toEqual(['0904', '0902', '0900', '090f']);
  });
});
