/** Compares what the operators found with what happened. */

import { readSightings, type SealedRow } from '../../gateway/cli/sealed-sightings.ts';
import { openerOf } from '../../gateway/destinations/tags/operator-key.ts';
import type { Opener } from '../../shared/enrolment/seal.ts';
import { type Place, type SightedTag, tagKey } from '../../shared/enrolment/tag-id.ts';
import { PHONE } from '../../shared/enrolment/upload.ts';
import type { Point } from '../../simulators/town/watch-over/streets.ts';
import type { TownTag } from '../../simulators/town/watch-over/tags.ts';
import type { Hearing, Truth } from '../../simulators/town/watch-over/truth.ts';
import { busMs, distanceM } from '../../simulators/town/watch-over/watch-over-town.ts';
import { metresOf } from './map.ts';
import { slotMs, uploadEveryMs } from './phone.ts';
import { type OwnOperator, run } from './town-hub.ts';

export interface Judgement {
  readonly sightings: number;
  /** Of the tags that somebody heard: each hearing is in a sighting of that place and time; or one is not. */
  readonly found: number;
  readonly missed: number;
  readonly wrongPlace: number;
  readonly wrongOperator: number;
  readonly strangers: number;
  /** Sightings of tags with an operator's pattern that are not enrolled: opened by their operator and dropped. */
  readonly dropped: number;
  /** Of the sightings of enrolled tags, those by phones. */
  readonly byPhones: number;
  /** Of those, the ones by detectors on buses. */
  readonly byBuses: number;
}

export interface Evidence {
  readonly truth: Truth;
  readonly tags: readonly TownTag[];
  readonly operators: readonly OwnOperator[];
  /** The archive of an operator, or "general". */
  archiveOf(name: string): string;
  /** When a second of the town was by the gateways' clock, epoch ms. */
  wallAt(atS: number): number;
  /** By detector, whose it is. */
  readonly gatewayOf: ReadonlyMap<string, string>;
  /** Whether a detector moves, so that its place must come with the sighting. */
  isOnBus(detector: string): boolean;
  /** Whether nobody needs to find a tag of an operator that was heard then, since it was being revoked. */
  isExcused(operator: string, receiver: string, atS: number): boolean;
}

/** Of an enrolled tag: by a detector, or by phones of which it may be. Epoch ms. */
interface Sighting {
  readonly receivers: readonly string[];
  readonly firstAt: number;
  readonly lastAt: number;
}

/** A bus goes on by two seconds at most between the position that it knows of and an advertisement. */
const busErrorM = 2 * busMs + 1;
/** Between where a phone was when it asked for its place, and where it was when it heard a tag in the same slot. */
const slotErrorM = 15;
/** Of what it hears of one tag a phone tells the slot in which it was strongest, in its next upload or the one after. */
const phoneKeepsMs = 2 * uploadEveryMs + slotMs;

export async function judge(evidence: Evidence): Promise<Judgement> {
  const { tags, operators, archiveOf, truth } = evidence;
  const byIdentifier = new Map(tags.map((tag) => [tag.identifier, tag]));
  const openers = new Map<string, Opener>();
  for (const { id, keyFile } of operators) openers.set(id, await openerOf(keyFile));
  const sightings = new Map<TownTag, Sighting[]>();
  const counts = { sightings: 0, wrongPlace: 0, wrongOperator: 0, strangers: 0, dropped: 0, byPhones: 0, byBuses: 0 };
  for (const operator of operators) {
    let enrolled = 0;
    await readSightings(archiveOf(operator.id), async (row) => {
      const others = [...openers].filter(([id]) => id !== operator.id).map(([, opener]) => opener);
      const isOthers = (await Promise.all(others.map((opener) => openedBy(opener, row)))).some(
        (tag) => tag !== undefined,
      );
      if (row.about.operator !== operator.id || isOthers) counts.wrongOperator++;
      const opened = await openedBy(openers.get(operator.id), row);
      if (opened === undefined || opened.id.bytes.length === 0) return; // another's, or one that fills up a phone's upload
      const tag = byIdentifier.get(tagKey(opened.id));
      if (tag === undefined) {
        counts.strangers++;
        return;
      }
      if (tag.operator !== operator.id) counts.wrongOperator++;
      if (!tag.isEnrolled) {
        counts.dropped++;
        return;
      }
      enrolled++;
      if (row.about.device === PHONE) counts.byPhones++;
      if (evidence.isOnBus(row.about.device)) counts.byBuses++;
      const sighting = placed(row, opened, tag, evidence);
      if (sighting === undefined) counts.wrongPlace++;
      else if (tag.operator === operator.id) append(sightings, tag, sighting);
    });
    const named = await namedBy(operator, archiveOf(operator.id));
    const isEnrolled = (name: string) =>
      tags.some((tag) => tag.name === name && tag.isEnrolled && tag.operator === operator.id);
    counts.strangers += named.filter((name) => !isEnrolled(name)).length;
    counts.sightings += named.length;
    if (named.length !== enrolled)
      throw new Error(`operator open names ${named.length} sightings, its key opens ${enrolled}`);
  }
  await readSightings(archiveOf('general'), async () => {
    counts.wrongOperator++;
  });
  let [found, missed] = [0, 0];
  for (const tag of tags) {
    if (!tag.isEnrolled) continue;
    const wanted = wantedOf(tag, truth, evidence);
    if (wanted.length === 0) continue;
    const own = sightings.get(tag) ?? [];
    if (wanted.every(({ receiver, at }) => own.some((each) => covers(each, receiver, at)))) found++;
    else missed++;
  }
  return { ...counts, found, missed };
}

