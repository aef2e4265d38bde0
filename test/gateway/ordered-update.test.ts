/** An update that the city orders: fetched, handed over, followed to its end, by the release before and by the new one. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { enrolmentText } from '../../gateway/net/enrolment.ts';
import { openHttp } from '../../gateway/net/http.ts';
import { hubLogin, updateAct } from '../../gateway/ordered-update.ts';
import { readTrial } from '../../gateway/update/box-state.ts';
import { readHanded, removeHanded, updateFolderOf, writeRefusal } from '../../gateway/update/hand-over.ts';
import { makeRelease } from '../../gateway/update/make-release.ts';
import { architectureOf } from '../../gateway/update/manifest.ts';
import { putRelease } from '../../gateway/update/put-release.ts';
import type { Order } from '../../shared/orders/order.ts';
import { foreign } from '../../shared/text.ts';
import { repositoryRoot } from '../repository-root.ts';
import { LogBook } from './machine/log-book.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { newReleaseKey, serveFolder, treeOf } from './update/release-site.ts';

const architecture = architectureOf(arch()) ?? 'amd64';

async function box() {
  const folder = temporaryFolder();
  const releases = join(folder, 'releases');
  const dataDirectory = join(folder, 'data');
  mkdirSync(join(releases, '0.1.0'), { recursive: true });
  mkdirSync(dataDirectory);
  symlinkSync('0.1.0', join(releases, 'current'));
  const key = await newReleaseKey();
  const site = temporaryFolder();
  await makeRelease(treeOf('0.2.0', { 'app/main.js': 'new' }, architecture), site, key.signer);
  const server = await serveFolder(site);
  let wall = Date.UTC(2026, 10, 27);
  const sleeping = async (ms: number, signal: AbortSignal) => {
    await new Promise((resolve) => setTimeout(resolve, signal.aborted ? 0 : 2));
    wall += ms;
  };
  const clock = {
    moment: () => ({ wall, monotonic: wall, synchronised: true, boot: 'boot-1' }),
    sleep: sleeping,
  };
  const log = new LogBook();
  const around = {
    releases,
    dataDirectory,
    keyFolders: [key.publicFolder],
    loginFor: () => ({ headers: {} }),
    openHttp,
    clock: clock as never,
    log,
  };
  const end = new AbortController();
  onTestFinished(() => end.abort());
  const order = (more: Readonly<Record<string, unknown>> = {}) =>
    ({
      id: 'a1',
      expiresAt: wall + 86_400_000,
      arguments: { version: '0.2.0', url: server.url, ...more },
    }) as never as Order; // all that it reads
  const act = () => {
    const found = updateAct(around as never); // a clock that goes as fast as it is looked at
    if (found === undefined) throw new Error('this machine has no releases');
    return found;
  };
  const shims = join(folder, 'shims');
  mkdirSync(shims);
  writeFileSync(join(shims, 'systemctl'), '#!/bin/sh\nexit 0\n');
  chmodSync(join(shims, 'systemctl'), 0o755);
  const script = (...args: readonly string[]) =>
    spawnSync('sh', [join(repositoryRoot, 'deploy/box/releases'), ...args], {
      env: {
        PATH: `${shims}:${process.env.PATH}`,
        MACHIMORI_RELEASES: releases,
        MACHIMORI_HEALTHY: join(dataDirectory, 'healthy'),
        MACHIMORI_TRIAL_SECONDS: '0',
      },
    });
  /** What root's unit does once something was handed over. */
  const root = async () => {
    await expect.poll(() => readHanded(dataDirectory)).toBeDefined();
    const name = { version: '0.2.0', architecture } as const;
    await putRelease({
      from: updateFolderOf(dataDirectory),
      name,
      keys: key.trusted,
      releases,
      architecture,
      mayBeOlder: false,
    });
    removeHanded(dataDirectory);
    expect(script('take-up', '0.2.0').status).toBe(0);
  };
  const { publicFolder } = key;
  return {
    folder,
    releases,
    dataDirectory,
    server,
    keys: key.trusted,
    publicFolder,
    log,
    act,
    order,
    end,
    root,
    script,
  };
}

test('it is done once the trial of the new release has ended well, told by the new release', async () => {
  const { act, order, end, root, releases, dataDirectory, script } = await box();
  const before = act().run(order(), end.signal);
  await root();
  end.abort(); // the service manager stops the release before
  expect(await before).toBeUndefined();
  const after = act().resume?.({ ...order(), mark: 'a1' } as never, new AbortController().signal);
  writeFileSync(join(dataDirectory, 'healthy'), readTrial(releases)?.token ?? '');
  script('judge');
  expect(await after).toMatchObject({ outcome: 'done', details: { version: '0.2.0' } });
});

test('it has failed if the last release came back, and that one says why', async () => {
  const { act, order, end, root, script } = await box();
  const before = act().run(order(), end.signal);
  await root();
  script('judge');
  expect(await before).toMatchObject({
    outcome: 'failed',
    reason: 'rolled-back-time',
    text: { en: expect.stringContaining('0.1.0 runs again') },
  });
});

test('it is refused with the reason if root does not take it up', async () => {
  const { act, order, end, releases, dataDirectory } = await box();
  const done = act().run(order(), end.signal);
  await expect.poll(() => readHanded(dataDirectory)).toBeDefined();
  writeRefusal(releases, 'of another', foreign('another reason'));
  writeRefusal(releases, readHanded(dataDirectory)?.number ?? '', foreign('nobody has signed it'));
  expect(await done).toMatchObject({ outcome: 'refused', text: { en: 'nobody has signed it' } });
});

