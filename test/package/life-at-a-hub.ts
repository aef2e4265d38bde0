/**
 * A box that nobody types at: set up by a stick, it reaches its hub; it is updated by an order from there; and it goes on where its root is read-only and forgets
 * everything that does not lie on the partition that lasts. The hub is a process here, with its own broker and door; behind it is a city OS. The box is
 * the package's, in a Debian root.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FeedCity, openFeedCity } from '../../gateway/rig/feed-city.ts';
import { freePort } from '../../gateway/rig/free-port.ts';
import type { Status } from '../../gateway/status/status.ts';
import { BoxUnits } from './box-units.ts';
import type { DebianRoot } from './debian-root.ts';
import { publish, READINGS, stored, until } from './gauge.ts';
import { Hub, type Ordered } from './hub.ts';
import { ReadOnlyRoot } from './read-only-root.ts';
import { makeStick } from './stick.ts';
import { makeVariant } from './variant.ts';

const BOX = 'toyama/river-07';
const CONFIG = '/etc/machimori/gateway.toml';
const MARK = '/etc/machimori/set-up.json';
const CLOUD_SEED = '/var/lib/cloud/seed/machimori';

export interface LifeAtAHub {
  readonly packageFile: string;
  /** The release that is in it. */
  readonly tree: string;
  /** Made; for what lies beside the box. */
  readonly scratch: string;
  print(line: string): void;
}

/** Rejects at the first thing that is not as it should be. */
export async function liveAtAHub(debian: DebianRoot, life: LifeAtAHub): Promise<void> {
  const { packageFile, scratch, print } = life;
  mkdirSync(scratch);
  debian.run('dpkg', '--install', debian.take(packageFile, 'machimori.deb'));
  const city = await openFeedCity();
  const hub = await Hub.open(join(scratch, 'hub'), city.url);
  try {
    const port = await freePort();
    const at = { ...life, hub, city, port, keys: newKeys(scratch), sent: 0 };
    await bySeedOfCloudInit(debian, at);
    const units = new BoxUnits(debian, { isNew: true, followsPaths: true });
    try {
      await byStick(debian, units, at);
      await byOrder(debian, at);
    } finally {
      await units.stop();
    }
    await onReadOnlyRoot(debian, at);
    assert.equal(city.duplicates(), 0);
    print(`${at.sent} readings are at the hub; none is lost, none doubled`);
  } finally {
    await hub.stop();
    await city.close();
  }
}

interface AtHub extends LifeAtAHub {
  readonly hub: Hub;
  readonly city: FeedCity;
  /** Where the box listens for its gauge. */
  readonly port: number;
  readonly keys: ReleaseKeys;
  /** Readings so far. */
  sent: number;
}

/** Publishes some more readings; resolves once the box has them on its disk. */
async function measure(at: AtHub): Promise<void> {
  await publish(at.port, at.sent);
  at.sent += READINGS;
}

async function allArrive(at: AtHub): Promise<void> {
  await until(() => stored(at.city) === at.sent);
}

async function bySeedOfCloudInit(debian: DebianRoot, { hub, print }: AtHub): Promise<void> {
  const folder = join(debian.folder, CLOUD_SEED);
  mkdirSync(folder, { recursive: true });
  await hub.machimori('gateway', 'enrol', hub.config, BOX, '--out', join(folder, 'river-07.enrolment'));
  await debian.runApart('/usr/lib/machimori/set-up');
  assert.match(debian.read(MARK), /"toyama\/river-07"/);
  debian.run('machimori', 'check', CONFIG);
  for (const path of [MARK, '/etc/machimori/city-os.enrolment', CONFIG, CLOUD_SEED])
    rmSync(join(debian.folder, path), { recursive: true });
  print('what cloud-init has written sets it up, and is taken away again');
}

async function byStick(debian: DebianRoot, units: BoxUnits, at: AtHub): Promise<void> {
  const { hub, port, keys, scratch, print } = at;
  const files = join(scratch, 'files');
  mkdirSync(files);
  await hub.machimori('gateway', 'enrol', hub.config, BOX, '--stick', files);
  const seed = join(files, 'machimori');
  writeFileSync(join(seed, 'gateway.toml'), configOf(port));
  writeFileSync(join(seed, 'hostname'), 'river-07\n');
  mkdirSync(join(seed, 'release-keys'));
  execFileSync('cp', [keys.cityPublic, join(seed, 'release-keys/city.pem')]);
  const stick = makeStick(files, scratch);
  try {
    await debian.runApart('/usr/lib/machimori/set-up', stick.plugInto(debian));
  } finally {
    stick.pullOut();
  }
  assert.match(units.asked, /enable machimori\.service/);
  assert.equal(debian.read('/etc/hostname'), 'river-07\n');
  await measure(at);
  await allArrive(at);
  const { gateways } = JSON.parse(await hub.machimori('status', hub.config, '--json')) as Pick<Status, 'gateways'>; // its own
  assert.deepEqual(
    gateways.map(({ tenant, gateway, state }) => ({ tenant, gateway, state })),
    [{ tenant: 'toyama', gateway: 'river-07', state: 'online' }],
  );
  print(
    `a stick (${stick.fileSystem}) that is plugged in makes it ${BOX}: it is online at its hub, and its readings are there`,
  );
}

