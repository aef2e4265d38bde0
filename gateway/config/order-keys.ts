/** Whose orders a configuration takes. */
import type { OrderKeySettings } from '../commands/order-keys.ts';
import type { Config } from './settings.ts';

/** Those of the configuration first: of two for one key the first counts. */
export function orderKeysOf({ orders, destinations, gateway }: Config): readonly OrderKeySettings[] {
  if (!orders.enrolled) return orders.keys;
  const own = destinations.filter(({ tenant = gateway.tenant }) => tenant === gateway.tenant);
  const enrolled = own.flatMap(({ destinationType, settings }) => destinationType.orderKeys?.(settings) ?? []);
  return [...orders.keys, ...enrolled.map((key) => ({ ...key, devices: [], groups: [] }))];
}
