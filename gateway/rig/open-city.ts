/**
 * The far end of a rig: what a gateway sends to, and what has arrived there.
 *
 *   feed      the stand-in for a city OS (simulators/city-os/)
 *   ngsi-v2   the stand-in for a context broker (simulators/orion/)
 *   ngsi-ld   the same
 *   hub       a machimori hub with its archive in SQLite, at which each gateway is enrolled
 */
import type { City } from './city.ts';
import { type FeedCity, type FeedCityOptions, openFeedCity } from './feed-city.ts';
import { type HubCity, type HubCityOptions, openHubCity } from './hub-city.ts';
import { type NgsiCity, type NgsiCityOptions, openNgsiCity } from './ngsi-city.ts';

interface OptionsOf {
  readonly feed: FeedCityOptions;
  readonly 'ngsi-v2': NgsiCityOptions;
  readonly 'ngsi-ld': NgsiCityOptions;
  readonly hub: HubCityOptions;
}

interface CityOf {
  readonly feed: FeedCity;
  readonly 'ngsi-v2': NgsiCity;
  readonly 'ngsi-ld': NgsiCity;
  readonly hub: HubCity;
}

export type CityKind = keyof CityOf;
type OptionsOfKind<K extends CityKind> = { readonly [Kind in K]: { readonly kind: Kind } & OptionsOf[Kind] }[K];
export type CityOptions = OptionsOfKind<CityKind>;

/** Opens one, with what only its kind has. Rejects with what the stand-ins reject with, and what `startHere` does. */
export function openCity<K extends CityKind>(options: OptionsOfKind<K>): Promise<CityOf[K]>;
export async function openCity(options: CityOptions): Promise<City> {
  if (options.kind === 'feed') return openFeedCity(options);
  if (options.kind === 'hub') return openHubCity(options);
  return openNgsiCity(options.kind, options);
}
