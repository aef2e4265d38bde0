/** A river that rises and falls on a prefecture's pages, for somebody who tries a gateway out. */
import type { Clock } from '../../shared/clock.ts';
import type { WebSource } from './web-source.ts';
import { PAGE } from './words.ts';

const everyMs = 10_000;
/** Of a wave, in observations. */
const period = 60;
/** Every so often a station is out of order. */
const restsEvery = 17;

/** Changes what the pages say until the signal aborts. */
export async function changeRiver(source: WebSource, clock: Clock, signal: AbortSignal): Promise<void> {
  for (let i = 0; !signal.aborted; i++) {
    const at = Math.floor(clock.moment().wall / 1000) * 1000;
    for (const [n, station] of PAGE.stations.entries()) {
      const height = 1 + Math.sin((2 * Math.PI * (i + 5 * n)) / period) * 1.2;
      const level = (i + n) % restsEvery === restsEvery - 1 ? undefined : Math.round(height * 100) / 100;
      source.observe(station, { at, level, rain: (i + n) % 5 });
    }
    for (const [n, name] of PAGE.shelters.entries()) source.shelter(name, Math.floor(i / 12) % 2 === n % 2, at);
    await clock.sleep(everyMs, signal);
  }
}
