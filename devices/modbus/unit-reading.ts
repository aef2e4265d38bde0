/** From the values of a unit's registers to its reading: applies the level offset and the counters' totals. */
import type { Quality, Reading } from '../../shared/reading.ts';
import type { ConfiguredDevice } from '../device-type.ts';
import { countSince, parseTotals, type Totals } from '../people-counter/totals.ts';
import type { ModbusOptions } from './options.ts';
import { withoutNoise } from './profile.ts';

/**
 * One reading of `device` and, if the profile has counters, the totals to count from next time. An incomplete reading
 * (a value was not a number) carries a quality. People are counted only if both totals are there.
 */
export function unitReading(
  device: ConfiguredDevice<ModbusOptions>,
  observed: { readonly values: Readonly<Record<string, number>>; readonly isWhole: boolean; readonly at: number },
  last: Totals | undefined,
): { readonly reading: Reading; readonly totals: Totals | undefined } {
  const { kind, counters } = device.options.profile;
  const values: Record<string, number> = { ...observed.values };
  if (values.level !== undefined) values.level = withoutNoise(values.level + device.options.levelOffsetM);
  let totals: Totals | undefined;
  let quality: Quality | undefined = observed.isWhole ? undefined : 'not-a-number';
  if (counters) {
    totals = parseTotals({ entered: values[counters.entered], left: values[counters.left] });
    delete values[counters.entered];
    delete values[counters.left];
    if (totals) {
      const { entered, left, isTooFast } = countSince(last, totals, counters);
      Object.assign(values, { entered, left });
      if (isTooFast) quality ??= 'changing-too-fast';
    }
  }
  const reading = {
    device: device.id,
    kind,
    observedAt: observed.at,
    values,
    ...(quality && { quality }),
  } as Reading; // the profile's schema demands the quantities of its kind
  return { reading, totals };
}