test('nothing is handed over of a release that nobody trusted has signed', async () => {
  const { act, order, end, dataDirectory, server } = await box();
  const other = temporaryFolder();
  await makeRelease(treeOf('0.2.0', {}, architecture), other, (await newReleaseKey()).signer);
  const { url } = await serveFolder(other);
  expect(await act().run(order({ url }), end.signal)).toMatchObject({ outcome: 'failed', reason: 'release-unusable' });
  expect(await act().run(order({ version: '0.3.0', url: server.url }), end.signal)).toMatchObject({
    outcome: 'failed',
  });
  expect(readHanded(dataDirectory)).toBeUndefined();
});

test('a file among the trusted keys that is none is passed over, and the log says so; the good one still counts', async () => {
  const { act, order, end, dataDirectory, publicFolder, log } = await box();
  writeFileSync(join(publicFolder, 'a-broken.pem'), '-----BEGIN PUBLIC KEY-----\n');
  const done = act().run(order(), end.signal);
  await expect.poll(() => readHanded(dataDirectory)).toMatchObject({ version: '0.2.0' });
  expect(log.at('warn')).toMatchObject([{ message: 'A public key for releases was passed over' }]);
  end.abort();
  expect(await done).toBeUndefined();
});

test('a server that is away is asked again until the order is over', async () => {
  const { act, order, end, server, dataDirectory } = await box();
  server.isDown = true;
  const done = act().run(order(), end.signal);
  await expect.poll(() => existsSync(updateFolderOf(dataDirectory))).toBe(true);
  server.isDown = false;
  await expect.poll(() => readHanded(dataDirectory)).toBeDefined();
  end.abort();
  expect(await done).toBeUndefined();
  server.isDown = true;
  rmSync(join(dataDirectory, 'update'), { recursive: true });
  const late = await act().run(order(), new AbortController().signal);
  expect(late).toMatchObject({ outcome: 'failed', reason: 'release-unreachable' });
});

test('what runs already needs no update, and a machine without releases takes none', async () => {
  const { act, order, end, releases, script } = await box();
  mkdirSync(join(releases, '0.2.0'));
  rmSync(join(releases, 'current'));
  symlinkSync('0.2.0', join(releases, 'current'));
  expect(await act().run(order(), end.signal)).toEqual({ outcome: 'done', details: { changed: false } });
  rmSync(join(releases, 'current'));
  expect(act).toThrow('no releases');
  expect(script('roll-back').status).toBe(1);
});

test('what root has refused is fetched again with the next order: the disk may have damaged it', async () => {
  const { act, order, end, releases, dataDirectory, keys } = await box();
  const first = act().run(order(), end.signal);
  await expect.poll(() => readHanded(dataDirectory)).toBeDefined();
  const blobs = join(updateFolderOf(dataDirectory), 'blobs');
  for (const name of readdirSync(blobs)) writeFileSync(join(blobs, name), 'damaged');
  writeRefusal(releases, readHanded(dataDirectory)?.number ?? '', foreign('a file is damaged'));
  expect(await first).toMatchObject({ outcome: 'refused' });
  const second = act().run(order(), end.signal);
  await expect.poll(() => readHanded(dataDirectory)).toBeDefined();
  const from = updateFolderOf(dataDirectory);
  const name = { version: '0.2.0', architecture } as const;
  await putRelease({ from, name, keys, releases, architecture, mayBeOlder: false });
  end.abort();
  await second;
});

test('one update at a time', async () => {
  const { act, order, end, dataDirectory } = await box();
  const update = act();
  const first = update.run(order(), end.signal);
  expect(await update.run(order({ version: '0.3.0' }), end.signal)).toMatchObject({ reason: 'update-runs' });
  await expect.poll(() => readHanded(dataDirectory)).toMatchObject({ version: '0.2.0' });
  end.abort();
  expect(await first).toBeUndefined();
});

test('an order that was cut off before it began does not take the end of another for its own', async () => {
  const { act, order, end, root, releases, dataDirectory, script } = await box();
  const first = act().run(order(), end.signal);
  await root();
  writeFileSync(join(dataDirectory, 'healthy'), readTrial(releases)?.token ?? '');
  script('judge');
  expect(await first).toMatchObject({ outcome: 'done' });
  const other = { ...order({ version: '0.3.0' }), mark: 'b2' };
  expect(await act().resume?.(other as never, end.signal)).toMatchObject({ outcome: 'interrupted' });
});

test('the password goes to the hub that has enrolled the gateway, and never in the clear if the hub is not', () => {
  const loginAt = (enrolled: string, url: string) => {
    const enrolmentFile = join(temporaryFolder(), 'hub.enrolment');
    const who = { tenant: 'kakogawa', gateway: 'river-07', username: 'u', password: 'a secret' };
    writeFileSync(enrolmentFile, enrolmentText({ ...who, url: enrolled }));
    const config = { destinations: [{ settings: { enrolmentFile } }] };
    return hubLogin(config as never)(url).headers.authorization; // nothing else is asked of it
  };
  const releases = 'hub.example.jp:8443/v1/kakogawa/releases';
  expect(loginAt('mqtts://hub.example.jp:8883', `https://${releases}`)).toContain('Basic');
  expect(loginAt('mqtts://hub.example.jp:8883', `http://${releases}`)).toBeUndefined();
  expect(loginAt('mqtt://hub.example.jp:1883', `http://${releases}`)).toContain('Basic');
  expect(loginAt('mqtts://other.example.jp:8883', `https://${releases}`)).toBeUndefined();
});
