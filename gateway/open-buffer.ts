/** The buffer a configuration describes, for the gateway and for the command line, which opens it while no gateway runs. */

import { join } from 'node:path';
import type { BufferOptions } from './buffer/buffer-options.ts';
import type { DiskSpace } from './buffer/disk-room.ts';
import { isHub } from './config/hub.ts';
import type { Config } from './config/settings.ts';
import type { DeviceTable } from './intake/device-table.ts';
import type { Describe } from './routing/hub-routes.ts';
import { outboxOptions } from './routing/routes.ts';

export function bufferFileOf(config: Config): string {
  return join(config.gateway.dataDirectory, 'buffer.sqlite');
}

/** What a buffer needs besides its settings. */
type BufferSurroundings = Pick<BufferOptions, 'clock' | 'log' | 'boot' | 'drawEpoch' | 'retention'> & {
  readonly devices: DeviceTable;
  /** At a hub: how another gateway describes a device. */
  readonly describe?: Describe;
  diskSpace(file: string): DiskSpace;
};

export function bufferOptionsOf(
  config: Config,
  { clock, log, devices, describe, boot, drawEpoch, diskSpace, retention }: BufferSurroundings,
): BufferOptions {
  const { maxSizeBytes, batchReadings, batchAgeMs, holdUnsynchronisedMs } = config.buffer;
  const file = bufferFileOf(config);
  return {
    file,
    gateway: config.gateway.id,
    boot,
    maxBytes: maxSizeBytes,
    batchReadings,
    batchAgeMs,
    holdMs: holdUnsynchronisedMs,
    takesIn: isHub(config),
    outboxes: config.destinations.map((destination) => outboxOptions(destination, config, devices, describe)),
    clock,
    log,
    retention,
    ...(drawEpoch && { drawEpoch }),
    diskSpace: () => diskSpace(file),
  };
}
