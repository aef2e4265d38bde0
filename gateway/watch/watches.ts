/** What the hub's `[[watch]]` tables say of a gateway and of a device's readings. Of several that fit, the first that says something counts. */
import type { DeviceDescription } from '../../shared/feed/birth.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import type { Reading } from '../../shared/reading.ts';
import type { WatchConfig } from '../config/watch-settings.ts';
import type { Policy } from '../policy/policy.ts';

export function watchesOf(watches: readonly WatchConfig[], { tenant, gateway }: Origin): readonly WatchConfig[] {
  return watches.filter(({ tenants, gateways }) => isAmong(tenants, tenant) && isAmong(gateways, gateway));
}

/** How long a gateway may be quiet, ms; 0 for ever; undefined if no table says. */
export function expectEveryOf(watches: readonly WatchConfig[], origin: Origin): number | undefined {
  return watchesOf(watches, origin).find(({ expectEveryMs }) => expectEveryMs !== undefined)?.expectEveryMs;
}

/** The checks of a reading; of thresholds only those that its gateway does not have itself, as its birth says. */
export function policyOf(
  watches: readonly WatchConfig[],
  { device, kind }: Pick<Reading, 'device' | 'kind'>,
  described: DeviceDescription | undefined,
): Policy {
  const fitting = watches.filter(
    ({ groups, profiles, devices, kinds }) =>
      isAmong(groups, described?.group) &&
      isAmong(profiles, described?.profile) &&
      isAmong(devices, device) &&
      isAmong<string>(kinds, kind),
  );
  const own = new Set(described?.thresholds?.map(({ alarm }) => alarm));
  return {
    ranges: firstOf(
      fitting.flatMap(({ range }) => range),
      ({ quantity }) => quantity,
    ),
    thresholds: firstOf(
      fitting.flatMap(({ threshold }) => threshold),
      ({ alarm }) => alarm,
    ).filter(({ alarm }) => !own.has(alarm)),
  };
}

function isAmong<T>(wanted: readonly T[], value: T | undefined): boolean {
  return wanted.length === 0 || (value !== undefined && wanted.includes(value));
}

function firstOf<T>(all: readonly T[], nameOf: (each: T) => string): readonly T[] {
  return [...new Map(all.toReversed().map((each) => [nameOf(each), each])).values()].toReversed();
}
