/** Who gets what: which readings go to which destination, and how it describes each device. */
import type { DeviceDescription } from '../../shared/feed/birth.ts';
import type { Reading } from '../../shared/reading.ts';
import type { OutboxOptions } from '../buffer/outbox-options.ts';
import type { Config } from '../config/settings.ts';
import { takesTenant, tenantsOf } from '../destinations/common-settings.ts';
import type { DestinationConfig } from '../destinations/destination.ts';
import type { DeviceEntry, DeviceTable } from '../intake/device-table.ts';
import { toldOf } from '../policy/told-of.ts';
import { byOperator } from './by-operator.ts';
import { acceptsFromOthers, type Describe } from './hub-routes.ts';
import { inArea } from './in-area.ts';

/** Whether readings of the device go to the destination. */
export function isWanted(
  { id, family = id, group, tenant }: DeviceEntry,
  destination: DestinationConfig,
  config: Config,
): boolean {
  const { devices, groups } = destination;
  const { gateway } = config;
  return (
    takesTenant(destination, config, tenant ?? gateway.tenant) &&
    (devices.length === 0 || devices.includes(id) || devices.includes(family)) &&
    (groups.length === 0 || (group !== undefined && groups.includes(group)))
  );
}

/** What its projects may have together; undefined if the city's own readings go there too. */
function quotaOf(destination: DestinationConfig, config: Config): number | undefined {
  const tenants = tenantsOf(destination, config);
  const projects = config.projects.filter(({ name }) => tenants.includes(name));
  if (projects.length < new Set(tenants).size) return undefined;
  return projects.reduce((sum, { quotaBytes }) => sum + quotaBytes, 0);
}

export function outboxOptions(
  destination: DestinationConfig,
  config: Config,
  devices: DeviceTable,
  describeOther: Describe = () => undefined,
): OutboxOptions {
  const { name, encoding, compression, freshEvery, kinds } = destination;
  const maxBytes = quotaOf(destination, config);
  const isInArea = inArea(destination);
  const isForOperator = byOperator(destination);
  const wanted = perDeviceList(
    devices,
    (all) => new Set(all.filter((device) => isWanted(device, destination, config)).map(({ id }) => id)),
  );
  const isMetAndWanted = (id: string) => {
    const device = devices.unlisted(id);
    return device !== undefined && isWanted(device, destination, config);
  };
  const acceptsOfOthers = acceptsFromOthers(destination, config, describeOther);
  /** What a hub says of another gateway goes to whoever gets the readings that it is about. */
  const isAboutWanted = (reading: Reading) => {
    const about = devices.get(reading.device) === undefined ? toldOf(reading) : undefined;
    return about !== undefined && acceptsOfOthers({ ...reading, device: about.device ?? '' }, about);
  };
  return {
    name,
    encoding,
    compression,
    freshEvery,
    ...(maxBytes !== undefined && { maxBytes }),
    unitsOf: (device) => devices.get(device)?.units,
    accepts: (reading) =>
      ((kinds.length === 0 || kinds.includes(reading.kind)) &&
        isForOperator(reading) &&
        (wanted().has(reading.device) || isMetAndWanted(reading.device)) &&
        isInArea(reading, devices.get(reading.device)?.place)) ||
      isAboutWanted(reading),
  };
}

/** The descriptions of the devices of a destination: the same list until something changes. */
export function descriptions(
  devices: DeviceTable,
  destination: DestinationConfig,
  config: Config,
): () => readonly DeviceDescription[] {
  return perDeviceList(devices, (all) => all.filter((device) => isWanted(device, destination, config)).map(describe));
}

/** How a device of this gateway is described to any destination; undefined if there is none of this id. */
export function describeDevice(devices: DeviceTable, id: string): DeviceDescription | undefined {
  const device = devices.get(id);
  return device && describe(device);
}

/** What `make` made of the device table, made again only after the table has changed. */
function perDeviceList<T>(devices: DeviceTable, make: (all: readonly DeviceEntry[]) => T): () => T {
  let all = devices.all;
  let made = make(all);
  return () => {
    if (all !== devices.all) {
      all = devices.all;
      made = make(all);
    }
    return made;
  };
}

/** How a device is described to a destination. */
function describe({
  id,
  type,
  kinds,
  units,
  group,
  place,
  policy,
  profileName,
  source,
}: DeviceEntry): DeviceDescription {
  const { thresholds } = policy;
  return {
    id,
    type,
    kinds,
    units,
    ...(group !== undefined && { group }),
    ...(profileName !== undefined && { profile: profileName }),
    ...(source !== undefined && { source }),
    ...(place !== undefined && { place: Object.fromEntries(Object.entries(place).filter(([, v]) => v !== undefined)) }),
    ...(thresholds.length > 0 && {
      thresholds: thresholds.map(({ alarm, quantity, raise, clear }) => ({ alarm, quantity, raise, clear })),
    }),
  };
}
