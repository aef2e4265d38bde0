/** From a detector and a phone through the city's hub to an operator's own hub, and to the answer of a question there. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { giveToken } from '../../gateway/destinations/tags/accounts.ts';
import { Operators } from '../../gateway/hub/operators.ts';
import { fromBase64url } from '../../shared/enrolment/base64url.ts';
import type { SightedTag } from '../../shared/enrolment/tag-id.ts';
import { encodeUpload, PHONE, sightingsEach } from '../../shared/enrolment/upload.ts';
import { anonymousGateway } from '../../shared/feed/anonymous.ts';
import { ibeacon, identifier, newOperator, type Operator, rowOf } from '../gateway/destinations/tags/rig.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { enrol, gatewayToml, hubToml } from './hub-rig.ts';
import { machimori } from './machimori.ts';
import { start } from './started.ts';

const patience = { timeout: 25_000, interval: 50 };

/** An operator's hub, which begins later, with the door that the city's hub sends to. */
async function operatorsHub(root: string, name: string, operator: Operator) {
  const folder = join(root, name);
  mkdirSync(folder);
  const [port, asking] = [await freePort(), await freePort()];
  const passwordFile = enrol(folder, 'region', 'hub-01', true);
  const accounts = join(operator.folder, 'asking.accounts');
  const token = giveToken(accounts, 'family-desk');
  const toml = hubToml(
    `
    [[port]]
    name = "city"
    type = "feed"
    listen = "127.0.0.1:${port}"
    [[destination]]
    name = "tags"
    type = "tags"
    tenants = ["*"]
    operators = ["alsok"]
    url = "sqlite:tags.sqlite"
    operator-key-file = "${operator.keyFile}"
    enrolled-file = "${operator.enrolledFile}"
    retention = "72h"
    listen = "127.0.0.1:${asking}"
    per-minute = 10000
    accounts-file = "${accounts}"`,
    name,
  );
  const begin = () => start(folder, toml);
  const authorization = `Basic ${Buffer.from(`family-desk:${token}`).toString('base64')}`;
  const last = async (tag: string) => {
    const answer = await fetch(`http://127.0.0.1:${asking}/v1/tags/${tag}/last`, { headers: { authorization } });
    return answer.status === 200 ? await answer.json() : answer.status;
  };
  return { begin, folder, last, link: { port, passwordFile } };
}

function linkTo(
  name: string,
  { port, passwordFile }: { readonly port: number; readonly passwordFile: string },
): string {
  return `
    [[destination]]
    name = "${name}"
    type = "city-os"
    url = "mqtt://127.0.0.1:${port}"
    username = "region/hub-01"
    password-file = "${passwordFile}"
    tenants = ["*"]
    operators = ["alsok"]
    reconnect-within = "200ms"`;
}

async function upload(operator: Operator, tags: readonly SightedTag[], at: number) {
  const nobody: SightedTag = { id: { format: 'raw', bytes: new Uint8Array() } };
  const sightings = Array.from({ length: sightingsEach }, (_, i) =>
    operator.sealed(tags[i] ?? nobody, at + i, { device: PHONE }),
  );
  const drawn = { gateway: anonymousGateway(new Uint8Array(16).fill(7)), epoch: '00112233445566aa' };
  return encodeUpload(await Promise.all(sightings), drawn);
}

