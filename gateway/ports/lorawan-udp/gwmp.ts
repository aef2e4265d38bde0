/**
 * GWMP v2, the UDP protocol of Semtech's packet forwarder (Lora-net/packet_forwarder, PROTOCOL.TXT): datagrams ⇄ messages.
 *
 * Forgives what forwarders in the field get wrong: base64 without padding, version 1, times that are not times. A frame
 * whose CRC was bad or absent (`stat` other than 1) is dropped here. Bound: `maxPackets` in a datagram.
 */
import * as v from 'valibot';
import { gpsToEpochMs } from '../../../devices/lorawan/gps-time.ts';
import type { Modulation } from '../../../devices/lorawan/region.ts';
import { toHex } from '../../../shared/hex.ts';
import type { Text } from '../../../shared/text.ts';
import type { StationPlace } from '../radio.ts';
import { say } from './words.ts';

const maxPackets = 256;
const maxFrameBytes = 256;

export interface GwmpHeader {
  readonly version: 1 | 2;
  readonly token: number;
}

/** From a station. */
export type GwmpMessage = GwmpHeader & { readonly station: string } & (
    | {
        readonly kind: 'push-data';
        readonly packets: readonly RxPacket[];
        readonly dropped: readonly Dropped[];
        /** Where the station stands, if its status says so. */
        readonly place: StationPlace | undefined;
      }
    | { readonly kind: 'pull-data' }
    | { readonly kind: 'tx-ack'; readonly error: string }
  );

/** A packet that cannot be used, and why. */
export interface Dropped {
  readonly code: 'malformed' | 'bad-checksum' | 'over-limit';
  readonly detail: Text;
}

export interface RxPacket {
  readonly bytes: Uint8Array;
  /** The station's clock at the end of the frame: µs, wrapping at 2^32. */
  readonly tmst: number;
  readonly frequencyHz: number;
  readonly modulation: Modulation;
  readonly rssi: number;
  readonly snr?: number;
  /** Epoch ms by the station's GPS. */
  readonly receivedAt?: number;
}

const PUSH_DATA = 0;
const PUSH_ACK = 1;
const PULL_DATA = 2;
const PULL_RESP = 3;
const PULL_ACK = 4;
const TX_ACK = 5;

/** Anything but a number counts as absent. */
const maybeNumber = v.fallback(v.optional(v.number()), undefined);
const antenna = v.object({ rssic: maybeNumber, lsnr: maybeNumber });
const rxpk = v.object({
  tmst: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 32 - 1)),
  tmms: maybeNumber,
  freq: v.pipe(v.number(), v.minValue(100), v.maxValue(3_000)),
  stat: v.optional(v.number(), 1),
  modu: v.optional(v.picklist(['LORA', 'FSK', 'LR-FHSS']), 'LORA'),
  datr: v.union([v.string(), v.number()]),
  rssi: maybeNumber,
  lsnr: maybeNumber,
  rsig: v.optional(v.pipe(v.array(antenna), v.maxLength(16))),
  data: v.string(),
});
/** A forwarder whose place nobody has set says 0, 0. */
const status = v.object({
  lati: v.pipe(v.number(), v.minValue(-90), v.maxValue(90)),
  long: v.pipe(v.number(), v.minValue(-180), v.maxValue(180)),
});
type RawPacket = v.InferOutput<typeof rxpk>;

/** The message of a datagram, or what is wrong with it. */
export function parseGwmp(datagram: Uint8Array): GwmpMessage | Text {
  const [version, high = 0, low = 0, kind] = datagram;
  if (version !== 1 && version !== 2) return say.unknownVersion({ version: version ?? '–' });
  if (datagram.length < 12) return say.tooShort();
  const header = { version, token: high * 256 + low, station: toHex(datagram.subarray(4, 12)) } as const;
  const body = datagram.subarray(12);
  switch (kind) {
    case PUSH_DATA: {
      const json = parseJson(body);
      if (json === undefined) return say.notJson();
      return { ...header, kind: 'push-data', ...packetsOf(json), place: placeOf(json) };
    }
    case PULL_DATA:
      return { ...header, kind: 'pull-data' };
    case TX_ACK:
      return { ...header, kind: 'tx-ack', error: txErrorOf(body) };
    default:
      return say.unknownMessage({ kind: kind ?? '–' });
  }
}

/** PUSH_ACK or PULL_ACK. */
export function acknowledge({ version, token, kind }: GwmpMessage): Uint8Array | undefined {
  const identifier = kind === 'push-data' ? PUSH_ACK : kind === 'pull-data' ? PULL_ACK : undefined;
  return identifier === undefined ? undefined : Uint8Array.of(version, token >> 8, token & 0xff, identifier);
}

export interface TxPacket {
  readonly bytes: Uint8Array;
  /** When, by the station's clock: µs, wrapping at 2^32. */
  readonly tmst: number;
  readonly frequencyHz: number;
  readonly modulation: Modulation;
  readonly powerDbm: number;
}