async function byOrder(debian: DebianRoot, at: AtHub): Promise<void> {
  const { hub, keys, scratch, print } = at;
  const forged = join(scratch, 'forged');
  makeForged(join(scratch, 'forged-tree'), '0.9.9');
  await hub.machimori('release', 'make', join(scratch, 'forged-tree'), forged, '--key', keys.stranger);
  await hub.machimori('release', 'publish', hub.config, forged, '--key', keys.strangerPublic);
  const before = currentOf(debian);
  const refused = await order(at, '0.9.9');
  assert.notEqual(refused.state, 'done');
  assert.match(refused.result?.text?.en ?? '', /nobody whom this box trusts has signed it/);
  assert.equal(currentOf(debian), before);
  print(`a release that somebody else has signed is ${refused.state}, and the hub has the reason`);

  await publishRelease(at, '0.9.1');
  const updating = order(at, '0.9.1');
  await measure(at);
  assert.equal((await updating).state, 'done');
  assert.equal(currentOf(debian), '0.9.1');
  await allArrive(at);
  print('an order updates it from the door of the hub; it is done once the trial has ended well');
}

async function onReadOnlyRoot(debian: DebianRoot, at: AtHub): Promise<void> {
  const { hub, scratch, print } = at;
  const root = new ReadOnlyRoot(debian, join(scratch, 'read-only'));
  const start = () => {
    root.mount();
    return new BoxUnits(root.box, { isNew: false, followsPaths: true });
  };
  let units: BoxUnits | undefined;
  try {
    units = start();
    await measure(at);
    await allArrive(at);
    await hub.stop();
    await measure(at);
    await units.powerOff();
    root.unmount();
    units = start();
    await measure(at);
    await hub.start();
    await allArrive(at);
    print('with a read-only root it goes on with its backlog after a power cut');

    await publishRelease(at, '0.9.2');
    assert.equal((await order(at, '0.9.2')).state, 'done');
    await units.powerOff();
    root.unmount();
    units = start();
    assert.equal(currentOf(root.box), '0.9.2');
    await measure(at);
    await allArrive(at);
    print(
      `an order updates it there, too, and the new release stays; ${Math.ceil(root.memoryBytes / 1e3)} kB are in memory`,
    );
  } finally {
    await units?.powerOff();
    root.unmount();
  }
}

function order({ hub }: AtHub, version: string): Promise<Ordered> {
  return hub.order(BOX, 'update', '--argument', `version=${version}`, '--argument', `url=${hub.releases('toyama')}`);
}

async function publishRelease({ tree, hub, keys, scratch }: AtHub, version: string): Promise<void> {
  const [folder, releases] = [join(scratch, `tree-${version}`), join(scratch, 'releases')];
  makeVariant({ tree, folder, version });
  await hub.machimori('release', 'make', folder, releases, '--key', keys.city);
  await hub.machimori('release', 'publish', hub.config, releases, '--key', keys.cityPublic);
  rmSync(join(releases, `${version}_amd64.manifest`)); // it is not published again with the next
}

/** A tree that would start something else. */
function makeForged(folder: string, version: string): void {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  const about = { name: 'machimori', version, architecture: 'amd64', node: null, releasedAt: '2026-11-01' };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(about));
  writeFileSync(join(folder, 'bin/machimori'), '#!/bin/sh\n', { mode: 0o755 });
}

function currentOf(debian: DebianRoot): string {
  return debian.run('readlink', '/var/lib/machimori-releases/current').trim();
}

/** Files: the city's, whom the box trusts, and those of somebody whom it does not. */
interface ReleaseKeys {
  readonly city: string;
  readonly cityPublic: string;
  readonly stranger: string;
  readonly strangerPublic: string;
}

/** Made as docs/updates.md says. */
function newKeys(scratch: string): ReleaseKeys {
  const pair = (name: string) => {
    const [key, pem] = [join(scratch, `${name}.key`), join(scratch, `${name}.pem`)];
    execFileSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', key]);
    execFileSync('openssl', ['pkey', '-in', key, '-pubout', '-out', pem]);
    return [key, pem] as const;
  };
  const [[city, cityPublic], [stranger, strangerPublic]] = [pair('city'), pair('stranger')];
  return { city, cityPublic, stranger, strangerPublic };
}

function configOf(port: number): string {
  return `gateway = { id = "new", tenant = "new" }
status = { enabled = false }
buffer = { batch-age = "1s" }
port = [{ name = "devices", type = "mqtt", trust-local = true, listen = "127.0.0.1:${port}" }]
[[device]]
id = "gauge"
type = "line"
port = "devices"
topic = "gauge"
profile = { format = "json", fields = [{ from = "n", quantity = "n" }] }
`;
}
