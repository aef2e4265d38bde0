/**
 * MAC commands and their bytes, in FOpts or, on FPort 0, in the payload.
 *
 * Promise: any bytes give the commands up to the first unreadable one: an unknown command (proprietary ones are 0x80 and
 * above), whose length is unknown too, or one that is cut short. Sources: see `mac-command.ts`.
 */
import { littleEndian } from './identifiers.ts';
import type { MacCommand, ServerMacCommand } from './mac-command.ts';
import type { Direction } from './phy-payload.ts';

export type { MacCommand, MacCommandName, ServerMacCommand } from './mac-command.ts';

interface Reader {
  /** Without the CID. */
  readonly bytes: number;
  readonly read: (view: DataView) => MacCommand;
}

/** EIRP by index, dBm. 1.0.4 §5.8. */
const MAX_EIRP_DBM = [8, 10, 12, 13, 14, 16, 18, 20, 21, 24, 26, 27, 29, 30, 33, 36];
const HZ_PER_STEP = 100;
const FRACTIONS_PER_SECOND = 256;

const UPLINK: Readonly<Record<number, Reader>> = {
  1: { bytes: 1, read: (view) => ({ name: 'ResetInd', minor: low4(view) }) },
  2: { bytes: 0, read: () => ({ name: 'LinkCheckReq' }) },
  3: {
    bytes: 1,
    read: (view) => ({
      name: 'LinkADRAns',
      powerAck: bit(view, 2),
      dataRateAck: bit(view, 1),
      channelMaskAck: bit(view, 0),
    }),
  },
  4: { bytes: 0, read: () => ({ name: 'DutyCycleAns' }) },
  5: {
    bytes: 1,
    read: (view) => ({
      name: 'RXParamSetupAns',
      rx1DrOffsetAck: bit(view, 2),
      rx2DataRateAck: bit(view, 1),
      channelAck: bit(view, 0),
    }),
  },
  6: {
    bytes: 2,
    // the margin is a signed six-bit number
    read: (view) => ({ name: 'DevStatusAns', battery: view.getUint8(0), marginDb: (view.getUint8(1) << 26) >> 26 }),
  },
  7: {
    bytes: 1,
    read: (view) => ({ name: 'NewChannelAns', dataRateRangeOk: bit(view, 1), channelFrequencyOk: bit(view, 0) }),
  },
  8: { bytes: 0, read: () => ({ name: 'RXTimingSetupAns' }) },
  9: { bytes: 0, read: () => ({ name: 'TxParamSetupAns' }) },
  10: {
    bytes: 1,
    read: (view) => ({ name: 'DlChannelAns', uplinkFrequencyExists: bit(view, 1), channelFrequencyOk: bit(view, 0) }),
  },
  11: { bytes: 1, read: (view) => ({ name: 'RekeyInd', minor: low4(view) }) },
  12: { bytes: 0, read: () => ({ name: 'ADRParamSetupAns' }) },
  13: { bytes: 0, read: () => ({ name: 'DeviceTimeReq' }) },
  15: { bytes: 1, read: (view) => ({ name: 'RejoinParamSetupAns', timeOk: bit(view, 0) }) },
  16: { bytes: 1, read: (view) => ({ name: 'PingSlotInfoReq', periodicity: view.getUint8(0) & 0x07 }) },
  17: {
    bytes: 1,
    read: (view) => ({ name: 'PingSlotChannelAns', dataRateOk: bit(view, 1), channelFrequencyOk: bit(view, 0) }),
  },
  18: { bytes: 0, read: () => ({ name: 'BeaconTimingReq' }) },
  19: { bytes: 1, read: (view) => ({ name: 'BeaconFreqAns', beaconFrequencyOk: bit(view, 0) }) },
  32: { bytes: 1, read: (view) => ({ name: 'DeviceModeInd', deviceClass: view.getUint8(0) }) },
};

