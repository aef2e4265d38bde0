/** The buffer a configuration describes, for the gateway and for the commands that open it while no gateway runs. */

import { join } from 'node:path';
import type { Clock } from '../shared/clock.ts';
import type { BufferOptions } from './buffer/buffer-options.ts';
import type { Config } from './config/settings.ts';
import type { DeviceTable } from './intake/device-table.ts';
import type { Log } from './machine/log.ts';
import { outboxOptions } from './routing/routes.ts';
import type { GatewaySurroundings } from './surroundings.ts';

export function bufferFileOf(config: Config): string {
  return join(config.gateway.dataDirectory, 'buffer.sqlite');
}

/** Everything a buffer needs beside its settings. */
type BufferSurroundings = Pick<GatewaySurroundings, 'boot' | 'drawEpoch' | 'diskSpace'> & {
  readonly clock: Clock;
  readonly log: Log;
  readonly devices: DeviceTable;
};

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
    outboxes: config.destinations.map((destination) => outboxOptions(destination, config, devices)),
    clock,
    log,
    ...(drawEpoch && { drawEpoch }),
    diskSpace: () => diskSpace(file),
  };
}
