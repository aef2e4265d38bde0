/**
 * The log says what a port's source does. Of one that goes away and comes back again and again, such as a modem that dials every second,
 * only one departure in `toldEveryMs` is told, with the return that follows it.
 */
import type { Clock } from '../../shared/clock.ts';
import type { Text } from '../../shared/text.ts';
import type { Log } from '../machine/log.ts';
import type { PortChange } from './activity.ts';

const toldEveryMs = 30_000;

export function portLog(name: string, { clock, log }: { readonly clock: Clock; readonly log: Log }) {
  let toldAt = Number.NEGATIVE_INFINITY;
  let heldBack = 0;
  return (change: PortChange, why?: Text): void => {
    const about = { port: name, ...(why !== undefined && { why: why.en }) };
    switch (change) {
      case 'opened':
        if (heldBack === 0) log.info(`${name} is open`, about);
        return;
      case 'closed': {
        const now = clock.moment().monotonic;
        if (now - toldAt < toldEveryMs) heldBack++;
        else {
          log.warn(`${name} is closed; it will be opened again`, heldBack === 0 ? about : { ...about, heldBack });
          toldAt = now;
          heldBack = 0;
        }
        return;
      }
      case 'not-opened':
        log.warn(`${name} cannot be opened; it will be tried again`, about);
        return;
      case 'awaited':
        log.warn(`${name} waits for its device`, about);
    }
  };
}
