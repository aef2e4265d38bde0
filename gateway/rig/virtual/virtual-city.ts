/** A city OS on the feed on the virtual clock: the stand-in as it is, at the other end of a virtual link. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CityOs, type CityOsOptions } from '../../../simulators/city-os/city-os.ts';
import { openCityOsStore } from '../../../simulators/city-os/store.ts';
import type { Random } from '../../../simulators/random.ts';
import type { VirtualClock } from '../../../simulators/virtual-clock.ts';
import type { ConnectMqtt } from '../../net/mqtt-connection.ts';
import { type FeedCity, feedCity } from '../feed-city.ts';
import { VirtualLink } from './virtual-link.ts';

export interface VirtualCityOptions extends Pick<CityOsOptions, 'misbehaviour' | 'faults' | 'report'> {
  readonly clock: VirtualClock;
  readonly random: Random;
  /** Of its SQLite file; absent: it keeps everything in memory. */
  readonly folder?: string;
}

export interface VirtualCity extends FeedCity {
  readonly connect: ConnectMqtt;
}

/** Of its misbehaviour what its broker does (`maxConnectsPerSecond`, `maxPayloadBytes`) has no effect. Throws SQLite's errors. */
export function openVirtualCity({ folder, ...options }: VirtualCityOptions): VirtualCity {
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  const file = folder === undefined ? ':memory:' : join(folder, 'city-os.sqlite');
  const store = openCityOsStore(file, false);
  const cityOs = new CityOs(store, { ...options, file });
  cityOs.load();
  const link = new VirtualLink({ ...options, cityOs });
  return {
    ...feedCity(cityOs, link.url),
    connect: (settings, options, signal) => link.connect(settings, options, signal),
    cutOff: async () => link.cutOff(),
    comeBack: async () => link.comeBack(),
    async close() {
      link.cutOff();
      store.close();
    },
  };
}
