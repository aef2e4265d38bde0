/** From the values of a unit's registers to its reading: applies the level offset and the counters' totals. */
import type { Moment } from '../../shared/clock.ts';
import type { Quality, Reading, Value } from '../../shared/reading.ts';
import type { ConfiguredDevice } from '../device-type.ts';
import { PeopleCount, parseTotals } from '../people-counter/totals.ts';
import { scaled } from '../profile/values.ts';
import type { ModbusOptions } from './options.ts';

/** What a unit's counters have counted; undefined if its profile has none. */
export function peopleCountOf(device: ConfiguredDevice<ModbusOptions>): PeopleCount | undefined {
  const { counters } = device.options.profile;
  return counters && new PeopleCount(counters, device.remembered);
}

/**
 * One reading of `device`. Quantities that are missing (a value was not a number) are in doubt, and named. People are counted only if both
 * totals are there and below the roll-over.
 */
export function unitReading(
  device: ConfiguredDevice<ModbusOptions>,
  observed: {
    readonly values: Readonly<Record<string, Value>>;
    readonly missing: readonly string[];
    readonly at: Moment;
  },
  people: PeopleCount | undefined,
): Reading {
  const { kind, counters } = device.options.profile;
  const values: Record<string, Value> = { ...observed.values };
  if (typeof values.level === 'number') values.level = scaled(values.level, { offset: device.options.levelOffsetM });
  const doubtful = new Set(observed.missing);
  let quality: Quality | undefined = doubtful.size > 0 ? 'not-a-number' : undefined;
  if (counters && people) {
    const { [counters.entered]: entered, [counters.left]: left } = values;
    const totals = parseTotals({ entered, left });
    delete values[counters.entered];
    delete values[counters.left];
    const areTotals = totals !== undefined && Math.max(totals.entered, totals.left) < counters.rollOver;
    const count = areTotals ? people.take(totals, observed.at) : undefined;
    if (count) Object.assign(values, { entered: count.entered, left: count.left });
    const isUnusable = count === undefined && (entered !== undefined || left !== undefined);
    if (isUnusable || count?.isUncertain) quality ??= 'uncertain';
    const areDoubtful = [counters.entered, counters.left].map((quantity) => doubtful.delete(quantity)).includes(true);
    if (areDoubtful || isUnusable || count?.isUncertain) for (const each of ['entered', 'left']) doubtful.add(each);
  }
  return {
    device: device.id,
    kind,
    observedAt: observed.at.wall,
    values,
    ...(quality && { quality, doubtful: [...doubtful] }),
  } as Reading; // the profile's schema demands the quantities of its kind
}
