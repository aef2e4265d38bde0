/** A map on which one place is chosen. */
import { fitTo, type GroundOptions, goTo, movableMark, openGround } from './ground-map.ts';
import type { Bounds, Place } from './spots.ts';

export interface PickerMap {
  show(place: Place): void;
  view(bounds: Bounds | undefined): void;
  goTo(place: Place): void;
  destroy(): void;
}

export function openPickerMap(options: GroundOptions & { pick(place: Place): void }): PickerMap {
  const map = openGround(options);
  const show = movableMark(map, options.pick);
  map.on('click', ({ lngLat: { lat, lng: lon } }) => options.pick({ lat, lon }));
  return { show, view: (bounds) => fitTo(map, bounds), goTo: (place) => goTo(map, place), destroy: () => map.remove() };
}
