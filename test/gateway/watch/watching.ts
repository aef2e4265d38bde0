/** What the tests of a hub's watching share. */
import type { WatchConfig } from '../../../gateway/config/watch-settings.ts';
import type { Reading } from '../../../shared/reading.ts';

/** A `[[watch]]` table. */
export function watching(given: Partial<WatchConfig>): WatchConfig {
  const none = { tenants: [], gateways: [], groups: [], profiles: [], devices: [], kinds: [] };
  return { ...none, range: [], threshold: [], ...given } as WatchConfig; // as the schema fills it
}

/** Readings that were not seen before: what was not settled comes again after a restart. */
export function newOf(readings: readonly Reading[], seen: Set<string>): readonly Reading[] {
  return readings.filter((reading) => {
    const name = JSON.stringify(reading);
    const isNew = !seen.has(name);
    seen.add(name);
    return isNew;
  });
}
