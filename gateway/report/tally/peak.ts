/** The furthest that a value went while an alarm stood. */
import type { LookUp } from '../../destinations/archive/look-up.ts';
import type { Episode } from './alarm-episodes.ts';
import { extremes } from './queries.ts';

/** Undefined if nobody can tell: of silence, and of an alarm whose raising is not known. */
export async function peakOf(lookUp: LookUp, episode: Episode, until: number): Promise<number | undefined> {
  const { tenant, gateway, device, quantity, value, limit, raised, cleared } = episode;
  if (value === undefined || limit === undefined || raised === undefined || quantity === 'silence') return undefined;
  const to = (cleared ?? until - 1) + 1;
  let peak = value;
  const isHigh = value >= limit;
  const found = lookUp.rows(extremes(lookUp.relations), [raised, to, tenant, gateway, device, quantity]);
  for await (const { least, greatest } of found) {
    if (typeof least !== 'number' || typeof greatest !== 'number') continue;
    peak = isHigh ? Math.max(peak, greatest) : Math.min(peak, least);
  }
  return peak;
}
