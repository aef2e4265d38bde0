/** MAC commands from a network to a device, parsed from bytes (LoRaWAN 1.0.4 §5, 1.1 §5). */

export type MacCommand =
  | { readonly name: 'LinkCheckAns'; readonly marginDb: number; readonly gateways: number }
  | {
      readonly name: 'LinkADRReq';
      readonly dataRate: number;
      readonly txPower: number;
      readonly chMask: number;
      readonly chMaskCntl: number;
      readonly nbTrans: number;
    }
  | { readonly name: 'DutyCycleReq'; readonly maxDutyCycle: number }
  | {
      readonly name: 'RXParamSetupReq';
      readonly rx1DrOffset: number;
      readonly rx2DataRate: number;
      readonly frequencyHz: number;
    }
  | { readonly name: 'DevStatusReq' }
  | {
      readonly name: 'NewChannelReq';
      readonly channel: number;
      readonly frequencyHz: number;
      readonly minDataRate: number;
      readonly maxDataRate: number;
    }
  | { readonly name: 'RXTimingSetupReq'; readonly delayS: number }
  | { readonly name: 'TxParamSetupReq'; readonly eirpAndDwell: number }
  | { readonly name: 'DlChannelReq'; readonly channel: number; readonly frequencyHz: number }
  | { readonly name: 'DeviceTimeAns'; readonly gpsSeconds: number; readonly fraction256: number }
  | { readonly name: 'ADRParamSetupReq' }
  | { readonly name: 'ResetConf' | 'RekeyConf'; readonly minor: number };

/** By CID: how many bytes follow, and what they mean. */
const COMMANDS: Readonly<Record<number, { readonly length: number; readonly read: (at: Buffer) => MacCommand }>> = {
  1: { length: 1, read: (at) => ({ name: 'ResetConf', minor: at.readUInt8(0) & 0x0f }) },
  2: { length: 2, read: (at) => ({ name: 'LinkCheckAns', marginDb: at.readUInt8(0), gateways: at.readUInt8(1) }) },
  3: {
    length: 4,
    read: (at) => ({
      name: 'LinkADRReq',
      dataRate: at.readUInt8(0) >> 4,
      txPower: at.readUInt8(0) & 0x0f,
      chMask: at.readUInt16LE(1),
      chMaskCntl: (at.readUInt8(3) >> 4) & 0x07,
      nbTrans: at.readUInt8(3) & 0x0f,
    }),
  },
  4: { length: 1, read: (at) => ({ name: 'DutyCycleReq', maxDutyCycle: at.readUInt8(0) & 0x0f }) },
  5: {
    length: 4,
    read: (at) => ({
      name: 'RXParamSetupReq',
      rx1DrOffset: (at.readUInt8(0) >> 4) & 0x07,
      rx2DataRate: at.readUInt8(0) & 0x0f,
      frequencyHz: at.readUIntLE(1, 3) * 100,
    }),
  },
  6: { length: 0, read: () => ({ name: 'DevStatusReq' }) },
  7: {
    length: 5,
    read: (at) => ({
      name: 'NewChannelReq',
      channel: at.readUInt8(0),
      frequencyHz: at.readUIntLE(1, 3) * 100,
      minDataRate: at.readUInt8(4) & 0x0f,
      maxDataRate: at.readUInt8(4) >> 4,
    }),
  },
  8: { length: 1, read: (at) => ({ name: 'RXTimingSetupReq', delayS: Math.max(1, at.readUInt8(0) & 0x0f) }) },
  9: { length: 1, read: (at) => ({ name: 'TxParamSetupReq', eirpAndDwell: at.readUInt8(0) }) },
  10: {
    length: 4,
    read: (at) => ({ name: 'DlChannelReq', channel: at.readUInt8(0), frequencyHz: at.readUIntLE(1, 3) * 100 }),
  },
  11: { length: 1, read: (at) => ({ name: 'RekeyConf', minor: at.readUInt8(0) & 0x0f }) },
  12: { length: 1, read: () => ({ name: 'ADRParamSetupReq' }) },
  13: {
    length: 5,
    read: (at) => ({ name: 'DeviceTimeAns', gpsSeconds: at.readUInt32LE(0), fraction256: at.readUInt8(4) }),
  },
};

/** The commands up to the first that is unknown or cut off: where the next one begins is unknown. */
export function readMacCommands(bytes: Uint8Array): readonly MacCommand[] {
  const all = Buffer.from(bytes);
  const commands: MacCommand[] = [];
  for (let at = 0; at < all.length; ) {
    const kind = COMMANDS[all.readUInt8(at)];
    if (kind === undefined || at + 1 + kind.length > all.length) break;
    commands.push(kind.read(all.subarray(at + 1, at + 1 + kind.length)));
    at += 1 + kind.length;
  }
  return commands;
}
