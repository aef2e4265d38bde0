/** Every type of destination. A new one is a folder and a row here. */
import { archiveType } from './archive/archive.ts';
import { cityOsType } from './city-os/settings.ts';
import type { DestinationType } from './destination.ts';
import { ngsiLdType, ngsiV2Type } from './ngsi/types.ts';
import { tagsType } from './tags/tags.ts';

export const DESTINATION_TYPES: readonly DestinationType[] = [
  cityOsType,
  archiveType,
  ngsiV2Type,
  ngsiLdType,
  tagsType,
];
