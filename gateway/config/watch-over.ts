/** Watch-over in a configuration: whose list of operators a gateway believes, and what cannot be meant. */
import type { DestinationConfig } from '../destinations/destination.ts';
import { type Fault, fault, note, type Path } from '../words/fault.ts';
import { suggestedName } from '../words/suggestion.ts';
import { isFamily } from './device-family.ts';
import type { Config, DeviceConfig } from './settings.ts';
import { say } from './watch-over-words.ts';
import { say as sayOther } from './words.ts';

/** Base64url; undefined if it is told of no operators. The one that is written counts, else that of the first enrolment. */
export function listKeyOf({ watchOver, destinations }: Pick<Config, 'watchOver' | 'destinations'>): string | undefined {
  return watchOver.listKey ?? destinations.map(enrolledKey).find((key) => key !== undefined);
}

/** Whether tags may be sighted here. */
export function hasDetectors({ devices }: Pick<Config, 'devices'>): boolean {
  return devices.some(({ deviceType }) => deviceType.kinds.includes('sighting'));
}

/** Whether lists may come from there: over an enrolment that has the key, or over any feed if the key is written by hand. */
export function hearsOperators(destination: DestinationConfig, config: Config): boolean {
  const key = listKeyOf(config);
  return key !== undefined && (config.watchOver.listKey !== undefined || enrolledKey(destination) === key);
}

export function checkListKeys({ watchOver, destinations }: Config): Fault[] {
  const [first, ...others] = new Set(destinations.map(enrolledKey).filter((key) => key !== undefined));
  if (watchOver.listKey !== undefined || first === undefined || others.length === 0) return [];
  const place = destinations.findIndex((each) => others.includes(enrolledKey(each) ?? ''));
  return [note(['destination', place, 'enrolmentFile'], say.severalListKeys(), say.writeListKey({ key: first }))];
}

/** Sightings are personal: a destination that may not have such would take none. */
export function checkOperators({ operators, settings, kinds }: DestinationConfig, path: Path): Fault[] {
  if (operators.length === 0) return [];
  const { personal } = settings as { readonly personal?: boolean }; // of the types that ask for it
  return [
    ...(personal === false ? [fault([...path, 'operators'], say.operatorsNotPersonal(), say.sayPersonal())] : []),
    ...(kinds.length > 0 && !kinds.includes('sighting')
      ? [fault([...path, 'kinds'], say.operatorsWithoutSightings(), say.removeKinds())]
      : []),
  ];
}

/** A list must not end before two more could have come. */
export function checkListTimes({ watchOver: { listRefreshMs, listValidityMs } }: Config): Fault[] {
  if (listValidityMs >= 2 * listRefreshMs) return [];
  return [fault(['watchOver', 'listValidity'], say.listEndsEarly(), say.lengthenValidity())];
}

/** The place of a detector on a vehicle comes from a position device of this gateway, and goes into sightings. */
export function checkPlacesFrom({ devices }: Config): Fault[] {
  const isPositioning = ({ deviceType }: DeviceConfig) => deviceType.kinds.includes('position');
  const known = devices.filter((device) => isPositioning(device) && !isFamily(device)).map(({ id }) => id);
  return devices.flatMap(({ id, place, placeFrom, deviceType }, i) => {
    if (placeFrom === undefined) return [];
    const at = ['device', i, 'placeFrom'];
    if (!deviceType.kinds.includes('sighting'))
      return [fault(at, say.placeOfNoDetector({ device: id }), sayOther.remove())];
    if (!known.includes(placeFrom))
      return [fault(at, say.noPositions({ placeFrom }), suggestedName(placeFrom, known, say.addPositions()))];
    const stands = place?.lat !== undefined || place?.lon !== undefined;
    return stands ? [fault(at, say.twoPlaces({ device: id, placeFrom }), say.moveOrStand())] : [];
  });
}

function enrolledKey({ destinationType, settings }: DestinationConfig): string | undefined {
  return destinationType.listKey?.(settings);
}
