/**
 * Whether a destination takes a reading by the operator it is sealed to.
 *
 * One that names operators takes their sealed sightings and nothing else. One that names none takes no sealed sighting, so that none
 * lies anywhere but at its operator's; but a feed that is handed on (`city-os`) carries all, as the hub at its other end parts them.
 */

import { operatorOf, type Reading } from '../../shared/reading.ts';
import type { DestinationConfig } from '../destinations/destination.ts';

export function byOperator({
  operators,
  destinationType,
}: Pick<DestinationConfig, 'operators' | 'destinationType'>): (reading: Reading) => boolean {
  if (operators.length > 0) {
    const taken = new Set(operators);
    return (reading) => taken.has(operatorOf(reading) ?? '');
  }
  return destinationType.sendsOn === true ? () => true : (reading) => operatorOf(reading) === undefined;
}
