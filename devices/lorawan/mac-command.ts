/**
 * The MAC commands of LoRaWAN, with the specification's names, in dBm and dB, seconds, Hz.
 *
 * Sources: LoRaWAN 1.0.4 (TS001) §5; LoRaWAN 1.1 §5 (Reset, Rekey, ADRParamSetup, ForceRejoin, RejoinParamSetup), §14
 * (class B) and §18 (DeviceMode).
 */

export type MacCommand =
  /** The minor version of 1.x that the device or the server speaks. */
  | { readonly name: 'ResetInd'; readonly minor: number }
  | { readonly name: 'ResetConf'; readonly minor: number }
  | { readonly name: 'RekeyInd'; readonly minor: number }
  | { readonly name: 'RekeyConf'; readonly minor: number }
  | { readonly name: 'LinkCheckReq' }
  /** The margin above the demodulation floor, 0..254 dB, at the gateway with the best reception. */
  | { readonly name: 'LinkCheckAns'; readonly marginDb: number; readonly gatewayCount: number }
  | {
      readonly name: 'LinkADRReq';
      /** Indices of the region, 0..15; 15 keeps the current one. */
      readonly dataRate: number;
      readonly txPower: number;
      /** 16 channels, the lowest bit being the lowest; `chMaskCntl` 0..7 says which 16, or gives another meaning. */
      readonly chMask: number;
      readonly chMaskCntl: number;
      /** How often each uplink is sent, 1..15; 0 keeps the current number. */
      readonly nbTrans: number;
    }
  | {
      readonly name: 'LinkADRAns';
      readonly powerAck: boolean;
      readonly dataRateAck: boolean;
      readonly channelMaskAck: boolean;
    }
  /** The device may transmit for 1/2^maxDCycle of the time; 0..15. */
  | { readonly name: 'DutyCycleReq'; readonly maxDCycle: number }
  | { readonly name: 'DutyCycleAns' }
  | {
      readonly name: 'RXParamSetupReq';
      readonly rx1DrOffset: number;
      readonly rx2DataRate: number;
      readonly frequencyHz: number;
    }
  | {
      readonly name: 'RXParamSetupAns';
      readonly rx1DrOffsetAck: boolean;
      readonly rx2DataRateAck: boolean;
      readonly channelAck: boolean;
    }
  | { readonly name: 'DevStatusReq' }
  /** Battery: 0 is mains, 1..254 from empty to full, 255 unknown. The margin of the request: -32..31 dB. */
  | { readonly name: 'DevStatusAns'; readonly battery: number; readonly marginDb: number }
  | {
      readonly name: 'NewChannelReq';
      readonly chIndex: number;
      /** 0 removes the channel. */
      readonly frequencyHz: number;
      readonly minDr: number;
      readonly maxDr: number;
    }
  | { readonly name: 'NewChannelAns'; readonly dataRateRangeOk: boolean; readonly channelFrequencyOk: boolean }
  /** From the end of an uplink to RX1, 1..15 s. */
  | { readonly name: 'RXTimingSetupReq'; readonly delayS: number }
  | { readonly name: 'RXTimingSetupAns' }
  /** Whether frames are limited to 400 ms, and the highest radiated power, dBm: 8, 10, 12, 13, … 36. */
  | {
      readonly name: 'TxParamSetupReq';
      readonly downlinkDwellTime: boolean;
      readonly uplinkDwellTime: boolean;
      readonly maxEirpDbm: number;
    }
  | { readonly name: 'TxParamSetupAns' }
  | { readonly name: 'DlChannelReq'; readonly chIndex: number; readonly frequencyHz: number }
  | { readonly name: 'DlChannelAns'; readonly uplinkFrequencyExists: boolean; readonly channelFrequencyOk: boolean }
  /** ADR_ACK_LIMIT is 2^limitExp uplinks, ADR_ACK_DELAY 2^delayExp; 0..15. */
  | { readonly name: 'ADRParamSetupReq'; readonly limitExp: number; readonly delayExp: number }
  | { readonly name: 'ADRParamSetupAns' }
  | { readonly name: 'DeviceTimeReq' }
  /** The end of the asking uplink, in seconds since 1980-01-06 without leap seconds, in steps of 1/256 s. */
  | { readonly name: 'DeviceTimeAns'; readonly gpsTimeS: number }
  | {
      readonly name: 'ForceRejoinReq';
      /** Between attempts: 32 s × 2^period plus up to 32 s at random; 0..7. */
      readonly period: number;
      readonly maxRetries: number;
      /** 0 or 2. */
      readonly rejoinType: number;
      readonly dataRate: number;
    }
  /** A rejoin-request of type 0 every 2^(maxTimeN + 10) s and every 2^(maxCountN + 4) uplinks; 0..15. */
  | { readonly name: 'RejoinParamSetupReq'; readonly maxTimeN: number; readonly maxCountN: number }
  | { readonly name: 'RejoinParamSetupAns'; readonly timeOk: boolean }
  /** Every 2^periodicity seconds; 0..7. */
  | { readonly name: 'PingSlotInfoReq'; readonly periodicity: number }
  | { readonly name: 'PingSlotInfoAns' }
  /** 0 Hz is the default of the region. */
  | { readonly name: 'PingSlotChannelReq'; readonly frequencyHz: number; readonly dataRate: number }
  | { readonly name: 'PingSlotChannelAns'; readonly dataRateOk: boolean; readonly channelFrequencyOk: boolean }
  | { readonly name: 'BeaconTimingReq' }
  /** The next beacon comes within 30 ms × (delay + 1). */
  | { readonly name: 'BeaconTimingAns'; readonly delay: number; readonly channel: number }
  /** 0 Hz is the default of the region. */
  | { readonly name: 'BeaconFreqReq'; readonly frequencyHz: number }
  | { readonly name: 'BeaconFreqAns'; readonly beaconFrequencyOk: boolean }
  /** 0 is class A, 2 is class C. */
  | { readonly name: 'DeviceModeInd'; readonly deviceClass: number }
  | { readonly name: 'DeviceModeConf'; readonly deviceClass: number };

export type MacCommandName = MacCommand['name'];

/** The commands that the edge network server sends. */
export type ServerMacCommand = Extract<
  MacCommand,
  {
    readonly name:
      | 'ResetConf'
      | 'LinkCheckAns'
      | 'LinkADRReq'
      | 'DutyCycleReq'
      | 'RXParamSetupReq'
      | 'DevStatusReq'
      | 'NewChannelReq'
      | 'RXTimingSetupReq'
      | 'TxParamSetupReq'
      | 'DlChannelReq'
      | 'RekeyConf'
      | 'ADRParamSetupReq'
      | 'DeviceTimeAns'
      | 'ForceRejoinReq'
      | 'RejoinParamSetupReq';
  }
>;
