/** The station's side of the messages between a LoRa Basics Station and its server (doc.sm.tc/station, "The LNS Protocol"). */
import type { AirFrame, DataRate } from './radio.ts';

/** What a station uses of a `router_config`. */
export interface RouterConfig {
  readonly region: string;
  /** By number; undefined for [−1, 0, 0] and FSK. */
  readonly dataRates: readonly ((DataRate & { readonly isDownlinkOnly: boolean }) | undefined)[];
  readonly minHz: number;
  readonly maxHz: number;
}

export interface DownlinkMessage {
  readonly devEui: string;
  /** As written: 64 bits. */
  readonly diid: string;
  readonly pdu: Buffer;
  readonly rxDelayS: number;
  readonly rx1: Slot | undefined;
  readonly rx2: Slot | undefined;
  readonly xtime: bigint;
  readonly rctx: string;
}

export interface Slot {
  readonly dataRate: number;
  readonly frequencyHz: number;
}

/** `xtime` and `diid` have 64 bits, which JavaScript's JSON would round, so they are read from the text. */
export function rawInteger(json: string, name: string): string | undefined {
  return new RegExp(`"${name}"\\s*:\\s*(-?\\d+)`).exec(json)?.[1];
}

/** The inverse: `values` are written unchanged. */
export function withRawIntegers(message: object, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce(
    (json, [name, value]) => json.replace(`"${name}":"raw"`, `"${name}":${value}`),
    JSON.stringify(message),
  );
}

/** "AA-BB-…", as stations write EUIs. */
export function dashed(eui: string): string {
  return (eui.toUpperCase().match(/../g) ?? []).join('-');
}

/** The fields of a frame, by its kind; the caller adds `upinfo`. */
export function uplinkMessage(frame: AirFrame, dataRate: number): Record<string, unknown> {
  const phy = Buffer.from(frame.phyPayload);
  const radio = { DR: dataRate, Freq: frame.frequencyHz };
  const kind = phy.length === 0 ? 0xe0 : phy.readUInt8(0) & 0xe0;
  if (kind === 0x00 && phy.length === 23) {
    const eui = (at: number) =>
      dashed(
        Buffer.from(phy.subarray(at, at + 8))
          .reverse()
          .toString('hex'),
      );
    return {
      msgtype: 'jreq',
      MHdr: phy.readUInt8(0),
      JoinEui: eui(1),
      DevEui: eui(9),
      DevNonce: phy.readUInt16LE(17),
      MIC: phy.readInt32LE(19),
      ...radio,
    };
  }
  const portAt = phy.length > 5 ? 8 + (phy.readUInt8(5) & 0x0f) : phy.length;
  if ((kind === 0x40 || kind === 0x80) && phy.length >= portAt + 4) {
    const hasPort = phy.length > portAt + 4;
    return {
      msgtype: 'updf',
      MHdr: phy.readUInt8(0),
      DevAddr: phy.readInt32LE(1),
      FCtrl: phy.readUInt8(5),
      FCnt: phy.readUInt16LE(6),
      FOpts: phy.toString('hex', 8, portAt),
      FPort: hasPort ? phy.readUInt8(portAt) : -1,
      FRMPayload: hasPort ? phy.toString('hex', portAt + 1, phy.length - 4) : '',
      MIC: phy.readInt32LE(phy.length - 4),
      ...radio,
    };
  }
  return { msgtype: 'propdf', FRMPayload: phy.toString('hex'), ...radio };
}

/** The contents of a `router_config`, or why it cannot be used. */
export function readRouterConfig(message: Readonly<Record<string, unknown>>): RouterConfig | string {
  const { region, hwspec, DRs, freq_range, sx1301_conf, NetID, JoinEui } = message;
  if (typeof region !== 'string') return 'region is not text';
  if (typeof hwspec !== 'string' || !/^sx130[1-3]\/\d+$/.test(hwspec)) return 'hwspec is not sx1301/n';
  if (!isListOf(freq_range, 'number') || freq_range.length !== 2) return 'freq_range is not [min, max]';
  if (!Array.isArray(DRs) || DRs.length > 16 || !DRs.every((row) => isListOf(row, 'number') && row.length === 3))
    return 'DRs is not a table of [SF, BW, DNONLY]';
  if (!Array.isArray(sx1301_conf) || sx1301_conf.length === 0) return 'sx1301_conf is empty';
  if (NetID != null && !isListOf(NetID, 'number')) return 'NetID is not a list of numbers';
  if (JoinEui != null && !(Array.isArray(JoinEui) && JoinEui.every((pair) => Array.isArray(pair) && pair.length === 2)))
    return 'JoinEui is not a list of ranges';
  const [minHz = 0, maxHz = 0] = freq_range;
  const dataRates = (DRs as number[][]).map(([spreadingFactor = 0, bandwidthKhz = 0, downlinkOnly = 0]) =>
    spreadingFactor < 7 ? undefined : { spreadingFactor, bandwidthKhz, isDownlinkOnly: downlinkOnly === 1 },
  );
  return { region, dataRates, minHz, maxHz };
}

/** Class A only; undefined if something is missing. Either RX2 or RX1 may be missing (TTN gives only one). */
export function readDownlink(json: string, message: Readonly<Record<string, unknown>>): DownlinkMessage | undefined {
  const { DevEui, dC, pdu, RxDelay } = message;
  const [diid, xtime, rctx] = ['diid', 'xtime', 'rctx'].map((name) => rawInteger(json, name));
  if (typeof DevEui !== 'string' || dC !== 0 || typeof pdu !== 'string') return undefined;
  if (diid === undefined || xtime === undefined || typeof RxDelay !== 'number') return undefined;
  const slot = (dataRate: unknown, frequencyHz: unknown): Slot | undefined =>
    typeof dataRate === 'number' && typeof frequencyHz === 'number' && frequencyHz > 0
      ? { dataRate, frequencyHz }
      : undefined;
  return {
    devEui: DevEui,
    diid,
    pdu: Buffer.from(pdu, 'hex'),
    rxDelayS: Math.max(1, RxDelay),
    rx1: slot(message.RX1DR, message.RX1Freq),
    rx2: slot(message.RX2DR, message.RX2Freq),
    xtime: BigInt(xtime),
    rctx: rctx ?? '0',
  };
}

function isListOf(value: unknown, type: 'number'): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === type);
}