test('who asks its operator is told where and when a tag was last seen; another operator is told nothing, and nobody else can be', async () => {
  const root = temporaryFolder();
  const operator = await newOperator(rowOf('Hanako', 1) + rowOf('Taro', 2));
  const other = await newOperator(rowOf('Hanako', 1) + rowOf('Taro', 2));
  const own = await operatorsHub(root, 'alsok', operator);
  const others = await operatorsHub(root, 'otta', other); // the city sends it alsok's by mistake

  const cityFolder = join(root, 'city');
  mkdirSync(cityFolder);
  const operators = Operators.open(join(cityFolder, 'data'), { refreshMs: 3_600_000, validityMs: 86_400_000 });
  const publicKey = fromBase64url(operator.publicKey) ?? new Uint8Array();
  const [name, purpose] = [
    { en: 'ALSOK', ja: 'ALSOK' },
    { en: 'Finding people', ja: '捜索' },
  ];
  const patterns = [{ format: 'ibeacon', uuid: identifier(0).slice(0, 32) }] as const;
  await operators.add(
    { id: 'alsok', name, purpose, publicKey, patterns: [...patterns], retentionMs: 259_200_000 },
    Date.now(),
  );
  const [port, phones] = [await freePort(), await freePort()];
  const passwordFile = enrol(cityFolder, 'kakogawa', 'edge-01');
  const city = start(
    cityFolder,
    hubToml(`
    [[port]]
    name = "gateways"
    type = "feed"
    listen = "127.0.0.1:${port}"
    [[port]]
    name = "phones"
    type = "volunteers"
    listen = "127.0.0.1:${phones}"
    ${linkTo('alsok', own.link)}
    ${linkTo('otta', others.link)}`),
  );
  const device = 'place = { name = "加古川駅", lat = 34.7678, lon = 134.8393 }';
  const edge = start(
    join(root, 'edge'),
    gatewayToml({ tenant: 'kakogawa', id: 'edge-01', port, passwordFile }).replace(
      '[[destination]]',
      `${device}\n[[destination]]`,
    ),
  );
  const origin = { tenant: 'kakogawa', gateway: 'edge-01' };
  await vi.waitFor(
    () => expect(city.sources.hub.births.describe('gauge-01', origin)).toMatchObject({ id: 'gauge-01' }),
    patience,
  );
  const hubs = [own.begin(), others.begin()];

  const at = Date.now() - 60_000;
  const stranger = 77;
  await edge.buffer.append([
    await operator.sealed(ibeacon(1), at, { device: 'gauge-01' }),
    await operator.sealed(ibeacon(stranger), at + 1, { device: 'gauge-01' }),
  ]);
  await vi.waitFor(async () => {
    expect(await own.last('Hanako')).toMatchObject({
      last: {
        ...{ at: new Date(at).toISOString(), source: 'detector', detector: 'gauge-01' },
        place: { name: '加古川駅', lat: 34.7678, lon: 134.8393 },
      },
    });
  }, patience);

  const place = { lat: 34.7567, lon: 134.8412, accuracy: 12 };
  const body = await upload(operator, [{ ...ibeacon(2), place }], at + 10_000);
  for (let time = 0; time < 2; time++) {
    const url = `http://127.0.0.1:${phones}/v1/sightings`;
    await vi.waitFor(async () => expect((await fetch(url, { method: 'POST', body })).status).toBe(200), patience);
  }
  await vi.waitFor(async () => {
    expect(await own.last('Taro')).toMatchObject({
      last: { at: new Date(at + 10_000).toISOString(), source: 'phone' },
    });
  }, patience);

  await vi.waitFor(() => {
    for (const hub of hubs) expect(hub.buffer.stats().outboxes.tags?.waiting).toEqual({ routine: 0, urgent: 0 });
    expect(city.buffer.stats().outboxes.otta?.waiting).toEqual({ routine: 0, urgent: 0 });
  }, patience);
  expect([await others.last('Hanako'), await others.last('Taro')]).toEqual([404, 404]);

  const audit = await machimori(own.folder, 'operator', 'audit', 'gateway.toml');
  expect(audit.out).toMatch(/family-desk +127\.0\.0\.1 +last +Hanako/);
  const everywhere = [...hubs, city, edge].map(({ log }) => JSON.stringify(log.entries)).join('');
  expect(everywhere).not.toMatch(/Hanako|Taro|f7826da6/);
  await Promise.all([...hubs, city, edge].map((each) => each.stop()));
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  const bytes = [1, 2, stranger].flatMap((n) => [Buffer.from(identifier(n), 'hex'), Buffer.from(identifier(n))]);
  for (const file of files) {
    const content = readFileSync(join(file.parentPath, file.name));
    for (const each of bytes) expect(content.includes(each), file.name).toBe(false);
  }
});

test('at the operator, check says what lies open and what is missing', async () => {
  const operator = await newOperator();
  const folder = temporaryFolder();
  const check = async (more: string) => {
    const toml = hubToml(`
    [[port]]
    name = "city"
    type = "feed"
    listen = "127.0.0.1:1883"
    [[destination]]
    name = "tags"
    type = "tags"
    url = "sqlite:tags.sqlite"
    retention = "72h"
    ${more}`);
    writeFileSync(join(folder, 'operator.toml'), toml);
    const { out, err } = await machimori(folder, 'check', 'operator.toml');
    return out + err;
  };
  const files = `operator-key-file = "${operator.keyFile}"\n enrolled-file = "${operator.enrolledFile}"`;
  expect(await check(files)).toContain('whose sightings it takes');
  const good = `${files}\n operators = ["alsok"]`;
  expect(await check(good)).not.toMatch(/operator\.toml:\d+/);
  expect(await check(`${good}\n listen = "127.0.0.1:8095"`)).toContain('nobody has an account to ask with');
  const accounts = join(operator.folder, 'asking.accounts');
  giveToken(accounts, 'family-desk');
  expect(await check(`${good}\n listen = "127.0.0.1:8095"\n accounts-file = "${accounts}"`)).not.toMatch(
    /operator\.toml:\d+/,
  );
  expect(await check(`${good}\n listen = "0.0.0.0:8095"\n accounts-file = "${accounts}"`)).toContain(
    'would travel unencrypted',
  );
  writeFileSync(join(folder, 'open.csv'), 'tag,identifier,opt_in,consent\n', { mode: 0o644 });
  const open = good.replace(operator.enrolledFile, 'open.csv');
  expect(await check(open)).toContain('others than its owner can read');
  expect(await check(good.replace(operator.keyFile, 'open.csv'))).toContain('no X25519 private key');
});