const DOWNLINK: Readonly<Record<number, Reader>> = {
  1: { bytes: 1, read: (view) => ({ name: 'ResetConf', minor: low4(view) }) },
  2: {
    bytes: 2,
    read: (view) => ({ name: 'LinkCheckAns', marginDb: view.getUint8(0), gatewayCount: view.getUint8(1) }),
  },
  3: {
    bytes: 4,
    read: (view) => ({
      name: 'LinkADRReq',
      dataRate: high4(view),
      txPower: low4(view),
      chMask: view.getUint16(1, true),
      chMaskCntl: (view.getUint8(3) >>> 4) & 0x07,
      nbTrans: low4(view, 3),
    }),
  },
  4: { bytes: 1, read: (view) => ({ name: 'DutyCycleReq', maxDCycle: low4(view) }) },
  5: {
    bytes: 4,
    read: (view) => ({
      name: 'RXParamSetupReq',
      rx1DrOffset: high4(view) & 0x07,
      rx2DataRate: low4(view),
      frequencyHz: frequencyAt(view, 1),
    }),
  },
  6: { bytes: 0, read: () => ({ name: 'DevStatusReq' }) },
  7: {
    bytes: 5,
    read: (view) => ({
      name: 'NewChannelReq',
      chIndex: view.getUint8(0),
      frequencyHz: frequencyAt(view, 1),
      minDr: low4(view, 4),
      maxDr: high4(view, 4),
    }),
  },
  // 0 means 1 s too: 1.0.4 §5.7
  8: { bytes: 1, read: (view) => ({ name: 'RXTimingSetupReq', delayS: Math.max(1, low4(view)) }) },
  9: {
    bytes: 1,
    read: (view) => ({
      name: 'TxParamSetupReq',
      downlinkDwellTime: bit(view, 5),
      uplinkDwellTime: bit(view, 4),
      maxEirpDbm: MAX_EIRP_DBM[low4(view)] ?? 0,
    }),
  },
  10: {
    bytes: 4,
    read: (view) => ({ name: 'DlChannelReq', chIndex: view.getUint8(0), frequencyHz: frequencyAt(view, 1) }),
  },
  11: { bytes: 1, read: (view) => ({ name: 'RekeyConf', minor: low4(view) }) },
  12: { bytes: 1, read: (view) => ({ name: 'ADRParamSetupReq', limitExp: high4(view), delayExp: low4(view) }) },
  13: {
    bytes: 5,
    read: (view) => ({
      name: 'DeviceTimeAns',
      gpsTimeS: view.getUint32(0, true) + view.getUint8(4) / FRACTIONS_PER_SECOND,
    }),
  },
  14: {
    bytes: 2,
    read: (view) => ({
      name: 'ForceRejoinReq',
      period: (view.getUint8(1) >>> 3) & 0x07,
      maxRetries: view.getUint8(1) & 0x07,
      rejoinType: high4(view) & 0x07,
      dataRate: low4(view),
    }),
  },
  15: { bytes: 1, read: (view) => ({ name: 'RejoinParamSetupReq', maxTimeN: high4(view), maxCountN: low4(view) }) },
  16: { bytes: 0, read: () => ({ name: 'PingSlotInfoAns' }) },
  17: {
    bytes: 4,
    read: (view) => ({ name: 'PingSlotChannelReq', frequencyHz: frequencyAt(view, 0), dataRate: low4(view, 3) }),
  },
  18: {
    bytes: 3,
    read: (view) => ({ name: 'BeaconTimingAns', delay: view.getUint16(0, true), channel: view.getUint8(2) }),
  },
  19: { bytes: 3, read: (view) => ({ name: 'BeaconFreqReq', frequencyHz: frequencyAt(view, 0) }) },
  32: { bytes: 1, read: (view) => ({ name: 'DeviceModeConf', deviceClass: view.getUint8(0) }) },
};

export interface MacCommands {
  readonly commands: readonly MacCommand[];
  /** From the first unreadable command to the end; absent if all were read. */
  readonly rest?: Uint8Array;
}

