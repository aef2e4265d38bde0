/** A city OS on the feed: the stand-in, with its store in a file or in memory. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type CityOs, type CityOsOptions, openCityOs } from '../../simulators/city-os/city-os.ts';
import type { StoredReading } from '../../simulators/city-os/store.ts';
import type { City, CityReading } from './city.ts';
import type { Counts } from './counts.ts';

export interface FeedCityOptions extends Omit<CityOsOptions, 'file'> {
  /** Of its SQLite file; absent: it keeps everything in memory. */
  readonly folder?: string;
}

export interface FeedCity extends City {
  /** Its misbehaviour, and what it knows of each feed. */
  readonly cityOs: CityOs;
}

export async function openFeedCity({ folder, ...options }: FeedCityOptions = {}): Promise<FeedCity> {
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  const file = folder === undefined ? ':memory:' : join(folder, 'city-os.sqlite');
  const cityOs = await openCityOs({ ...options, file });
  return feedCity(cityOs, cityOs.url);
}

/** What there is to know of it, however it is reached. */
export function feedCity(cityOs: CityOs, url: string): FeedCity {
  const { store } = cityOs;
  return {
    cityOs,
    url,
    destination: () => ({
      ...{ name: 'city', type: 'city-os', url, reconnectWithin: '1s' },
      ...(cityOs.caFile !== undefined && { caFile: cityOs.caFile }),
    }),
    *readings() {
      for (const stored of store.readings()) yield cityReading(stored);
    },
    counts: (gateway): Counts => store.countByDevice(gateway),
    duplicates: () => Math.max(store.duplicates(), store.sameReadings()),
    refused: () => cityOs.refused,
    missing: () =>
      cityOs
        .status()
        .flatMap(({ missing }) => missing)
        .reduce((sum, [first, last]) => sum + last - first + 1, 0),
    cutOff: () => cityOs.cutOff(),
    comeBack: () => cityOs.comeBack(),
    close: () => cityOs.close(),
  };
}

function cityReading({ tenant, gateway, receivedAt, reading }: StoredReading): CityReading {
  return { ...{ tenant, gateway, receivedAt }, ...reading };
}
