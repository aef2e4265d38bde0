/** The buffer that a configuration describes, for the gateway and for the commands that look into it while none runs. */
import { join } from 'node:path';
import type { Clock } from '../shared/clock.ts';
import type { BufferOptions } from './buffer/buffer-options.ts';
import type { DiskSpace } from './buffer/disk-room.ts';
import type { FeedOptions } from './buffer/feed.ts';
import type { Config, DestinationConfig } from './config/settings.ts';
import { tenantsOf } from './config/tenants.ts';
import type { DeviceEntry, DeviceTable } from './device-table.ts';
import type { Log } from './log.ts';

export function bufferFileOf(config: Config): string {
  return join(config.gateway.dataDirectory, 'buffer.sqlite');
}

/** What a buffer meets beside its settings. */
interface BufferSurroundings {
  readonly clock: Clock;
  readonly log: Log;
  readonly devices: DeviceTable;
  readonly boot: string;
  drawEpoch?(): string;
  diskSpace(file: string): DiskSpace;
}

export function bufferOptionsOf(
  config: Config,
  { clock, log, devices, boot, drawEpoch, diskSpace }: BufferSurroundings,
): BufferOptions {
  const { maxSize, batchReadings, batchAge, holdUnsynchronised } = config.buffer;
  const file = bufferFileOf(config);
  return {
    file,
    gateway: config.gateway.id,
    boot,
    maxBytes: maxSize,
    batchReadings,
    batchAgeMs: batchAge,
    holdMs: holdUnsynchronised,
    feeds: config.destinations.map((destination) => feedOptions(destination, config, devices)),
    clock,
    log,
    ...(drawEpoch && { drawEpoch }),
    diskSpace: () => diskSpace(file),
  };
}

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
function quotaOf(destination: DestinationConfig, config: Config): number | undefined {
  const tenants = tenantsOf(destination, config);
  const projects = config.projects.filter(({ name }) => tenants.includes(name));
  if (projects.length < new Set(tenants).size) return undefined;
  return projects.reduce((sum, { quota }) => sum + quota, 0);
}

function feedOptions(destination: DestinationConfig, config: Config, devices: DeviceTable): FeedOptions {
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
