/**
 * What a usual site writes to its card, in real time: two gauges with a reading a minute and two with one in ten, a people counter that prints its
 * totals each minute and one that prints them as somebody passes, twenty LoRaWAN devices with an uplink in a quarter of an hour (the intervals
 * of SITE). Alarms are too seldom to be in it: one a week is two commits more. `npm run --silent build-tools && npm run --silent build && node
 * build/test/bench/wear-of-a-site.js [MINUTES [BATCH-AGE]]`, by default 10 and "10s". Of the gateway's process: bytes by /proc, fsyncs by strace.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import { deviceTable, openCity } from '../../simulators/lorawan/city.ts';
import { machimori } from '../end-to-end/machimori.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { countSyncs, startCityOs, startGatewayProcess, writtenBytes } from './processes.ts';

const minuteMs = 60_000;
const settlingMs = 45_000;
const LORAWAN = { devices: 20, everyS: 900 };
/** Devices on lines; their first readings come this part of a minute after the start, so that they do not fall together. */
const SITE = [
  { name: 'gauge-1', everyMs: minuteMs, firstAt: 0 },
  { name: 'gauge-2', everyMs: minuteMs, firstAt: 0.35 },
  { name: 'gauge-3', everyMs: 10 * minuteMs, firstAt: 0.9 },
  { name: 'gauge-4', everyMs: 10 * minuteMs, firstAt: 0.95 },
  { name: 'counter-1', everyMs: minuteMs, firstAt: 0.7 },
  { name: 'counter-2', everyMs: 47_000, firstAt: 0.55 }, // somebody passes
] as const;
const YEAR_MINUTES = 525_600;

const minutes = Number(process.argv[2] ?? 10);
const batchAge = process.argv[3] ?? '10s';
const folder = mkdtempSync(join(tmpdir(), 'machimori-wear-'));
const cityFile = join(folder, 'city-os.sqlite');
const cityOs = await startCityOs(cityFile);
const udp = await freePort();
const lines = await Promise.all(SITE.map(openLine));
mkdirSync(join(folder, 'data'), { mode: 0o700 });
writeFileSync(join(folder, 'gateway.toml'), configOf(udp, cityOs.url));
const radio = await openCity({
  ...{ seed: 1, clock: new SystemClock('always'), devices: LORAWAN.devices, abpDevices: LORAWAN.devices },
  ...{ uplinksPerDevice: Number.POSITIVE_INFINITY, perSecond: LORAWAN.devices / LORAWAN.everyS, confirmed: 0 },
  gateways: [{ protocol: 'udp', host: '127.0.0.1', port: udp }],
  strictness: { toleranceMs: 500, patienceMs: 1_000, minLeadMs: 0 },
});
writeFileSync(join(folder, 'devices.csv'), deviceTable(radio.devices, 'lpp'), { mode: 0o600 });
const added = await machimori(folder, 'device', 'add', 'gateway.toml', '--import', 'devices.csv');
if (added.code !== 0) throw new Error(added.err);
const gateway = startGatewayProcess(join(folder, 'gateway.toml'));
void radio.run();
await delay(settlingMs);
const [before, storedBefore, syncs] = [writtenBytes(gateway.pid), stored(), await countSyncs(gateway.pid)];
await delay(minutes * minuteMs);
const [bytes, fsyncs, readings] = [writtenBytes(gateway.pid) - before, await syncs.end(), stored() - storedBefore];
const aYear = (value: number) => (value / minutes) * YEAR_MINUTES;
const round = (value: number) => Math.round(value * 100) / 100;
console.log(
  JSON.stringify({
    ...{ minutes, batchAge, readings, bytes, fsyncs },
    ...{ bytesPerReading: Math.round(bytes / readings), fsyncsPerReading: round(fsyncs / readings) },
    ...{ gbAYear: round(aYear(bytes) / 1e9), fsyncsAYear: Math.round(aYear(fsyncs)) },
  }),
);
await gateway.end();
await radio.close();
for (const line of lines) line.close();
await cityOs.end();
rmSync(folder, { recursive: true, force: true });

/** A sensor on a line that says something now and then: a gauge its level, a counter its totals. */
async function openLine({ name, everyMs, firstAt }: (typeof SITE)[number]) {
  const port = await freePort();
  const sockets = new Set<Socket>();
  let said = 0;
  const say = () => {
    said++;
    const level = JSON.stringify({ level: 1 + (said % 7) / 100 });
    const text = name.startsWith('gauge') ? level : `IN=${said * 3},OUT=${said * 2}`;
    for (const socket of sockets) socket.write(`${text}\r\n`);
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  let every: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    say();
    every = setInterval(say, everyMs);
  }, firstAt * minuteMs);
  const close = () => {
    clearTimeout(first);
    clearInterval(every);
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { name, port, close };
}

function stored(): number {
  const db = new Database(cityFile, { readonly: true });
  try {
    return Number(db.prepare('SELECT count(*) FROM reading').pluck().get());
  } finally {
    db.close();
  }
}

function configOf(port: number, city: string): string {
  const devices = lines.map(({ name, port: at }) => {
    const threshold = `[[device.threshold]]\nalarm = "flood watch"\nquantity = "level"\nraise = 2.0\nclear = 1.9\n`;
    const gauge = `type = "line"
profile = { format = "json", kind = "water-level", fields = [{ from = "level", quantity = "level" }] }
${threshold}`;
    return `[[port]]
name = "${name}"
type = "tcp"
address = "127.0.0.1:${at}"
[[device]]
id = "${name}"
port = "${name}"
${name.startsWith('gauge') ? gauge : 'type = "people-counter"\n'}`;
  });
  return `gateway = { id = "wear-01", tenant = "bench", data-directory = "data" }
status = { enabled = false }
clock = { synchronised = "always" }
lorawan = { region = "AS923-1" }
buffer = { batch-age = "${batchAge}", commit-within = "${batchAge}" }
[[port]]
name = "roof"
type = "lorawan-udp"
trust-local = true
listen = "127.0.0.1:${port}"
[[profile]]
name = "lpp"
type = "lorawan"
payload = "lpp"
${devices.join('')}[[destination]]
name = "city"
type = "city-os"
url = "${city}"
`;
}
