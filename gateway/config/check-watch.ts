/** What is wrong with `[[watch]]` tables: at a gateway that takes no feed, at a worker, about nothing, or about two things at once. */
import { type Fault, fault, type Path } from '../words/fault.ts';
import { checkChecks } from './check-device.ts';
import { isHub } from './hub.ts';
import type { Config } from './settings.ts';
import type { WatchConfig } from './watch-settings.ts';
import { say } from './watch-words.ts';

const OF_DEVICES = ['groups', 'profiles', 'devices', 'kinds'] as const;

export function checkWatches({ watches, ports }: Config): Fault[] {
  const isWorker = ports.some(({ portType, settings }) => portType.isWorker?.(settings) === true);
  return watches.flatMap((watch, i) => {
    const path: Path = ['watch', i];
    if (isWorker) return [fault(path, say.watchAtWorker(), say.watchAtAnotherHub())];
    return isHub({ ports }) ? checkWatch(watch, path) : [fault(path, say.watchWithoutFeed(), say.watchAtHub())];
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
