/**
 * What a LoRa Basics Station and its network server (LNS) say to each other: JSON texts ⇄ messages (doc.sm.tc/station, "The
 * LNS Protocol").
 *
 * Promise: a frame that the station took apart is put together again byte for byte, so that its MIC can be checked. The
 * station's own times, 64-bit integers, keep every digit. Unknown messages are handed on by name.
 */
import * as v from 'valibot';
import { littleEndian } from '../../../devices/lorawan/identifiers.ts';
import { hexBytes, toHex } from '../../../shared/hex.ts';
import type { Text } from '../../../shared/text.ts';
import { say } from './words.ts';

const maxFrameBytes = 255;

/** Where and when the station heard a frame, in its own terms, which go back to it with the answer. */
export interface RadioContext {
  readonly xtime: bigint;
  readonly rctx: bigint;
}

export interface StationUplink {
  readonly kind: 'uplink';
  /** The PHYPayload. */
  readonly bytes: Uint8Array;
  readonly dataRate: number;
  readonly frequencyHz: number;
  /** dBm. */
  readonly rssi: number;
  /** dB. */
  readonly snr: number;
  /** µs since the GPS epoch; absent if the station has no GPS. */
  readonly gpsTimeUs?: number;
  readonly context: RadioContext;
}

/** The station has sent an answer. */
export interface Confirmation {
  readonly kind: 'sent';
  readonly id: number;
  /** When, by its own time; older stations do not say. */
  readonly xtime?: bigint | undefined;
}

export type StationMessage =
  | { readonly kind: 'version'; readonly station: string; readonly model: string }
  | StationUplink
  | Confirmation
  | { readonly kind: 'time-wanted'; readonly txtime: bigint }
  | { readonly kind: 'other'; readonly msgtype: string };

export type ParsedMessage =
  | { readonly ok: true; readonly message: StationMessage }
  | { readonly ok: false; readonly code: 'unknown-format' | 'malformed'; readonly detail: Text };

const whole = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));
const byte = whole(0, 0xff);
const word = whole(0, 0xffff);
/** The station writes 32 bits as a signed number. */
const bits32 = v.pipe(
  whole(-(2 ** 31), 2 ** 32 - 1),
  v.transform((value) => value >>> 0),
);
const int64 = v.pipe(
  v.union([v.pipe(v.string(), v.regex(/^-?\d{1,19}$/)), v.pipe(v.number(), v.safeInteger())]),
  v.transform((digits) => BigInt(digits)),
);
const hex = (maxBytes: number) =>
  v.pipe(
    v.string(),
    v.regex(/^([0-9a-f]{2})*$/i),
    v.maxLength(maxBytes * 2),
    v.transform((digits) => hexBytes(digits)),
  );
/** "01-23-45-67-89-AB-CD-EF" → as in the frame, last byte first. */
const eui = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{2}(-[0-9a-f]{2}){7}$/i),
  v.transform((text) => hexBytes(text.replaceAll('-', '')).reverse()),
);

const radio = {
  DR: whole(0, 15),
  Freq: whole(1, 4_000_000_000),
  upinfo: v.object({
    rctx: int64,
    xtime: int64,
    gpstime: v.optional(v.pipe(v.number(), v.minValue(0)), 0),
    rssi: v.number(),
    snr: v.number(),
  }),
};
const jreq = v.object({ ...radio, MHdr: byte, JoinEui: eui, DevEui: eui, DevNonce: word, MIC: bits32 });
const updf = v.object({
  ...radio,
  MHdr: byte,
  DevAddr: bits32,
  FCtrl: byte,
  FCnt: word,
  FOpts: hex(15),
  /** -1: the frame has none. */
  FPort: whole(-1, 255),
  FRMPayload: hex(maxFrameBytes),
  MIC: bits32,
});
const propdf = v.object({ ...radio, FRMPayload: v.pipe(hex(maxFrameBytes), v.minLength(1)) });
const version = v.object({ station: v.optional(v.string(), ''), model: v.optional(v.string(), '') });
const dntxed = v.object({ diid: int64, xtime: v.fallback(v.optional(int64), undefined) });
const timesync = v.object({ txtime: int64 });
const named = v.object({ msgtype: v.string() });

