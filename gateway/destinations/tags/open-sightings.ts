/**
 * The sealed sightings of a group, opened: whose tag it was, where and when. What is not of an enrolled tag, or cannot be opened, is
 * dropped here, and only its reason is kept.
 */
import type { Opener, SealedFor } from '../../../shared/enrolment/seal.ts';
import type { SightedTag } from '../../../shared/enrolment/tag-id.ts';
import { FormatError } from '../../../shared/errors.ts';
import { isAnonymous } from '../../../shared/feed/anonymous.ts';
import type { Incoming, IncomingBatch, Row } from '../archive/history.ts';
import type { RotatingTags } from './rotating-tags.ts';
import type { Dropped, Opened, TagRow } from './store.ts';

/** A clock may be ahead by so much. */
const maxAheadMs = 3_600_000;
/** What an edge may say of a sighting; anything else is as if it had said nothing. */
const maxWindowMs = 86_400_000;
const [minRssi, maxRssi] = [-127, 20];

/** `now`: epoch ms. */
export async function openSightings(
  group: readonly Incoming[],
  opener: Opener,
  tags: RotatingTags,
  now: number,
): Promise<Opened> {
  const rows = new Map<Row, TagRow | Dropped>();
  for (const batch of group) {
    if (batch.kind !== 'batch') continue;
    const opened = await Promise.all(batch.rows.map((row) => openRow(row, batch, opener, tags, now)));
    for (const [i, row] of batch.rows.entries()) rows.set(row, opened[i] ?? 'unreadable');
  }
  return { rows, clocks: tags.takeLearned() };
}

async function openRow(
  row: Row,
  batch: IncomingBatch,
  opener: Opener,
  tags: RotatingTags,
  now: number,
): Promise<TagRow | Dropped> {
  const { device, observedAt } = row;
  const { operator, sealed, sealedWith, ...values } = JSON.parse(row.values) as Record<string, unknown>; // made by incomingOf
  if (typeof operator !== 'string' || typeof sealed !== 'string' || typeof sealedWith !== 'string') return 'not-sealed';
  if (observedAt > now + maxAheadMs) return 'from-the-future';
  const sighted = await opened({ sealed, sealedWith }, { operator, device, observedAt }, opener);
  if (sighted === undefined) return 'unreadable';
  const enrolled = await tags.find(sighted.id, observedAt);
  if (enrolled === undefined) return 'not-enrolled';
  const number = (name: string) => (Number.isFinite(values[name]) ? Number(values[name]) : undefined);
  const firstAt = number('firstAt') ?? observedAt;
  const rssi = number('rssi');
  const isPhone = isAnonymous(batch.gateway);
  return {
    index: row.index,
    tag: enrolled.tag,
    at: observedAt,
    firstAt: firstAt <= observedAt && firstAt >= observedAt - maxWindowMs ? Math.round(firstAt) : observedAt,
    source: isPhone ? 'phone' : 'detector',
    detector: isPhone ? undefined : device,
    lat: sighted.place?.lat ?? row.lat,
    lon: sighted.place?.lon ?? row.lon,
    accuracyM: sighted.place?.accuracy,
    rssi: rssi !== undefined && rssi >= minRssi && rssi <= maxRssi ? rssi : undefined,
    count: Math.min(Math.max(Math.round(number('count') ?? 1), 1), 0x7fff_ffff),
  };
}

async function opened(
  sealed: { readonly sealed: string; readonly sealedWith: string },
  about: SealedFor,
  opener: Opener,
): Promise<SightedTag | undefined> {
  try {
    return await opener.open(sealed, about);
  } catch (fault) {
    if (!(fault instanceof FormatError)) throw fault;
    return undefined;
  }
}
