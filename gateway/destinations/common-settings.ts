/** The settings that every destination has: who gets what, how batches are sealed, and how many are on their way. */
import * as v from 'valibot';
import { duration } from '../../shared/duration.ts';
import { operatorId } from '../../shared/enrolment/operators.ts';
import { COMPRESSIONS, ENCODINGS } from '../../shared/feed/batch.ts';
import { READING_KINDS } from '../../shared/reading.ts';
import { id, oneOf, setting, size, text, whole } from '../../shared/setting.ts';
import { say } from './words.ts';

/** In place of a tenant's name: all of them. */
export const EVERY = '*';

export const commonSettings = {
  name: setting(id, say.name()),
  tenant: v.optional(setting(id, say.tenant())),
  tenants: v.optional(setting(v.array(v.union([v.literal(EVERY), id])), say.tenants()), []),
  kinds: v.optional(setting(v.array(oneOf(READING_KINDS)), say.kinds()), []),
  groups: v.optional(setting(v.array(id), say.groups()), []),
  devices: v.optional(setting(v.array(id), say.devices()), []),
  operators: v.optional(setting(v.array(operatorId), say.operators()), []),
  areaFile: v.optional(setting(text, say.areaFile())),
  encoding: v.optional(setting(oneOf(ENCODINGS), say.encoding()), 'columns'),
  compression: v.optional(setting(oneOf(COMPRESSIONS), say.compression()), 'brotli'),
  window: v.optional(setting(whole(1, 64), say.window()), 8),
  windowSizeBytes: v.optional(setting(size, say.windowSize()), '1MB'),
  freshEvery: v.optional(setting(whole(1, 100), say.freshEvery()), 4),
  reconnectWithinMs: v.optional(setting(duration(0, 600_000), say.reconnectWithin()), '10s'),
};

const schema = v.object(commonSettings);
export type CommonSettings = v.InferOutput<typeof schema>;

/** The tenants whose readings go to the destination, or `EVERY`. */
export function tenantsOf(
  { tenants, tenant }: Pick<CommonSettings, 'tenants' | 'tenant'>,
  { gateway }: Site,
): readonly string[] {
  return tenants.length > 0 ? tenants : [tenant ?? gateway.tenant];
}

/** Whether a tenant's readings go to the destination. */
export function takesTenant(
  destination: Pick<CommonSettings, 'tenants' | 'tenant'>,
  site: Site,
  tenant: string,
): boolean {
  const taken = tenantsOf(destination, site);
  return taken.includes(EVERY) || taken.includes(tenant);
}

interface Site {
  readonly gateway: { readonly tenant: string };
}
