/** What a platform is told beforehand of the tags that are looked for. */
import { APPLE, EDDYSTONE_UUID } from '../../../shared/enrolment/breadth.ts';
import type { Operator } from '../../../shared/enrolment/operators.ts';
import type { Pattern } from '../../../shared/enrolment/pattern.ts';
import type { Wanted } from './surroundings.ts';

export function wantedOf(operators: readonly Operator[]): Wanted {
  const companies = new Set<number>();
  const services = new Set<string>();
  const beacons = new Set<string>();
  for (const pattern of operators.flatMap(({ patterns }) => patterns)) {
    if (pattern.format === 'manufacturer') companies.add(pattern.company);
    if (pattern.format === 'ibeacon') companies.add(APPLE);
    if (pattern.format === 'ibeacon') beacons.add(hyphened(pattern.uuid));
    const service = serviceOf(pattern);
    if (service !== undefined) services.add(fullUuid(service));
  }
  return { companies: [...companies], services: [...services], beacons: [...beacons] };
}

function serviceOf(pattern: Pattern): string | undefined {
  if (pattern.format === 'service') return pattern.uuid;
  return pattern.format === 'eddystone-uid' || pattern.format === 'eddystone-eid' ? EDDYSTONE_UUID : undefined;
}

/** Core Spec Vol 3 Part B §2.5.1. */
function fullUuid(digits: string): string {
  return digits.length === 32 ? hyphened(digits) : `${digits.padStart(8, '0')}-0000-1000-8000-00805f9b34fb`;
}

function hyphened(digits: string): string {
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
