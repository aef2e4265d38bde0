/** A device that publishes to the package's gateway, and what of it the city OS has. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { FeedCity } from '../../gateway/rig/feed-city.ts';
import { connectWhenUp } from '../end-to-end/mqtt-device.ts';

export const READINGS = 20;
const maxWaitMs = 30_000;

/** A message is acknowledged once its reading is on the disk. */
export async function publish(port: number, from: number): Promise<void> {
  const device = await connectWhenUp(port, 'gauge');
  for (let n = from; n < from + READINGS; n++) await device.publishAsync('gauge', JSON.stringify({ n }), { qos: 1 });
  await device.endAsync();
}

export function stored(city: FeedCity): number {
  return [...city.readings()].filter(({ device }) => device === 'gauge').length;
}

export async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + maxWaitMs;
  while (!isSo()) {
    assert.ok(performance.now() < end, 'it takes too long');
    await delay(50);
  }
}
