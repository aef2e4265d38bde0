/** Whether a reading was taken in a destination's area: where it says itself, else where its device stands. Without either it was not. */
import type { DeviceDescription } from '../../shared/feed/birth.ts';
import type { Reading } from '../../shared/reading.ts';
import { Area } from '../destinations/area.ts';
import type { DestinationConfig } from '../destinations/destination.ts';

type Place = DeviceDescription['place'] | { readonly lat?: number | undefined; readonly lon?: number | undefined };

/** Always true of a destination without an area. Throws what `Area.read` throws. */
export function inArea({ areaFile }: Pick<DestinationConfig, 'areaFile'>): (reading: Reading, place: Place) => boolean {
  if (areaFile === undefined) return () => true;
  const area = Area.read(areaFile);
  return ({ values }, place) => {
    const { lat, lon } = typeof values.lat === 'number' && typeof values.lon === 'number' ? values : (place ?? {});
    return typeof lat === 'number' && typeof lon === 'number' && area.contains(lat, lon);
  };
}
