/**
 * The life of the package on a clean Debian: installed, run, removed with a backlog, installed again, purged. The city OS and the device are
 * here; the gateway is the package's, in the Debian root.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FeedCity, openFeedCity } from '../../gateway/rig/feed-city.ts';
import { freePort } from '../../gateway/rig/free-port.ts';
import { type DebianRoot, end } from './debian-root.ts';
import { publish, READINGS, stored, until } from './gauge.ts';
import { liveThroughMishaps } from './mishaps.ts';
import { upgrade } from './upgrades.ts';

const CONFIG = '/etc/machimori/gateway.toml';
const BUFFER = '/var/lib/machimori/buffer.sqlite';

/** Throws, or rejects, at the first thing that is not as it should be. */
export async function liveThrough(
  debian: DebianRoot,
  { packageFile, tree }: { readonly packageFile: string; readonly tree: string },
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
    const port = await freePort();
    await runWith(debian, { city, port, print, install: () => debian.run('dpkg', '--install', taken) });
    await upgrade(debian, { tree, port, city, print });
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
  liveThroughMishaps(debian, taken, print);
}

interface Running {
  readonly city: FeedCity;
  readonly port: number;
  print(line: string): void;
  install(): void;
}

async function runWith(debian: DebianRoot, { city, port, print, install }: Running): Promise<void> {
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
