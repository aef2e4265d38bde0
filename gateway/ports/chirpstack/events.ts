/**
 * What a ChirpStack v4 publishes of its devices (MQTT integration, JSON marshaler; fields as in its integration.proto).
 *
 * Promise: a field that is absent has its proto3 default, since the marshaler leaves those out: `fPort` 0, `data` empty, level INFO.
 * Fields that are not used here, such as fields of later versions, are ignored. Of more than `maxReceptions` the best are kept. Events of
 * a ChirpStack v3, which have the same topics, are refused by name.
 */
import * as v from 'valibot';
import type { Text } from '../../../shared/text.ts';
import { say as portWords } from '../words.ts';
import { say } from './words.ts';

const maxPayloadBytes = 255;
const maxReceptions = 64;
const maxTextLength = 300;

/** How one LoRa gateway heard the frame. */
export interface ChirpstackReception {
  readonly station: string;
  /** dBm. */
  readonly rssi: number;
  /** dB. */
  readonly snr?: number;
}

interface Common {
  /** Of the ChirpStack application that the device belongs to. */
  readonly application: string;
  /** 16 lower-case hexadecimal digits. */
  readonly devEui: string;
  /** Epoch ms, where the event says it. */
  readonly time?: number;
  /** What is the same only in a repetition of the same event; absent where nothing tells. */
  readonly id?: string;
}

export type ChirpstackEvent = Common &
  (
    | {
        readonly kind: 'up';
        readonly frameCounter: number;
        /** 0: there is no payload. */
        readonly port: number;
        readonly bytes: Uint8Array;
        /** What ChirpStack's own codec returned; absent if it has none or returned nothing. */
        readonly object?: Readonly<Record<string, unknown>>;
        /** The best first. */
        readonly receptions: readonly ChirpstackReception[];
      }
    | { readonly kind: 'join' }
    | {
        readonly kind: 'status';
        readonly linkMargin: number;
        readonly externalPower: boolean;
        /** %EL; absent where the device cannot tell. */
        readonly batteryLevel?: number;
      }
    | { readonly kind: 'location'; readonly lat: number; readonly lon: number; readonly altitude?: number }
    /** A downlink has been handed to a LoRa gateway ("sent"), or a confirmed one has been acknowledged or not. */
    | {
        readonly kind: 'downlink';
        readonly queueItem: string;
        readonly result: 'sent' | 'acknowledged' | 'not-acknowledged';
      }
    | { readonly kind: 'log'; readonly level: string; readonly code: string; readonly description: string }
    /** An event that is not used here: from another integration or a later version. */
    | { readonly kind: 'other' }
  );

export type ParsedEvent =
  | { readonly ok: true; readonly event: ChirpstackEvent }
  | {
      readonly ok: false;
      readonly code: 'unknown-address' | 'unknown-format' | 'malformed';
      readonly detail: Text;
    };

const text = v.pipe(
  v.optional(v.string(), ''),
  v.transform((words) => words.slice(0, maxTextLength)),
);
const count = (max: number) => v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(max)), 0);
const flag = v.optional(v.boolean(), false);
/** The marshaler writes "NaN" for what is not a number. */
const number = v.fallback(v.optional(v.pipe(v.number(), v.finite()), 0), 0);
const eui = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/i), v.toLowerCase());
const base64 = v.pipe(
  v.optional(v.string(), ''),
  v.regex(/^[A-Za-z0-9+/]*={0,2}$/),
  v.maxLength(Math.ceil(maxPayloadBytes / 3) * 4),
  v.transform((data) => Uint8Array.from(Buffer.from(data, 'base64'))),
);

const common = {
  deduplicationId: text,
  time: text,
  deviceInfo: v.optional(v.object({ devEui: v.optional(eui) }), {}),
};
const up = v.object({
  ...common,
  fCnt: count(2 ** 32 - 1),
  fPort: count(255),
  data: base64,
  object: v.nullish(v.record(v.string(), v.unknown())),
  rxInfo: v.optional(
    v.array(v.object({ gatewayId: text, rssi: number, snr: v.fallback(v.optional(v.number()), undefined) })),
    [],
  ),
});
const status = v.object({
  ...common,
  margin: number,
  externalPowerSource: flag,
  batteryLevelUnavailable: flag,
  batteryLevel: number,
});
const degrees = (max: number) => v.optional(v.pipe(v.number(), v.minValue(-max), v.maxValue(max)), 0);
const location = v.object({
  ...common,
  location: v.object({ latitude: degrees(90), longitude: degrees(180), altitude: number }),
});
const ack = v.object({ ...common, queueItemId: text, acknowledged: flag });
const txack = v.object({ ...common, queueItemId: text });
const log = v.object({
  ...common,
  level: v.optional(text, 'INFO'),
  code: v.optional(text, 'UNKNOWN'),
  description: text,
});
const bare = v.object(common);

