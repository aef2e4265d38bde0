/** The names that profiles may give to quantities, and the quantities that each kind of reading requires. */
import * as v from 'valibot';
import { READING_BOUNDS, type ReadingKind, UNITS_OF_KIND, type Units, unitOf } from '../../shared/reading.ts';
import { must } from '../../shared/setting.ts';
import { say } from './words.ts';

/** The kinds of reading that a profile may make. A sighting needs a list of tags; only the gateway makes alarms. */
export const PROFILE_KINDS = [
  'measurement',
  'water-level',
  'people-count',
  'position',
  'status',
] as const satisfies readonly ReadingKind[];
export type ProfileKind = (typeof PROFILE_KINDS)[number];

/** Whether the quantities for which `has` is true make a reading of this kind. */
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
  v.string(must(say.mustBeQuantity())),
  v.maxLength(READING_BOUNDS.maxNameLength, must(say.mustBeQuantityName())),
  v.regex(/^\p{L}[\p{L}\p{M}\p{N}]*$/u, must(say.mustBeQuantityName())),
  v.notValue('quality', must(say.mustNotBeQuality())),
);

/** The units of a profile's quantities: as it names them, else as its kind of reading defines them. */
export function profileUnits(
  kind: ProfileKind,
  fields: readonly { readonly quantity: string; readonly unit?: string | undefined }[],
): Units {
  const named = fields.map(({ quantity, unit }) => [quantity, unit ?? unitOf(UNITS_OF_KIND[kind], quantity)]);
  return Object.fromEntries(named.filter(([, unit]) => unit !== undefined));
}
