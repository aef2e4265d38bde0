/**
 * A device's session with a network: its keys, its frame counters, and the data frames made and read with them
 * (LoRaWAN 1.0.4 §4; 1.1 §4, which has three network keys, two downlink counters and encrypted FOpts).
 */
import { cryptOptions, cryptPayload, frameCmac, reversedHex, type SessionKeys } from './crypto.ts';
import type { Radio } from './radio.ts';

const MIC_BYTES = 4;
const UNCONFIRMED_UP = 0x40;
const CONFIRMED_UP = 0x80;
const CONFIRMED_DOWN = 0xa0;
const ADR = 0x80;
const ACK = 0x20;
/** How far a downlink counter may jump ahead (1.0.3 §4.3.1.5, MAX_FCNT_GAP; this device applies it in all versions). */
const maxCounterGap = 16_384;

export interface UplinkFields {
  readonly fCnt: number;
  readonly confirmed: boolean;
  readonly adr: boolean;
  /** Low 16 bits of the counter of the acknowledged confirmed downlink. */
  readonly acknowledges: number | undefined;
  readonly fOpts: Uint8Array;
  /** Absent: the frame has no payload. */
  readonly port?: number;
  readonly payload?: Uint8Array;
}

export interface DownlinkFields {
  readonly fCnt: number;
  readonly confirmed: boolean;
  readonly ack: boolean;
  readonly pending: boolean;
  readonly fOpts: Uint8Array;
  readonly port: number | undefined;
  readonly payload: Uint8Array;
}

/** Why a frame is not a downlink of this session. */
export type NotHeard = 'other-address' | 'malformed' | 'replayed' | 'bad-mic';

export class Session {
  readonly devAddr: string;
  readonly keys: SessionKeys;
  readonly is11: boolean;
  /** The next of each downlink counter: NFCntDown, the only one in 1.0, and AFCntDown. */
  readonly #nextDown = { network: 0, application: 0 };

  constructor({ devAddr, keys, is11 }: { devAddr: string; keys: SessionKeys; is11: boolean }) {
    this.devAddr = devAddr;
    this.keys = keys;
    this.is11 = is11;
  }

  encode(fields: UplinkFields, radio: Radio): Buffer {
    const { fCnt, confirmed, adr, acknowledges, fOpts, port, payload } = fields;
    const block = { direction: 'up', devAddr: this.devAddr, fCnt } as const;
    const header = Buffer.alloc(8);
    header[0] = confirmed ? CONFIRMED_UP : UNCONFIRMED_UP;
    header.set(reversedHex(this.devAddr), 1);
    header[5] = (adr ? ADR : 0) | (acknowledges === undefined ? 0 : ACK) | fOpts.length;
    header.writeUInt16LE(fCnt & 0xffff, 6);
    const key = port === 0 ? this.keys.nwkSEncKey : this.keys.appSKey;
    const frame = Buffer.concat([
      header,
      this.is11 ? cryptOptions(this.keys.nwkSEncKey, { ...block, isAFCntDown: false }, fOpts) : fOpts,
      ...(port === undefined ? [] : [Uint8Array.of(port), cryptPayload(key, block, payload ?? new Uint8Array(0))]),
    ]);
    const forwarding = frameCmac(this.keys.fNwkSIntKey, block, frame);
    if (!this.is11) return Buffer.concat([frame, forwarding.subarray(0, MIC_BYTES)]);
    const serving = frameCmac(
      this.keys.sNwkSIntKey,
      { ...block, confFCnt: acknowledges ?? 0, txDr: radio.dataRate, txCh: radio.channel },
      frame,
    );
    return Buffer.concat([frame, serving.subarray(0, 2), forwarding.subarray(0, 2)]);
  }

  /** Advances the counter if the frame is good. `lastConfirmed`: counter of the confirmed uplink that an ACK would be for. */
  decode(frame: Buffer, lastConfirmed: number): DownlinkFields | NotHeard {
    if (frame.length < 12) return 'malformed';
    if (!frame.subarray(1, 5).equals(reversedHex(this.devAddr))) return 'other-address';
    const fCtrl = frame.readUInt8(5);
    const portAt = 8 + (fCtrl & 0x0f);
    const body = frame.subarray(0, -MIC_BYTES);
    if (portAt > body.length) return 'malformed';
    const port = portAt < body.length ? body.readUInt8(portAt) : undefined;
    if (port === 0 && portAt > 8) return 'malformed';
    const counter = this.is11 && port !== undefined && port > 0 ? 'application' : 'network';
    const fCnt = fullCounter(this.#nextDown[counter], frame.readUInt16LE(6));
    if (fCnt === undefined) return 'replayed';
    const block = { direction: 'down', devAddr: this.devAddr, fCnt } as const;
    const ack = (fCtrl & ACK) !== 0;
    const confFCnt = this.is11 && ack ? lastConfirmed & 0xffff : 0;
    const mic = frameCmac(this.keys.sNwkSIntKey, { ...block, confFCnt }, body).subarray(0, MIC_BYTES);
    if (!mic.equals(frame.subarray(-MIC_BYTES))) return 'bad-mic';
    this.#nextDown[counter] = fCnt + 1;
    const fOpts = body.subarray(8, portAt);
    const key = port === 0 ? this.keys.nwkSEncKey : this.keys.appSKey;
    return {
      fCnt,
      confirmed: (frame.readUInt8(0) & 0xe0) === CONFIRMED_DOWN,
      ack,
      pending: (fCtrl & 0x10) !== 0,
      fOpts: this.is11
        ? cryptOptions(this.keys.nwkSEncKey, { ...block, isAFCntDown: counter === 'application' }, fOpts)
        : fOpts,
      port,
      payload: cryptPayload(key, block, body.subarray(portAt + 1)),
    };
  }
}

/** The counter from its low half: the nearest that is not behind; undefined if that jumps too far, since it is behind. */
function fullCounter(next: number, low: number): number | undefined {
  const ahead = (low - (next & 0xffff) + 0x10000) & 0xffff;
  return ahead < maxCounterGap && next + ahead <= 0xffff_ffff ? next + ahead : undefined;
}
