/** The network's side of a simulated device's frames, by lora-packet: it shares nothing with simulators/. */
import imported from 'lora-packet';

/** Its types tell of a default export, but what it exports is that object itself. */
export const loraPacket = imported as unknown as typeof imported.default;

/** All in display order. */
export interface JoinAcceptFields {
  readonly joinNonce: string;
  readonly netId?: string;
  readonly devAddr: string;
  readonly dlSettings?: number;
  readonly rxDelay?: number;
  readonly cfList?: string;
}

export function joinAccept10(appKey: Buffer, fields: JoinAcceptFields): Buffer {
  return built(loraPacket.fromFields(joinFields(fields), undefined, undefined, appKey));
}

export function joinAccept11(
  { nwkKey, jsIntKey, joinEui, devNonce }: { nwkKey: Buffer; jsIntKey: Buffer; joinEui: Buffer; devNonce: Buffer },
  fields: JoinAcceptFields,
): Buffer {
  const more = { ...joinFields(fields), AppEUI: joinEui, DevNonce: devNonce };
  return built(loraPacket.fromFields(more, undefined, jsIntKey, nwkKey));
}

function joinFields({
  joinNonce,
  netId = '000000',
  devAddr,
  dlSettings = 0,
  rxDelay = 1,
  cfList = '',
}: JoinAcceptFields) {
  return {
    MType: 'Join Accept',
    AppNonce: hex(joinNonce),
    NetID: hex(netId),
    DevAddr: hex(devAddr),
    DLSettings: dlSettings,
    RxDelay: rxDelay,
    CFList: hex(cfList),
  };
}

export interface DownlinkOptions {
  readonly devAddr: string;
  readonly fCnt: number;
  readonly port?: number;
  readonly payload?: Uint8Array;
  readonly fOpts?: string;
  readonly ack?: boolean;
  readonly confirmed?: boolean;
}

/** With the payload's default an empty one on port 1: lora-packet signs no frame without a port. */
export function downlink10(keys: { nwkSKey: Buffer; appSKey: Buffer }, options: DownlinkOptions): Buffer {
  const { fields, msb } = downlinkFields(options);
  return built(loraPacket.fromFields(fields, keys.appSKey, keys.nwkSKey, undefined, msb));
}

/** Its FOpts are encrypted after it was built; what is signed is what is sent (1.1 §4.3.1.1). */
export function downlink11(
  keys: { sNwkSIntKey: Buffer; nwkSEncKey: Buffer; appSKey: Buffer },
  options: DownlinkOptions & { readonly confFCnt?: number },
): Buffer {
  const { fields, msb } = downlinkFields(options);
  const { sNwkSIntKey, nwkSEncKey, appSKey } = keys;
  const packet = loraPacket.fromFields(fields, appSKey, nwkSEncKey, undefined, msb);
  packet.encryptFOpts(nwkSEncKey, undefined, msb);
  const confFCnt = Buffer.alloc(2);
  confFCnt.writeUInt16LE(options.confFCnt ?? 0);
  loraPacket.recalculateMIC(packet, sNwkSIntKey, sNwkSIntKey, msb, confFCnt);
  return built(packet);
}

function downlinkFields({ devAddr, fCnt, port = 1, payload, fOpts, ack, confirmed }: DownlinkOptions) {
  const msb = Buffer.alloc(2);
  msb.writeUInt16LE(fCnt >>> 16);
  const low = Buffer.alloc(2);
  low.writeUInt16BE(fCnt & 0xffff);
  const fields = {
    MType: confirmed ? 'Confirmed Data Down' : 'Unconfirmed Data Down',
    DevAddr: hex(devAddr),
    FCnt: low,
    FPort: port,
    payload: Buffer.from(payload ?? []),
    FCtrl: { ACK: ack ?? false },
    ...(fOpts !== undefined && { FOpts: hex(fOpts) }),
  };
  return { fields, msb };
}

export function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}

function built(packet: { getPHYPayload(): unknown }): Buffer {
  const bytes = packet.getPHYPayload();
  if (!Buffer.isBuffer(bytes)) throw new TypeError('lora-packet built nothing');
  return bytes;
}