function wantedOf(tag: TownTag, truth: Truth, { isExcused, wallAt }: Evidence) {
  return [...truth.hearingsOf(tag.name)].flatMap(([receiver, hearings]) =>
    hearings
      .filter(({ atS }) => !isExcused(tag.operator, receiver, atS))
      .map(({ atS }) => ({ receiver, at: wallAt(atS) })),
  );
}

function covers({ receivers, firstAt, lastAt }: Sighting, by: string, at: number): boolean {
  const slackMs = by.startsWith(PHONE) ? phoneKeepsMs : 0;
  return receivers.includes(by) && firstAt - slackMs <= at && at <= lastAt + slackMs;
}

/** Undefined: the tag was not there then. */
function placed(
  row: SealedRow,
  { place }: SightedTag,
  tag: TownTag,
  { truth, wallAt, gatewayOf, isOnBus }: Evidence,
): Sighting | undefined {
  const { device, observedAt } = row.about;
  const [firstAt, lastAt] = [Number(row.values.firstAt), Number(row.values.lastAt)];
  if (observedAt !== lastAt) return undefined;
  const hearings = truth.hearingsOf(tag.name);
  if (device === PHONE) {
    const near = place && metresOf(place);
    const isOf = (list: readonly Hearing[]) =>
      near !== undefined &&
      list.some(({ atS, place: there }) => {
        const at = wallAt(atS);
        return firstAt <= at && at <= lastAt && distanceM(there, near) <= slotErrorM;
      });
    const receivers = [...hearings].filter(([id, list]) => id.startsWith(PHONE) && isOf(list)).map(([id]) => id);
    return receivers.length === 0 ? undefined : { receivers, firstAt, lastAt };
  }
  const own = hearings.get(device) ?? [];
  const [first, last] = [firstAt, lastAt].map((at) => own.find(({ atS }) => wallAt(atS) === at));
  if (first === undefined || last === undefined || row.gateway !== gatewayOf.get(device)) return undefined;
  const isThere = isOnBus(device) ? isNear(place, last.place) : place === undefined;
  return isThere ? { receivers: [device], firstAt, lastAt } : undefined;
}

function isNear(place: Place | undefined, there: Point): boolean {
  return place !== undefined && distanceM(metresOf(place), there) <= busErrorM;
}

/** The names that the operator's own command prints, one a sighting. */
async function namedBy({ keyFile, enrolledFile }: OwnOperator, archive: string): Promise<string[]> {
  const out = await run('.', 'operator', 'open', archive, '--key', keyFile, '--enrolled', enrolledFile, '--json');
  const lines = out.split('\n').filter((line) => line !== '');
  return lines.map((line) => String((JSON.parse(line) as { tag: unknown }).tag)); // a line of `operator open --json`
}

async function openedBy(opener: Opener | undefined, { sealed, about }: SealedRow): Promise<SightedTag | undefined> {
  try {
    return await opener?.open(sealed, about);
  } catch {
    return undefined; // it is sealed to another
  }
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
