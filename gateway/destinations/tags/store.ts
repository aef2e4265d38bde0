/**
 * What the sightings of an operator's enrolled tags are kept in, whatever the engine.
 *
 * A batch is known by (tenant, gateway, epoch, number), and a sighting by its batch and its position in it, as in the archive
 * (../archive/judge.ts). A tag has the name that the operator gave it; its identifier is nowhere in it.
 */
import type { DeviceDescription } from '../../../shared/feed/birth.ts';
import type { Text } from '../../../shared/text.ts';
import type { Incoming, Row, Written } from '../archive/history.ts';
import type { BeaconClock } from './rotating-tags.ts';

/** A detector is the city's or a company's own; a phone is a volunteer's, whoever that is. */
export type Source = 'detector' | 'phone';

/** Where and when a tag was. */
export interface Sighting {
  /** Epoch ms of the window's end and its beginning. */
  readonly at: number;
  readonly firstAt: number;
  readonly source: Source;
  /** Of a detector: which, whose gateway's, and the name of its place. */
  readonly detector: string | undefined;
  readonly tenant: string | undefined;
  readonly gateway: string | undefined;
  readonly placeName: string | undefined;
  /** WGS 84 degrees; undefined if nobody said where the detector is. */
  readonly lat: number | undefined;
  readonly lon: number | undefined;
  /** Metres, of the place of a phone or of a detector on a vehicle. */
  readonly accuracyM: number | undefined;
  /** dBm, the strongest of the window. */
  readonly rssi: number | undefined;
  /** Advertisements in the window. */
  readonly count: number;
}

/** A sighting as a table answers: null is what it does not know. */
export type SightingRow = {
  readonly [Key in keyof Omit<Sighting, 'source'>]: undefined extends Sighting[Key]
    ? NonNullable<Sighting[Key]> | null
    : Sighting[Key];
} & { readonly isPhone: boolean | 0 | 1 };

export function sightingFrom(row: SightingRow): Sighting {
  return {
    at: row.at,
    firstAt: row.firstAt,
    source: row.isPhone ? 'phone' : 'detector',
    detector: row.detector ?? undefined,
    tenant: row.tenant ?? undefined,
    gateway: row.gateway ?? undefined,
    placeName: row.placeName ?? undefined,
    lat: row.lat ?? undefined,
    lon: row.lon ?? undefined,
    accuracyM: row.accuracyM ?? undefined,
    rssi: row.rssi ?? undefined,
    count: row.count,
  };
}

/** A sighting that was opened and is of an enrolled tag. */
export interface TagRow extends Omit<Sighting, 'placeName' | 'tenant' | 'gateway'> {
  /** Position in the batch as it came. */
  readonly index: number;
  readonly tag: string;
}

/** Why a sighting is not stored. */
export const DROPPED = ['not-enrolled', 'unreadable', 'not-sealed', 'from-the-future'] as const;
export type Dropped = (typeof DROPPED)[number];

/** What was made of the readings of a group. */
export interface Opened {
  readonly rows: ReadonlyMap<Row, TagRow | Dropped>;
  readonly clocks: ReadonlyMap<string, BeaconClock & { readonly tag: string }>;
}

export interface TagStore {
  /** Most readings of a transaction; a single batch may have more. */
  readonly maxRows: number;
  /** Whether it works beside this program, and not in its thread. */
  readonly overlaps: boolean;
  /** Commits the group, which is durable when this resolves. */
  write(group: readonly Incoming[], opened: Opened): Promise<readonly Written[]>;
  /** The newest sightings of a tag, the newest first; none if nobody knows it. */
  newest(tag: string, most: number): Promise<readonly Sighting[]>;
  /** Those from `from` until `until`, the oldest first. */
  between(tag: string, from: number, until: number, most: number): Promise<readonly Sighting[]>;
  /** Erases whatever is known of other tags than these, also from the files; resolves with how many tags that were. */
  keepOnly(tags: ReadonlySet<string>): Promise<number>;
  /** By `keyOf` (rotating-tags.ts). */
  clocks(): Promise<ReadonlyMap<string, BeaconClock>>;
  /** How many sightings were not stored. */
  dropped(): Promise<Readonly<Partial<Record<Dropped, number>>>>;
  /** Deletes what is older than the retention. */
  forget(before: number): Promise<void>;
  /** Resolves with the reason when the database can no longer be used. */
  readonly ended: Promise<Text>;
  close(why: Text): void;
}

/** A detector as the tables have it. */
export interface Detector {
  readonly tenant: string;
  readonly gateway: string;
  readonly device: string;
  readonly described: DeviceDescription | undefined;
}

/** The rows of a batch that are to be stored, and why others are not. */
export function partedRows(rows: readonly Row[], opened: Opened) {
  const stored: TagRow[] = [];
  const dropped = new Map<Dropped, number>();
  for (const row of rows) {
    const found = opened.rows.get(row) ?? 'not-sealed';
    if (typeof found === 'string') dropped.set(found, (dropped.get(found) ?? 0) + 1);
    else stored.push(found);
  }
  return { stored, dropped };
}

/** What was dropped of several batches. */
export function sumOf(each: Iterable<ReadonlyMap<Dropped, number>>): ReadonlyMap<Dropped, number> {
  const sum = new Map<Dropped, number>();
  for (const dropped of each) for (const [why, count] of dropped) sum.set(why, (sum.get(why) ?? 0) + count);
  return sum;
}
