/** A hub in full: gateways over MQTT and HTTP, a city OS behind it, and the faults between them. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readVersion } from '../../gateway/machine/release.ts';
import type { City } from '../../gateway/rig/city.ts';
import { encodeBatch, encodeBody } from '../../shared/feed/batch.ts';
import { decodeReceipt } from '../../shared/feed/receipt.ts';
import { level, levels } from '../gateway/buffer/buffer-rig.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { enrol, enrolledToml, gatewayToml, hubSite, hubToml } from './hub-rig.ts';
import { machimori } from './machimori.ts';
import { feedCity, start, until } from './started.ts';

function stored(city: City): string[] {
  return [...city.readings()]
    .map(({ tenant, gateway, device, values }) => `${tenant}/${gateway} ${device} ${values.level}`)
    .toSorted();
}

async function site() {
  const { folder, hubFolder, city, tomlOf } = await hubSite();
  const [port, httpPort] = [await freePort(), await freePort()];
  const toml = tomlOf(
    `listen = "127.0.0.1:${port}"
    http-listen = "127.0.0.1:${httpPort}"`,
    'reconnect-within = "200ms"',
  );
  return { folder, hubFolder, port, httpPort, city, toml };
}

test('two gateways with devices of one id arrive apart, under their own names and numbers', async () => {
  const { folder, hubFolder, port, city, toml } = await site();
  const passwords = ['toyama', 'takamatsu'].map((tenant) => enrol(hubFolder, tenant, 'gateway-01'));
  const hub = start(hubFolder, toml);
  const gateways = ['toyama', 'takamatsu'].map((tenant, i) => {
    const passwordFile = passwords[i] ?? '';
    return start(join(folder, tenant), gatewayToml({ tenant, id: 'gateway-01', port, passwordFile }));
  });
  await Promise.all(gateways.map(({ buffer }, i) => buffer.append(levels(i * 10 + 1, i * 10 + 3))));
  await until(() =>
    expect(stored(city)).toEqual([
      'takamatsu/gateway-01 gauge-01 11',
      'takamatsu/gateway-01 gauge-01 12',
      'takamatsu/gateway-01 gauge-01 13',
      'toyama/gateway-01 gauge-01 1',
      'toyama/gateway-01 gauge-01 2',
      'toyama/gateway-01 gauge-01 3',
    ]),
  );
  await until(() => expect(gateways[0]?.buffer.stats().outboxes.hub?.waiting).toEqual({ routine: 0, urgent: 0 }));
  expect([...hub.buffer.sources()].map(({ tenant, arrived }) => [tenant, arrived])).toEqual(
    expect.arrayContaining([
      ['toyama', [[1, 1]]],
      ['takamatsu', [[1, 1]]],
    ]),
  );
  await until(() =>
    expect(
      city.cityOs
        .status()
        .map(({ gateway }) => gateway)
        .toSorted(),
    ).toEqual(['gateway-01', 'gateway-01', 'hub-01']),
  );
}, 60_000);

test('a gateway that is not enrolled, or no longer, is turned away and named', async () => {
  const { folder, hubFolder, port, city, toml } = await site();
  const passwordFile = enrol(hubFolder, 'toyama', 'gateway-01');
  const hub = start(hubFolder, toml);
  const stranger = start(join(folder, 'a'), gatewayToml({ tenant: 'toyama', id: 'gateway-09', port, passwordFile }));
  await stranger.buffer.append([level(1)]);
  await until(() => expect(stranger.sources.forwarders[0]?.stats.why?.en).toMatch(/not authorized/i));
  expect(hub.sources.activity.ports.get('gateways')?.lastTurnedAway?.en).toMatch(/wrong user name or password/);
  expect(stored(city)).toEqual([]);
}, 60_000);

test('the hub goes away and comes back, and its city OS too: everything arrives once', async () => {
  const { folder, hubFolder, port, city, toml } = await site();
  const passwordFile = enrol(hubFolder, 'toyama', 'gateway-01');
  let hub = start(hubFolder, toml);
  const gateway = start(join(folder, 'a'), gatewayToml({ tenant: 'toyama', id: 'gateway-01', port, passwordFile }));
  await gateway.buffer.append(levels(1, 5));
  await until(() => expect(stored(city)).toHaveLength(5));
  await city.cutOff();
  await gateway.buffer.append(levels(6, 10));
  await until(() => expect(gateway.buffer.stats().outboxes.hub?.waiting).toEqual({ routine: 0, urgent: 0 }));
  await hub.stop();
  await gateway.buffer.append(levels(11, 15));
  await city.comeBack();
  hub = start(hubFolder, toml);
  await until(() => expect(stored(city)).toHaveLength(15));
  expect(new Set(stored(city)).size).toBe(15);
  expect(city.duplicates()).toBe(0);
}, 60_000);

test('a batch over HTTP is answered by its receipt, and again by the same', async () => {
  const { hubFolder, httpPort, city, toml } = await site();
  const { readFileSync } = await import('node:fs');
  const password = readFileSync(enrol(hubFolder, 'toyama', 'phone-01'), 'utf8');
  start(hubFolder, toml);
  const readings = levels(1, 4);
  const { body } = encodeBody('columns', readings);
  const about = { encoding: 'columns', compression: 'none', lane: 'routine', count: 4, doubts: undefined } as const;
  const batch = encodeBatch({ ...about, gateway: 'phone-01', epoch: '00000000000000aa', number: 1 }, body);
  const post = (path: string, login: string, payload: Uint8Array) =>
    fetch(`http://127.0.0.1:${httpPort}${path}`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(login)}` },
      body: Buffer.from(payload),
    });
  const login = `toyama/phone-01:${password}`;
  await until(async () => expect((await post('/v1/toyama/phone-01/birth', login, Buffer.of(0))).status).toBe(400));
  for (let time = 0; time < 2; time++) {
    const answer = await post('/v1/toyama/phone-01/batch', login, batch);
    expect(answer.status).toBe(200);
    expect(decodeReceipt(new Uint8Array(await answer.arrayBuffer()))).toMatchObject({ number: 1, outcome: 'stored' });
  }
  expect((await post('/v1/toyama/phone-01/batch', 'toyama/phone-01:wrong', batch)).status).toBe(401);
  expect((await post('/v1/toyama/phone-02/batch', login, batch)).status).toBe(403);
  expect((await post('/v2/toyama/phone-01/batch', login, batch)).status).toBe(404);
  const big = Buffer.alloc(3_000_000);
  expect((await post('/v1/toyama/phone-01/batch', login, big).catch(() => ({ status: 413 }))).status).toBe(413);
  await until(() => expect(stored(city)).toHaveLength(4));
}, 60_000);

test('a ring of three hubs that send on to each other stores each reading once in each', async () => {
  const folder = temporaryFolder();
  const ports = [await freePort(), await freePort(), await freePort()];
  const cities = [await feedCity(), await feedCity(), await feedCity()];
  const folders = [1, 2, 3].map((n) => join(folder, `hub-${n}`));
  for (const each of folders) mkdirSync(each);
  const hubs = folders.map((hubFolder, i) => {
    const next = (i + 1) % 3;
    const passwordFile = enrol(folders[next] ?? '', 'region', `hub-${i + 1}`, true);
    return () =>
      start(
        hubFolder,
        hubToml(
          `
          [[port]]
          name = "gateways"
          type = "feed"
          listen = "127.0.0.1:${ports[i]}"
          [[destination]]
          name = "city"
          type = "city-os"
          url = "${cities[i]?.url}"
          tenants = ["*"]
          reconnect-within = "200ms"
          [[destination]]
          name = "neighbour"
          type = "city-os"
          url = "mqtt://127.0.0.1:${ports[next]}"
          username = "region/hub-${i + 1}"
          password-file = "${passwordFile}"
          tenants = ["*"]
          reconnect-within = "200ms"
        `,
          `hub-${i + 1}`,
        ),
      );
  });
  const passwordFile = enrol(folders[0] ?? '', 'toyama', 'gateway-01');
  const running = hubs.map((open) => open());
  const gateway = start(
    join(folder, 'a'),
    gatewayToml({ tenant: 'toyama', id: 'gateway-01', port: ports[0] ?? 0, passwordFile }),
  );
  await gateway.buffer.append(levels(1, 20));
  await until(() => expect(cities.map((city) => stored(city).length)).toEqual([20, 20, 20]));
  const idle = { routine: 0, urgent: 0 };
  await until(() => {
    for (const hub of running) expect(hub.buffer.stats().outboxes.neighbour?.waiting).toEqual(idle);
  });
  for (const hub of running) {
    const passed = [...hub.buffer.sources()].filter((source) => source.gateway === 'gateway-01');
    expect(passed.map(({ arrived }) => arrived)).toEqual([[[1, 1]]]);
  }
  for (const city of cities) {
    expect(city.duplicates()).toBe(0);
    expect(city.cityOs.status().find((feed) => feed.gateway === 'gateway-01')).toMatchObject({
      repeatedBatches: 0,
      missing: [],
    });
  }
}, 90_000);

test('a gateway is enrolled while the hub runs, sends with that one file, and is turned away as soon as it is revoked', async () => {
  const { folder, hubFolder, city, toml } = await site();
  const hub = start(hubFolder, toml);
  const enrolment = join(folder, 'gateway-01.enrolment');
  const config = join(hubFolder, 'gateway.toml');
  await until(() => expect(hub.sources.activity.ports.get('gateways')?.state).toBe('open'));
  const enrolled = await machimori(hubFolder, 'gateway', 'enrol', config, 'toyama/gateway-01', '--out', enrolment);
  expect([enrolled.code, enrolled.err]).toEqual([0, '']);
  expect(enrolled.out).toContain('toyama/gateway-01 is enrolled');
  const again = await machimori(hubFolder, 'gateway', 'enrol', config, 'toyama/gateway-01', '--out', enrolment);
  expect(again.code).toBe(2);
  const gateway = start(join(folder, 'a'), enrolledToml({ tenant: 'toyama', id: 'gateway-01', file: enrolment }));
  await gateway.buffer.append(levels(1, 3));
  await until(() => expect(stored(city)).toHaveLength(3));
  const listed = await machimori(hubFolder, 'gateway', 'list', config, '--json');
  expect(JSON.parse(listed.out)).toMatchObject({
    tenant: 'toyama',
    gateway: 'gateway-01',
    software: `machimori ${readVersion()}`,
  });
  const revoked = await machimori(hubFolder, 'gateway', 'revoke', config, 'toyama/gateway-01');
  expect(revoked.code).toBe(0);
  await until(() => expect(gateway.sources.forwarders[0]?.stats.state).toBe('disconnected'));
  await gateway.buffer.append(levels(4, 6));
  await until(() => expect(gateway.sources.forwarders[0]?.stats.why?.en).toMatch(/not authorized/i));
  expect(stored(city)).toHaveLength(3);
  const none = await machimori(hubFolder, 'gateway', 'revoke', config, 'toyama/gateway-01');
  expect(none.code).not.toBe(0);
  expect(none.err).toContain('no such gateway is enrolled');
}, 60_000);

test('a hub does all that docs/feed.md asks of a receiver', async () => {
  const { hubFolder, port, toml } = await site();
  const passwordFile = enrol(hubFolder, 'toyama', 'gateway-01');
  const hub = start(hubFolder, toml);
  await until(() => expect(hub.sources.activity.ports.get('gateways')?.state).toBe('open'));
  const as = ['--tenant', 'toyama', '--gateway', 'gateway-01', '--username', 'toyama/gateway-01'];
  const login = [...as, '--password-file', passwordFile];
  const { code, out } = await machimori(hubFolder, 'test-receiver', `mqtt://127.0.0.1:${port}`, ...login);
  expect(out).toContain('All is as docs/feed.md has it.');
  expect(code).toBe(0);
}, 60_000);

test('what a gateway could not send is carried to the hub by hand, and stored once beside what comes over the network', async () => {
  const { folder, hubFolder, port, city, toml } = await site();
  const passwordFile = enrol(hubFolder, 'toyama', 'gateway-01');
  const site1 = { tenant: 'toyama', id: 'gateway-01', port, passwordFile };
  const gateway = start(join(folder, 'a'), gatewayToml(site1)); // no hub runs yet
  await gateway.buffer.append(levels(1, 4));
  const parcel = join(folder, 'stick.parcel');
  const config = join(folder, 'a', 'gateway.toml');
  const exported = await machimori(folder, 'export', config, parcel);
  expect(exported.code).toBe(0);
  start(hubFolder, toml);
  const enrolment = join(folder, 'operator.enrolment');
  const hubConfig = join(hubFolder, 'gateway.toml');
  await machimori(hubFolder, 'gateway', 'enrol', hubConfig, 'region/operator', '--hub', '--out', enrolment);
  const imported = await machimori(folder, 'import', parcel, '--enrolment-file', enrolment);
  expect(imported.code).toBe(0);
  await until(() => expect(stored(city)).toHaveLength(4));
  await until(() => expect(gateway.buffer.stats().outboxes.hub?.waiting).toEqual({ routine: 0, urgent: 0 }));
  expect(stored(city)).toHaveLength(4);
  expect(city.duplicates()).toBe(0);
}, 60_000);
