/** What a test starts of the rig's pieces; each ends with it. */
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { readConfigFile } from '../../gateway/config/config.ts';
import type { Log } from '../../gateway/machine/log.ts';
import type { FeedCity, FeedCityOptions } from '../../gateway/rig/feed-city.ts';
import { type GatewayHere, startHere } from '../../gateway/rig/gateway-here.ts';
import { GatewayProcess } from '../../gateway/rig/gateway-process.ts';
import { KeptLog } from '../../gateway/rig/kept-log.ts';
import { openCity } from '../../gateway/rig/open-city.ts';
import type { GatewayOptions } from '../../gateway/run.ts';
import { Supervised } from '../../gateway/supervise.ts';
import type { Surroundings } from '../../gateway/surroundings.ts';

/** Resolves when the condition throws no more. */
export async function until(condition: () => unknown): Promise<void> {
  await vi.waitFor(condition, { timeout: 30_000, interval: 20 });
}

/** Not started yet. */
export function gatewayProcess(config: string): GatewayProcess {
  const gateway = new GatewayProcess({ config });
  onTestFinished(() => gateway.close());
  return gateway;
}

export function start(folder: string, config: string): GatewayHere {
  const gateway = startHere({ folder, config });
  onTestFinished(() => gateway.close());
  return gateway;
}

/** One that follows its file, which is in the folder. */
export function supervised(
  folder: string,
  options: {
    readonly log?: Log;
    readonly trialMs?: number;
    readonly surroundings?: Surroundings;
    readonly acts?: GatewayOptions['acts'] & {};
  } = {},
): Supervised {
  const read = readConfigFile(join(folder, 'gateway.toml'));
  if (!read.ok) throw new Error(read.faults.map(({ what }) => what.en).join('\n'));
  const gateway = Supervised.start(read, { log: new KeptLog(), version: 'test', ...options });
  onTestFinished(() => gateway.stop());
  return gateway;
}

export async function feedCity(options: FeedCityOptions = {}): Promise<FeedCity> {
  const city = await openCity({ kind: 'feed', ...options });
  onTestFinished(() => city.close());
  return city;
}

/** A gateway whose one device, "gauge", publishes {"n": number} at a port of the loopback; more settings as TOML. */
export function gaugeConfig(
  gateway: string,
  devicePort: number,
  cityUrl: string,
  more: { buffer: string; destination: string },
): string {
  return `
    gateway = { id = "${gateway}", tenant = "city" }
    status = { enabled = false }
    buffer = { ${more.buffer} }
    [[port]]
    name = "devices"
    type = "mqtt"
    trust-local = true
    listen = "127.0.0.1:${devicePort}"
    [[device]]
    id = "gauge"
    type = "line"
    port = "devices"
    topic = "gauge"
    profile = { format = "json", fields = [{ from = "n", quantity = "n" }] }
    [[destination]]
    name = "city"
    type = "city-os"
    url = "${cityUrl}"
    ${more.destination}
  `;
}