/** "application/<id>/device/<DevEUI>/event/<name>". */
const TOPIC = /^application\/([^/]{1,64})\/device\/([0-9a-f]{16})\/event\/([a-z]{1,32})$/i;

export function parseChirpstackEvent(topic: string, payload: Uint8Array): ParsedEvent {
  const [, application = '', addressed = '', name = ''] = TOPIC.exec(topic) ?? [];
  if (name === '') {
    return { ok: false, code: 'unknown-address', detail: portWords.unknownTopic({ topic: topic.slice(0, 80) }) };
  }
  const json = parseJson(payload);
  if (json === undefined) return { ok: false, code: 'unknown-format', detail: say.notJson({ name }) };
  if (isOfV3(json)) return { ok: false, code: 'unknown-format', detail: say.ofV3({ name }) };
  const read = <S extends v.GenericSchema<unknown, v.InferOutput<typeof bare>>>(
    schema: S,
    make: (fields: v.InferOutput<S>) => DistributiveOmit<ChirpstackEvent, keyof Common>,
  ): ParsedEvent => {
    const parsed = v.safeParse(schema, json);
    if (!parsed.success) {
      const [issue] = parsed.issues;
      const detail = say.eventWrong({ field: v.getDotPath(issue) ?? '–', name, why: issue.message });
      return { ok: false, code: 'malformed', detail };
    }
    const { deviceInfo, deduplicationId, time } = parsed.output;
    const at = Date.parse(time);
    const event = {
      application,
      devEui: deviceInfo.devEui ?? addressed.toLowerCase(),
      ...(!Number.isNaN(at) && { time: at }),
      ...(deduplicationId !== '' && { id: `${name} ${deduplicationId}` }),
      ...make(parsed.output),
    };
    return { ok: true, event };
  };
  switch (name) {
    case 'up':
      return read(up, ({ fCnt, fPort, data, object, rxInfo, deduplicationId, time }) => ({
        kind: 'up',
        frameCounter: fCnt,
        port: fPort,
        bytes: data,
        ...(object && Object.keys(object).length > 0 && { object }),
        receptions: rxInfo
          .map(({ gatewayId, rssi, snr }) => ({ station: gatewayId, rssi, ...(snr !== undefined && { snr }) }))
          .sort((a, b) => b.rssi - a.rssi)
          .slice(0, maxReceptions),
        ...(deduplicationId === '' && { id: `up ${fCnt} ${time}` }),
      }));
    case 'join':
      return read(bare, () => ({ kind: 'join' }));
    case 'status':
      return read(status, ({ margin, externalPowerSource, batteryLevelUnavailable, batteryLevel }) => ({
        kind: 'status',
        linkMargin: margin,
        externalPower: externalPowerSource,
        ...(!batteryLevelUnavailable && { batteryLevel }),
      }));
    case 'location':
      return read(location, ({ location: { latitude, longitude, altitude } }) => ({
        kind: 'location',
        lat: latitude,
        lon: longitude,
        ...(altitude !== 0 && { altitude }),
      }));
    case 'ack':
      return read(ack, ({ queueItemId, acknowledged }) =>
        queueItemId === ''
          ? { kind: 'other' }
          : { kind: 'downlink', queueItem: queueItemId, result: acknowledged ? 'acknowledged' : 'not-acknowledged' },
      );
    case 'txack':
      // Without a queue item it was the network's own: MAC commands or an acknowledgement.
      return read(txack, ({ queueItemId }) =>
        queueItemId === ''
          ? { kind: 'other' }
          : { kind: 'downlink', queueItem: queueItemId, result: 'sent', id: `txack ${queueItemId}` },
      );
    case 'log':
      return read(log, ({ level, code, description }) => ({ kind: 'log', level, code, description }));
    default:
      return read(bare, () => ({ kind: 'other' }));
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> & { readonly id?: string } : never;

/** Version 3 has what version 4 has in `deviceInfo` beside everything else, and writes ID and EUI in capitals. */
function isOfV3(event: object): boolean {
  return !('deviceInfo' in event) && ['applicationID', 'devEUI'].some((name) => name in event);
}

function parseJson(payload: Uint8Array): object | undefined {
  try {
    const json: unknown = JSON.parse(Buffer.from(payload).toString('utf8'));
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : undefined;
  } catch {
    return undefined;
  }
}
