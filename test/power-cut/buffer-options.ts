import type { BufferOptions } from '../../gateway/buffer/buffer-options.ts';
import type { Clock } from '../../shared/clock.ts';

const silent = () => {};

/** Everything is small, batches and quota included, so that everything happens often. */
export function bufferOptions(file: string, clock: Clock): BufferOptions {
  return {
    file,
    gateway: 'gateway-01',
    boot: 'boot-1',
    maxBytes: 120_000,
    batchReadings: 20,
    batchAgeMs: 5_000,
    holdMs: 20_000,
    outboxes: [{ name: 'city', encoding: 'columns', compression: 'none', freshEvery: 4, accepts: () => true }],
    clock,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    diskSpace: () => ({ freeBytes: 1e9, totalBytes: 2e9 }),
  };
}
