/** Who gets what: which readings go to which destination, and what the destination is told of each device. */
import type { DeviceDescription } from '../../shared/feed/birth.ts';
import type { OutboxOptions } from '../buffer/outbox.ts';
import { type Config, type DestinationConfig, tenantsOf } from '../config/settings.ts';
import type { DeviceEntry, DeviceTable } from '../intake/device-table.ts';

/** Whether readings of the device go to the destination. */
export function isWanted({ id, group, tenant }: DeviceEntry, destination: DestinationConfig, config: Config): boolean {
  const { devices, groups } = destination;
  const { gateway } = config;
  return (
    tenantsOf(destination, config).includes(tenant ?? gateway.tenant) &&
    (devices.length === 0 || devices.includes(id)) &&
    (groups.length === 0 || (group !== undefined && groups.includes(group)))
  );
}

/** What its projects may have together; undefined where the city's own readings go there too. */
export function quotaOf(destination: DestinationConfig, config: Config): number | undefined {
  const tenants = tenantsOf(destination, config);
  const projects = config.projects.filter(({ name }) => tenants.includes(name));
  if (projects.length < new Set(tenants).size) return undefined;
  return projects.reduce((sum, { quota }) => sum + quota, 0);
}

export function outboxOptions(destination: DestinationConfig, config: Config, devices: DeviceTable): OutboxOptions {
  const { name, encoding, compression, freshEvery, kinds } = destination;
  const quota = quotaOf(destination, config);
  let of: readonly DeviceEntry[] | undefined;
  let wanted: ReadonlySet<string> = new Set();
  const wants = (id: string) => {
    if (of !== devices.all) {
      of = devices.all;
      wanted = new Set(of.filter((device) => isWanted(device, destination, config)).map((device) => device.id));
    }
    return wanted.has(id);
  };
  return {
    name,
    encoding,
    compression,
    freshEvery,
    ...(quota !== undefined && { maxBytes: quota }),
    accepts: ({ kind, device }) => (kinds.length === 0 || kinds.includes(kind)) && wants(device),
  };
}

/** The devices of a destination: the same list for as long as nothing changes. */
export function descriptions(devices: DeviceTable, destination: DestinationConfig, config: Config) {
  let of: readonly DeviceEntry[] | undefined;
  let described: readonly DeviceDescription[] = [];
  return () => {
    if (of !== devices.all) {
      of = devices.all;
      described = of.filter((device) => isWanted(device, destination, config)).map(describe);
    }
    return described;
  };
}

/** A device as the city OS gets to know it. */
export function describe({
  id,
  type,
  kinds,
  units,
  group,
  place,
  policy,
  profileName,
}: DeviceEntry): DeviceDescription {
  const { thresholds } = policy;
  return {
    id,
    type,
    kinds,
    units,
    ...(group !== undefined && { group }),
    ...(profileName !== undefined && { profile: profileName }),
    ...(place !== undefined && { place: Object.fromEntries(Object.entries(place).filter(([, v]) => v !== undefined)) }),
    ...(thresholds.length > 0 && { thresholds }),
  };
}
