/** The table of all regions. */
import type { Region, RegionName } from '../region.ts';
import { as923 } from './as923.ts';
import { au915 } from './au915.ts';
import { eu868 } from './eu868.ts';
import { us915 } from './us915.ts';

const REGIONS: Readonly<Record<RegionName, Region>> = { 'AS923-1': as923, EU868: eu868, US915: us915, AU915: au915 };

export const REGION_NAMES: readonly RegionName[] = ['AS923-1', 'EU868', 'US915', 'AU915'];

export function regionOf(name: RegionName): Region {
  return REGIONS[name];
}
