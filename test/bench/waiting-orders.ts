/**
 * How a hub starts whose buffer has many gateways' births, and an order waiting for each of them:
 * `npm run --silent build-tools && npm run --silent build && node build/test/bench/waiting-orders.js [COUNT]`, by default none, 1,000 and 10,000. A line
 * of JSON for each; docs/scale.md tells what they mean.
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadingBuffer } from '../../gateway/buffer/buffer.ts';
import { diskSpaceOf } from '../../gateway/buffer/disk-room.ts';
import { rememberAll } from '../../gateway/buffer/remembering.ts';
import { readConfigFile } from '../../gateway/config/config.ts';
import { Births } from '../../gateway/hub/births.ts';
import { DeviceTable } from '../../gateway/intake/device-table.ts';
import { openLog } from '../../gateway/machine/log.ts';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import { bufferOptionsOf } from '../../gateway/open-buffer.ts';
import { openHubOrders } from '../../gateway/open-hub-orders.ts';
import { GatewayProcess, MAIN } from '../../gateway/rig/gateway-process.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { cpuSeconds, HUB_FLAGS, residentMb } from './processes.ts';
import { until } from './stopwatch.ts';

const atOnce = 500;
const maxWaitMs = 60_000;
const settlingMs = 5_000;

const wanted = process.argv.slice(2).map(Number);
for (const count of wanted.length > 0 ? wanted : [0, 1_000, 10_000]) await measure(count);

async function measure(count: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'machimori-bench-'));
  const config = join(folder, 'gateway.toml');
  writeFileSync(config, hubToml(await freePort(), join(folder, 'data')));
  const put = await fill(config, count);
  const command: [string, ...string[]] = [process.execPath, ...HUB_FLAGS, MAIN, 'run', 'gateway.toml'];
  const hub = new GatewayProcess({ folder, command });
  const startedAt = performance.now();
  await hub.start();
  try {
    await until(() => hub.log.text.includes('The gateway runs'), maxWaitMs, 'the hub');
    const startMs = Math.round(performance.now() - startedAt);
    const startCpuS = cpuSeconds(hub.pid);
    const atStartMb = residentMb(hub.pid);
    await new Promise((resolve) => setTimeout(resolve, settlingMs));
    const file = Math.round(statSync(join(folder, 'data/buffer.sqlite')).size / 1e5) / 10;
    const line = { count, ...put, startMs, startCpuS, atStartMb, laterMb: residentMb(hub.pid), bufferMb: file };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  } finally {
    await hub.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As the hub itself would have written them. */
async function fill(file: string, count: number): Promise<{ readonly msAnOrder: number }> {
  const result = readConfigFile(file);
  if (!result.ok) throw new Error(`the benchmark's own configuration is faulty: ${result.faults[0]?.what.en}`);
  const { config } = result;
  const log = openLog('error', () => performance.now());
  const clock = new SystemClock('always');
  const devices = new DeviceTable(config, []);
  const buffer = ReadingBuffer.open(
    bufferOptionsOf(config, { clock, log, devices, boot: 'bench', diskSpace: diskSpaceOf }),
  );
  const remember = rememberAll(buffer);
  let written: Promise<void>[] = [];
  const births = new Births(
    buffer.remembered(),
    (key, value) => void written.push(remember(new Map([[key, value]])).then(() => {})),
    log,
  );
  const orders = openHubOrders({ config, buffer, clock, log });
  let orderMs = 0;
  for (let from = 0; from < count; from += atOnce) {
    const names = Array.from({ length: Math.min(atOnce, count - from) }, (_, i) => `box-${from + i}`);
    for (const gateway of names) births.born({ tenant: 'town', gateway }, birthOf(gateway), Date.now());
    await Promise.all(written);
    written = [];
    const at = performance.now();
    const update = { version: '1.2.0', url: 'https://releases.example.jp/machimori-1.2.0.tar' };
    const order = { tenant: 'town', action: 'update', arguments: update, by: 'bench' } as const;
    await Promise.all(names.map((gateway) => orders.send({ ...order, device: undefined, gateway })));
    orderMs += performance.now() - at;
  }
  buffer.close();
  return { msAnOrder: Math.round((orderMs / Math.max(1, count)) * 100) / 100 };
}

function birthOf(gateway: string) {
  const device = (n: number) => ({
    ...{ id: `gauge-${gateway}-${n}`, type: 'maxbotix', kinds: ['water-level'], units: { level: 'm' } },
    place: { lat: 34.34, lon: 134.05, name: 'Bridge' },
  });
  const devices = [1, 2, 3, 4].map(device);
  return { gateway, tenant: 'town', software: 'bench', epoch: '00000000000000aa', at: Date.now(), devices };
}

function hubToml(port: number, data: string): string {
  return `gateway = { id = "hub", tenant = "region", data-directory = "${data}" }
clock = { synchronised = "always" }
status = { enabled = false }
[[port]]
name = "gateways"
type = "feed"
listen = "127.0.0.1:${port}"
max-clients = 20000
[[destination]]
name = "archive"
type = "archive"
url = "sqlite:history.sqlite"
tenants = ["*"]
`;
}
