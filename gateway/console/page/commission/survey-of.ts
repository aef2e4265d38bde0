/** What stations heard of some uplinks. */
import type { RecentUplink } from '../../../lorawan/recent-uplinks.ts';

type Range = readonly [least: number, greatest: number];

export interface Heard {
  readonly station: string;
  readonly count: number;
  /** dBm. */
  readonly rssi: Range;
  /** dB; undefined if no station tells it. */
  readonly snr: Range | undefined;
}

/** By station, the one that heard most first. */
export function surveyOf(uplinks: readonly RecentUplink[]): readonly Heard[] {
  const heard = new Map<string, RecentUplink['stations'][number][]>();
  for (const each of uplinks.flatMap(({ stations }) => stations)) {
    heard.set(each.station, [...(heard.get(each.station) ?? []), each]);
  }
  return [...heard]
    .map(([station, all]) => ({
      ...{ station, count: all.length },
      rssi: rangeOf(all.map(({ rssi }) => rssi)) ?? ([0, 0] as const), // each reception has one
      snr: rangeOf(all.flatMap(({ snr }) => snr ?? [])),
    }))
    .toSorted((a, b) => b.count - a.count || b.rssi[1] - a.rssi[1]);
}

function rangeOf(values: readonly number[]): Range | undefined {
  return values.length === 0 ? undefined : [Math.min(...values), Math.max(...values)];
}
