/**
 * The life of the package on a clean Debian: installed, run, removed with a backlog, installed again, purged. The city OS and the device are
 * here; the gateway is the package's, in the Debian root.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type FeedCity, openFeedCity } from '../../gateway/rig/feed-city.ts';
import { freePort } from '../../gateway/rig/free-port.ts';
import { connectWhenUp } from '../end-to-end/mqtt-device.ts';
import { type DebianRoot, end } from './debian-root.ts';

const CONFIG = '/etc/machimori/gateway.toml';
const BUFFER = '/var/lib/machimori/buffer.sqlite';
const maxWaitMs = 30_000;
const READINGS = 20;

/** Throws, or rejects, at the first thing that is not as it should be. */
export async function liveThrough(
  debian: DebianRoot,
  packageFile: string,
  print: (line: string) => void,
): Promise<void> {
  const taken = debian.take(packageFile, 'machimori.deb');
  debian.run('dpkg', '--install', taken);
  debian.run('machimori', 'check', CONFIG);
  assert.match(debian.run('stat', '--format=%U:%G %a', CONFIG), /^root:machimori 640$/m);
  assert.match(debian.run('stat', '--format=%U:%G %a', '/etc/machimori'), /^root:machimori 2770$/m);
  assert.equal(debian.run('find', '/usr/lib/machimori', '/var/lib/machimori-releases', '-not', '-user', 'root'), '');
  print('it installs, and its first configuration passes the check');

  const city = await openFeedCity();
  try {
    await runWith(debian, city, print, () => debian.run('dpkg', '--install', taken));
  } finally {
    await city.close();
  }
  debian.run('dpkg', '--purge', 'machimori');
  for (const path of [
    '/etc/machimori',
    '/var/lib/machimori',
    '/var/lib/machimori-releases',
    '/usr/lib/machimori',
    '/usr/bin/machimori',
  ]) {
    assert.ok(!debian.has(path), `${path} is left after a purge`);
  }
  assert.doesNotMatch(debian.read('/etc/passwd'), /machimori/);
  print('a purge leaves nothing');
}

async function runWith(
  debian: DebianRoot,
  city: FeedCity,
  print: (line: string) => void,
  install: () => void,
): Promise<void> {
  const port = await freePort();
  const config = configOf(port, city.url);
  writeFileSync(join(debian.folder, CONFIG), config);
  debian.run('install', '-d', '-o', 'machimori', '-g', 'machimori', '-m', '0700', '/var/lib/machimori');
  await whileItRuns(debian, async () => {
    await publish(port, 0);
    await until(() => stored(city) === READINGS);
  });
  print(`${READINGS} readings arrive`);

  await city.cutOff();
  await whileItRuns(debian, () => publish(port, READINGS));
  debian.run('dpkg', '--remove', 'machimori');
  assert.ok(
    !debian.has('/usr/lib/machimori') && !debian.has('/var/lib/machimori-releases'),
    'the program is left after a removal',
  );
  assert.ok(debian.has(BUFFER), 'the backlog is gone after a removal');
  assert.equal(debian.read(CONFIG), config);
  print('a removal keeps the backlog and the configuration');

  install();
  install(); // the same version once more
  assert.equal(debian.read(CONFIG), config);
  await city.comeBack();
  await whileItRuns(debian, () => until(() => stored(city) === 2 * READINGS));
  assert.equal(city.duplicates(), 0);
  print(`installed again, it delivers the ${READINGS} that waited; none is lost, none doubled`);
}

async function whileItRuns(debian: DebianRoot, work: () => Promise<void>): Promise<void> {
  const gateway = debian.gateway();
  try {
    await work();
  } finally {
    await end(gateway);
  }
}

/** A message is acknowledged once its reading is on the disk. */
async function publish(port: number, from: number): Promise<void> {
  const device = await connectWhenUp(port, 'gauge');
  for (let n = from; n < from + READINGS; n++) await device.publishAsync('gauge', JSON.stringify({ n }), { qos: 1 });
  await device.endAsync();
}

function stored(city: FeedCity): number {
  return [...city.readings()].filter(({ device }) => device === 'gauge').length;
}

async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + maxWaitMs;
  while (!isSo()) {
    assert.ok(performance.now() < end, 'it takes too long');
    await delay(50);
  }
}

function configOf(port: number, url: string): string {
  return `gateway = { id = "box", tenant = "city", data-directory = "/var/lib/machimori" }
status = { enabled = false }
buffer = { batch-age = "1s" }
port = [{ name = "devices", type = "mqtt", trust-local = true, listen = "127.0.0.1:${port}" }]
[[device]]
id = "gauge"
type = "line"
port = "devices"
topic = "gauge"
profile = { format = "json", fields = [{ from = "n", quantity = "n" }] }
[[destination]]
name = "city"
type = "city-os"
url = "${url}"
reconnect-within = "1s"
`;
}
