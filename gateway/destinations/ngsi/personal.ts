/** What tells of a person: it goes to no broker that was not said to be for it. */
import type { DeviceDescription } from '../../../shared/feed/birth.ts';
import type { Reading } from '../../../shared/reading.ts';

/** Devices that a person carries: a volunteer's phone. */
const CARRIED: ReadonlySet<string> = new Set(['watch-app']);

/** A sighting, whatever else names a tag, and whatever comes from a device that a person carries. */
export function isPersonal({ kind, values }: Reading, description: DeviceDescription | undefined): boolean {
  return kind === 'sighting' || Object.hasOwn(values, 'tag') || CARRIED.has(description?.type ?? '');
}
