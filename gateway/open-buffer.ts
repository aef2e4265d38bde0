/** The buffer that a configuration describes, for the gateway and for the commands that look into it while none runs. */

import { join } from 'node:path';
import type { Clock } from '../shared/clock.ts';
import type { BufferOptions } from './buffer/buffer-options.ts';
import type { DiskSpace } from './buffer/disk-room.ts';
import type { Config } from './config/settings.ts';
import type { DeviceTable } from './intake/device-table.ts';
import type { Log } from './machine/log.ts';
import { feedOptions } from './routing/routes.ts';

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
    feeds: config.destinations.map((destination) => feedOptions(destination, config, devices)),
    clock,
    log,
    ...(drawEpoch && { drawEpoch }),
    diskSpace: () => diskSpace(file),
  };
}
