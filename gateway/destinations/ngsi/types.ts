/** The rows of the catalogue: `ngsi-v2` and `ngsi-ld`. */
import type { DestinationType } from '../destination.ts';
import { checkNgsi, checkNgsiLd } from './check.ts';
import { Mapping } from './mapping.ts';
import { ngsi } from './ngsi.ts';
import { ngsiLd } from './ngsi-ld.ts';
import { ngsiV2 } from './ngsi-v2.ts';
import { type NgsiSettings, ngsiLdSettings, ngsiV2Settings } from './settings.ts';
import { say } from './words.ts';

export const ngsiV2Type: DestinationType<typeof ngsiV2Settings> = {
  name: 'ngsi-v2',
  settings: ngsiV2Settings,
  check: checkNgsi,
  place: ({ url, service, servicePath }) => [url, service ?? '', servicePath].join(' '),
  samePlace: say.sameEntities,
  open: (settings, surroundings) =>
    ngsi({ ...common(settings), format: ngsiV2(settings), hasCorrelator: true, makesTenant: false }, surroundings),
};

export const ngsiLdType: DestinationType<typeof ngsiLdSettings> = {
  name: 'ngsi-ld',
  settings: ngsiLdSettings,
  check: checkNgsiLd,
  place: ({ url, brokerTenant }) => [url, brokerTenant ?? ''].join(' '),
  samePlace: say.sameEntities,
  open(settings, surroundings) {
    const { brokerTenant: tenant, context } = settings;
    const { mapping, ...rest } = common(settings);
    const format = ngsiLd({ tenant, context, types: mapping.types });
    return ngsi({ ...rest, mapping, format, hasCorrelator: false, makesTenant: true }, surroundings);
  },
};

function common(settings: NgsiSettings) {
  const { windowSizeBytes, requestSizeBytes, requestEntities, mapping, ...rest } = settings;
  return {
    ...rest,
    windowBytes: windowSizeBytes,
    maxRequestBytes: requestSizeBytes,
    maxEntities: requestEntities,
    mapping: new Mapping(mapping),
  };
}