export function parseStationMessage(text: string): ParsedMessage {
  const json = parseExactly(text);
  const of = v.safeParse(named, json);
  if (!of.success) return { ok: false, code: 'unknown-format', detail: say.notMessage() };
  switch (of.output.msgtype) {
    case 'jreq':
      return read(jreq, json, 'jreq', (fields) => uplink(joinRequestOf(fields), fields));
    case 'updf':
      return read(updf, json, 'updf', (fields) => {
        const bytes = dataFrameOf(fields);
        return 'code' in bytes ? bytes : uplink(bytes, fields);
      });
    case 'propdf':
      return read(propdf, json, 'propdf', (fields) => uplink(fields.FRMPayload, fields));
    case 'dntxed':
      return read(dntxed, json, 'dntxed', ({ diid, xtime }) => ({ kind: 'sent', id: Number(diid), xtime }));
    case 'timesync':
      return read(timesync, json, 'timesync', ({ txtime }) => ({ kind: 'time-wanted', txtime }));
    case 'version':
      return read(version, json, 'version', ({ station, model }) => ({
        kind: 'version',
        station: station.slice(0, 80),
        model: model.slice(0, 80),
      }));
    default:
      return { ok: true, message: { kind: 'other', msgtype: of.output.msgtype.slice(0, 40) } };
  }
}

/** EUI of the station that asks where to connect ("router"), as 16 hexadecimal digits; undefined if there is none. */
export function parseDiscovery(text: string): string | undefined {
  const json = parseExactly(text);
  const router = typeof json === 'object' && json !== null && 'router' in json ? json.router : undefined;
  if (typeof router !== 'string') return undefined;
  if (/^[0-9a-f]{2}(-[0-9a-f]{2}){7}$/i.test(router)) return router.replaceAll('-', '').toLowerCase();
  if (router.includes(':')) return parseId6(router);
  const isNumber = /^\d{1,20}$/.test(router) && BigInt(router) < 2n ** 64n;
  return isNumber ? BigInt(router).toString(16).padStart(16, '0') : undefined;
}

/** Four groups of up to four hexadecimal digits; "::" stands for groups of zeros. */
export function parseId6(text: string): string | undefined {
  const groupsOf = (part: string) => (part === '' ? [] : part.split(':'));
  const [head = '', tail, ...more] = text.split('::');
  const [first, last] = [groupsOf(head), groupsOf(tail ?? '')];
  const missing = 4 - first.length - last.length;
  if (more.length > 0 || (tail === undefined ? missing !== 0 : missing < 1)) return undefined;
  const groups = [...first, ...Array.from({ length: missing }, () => '0'), ...last];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.map((group) => group.padStart(4, '0').toLowerCase()).join('');
}

/** 16 hexadecimal digits → "b827:ebff:fe12:3456". */
export function id6Of(digits: string): string {
  const groups = digits.match(/.{4}/g) ?? [];
  return groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}

export interface Downlink {
  /** The station confirms with it that the frame was sent. */
  readonly id: number;
  readonly bytes: Uint8Array;
  /** 16 hexadecimal digits. */
  readonly devEui: string;
  /** From the end of the uplink to RX1, s. */
  readonly delayS: number;
  readonly rx1?: { readonly dataRate: number; readonly frequencyHz: number } | undefined;
  readonly rx2?: { readonly dataRate: number; readonly frequencyHz: number } | undefined;
  readonly context: RadioContext;
}

/** dnmsg for a class A device. The station itself puts RX2 a second after RX1. */
export function downlinkMessage({ id, bytes, devEui, delayS, rx1, rx2, context }: Downlink): string {
  const message = {
    msgtype: 'dnmsg',
    DevEui: (devEui.toUpperCase().match(/../g) ?? []).join('-'),
    dC: 0,
    diid: id,
    pdu: toHex(bytes),
    RxDelay: delayS,
    ...(rx1 && { RX1DR: rx1.dataRate, RX1Freq: rx1.frequencyHz }),
    ...(rx2 && { RX2DR: rx2.dataRate, RX2Freq: rx2.frequencyHz }),
    priority: 1,
  };
  return withExact(message, { xtime: context.xtime, rctx: context.rctx });
}

