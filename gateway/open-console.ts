/** What a gateway keeps for its console alone, and the console itself. Without one nothing of it is made, and its code is not loaded. */
import type { Clock, Moment } from '../shared/clock.ts';
import type { Reading } from '../shared/reading.ts';
import type { Config } from './config/settings.ts';
import type { ConsoleOptions } from './console/console.ts';
import { History } from './history/history.ts';
import { Recent } from './history/recent.ts';
import type { Kept } from './kept.ts';
import { type MapOptions, type MapSight, mapSight } from './map/map-sight.ts';

export interface ConsoleSight {
  readonly map: MapSight;
  readonly history: History;
  /** A reading of a device of this gateway, not one of the past that it sends late. */
  note(reading: Reading, at: Moment): void;
}

export interface SightOptions extends MapOptions {
  readonly clock: Clock;
  readonly kept: Kept;
  config(): Config;
}

export function consoleSight(options: SightOptions): ConsoleSight {
  const { clock, kept, config } = options;
  kept.recent ??= { recent: new Recent(), since: clock.moment().monotonic };
  const { recent } = kept.recent;
  const map = mapSight(options);
  return {
    map,
    history: new History({ config, ...kept.recent, clock }),
    note(reading, at) {
      map.note(reading, at);
      recent.note(reading, at);
    },
  };
}

/** Serves until the signal aborts. */
export async function openConsole(
  options: Omit<ConsoleOptions, 'memory' | 'pageFolder'> & { readonly pageFolder: string | undefined },
  kept: Kept,
  signal: AbortSignal,
): Promise<void> {
  const room = await import('./console/console.ts');
  const { pageFolder, ...about } = options;
  kept.console ??= room.newMemory(options.config);
  await room.serveConsole({ ...about, memory: kept.console, ...(pageFolder && { pageFolder }) }, signal);
}
