/**
 * One upload from what was heard, filled up with sightings of nothing.
 *
 * Promise: nobody but an operator can tell a sighting from a sighting of nothing. Whose it is was dealt before anybody looked (deal.ts), its
 * times are those of a slot (slots.ts), strength and count come in a few steps, and any of them may stand with either. What is sealed has one
 * length. Keys, name and epoch are drawn for this upload alone, so that no two uploads can be told to be of one phone. To an operator a
 * sighting of nothing is an identifier of no bytes, without a place.
 */
import type { Operator } from '../../../shared/enrolment/operators.ts';
import { Sealer } from '../../../shared/enrolment/seal.ts';
import type { SightedTag } from '../../../shared/enrolment/tag-id.ts';
import { encodeUpload, PHONE, sightingsEach } from '../../../shared/enrolment/upload.ts';
import { anonymousGateway } from '../../../shared/feed/anonymous.ts';
import { toHex } from '../../../shared/hex.ts';
import type { Reading } from '../../../shared/reading.ts';
import { oneByShare } from './chance.ts';
import { deal } from './deal.ts';
import type { Sightings } from './sightings.ts';
import type { Slot, Slots } from './slots.ts';
import type { Chance } from './surroundings.ts';

/**
 * dBm: no finer, so that a strength does not tell what was heard from what was drawn. How many of a thousand are drawn: as phones among
 * people on foot hear tags that send once a second, in a simulated town (path loss, shadowing, two bodies, balanced scanning). Real streets
 * differ from it and from one another.
 */
export const STRENGTHS: readonly Step[] = [
  { from: -100, share: 480 },
  { from: -92, share: 280 },
  { from: -84, share: 130 },
  { from: -76, share: 65 },
  { from: -68, share: 34 },
  { from: -60, share: 8 },
  { from: -52, share: 3 },
];
/** Advertisements, at least. */
export const COUNTS: readonly Step[] = [
  { from: 1, share: 420 },
  { from: 2, share: 420 },
  { from: 4, share: 130 },
  { from: 8, share: 25 },
  { from: 16, share: 5 },
];
const NOTHING: SightedTag = { id: { format: 'raw', bytes: new Uint8Array() } };

interface Step {
  readonly from: number;
  readonly share: number;
}

export interface Upload {
  /** Drawn for it. */
  readonly gateway: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

interface Heard {
  readonly sightings: Sightings;
  readonly slots: Slots;
}

/** Undefined if there is no operator, or no slot has ended yet. */
export async function makeUpload(
  operators: readonly Operator[],
  { sightings, slots }: Heard,
  chance: Chance,
): Promise<Upload | undefined> {
  if (operators.length === 0 || slots.draw(chance) === undefined) return undefined;
  const sealers = new Map(operators.map(({ id, publicKey }) => [id, new Sealer(id, publicKey)]));
  const dealt = deal([...sealers.keys()], sightingsEach, chance);
  const readings: Reading[] = [];
  for (const operator of dealt) {
    const real = sightings.take(operator, (slot) => slots.has(slot));
    const drawn = drawnSighting(slots, chance);
    const { slot, rssi, count } = real ?? drawn;
    const tag = real === undefined ? NOTHING : tagOf(real.id, slot);
    const observedAt = slot.to;
    const sealed = await sealers.get(operator)?.seal(tag, { device: PHONE, observedAt }, 0);
    if (sealed === undefined) continue; // these operators were dealt
    const clear = { rssi: stepOf(STRENGTHS, rssi), count: stepOf(COUNTS, count), firstAt: slot.from, lastAt: slot.to };
    readings.push({ device: PHONE, kind: 'sighting', observedAt, values: { operator, ...sealed, ...clear } });
  }
  slots.grow();
  const gateway = anonymousGateway(chance(16));
  const bytes = encodeUpload(readings, { gateway, epoch: toHex(chance(8)) });
  return { gateway, bytes: Uint8Array.from(bytes) };
}

function drawnSighting(slots: Slots, chance: Chance) {
  const slot = slots.draw(chance);
  if (slot === undefined) throw new RangeError('no slot has ended'); // the caller has looked
  return { slot, rssi: drawnFrom(STRENGTHS, chance), count: drawnFrom(COUNTS, chance) };
}

function tagOf(id: SightedTag['id'], { place }: Slot): SightedTag {
  return place === undefined ? { id } : { id, place };
}

/** The lowest, of what lies below it. */
function stepOf(steps: readonly Step[], value: number): number {
  return (steps.findLast(({ from }) => from <= value) ?? steps[0])?.from ?? value;
}

function drawnFrom(steps: readonly Step[], chance: Chance): number {
  return oneByShare(steps, chance)?.from ?? 0;
}