/** The time, µs since the GPS epoch, for a station that asked at its own `txtime`. */
export function timeMessage(txtime: bigint, gpsTimeUs: number): string {
  return withExact({ msgtype: 'timesync', gpstime: Math.round(gpsTimeUs) }, { txtime });
}

type Radio = v.InferOutput<typeof propdf>;

function uplink(bytes: Uint8Array, { DR, Freq, upinfo }: Pick<Radio, keyof typeof radio>): StationUplink | Text {
  if (bytes.length > maxFrameBytes) return say.frameTooLong();
  const { xtime, rctx, rssi, snr, gpstime } = upinfo;
  return {
    kind: 'uplink',
    bytes,
    dataRate: DR,
    frequencyHz: Freq,
    rssi,
    snr,
    ...(gpstime > 0 && { gpsTimeUs: gpstime }),
    context: { xtime, rctx },
  };
}

/** MHDR, JoinEUI, DevEUI, DevNonce, MIC (TS001-1.0.4 §6.2.2). */
function joinRequestOf({ MHdr, JoinEui, DevEui, DevNonce, MIC }: v.InferOutput<typeof jreq>): Uint8Array {
  return Buffer.concat([Uint8Array.of(MHdr), JoinEui, DevEui, littleEndian(DevNonce, 2), littleEndian(MIC, 4)]);
}

/** MHDR, DevAddr, FCtrl, FCnt, FOpts, FPort, FRMPayload, MIC (TS001-1.0.4 §4). */
function dataFrameOf(fields: v.InferOutput<typeof updf>): Uint8Array | Text {
  const { MHdr, DevAddr, FCtrl, FCnt, FOpts, FPort, FRMPayload, MIC } = fields;
  if (FOpts.length !== (FCtrl & 0x0f)) return say.foptsLength();
  if (FPort < 0 && FRMPayload.length > 0) return say.payloadWithoutPort();
  return Buffer.concat([
    Uint8Array.of(MHdr),
    littleEndian(DevAddr, 4),
    Uint8Array.of(FCtrl),
    littleEndian(FCnt, 2),
    FOpts,
    FPort < 0 ? new Uint8Array(0) : Uint8Array.of(FPort),
    FRMPayload,
    littleEndian(MIC, 4),
  ]);
}

function read<S extends v.GenericSchema>(
  schema: S,
  json: unknown,
  msgtype: string,
  make: (fields: v.InferOutput<S>) => StationMessage | Text,
): ParsedMessage {
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const detail = say.fieldWrong({ field: v.getDotPath(issue) ?? '–', message: msgtype, why: issue.message });
    return { ok: false, code: 'malformed', detail };
  }
  const made = make(parsed.output);
  return 'code' in made
    ? { ok: false, code: 'malformed', detail: say.messageWrong({ message: msgtype, why: made }) }
    : { ok: true, message: made };
}

/**
 * Beyond 2^53 `JSON.parse` would round the station's 64-bit integers, so they become strings first. A quotation mark inside
 * a JSON string has a backslash before it, so nothing inside a value is replaced.
 */
function parseExactly(text: string): unknown {
  try {
    return JSON.parse(text.replace(/"(router|xtime|rctx|txtime|diid)"(\s*:\s*)(-?\d+)(?=\s*[,}])/g, '"$1"$2"$3"'));
  } catch {
    return undefined;
  }
}

/** The same in the other direction. */
function withExact(message: object, integers: Readonly<Record<string, bigint>>): string {
  const exact = Object.entries(integers).map(([name, value]) => `,${JSON.stringify(name)}:${value}`);
  return `${JSON.stringify(message).slice(0, -1)}${exact.join('')}}`;
}