/** PULL_RESP: a downlink, with inverted polarity and without a payload CRC (LoRaWAN 1.0.4 §4.1, §3). */
export function pullResp({ version, token }: GwmpHeader, packet: TxPacket): Uint8Array {
  const { bytes, tmst, frequencyHz, modulation, powerDbm } = packet;
  const txpk = {
    imme: false,
    tmst,
    freq: frequencyHz / 1e6,
    rfch: 0,
    powe: Math.round(powerDbm),
    ...(modulation.kind === 'lora'
      ? {
          modu: 'LORA',
          datr: `SF${modulation.spreadingFactor}BW${modulation.bandwidthHz / 1000}`,
          codr: '4/5',
          ipol: true,
        }
      : { modu: 'FSK', datr: modulation.bitRate, fdev: 25_000 }),
    ncrc: true,
    size: bytes.length,
    data: Buffer.from(bytes).toString('base64'),
  };
  const json = Buffer.from(JSON.stringify({ txpk }));
  return Buffer.concat([Uint8Array.of(version, token >> 8, token & 0xff, PULL_RESP), json]);
}

function placeOf(json: object): StationPlace | undefined {
  const { success, output } = v.safeParse(status, 'stat' in json ? json.stat : undefined);
  return success && (output.lati !== 0 || output.long !== 0) ? { lat: output.lati, lon: output.long } : undefined;
}

function packetsOf(json: object): { packets: RxPacket[]; dropped: Dropped[] } {
  const packets: RxPacket[] = [];
  const dropped: Dropped[] = [];
  const raw = 'rxpk' in json && Array.isArray(json.rxpk) ? json.rxpk : [];
  if (raw.length > maxPackets) {
    dropped.push({
      code: 'over-limit',
      detail: say.tooManyPackets({ count: raw.length - maxPackets, max: maxPackets }),
    });
  }
  for (const each of raw.slice(0, maxPackets)) {
    const parsed = v.safeParse(rxpk, each);
    if (!parsed.success) {
      const [issue] = parsed.issues;
      const detail = say.packetWrong({ field: v.getDotPath(issue) ?? 'rxpk', why: issue.message });
      dropped.push({ code: 'malformed', detail });
      continue;
    }
    const { stat } = parsed.output;
    if (stat !== 1) {
      dropped.push({ code: 'bad-checksum', detail: stat === 0 ? say.noCrc() : say.wrongCrc() });
      continue;
    }
    const packet = packetOf(parsed.output);
    if ('code' in packet) dropped.push({ code: 'malformed', detail: packet });
    else packets.push(packet);
  }
  return { packets, dropped };
}

function packetOf(raw: RawPacket): RxPacket | Text {
  const { tmst, tmms, freq, datr, data } = raw;
  const modulation = modulationOf(datr);
  if (modulation === undefined) return say.unknownDataRate({ dataRate: datr });
  const signals = [{ rssi: raw.rssi, snr: raw.lsnr }, ...(raw.rsig ?? []).map((a) => ({ rssi: a.rssic, snr: a.lsnr }))];
  const best = signals.filter(({ rssi }) => rssi !== undefined).sort((a, b) => (b.rssi ?? 0) - (a.rssi ?? 0))[0];
  if (best?.rssi === undefined) return say.noRssi();
  const bytes = fromBase64(data);
  if (bytes === undefined || bytes.length === 0 || bytes.length > maxFrameBytes) return say.notBase64();
  return {
    bytes,
    tmst,
    frequencyHz: Math.round(freq * 1e6),
    modulation,
    rssi: best.rssi,
    ...(best.snr !== undefined && { snr: best.snr }),
    ...(tmms !== undefined && { receivedAt: gpsToEpochMs(tmms) }),
  };
}

/** "SF7BW125", or bits a second. */
export function modulationOf(datr: string | number): Modulation | undefined {
  if (typeof datr === 'number') return datr > 0 ? { kind: 'fsk', bitRate: datr } : undefined;
  const match = /^SF(5|6|7|8|9|10|11|12)BW(125|250|500)$/.exec(datr);
  if (match === null) return undefined;
  const modulation = { kind: 'lora', spreadingFactor: Number(match[1]), bandwidthHz: Number(match[2]) * 1000 };
  return modulation as Modulation; // the pattern allows these numbers only
}

function txErrorOf(body: Uint8Array): string {
  if (body.length === 0) return 'NONE';
  const json = parseJson(body);
  const ack = json !== undefined && 'txpk_ack' in json ? json.txpk_ack : undefined;
  const error = typeof ack === 'object' && ack !== null && 'error' in ack ? ack.error : undefined;
  return typeof error === 'string' && error !== '' ? error.slice(0, 40) : 'NONE';
}

function parseJson(body: Uint8Array): object | undefined {
  try {
    const json: unknown = JSON.parse(Buffer.from(body).toString('utf8').replace(/\0+$/, ''));
    return typeof json === 'object' && json !== null ? json : undefined;
  } catch {
    return undefined;
  }
}

/** Some forwarders leave out the padding. */
function fromBase64(text: string): Uint8Array | undefined {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? Uint8Array.from(Buffer.from(text, 'base64')) : undefined;
}
