/** A device's description as the table `device` has it: type, profile, group, place, lat, lon, kinds, units, thresholds. */
import type { DeviceDescription } from '../../../shared/feed/birth.ts';
import { storableJson, storableText } from './storable.ts';

export function descriptionCells(known: DeviceDescription | undefined): (string | number | null)[] {
  if (known === undefined) return Array<null>(9).fill(null);
  const { type, profile, group, place, kinds, units, thresholds } = known;
  const text = (value: string | undefined) => (value === undefined ? null : storableText(value));
  const json = (value: unknown) => (value === undefined ? null : storableJson(value));
  return [
    ...[text(type), text(profile), text(group), text(place?.name), degrees(place?.lat), degrees(place?.lon)],
    ...[json(kinds), json(units), json(thresholds)],
  ];
}

/** A birth is a stranger's: what is no number is no place. */
function degrees(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