/** The commands in a device's (up) or the network's (down) bytes. */
export function parseMacCommands(bytes: Uint8Array, direction: Direction): MacCommands {
  const readers = direction === 'up' ? UPLINK : DOWNLINK;
  const commands: MacCommand[] = [];
  for (let at = 0; at < bytes.length; ) {
    const reader = readers[bytes[at] ?? 0];
    if (reader === undefined || at + 1 + reader.bytes > bytes.length) return { commands, rest: bytes.subarray(at) };
    commands.push(reader.read(new DataView(bytes.buffer, bytes.byteOffset + at + 1, reader.bytes)));
    at += 1 + reader.bytes;
  }
  return { commands };
}

/** The bytes of a command, CID first. The caller keeps numbers in range; otherwise they lose their high bits. */
export function encodeMacCommand(command: ServerMacCommand): Uint8Array {
  switch (command.name) {
    case 'ResetConf':
      return Uint8Array.of(1, command.minor & 0x0f);
    case 'LinkCheckAns':
      return Uint8Array.of(2, command.marginDb, command.gatewayCount);
    case 'LinkADRReq': {
      const redundancy = nibbles(command.chMaskCntl & 0x07, command.nbTrans);
      return Uint8Array.of(
        3,
        nibbles(command.dataRate, command.txPower),
        ...littleEndian(command.chMask, 2),
        redundancy,
      );
    }
    case 'DutyCycleReq':
      return Uint8Array.of(4, command.maxDCycle & 0x0f);
    case 'RXParamSetupReq': {
      const dlSettings = nibbles(command.rx1DrOffset & 0x07, command.rx2DataRate);
      return Uint8Array.of(5, dlSettings, ...frequency(command.frequencyHz));
    }
    case 'DevStatusReq':
      return Uint8Array.of(6);
    case 'NewChannelReq': {
      const range = nibbles(command.maxDr, command.minDr);
      return Uint8Array.of(7, command.chIndex, ...frequency(command.frequencyHz), range);
    }
    case 'RXTimingSetupReq':
      return Uint8Array.of(8, command.delayS & 0x0f);
    case 'TxParamSetupReq': {
      const dwell = (command.downlinkDwellTime ? 0x20 : 0) | (command.uplinkDwellTime ? 0x10 : 0);
      return Uint8Array.of(9, dwell | eirpIndex(command.maxEirpDbm));
    }
    case 'DlChannelReq':
      return Uint8Array.of(10, command.chIndex, ...frequency(command.frequencyHz));
    case 'RekeyConf':
      return Uint8Array.of(11, command.minor & 0x0f);
    case 'ADRParamSetupReq':
      return Uint8Array.of(12, nibbles(command.limitExp, command.delayExp));
    case 'DeviceTimeAns': {
      const seconds = Math.floor(command.gpsTimeS);
      const fraction = Math.floor((command.gpsTimeS - seconds) * FRACTIONS_PER_SECOND);
      return Uint8Array.of(13, ...littleEndian(seconds, 4), fraction);
    }
    case 'ForceRejoinReq': {
      const attempts = ((command.period & 0x07) << 3) | (command.maxRetries & 0x07);
      return Uint8Array.of(14, nibbles(command.rejoinType & 0x07, command.dataRate), attempts);
    }
    case 'RejoinParamSetupReq':
      return Uint8Array.of(15, nibbles(command.maxTimeN, command.maxCountN));
  }
}

/** The highest step up to `dbm`, or the lowest. */
function eirpIndex(dbm: number): number {
  return Math.max(
    0,
    MAX_EIRP_DBM.findLastIndex((step) => step <= dbm),
  );
}

function frequencyAt(view: DataView, at: number): number {
  return (view.getUint16(at, true) + view.getUint8(at + 2) * 0x1_0000) * HZ_PER_STEP;
}

function frequency(hz: number): Uint8Array {
  return littleEndian(Math.round(hz / HZ_PER_STEP), 3);
}

function nibbles(high: number, low: number): number {
  return ((high & 0x0f) << 4) | (low & 0x0f);
}

function high4(view: DataView, at = 0): number {
  return view.getUint8(at) >>> 4;
}

function low4(view: DataView, at = 0): number {
  return view.getUint8(at) & 0x0f;
}

function bit(view: DataView, number: number): boolean {
  return ((view.getUint8(0) >>> number) & 1) === 1;
}
