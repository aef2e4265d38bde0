/** What profiles may call quantities, and which of them a kind of reading is nothing without. */
import * as v from 'valibot';
import type { ReadingKind } from '../../shared/reading.ts';

/** The kinds of reading that a profile may make: a sighting needs a list of tags, an alarm is the gateway's own. */
export const PROFILE_KINDS = [
  'measurement',
  'water-level',
  'people-count',
  'position',
  'status',
] as const satisfies readonly ReadingKind[];
export type ProfileKind = (typeof PROFILE_KINDS)[number];

/** What `hasQuantitiesOf` demands, for the operator. */
export const QUANTITIES_OF_KINDS =
  'level or distance for water-level, entered and left for people-count, lat and lon for position';

/** Whether a reading of this kind can be made of the quantities of which `has` is true. */
export function hasQuantitiesOf(kind: ProfileKind, has: (quantity: string) => boolean): boolean {
  switch (kind) {
    case 'water-level':
      return has('level') || has('distance');
    case 'people-count':
      return has('entered') && has('left');
    case 'position':
      return has('lat') && has('lon');
    case 'measurement':
    case 'status':
      return true;
  }
}

/** The name of a quantity in a profile. */
export const quantityName = v.pipe(
  v.string('must be the name of a quantity'),
  v.regex(/^[A-Za-z][A-Za-z0-9]{0,63}$/, 'must be letters and digits, such as "level" or "windSpeed"'),
  v.notValue('quality', 'must not be "quality", which is the name of a reading\'s own mark'),
);
