/**
 * A message of the feed, made ready to be stored: decoded within a receiver's bounds, its readings chosen and checked.
 *
 * Not stored, and receipted all the same: readings that this destination does not take, personal ones unless it may (`personal`), and
 * those older than the retention.
 */
import { FormatError, MachimoriError, messageOf } from '../../../shared/errors.ts';
import {
  type BatchHeader,
  decodeBatch,
  decodeBody,
  RECEIVER_BOUNDS,
  type SealedBatch,
} from '../../../shared/feed/batch.ts';
import type { DeviceDescription } from '../../../shared/feed/birth.ts';
import { maxReasonLength, type Refusal } from '../../../shared/feed/receipt.ts';
import type { Origin } from '../../../shared/feed/topics.ts';
import { say as feed } from '../../../shared/feed/words.ts';
import type { Reading } from '../../../shared/reading.ts';
import { decompress } from '../../buffer/compress.ts';
import { digestOf } from '../../buffer/digest.ts';
import type { Outgoing } from '../../buffer/outgoing.ts';
import type { DestinationSurroundings } from '../destination.ts';
import type { Incoming, IncomingBatch, Row } from './history.ts';
import { refusalOf, storableJson, storableText } from './storable.ts';
import { filedAt, knownNow } from './when.ts';
import { say } from './words.ts';

export interface Choice {
  /** Whether readings of persons are stored. */
  readonly personal: boolean;
  readonly retentionMs?: number | undefined;
}

export interface Unreadable {
  readonly kind: 'unreadable';
  readonly reason: string;
}

type Around = Pick<DestinationSurroundings, 'accepts' | 'describe' | 'tenant' | 'clock'>;

/** A reading's kind that tells of persons: who was where. */
const PERSONAL = 'sighting';

export function incomingOf(outgoing: Outgoing, choice: Choice, around: Around): Incoming | Unreadable {
  const tenant = storableText(outgoing.tenant ?? around.tenant);
  if (outgoing.kind === 'batch') return batchOf(outgoing.batch, tenant, choice, around);
  const { gap } = outgoing;
  return { kind: 'gap', tenant, gateway: storableText(gap.gateway), epoch: gap.epoch, number: gap.number, gap };
}

function batchOf(batch: SealedBatch, tenant: string, choice: Choice, around: Around): IncomingBatch | Unreadable {
  let header: BatchHeader;
  let readings: readonly Reading[];
  try {
    const message = decodeBatch(batch.bytes);
    header = message.header;
    const isIts = (['gateway', 'epoch', 'number'] as const).every((key) => header[key] === batch[key]);
    if (!isIts) throw new FormatError(say.notTheBatch());
    const body = decompress(message.body, header.compression, RECEIVER_BOUNDS.bodyBytes);
    readings = decodeBody(header, body, RECEIVER_BOUNDS.readings);
    if (readings.length !== header.count) {
      throw new FormatError(feed.wrongReadingCount({ given: readings.length, expected: header.count }));
    }
  } catch (fault) {
    if (!isUnreadable(fault)) throw fault;
    return { kind: 'unreadable', reason: messageOf(fault).slice(0, maxReasonLength) };
  }
  const { gateway, epoch, number, lane, partOf } = header;
  const chosen = choose(readings, { tenant, gateway }, choice, around);
  const digest = digestOf(batch.bytes);
  const key = { tenant, gateway: storableText(gateway), epoch, number };
  return { kind: 'batch', ...key, digest, lane, count: readings.length, partOf, ...chosen };
}

function choose(readings: readonly Reading[], origin: Origin, choice: Choice, around: Around) {
  const now = knownNow(around.clock);
  const oldest =
    choice.retentionMs === undefined || now === undefined ? Number.NEGATIVE_INFINITY : now - choice.retentionMs;
  const devices = new Map<string, DeviceDescription | undefined>();
  const known = new Map<string, KnownDevice>();
  const refused: Refusal[] = [];
  const rows: Row[] = [];
  let device: KnownDevice | undefined; // the same for many readings in a row
  for (let index = 0; index < readings.length; index++) {
    const reading = readings[index];
    if (reading === undefined || (reading.kind === PERSONAL && !choice.personal)) continue;
    if (!around.accepts(reading, origin)) continue;
    const reason = refusalOf(reading);
    if (reason !== undefined) {
      refused.push({ index, reason: inEnglish(reason) });
      continue;
    }
    if (filedAt(reading.observedAt, now) < oldest) continue;
    if (device?.id !== reading.device) {
      device = known.get(reading.device) ?? knownDevice(reading.device, origin, around);
      known.set(reading.device, device);
      devices.set(device.name, device.description);
    }
    rows.push(rowOf(index, reading, device));
  }
  return { rows, refused, devices };
}

interface KnownDevice {
  readonly id: string;
  /** As it is stored. */
  readonly name: string;
  readonly description: DeviceDescription | undefined;
  readonly place: Place;
}

function knownDevice(id: string, origin: Origin, { describe }: Around): KnownDevice {
  const description = describe(id, origin);
  return { id, name: storableText(id), description, place: placeOf(description?.place) };
}

function rowOf(index: number, reading: Reading, device: KnownDevice): Row {
  const { kind, observedAt, values, quality, doubtful } = reading;
  const { lat, lon } = kind === 'position' ? placeOf(reading.values) : device.place;
  return {
    index,
    device: device.name,
    kind,
    observedAt: Math.round(observedAt),
    values: storableJson(values),
    quality,
    doubtful: doubtful?.map(storableText),
    lat,
    lon,
  };
}

interface Place {
  readonly lat: number | undefined;
  readonly lon: number | undefined;
}

const NOWHERE: Place = { lat: undefined, lon: undefined };

/** WGS 84 degrees, or nowhere: half a place is none, and neither is one off the globe. */
function placeOf(at: { readonly lat?: unknown; readonly lon?: unknown } = {}): Place {
  const { lat, lon } = at;
  if (typeof lat !== 'number' || typeof lon !== 'number') return NOWHERE;
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : NOWHERE;
}

/** Of a message: whatever is wrong with its bytes. zlib throws a RangeError or errors of its own. */
function isUnreadable(fault: unknown): boolean {
  if (fault instanceof MachimoriError || fault instanceof FormatError || fault instanceof RangeError) return true;
  return fault instanceof Error && 'code' in fault && /^(Z_|ERR_)/.test(String(fault.code));
}

/** Over the wire reasons are in English, and bounded. */
function inEnglish({ en }: { readonly en: string }): string {
  return en.slice(0, maxReasonLength);
}
