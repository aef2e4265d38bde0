/** What is wrong with `[[watch]]` tables: at a gateway that takes no feed, at a worker, about nothing, about two things at once, or about what nobody
 * is known to measure. */
import { DEVICE_TYPES } from '../../devices/catalogue.ts';
import { UNITS_OF_KIND } from '../../shared/reading.ts';
import { type Fault, fault, note, type Path } from '../words/fault.ts';
import { closest, suggestedName } from '../words/suggestion.ts';
import { checkChecks } from './check-device.ts';
import { isHub } from './hub.ts';
import type { Config } from './settings.ts';
import type { WatchConfig } from './watch-settings.ts';
import { say } from './watch-words.ts';

/** What devices of many kinds send beside their readings. */
const OF_MANY = ['battery', 'batteryLevel', 'snr', 'temperature', 'humidity'];
const OF_DEVICES = ['groups', 'profiles', 'devices', 'kinds'] as const;

export function checkWatches(config: Config): Fault[] {
  const { watches, ports } = config;
  const known = watches.length === 0 ? [] : knownQuantities(config);
  const isWorker = ports.some(({ portType, settings }) => portType.isWorker?.(settings) === true);
  return watches.flatMap((watch, i) => {
    const path: Path = ['watch', i];
    if (isWorker) return [fault(path, say.watchAtWorker(), say.watchAtAnotherHub())];
    if (!isHub({ ports })) return [fault(path, say.watchWithoutFeed(), say.watchAtHub())];
    return [...checkWatch(watch, path), ...checkQuantities(watch, known, path)];
  });
}

function checkWatch(watch: WatchConfig, path: Path): Fault[] {
  const { expectEveryMs, range, threshold } = watch;
  const isIdle = expectEveryMs === undefined && range.length === 0 && threshold.length === 0;
  const chooses = OF_DEVICES.find((name) => watch[name].length > 0);
  return [
    ...(isIdle ? [fault(path, say.watchNothing(), say.watchSomething())] : []),
    ...(expectEveryMs !== undefined && chooses !== undefined
      ? [fault([...path, 'expectEvery'], say.watchWholeGateways({ name: chooses }), say.watchApart())]
      : []),
    ...checkChecks(watch, {}, path),
  ];
}

/** A gateway's own profile may call its quantities anything, so a name that is not known here is no more than doubtful. */
function checkQuantities(watch: WatchConfig, known: readonly string[], path: Path): Fault[] {
  const unknown = (table: 'range' | 'threshold') =>
    watch[table].flatMap(({ quantity }, i) => {
      if (known.includes(quantity)) return [];
      const mend =
        closest(quantity, known) === undefined
          ? say.watchOwnProfile()
          : suggestedName(quantity, known, say.watchOwnProfile());
      return [note([...path, table, i, 'quantity'], say.watchUnknown({ quantity }), mend)];
    });
  return [...unknown('range'), ...unknown('threshold')];
}

/** Of every kind of reading, of the profiles that ship, and of this configuration's devices. */
function knownQuantities({ devices, lorawanProfiles }: Config): readonly string[] {
  const shipped = DEVICE_TYPES.flatMap(({ profiles = {} }) => quantitiesIn(profiles));
  const own = devices.flatMap(({ deviceType, options }) => deviceType.quantities?.(options) ?? []);
  const kinds = Object.values(UNITS_OF_KIND).flatMap((units) => Object.keys(units));
  return [...new Set([...kinds, ...OF_MANY, ...shipped, ...own, ...quantitiesIn([...lorawanProfiles.values()])])];
}

/** Every name that stands as a `quantity` in profiles, however they are made. */
function quantitiesIn(data: unknown): string[] {
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([key, value]) =>
    key === 'quantity' && typeof value === 'string' ? [value] : quantitiesIn(value),
  );
}
