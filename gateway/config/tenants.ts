import type { Config, DestinationConfig } from './settings.ts';

/** Whose readings go to the destination. */
export function tenantsOf(
  { tenants, tenant }: DestinationConfig,
  { gateway }: Pick<Config, 'gateway'>,
): readonly string[] {
  return tenants.length > 0 ? tenants : [tenant ?? gateway.tenant];
}
