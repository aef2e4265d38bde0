/** Watch-over with real processes: operators at a hub, an edge that seals their tags, and archives that each operator opens alone. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type ArchivedReading, readArchive } from '../../gateway/destinations/archive/sqlite/read-all.ts';
import { openerOf } from '../../gateway/destinations/tags/operator-key.ts';
import { readEnrolment } from '../../gateway/net/enrolment.ts';
import type { GatewayProcess } from '../../gateway/rig/gateway-process.ts';
import { toBase64url } from '../../shared/enrolment/base64url.ts';
import { tagKey } from '../../shared/enrolment/tag-id.ts';
import { hexBytes } from '../../shared/hex.ts';
import { advertise } from '../../simulators/sensors/advertisement.ts';
import { TownController } from '../../simulators/town/watch-over/controller.ts';
import { openTcp } from '../../simulators/wires/tcp-wire.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { machimori } from './machimori.ts';
import { operatorForm } from './operator-form.ts';
import { gatewayProcess, until } from './started.ts';

const UUIDS = { alsok: 'f7826da64fa24e988024bc5b71e0893e', otta: 'e2c56db5dffb48d2b060d0f5a71096e0' };
/** The address of every tag here: of all things that an edge hears, the one that it needs least. */
const ADDRESS = 'c7d8e9fa0b1c';
vi.setConfig({ testTimeout: 90_000 }); // each runs a dozen commands as processes

/** Of an operator's tag. */
function identifier(operator: keyof typeof UUIDS, n: number): string {
  return `${UUIDS[operator]}${(0xbee0_0000 + n * 0x1357).toString(16)}`;
}

async function run(cwd: string, ...args: string[]): Promise<string> {
  const { code, out, err } = await machimori(cwd, ...args);
  expect([code, err], `machimori ${args.join(' ')}`).toEqual([0, '']);
  return out;
}

async function newOperator(folder: string, id: keyof typeof UUIDS) {
  const own = join(folder, id);
  await run(folder, 'operator', 'keys', own);
  const handedIn = join(folder, `${id}.toml`);
  writeFileSync(handedIn, operatorForm(id, own, `format = "ibeacon"\nuuid = "${UUIDS[id]}"`));
  return { handedIn, key: join(own, 'operator.key') };
}

function archive(name: string, more: string): string {
  return `
    [[destination]]
    name = "${name}"
    type = "archive"
    url = "sqlite:${name}.sqlite"
    personal = true
    tenants = ["*"]
    ${more}`;
}

async function site() {
  const folder = temporaryFolder();
  const [port, httpPort] = [await freePort(), await freePort()];
  const wire = await openTcp();
  onTestFinished(() => wire.close());
  const controller = new TownController(wire, true);
  const [alsok, otta] = [await newOperator(folder, 'alsok'), await newOperator(folder, 'otta')];
  const common = '[clock]\nsynchronised = "always"\n[status]\nenabled = false\n[log]\nlevel = "debug"\n';
  const hub = gatewayProcess(`
    gateway = { id = "hub-01", tenant = "region" }
    buffer = { batch-age = "100ms" }
    ${common}
    [[port]]
    name = "gateways"
    type = "feed"
    listen = "127.0.0.1:${port}"
    http-listen = "127.0.0.1:${httpPort}"
    ${archive('general', '')}
    ${archive('alsok', 'operators = ["alsok"]')}
    ${archive('otta', 'operators = ["otta"]')}
  `);
  const enrolment = join(hub.folder, 'edge.enrolment');
  await run(hub.folder, 'operator', 'add', 'gateway.toml', alsok.handedIn);
  await run(hub.folder, 'gateway', 'enrol', 'gateway.toml', 'kakogawa/edge-01', '--out', enrolment);
  const edge = gatewayProcess(`
    gateway = { id = "edge-01", tenant = "kakogawa" }
    buffer = { batch-age = "100ms" }
    ${common}
    [[port]]
    name = "detectors"
    type = "tcp"
    address = "${wire.path.replace('tcp://', '')}"
    [[device]]
    id = "detector-01"
    type = "ble-hci"
    port = "detectors"
    window = "100ms"
    [[destination]]
    name = "hub"
    type = "city-os"
    enrolment-file = "${enrolment}"
    reconnect-within = "200ms"
  `);
  return { folder, hub, edge, enrolment, httpPort, controller, alsok, otta };
}

function knows(edge: GatewayProcess, operators: number): Promise<void> {
  return until(async () =>
    expect(await edge.status()).toMatchObject({
      watchOver: { state: 'current', operators },
      ports: { detectors: { state: 'open' } },
    }),
  );
}

/** A detector hears these tags, each once; resolves when the edge has sealed so many sightings more. */
async function sight(
  { edge, controller }: Pick<Awaited<ReturnType<typeof site>>, 'edge' | 'controller'>,
  sealed: number,
  ...ids: readonly string[]
): Promise<void> {
  await until(() => expect(controller.isScanning).toBe(true));
  const before = (await edge.status()).watchOver?.sealed ?? 0;
  controller.hear(
    ids.map((id) => {
      const [major = 0, minor = 0] = [id.slice(32, 36), id.slice(36)].map((digits) => Number.parseInt(digits, 16));
      const payload = advertise({ format: 'ibeacon', uuid: id.slice(0, 32), major, minor }, -59);
      return { address: hexBytes(ADDRESS), isRandomAddress: true, rssi: -60, payload };
    }),
  );
  await until(async () => expect((await edge.status()).watchOver?.sealed).toBe(before + sealed));
}

const stored = (hub: GatewayProcess, name: string) => [...readArchive(join(hub.folder, 'data', `${name}.sqlite`))];

async function opened(rows: readonly ArchivedReading[], key: string): Promise<string[]> {
  const opener = await openerOf(key);
  const keys = rows.map(async ({ device, observedAt, values: { operator, sealed, sealedWith } }) => {
    const about = { operator: String(operator), device, observedAt };
    return tagKey((await opener.open({ sealed: String(sealed), sealedWith: String(sealedWith) }, about)).id);
  });
  return (await Promise.all(keys)).toSorted();
}

/** Every file below a folder, whole. */
function* filesIn(folder: string): Generator<readonly [name: string, bytes: Buffer]> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const name = join(entry.parentPath, entry.name);
    if (entry.isFile()) yield [name, readFileSync(name)];
  }
}

function formsOf(id: string): Buffer[] {
  const own = id.slice(32); // what tells one tag from another: major and minor
  const bytes = Buffer.from(hexBytes(id));
  return [
    ...[id, id.toUpperCase(), own, toBase64url(bytes), bytes.toString('base64')].map((text) => Buffer.from(text)),
    bytes,
    bytes.subarray(12),
    Buffer.from([...bytes].join(',')),
  ];
}

function addressForms(): Buffer[] {
  const bytes = Buffer.from(ADDRESS, 'hex');
  const written = ADDRESS.match(/../g)?.join(':') ?? '';
  const texts = [ADDRESS, written].flatMap((text) => [text, text.toUpperCase()]).concat(toBase64url(bytes));
  return [...texts.map((text) => Buffer.from(text)), bytes, Buffer.from(bytes.toReversed())];
}

test('each operator gets its own sightings alone and opens them alone; nothing else ever holds an identifier; a revocation ends it', async () => {
  const rig = await site();
  const { folder, hub, edge, alsok, otta } = rig;
  await hub.start();
  await edge.start();
  await knows(edge, 1);
  await run(hub.folder, 'operator', 'add', 'gateway.toml', otta.handedIn); // at the running hub
  await knows(edge, 2);

  const [first, second, third] = [identifier('alsok', 1), identifier('alsok', 2), identifier('otta', 3)];
  const stranger = '00112233445566778899aabbccddeeff01020304';
  await sight(rig, 3, first, third, stranger, second);
  await sight(rig, 1, first, stranger);
  await until(() => expect([stored(hub, 'alsok').length, stored(hub, 'otta').length]).toEqual([3, 1]));

  const [toAlsok, toOtta] = [stored(hub, 'alsok'), stored(hub, 'otta')];
  const names = ['count', 'firstAt', 'lastAt', 'operator', 'rssi', 'rssiMean', 'sealed', 'sealedWith'];
  for (const { values } of [...toAlsok, ...toOtta]) expect(Object.keys(values).toSorted()).toEqual(names);
  expect(await opened(toAlsok, alsok.key)).toEqual([first, first, second].map((id) => `ibeacon:${id}`).toSorted());
  expect(await opened(toOtta, otta.key)).toEqual([`ibeacon:${third}`]);
  await expect(opened(toAlsok, otta.key)).rejects.toThrow(/sealed to another key/);
  expect(new Set(toAlsok.map(({ values }) => values.sealed)).size).toBe(3); // the same tag twice looks like two
  expect(stored(hub, 'general')).toEqual([]);

  const enrolled = join(folder, 'enrolled.csv');
  writeFileSync(enrolled, `tag,identifier,opt_in,consent\nHanako,ibeacon:${first},2026-04-01,A-7\n`);
  const archived = join(hub.folder, 'data', 'alsok.sqlite');
  const seen = await machimori(folder, 'operator', 'open', archived, '--key', alsok.key, '--enrolled', enrolled);
  expect(seen.err).toContain('2 of 3 sightings are of enrolled tags; 1 of tags that are not enrolled, 0 sealed');
  expect(seen.out.match(/^Hanako,A-7,2026-04-01,alsok,kakogawa,edge-01,detector-01,/gm)).toHaveLength(2);

  await run(hub.folder, 'operator', 'revoke', 'gateway.toml', 'alsok');
  await knows(edge, 1);
  await sight(rig, 1, second, third);
  await until(() => expect(stored(hub, 'otta')).toHaveLength(2));
  expect(stored(hub, 'alsok')).toHaveLength(3);
  expect(await edge.status()).toMatchObject({ watchOver: { sealed: 5, dropped: 0 } });

  await edge.end('SIGTERM');
  const everything = [edge, hub].flatMap(({ folder, log }) => [
    ...filesIn(folder),
    ['log', Buffer.from(log.text)] as const,
  ]);
  expect(everything.map(([name]) => name.split('/').at(-1))).toEqual(
    expect.arrayContaining(['buffer.sqlite', 'operators-list.cbor', 'operators.json', 'alsok.sqlite', 'log']),
  );
  const holding = (form: Buffer) => everything.filter(([, bytes]) => bytes.includes(form)).map(([name]) => name);
  for (const id of [first, second, third, stranger]) {
    for (const form of formsOf(id)) expect(holding(form)).toEqual([]);
  }
  for (const form of addressForms()) expect(holding(form)).toEqual([]);
  const pieces = String(toOtta[0]?.values.sealed).match(/.{8}/g) ?? []; // pages are small, so that a text lies in several
  expect(pieces.filter((piece) => everything.some(([, bytes]) => bytes.includes(piece)))).not.toEqual([]); // it finds what is there
});

test('an edge that restarts without its hub goes on with its list; what it sealed arrives later, unless its operator is revoked by then', async () => {
  const rig = await site();
  const { hub, edge, alsok } = rig;
  await hub.start();
  await edge.start();
  await knows(edge, 1);
  await hub.end('SIGKILL');
  await edge.end('SIGKILL');
  await edge.start();
  await knows(edge, 1);
  await sight(rig, 1, identifier('alsok', 9));
  await hub.start();
  await until(() => expect(stored(hub, 'alsok')).toHaveLength(1));
  expect(await opened(stored(hub, 'alsok'), alsok.key)).toEqual([`ibeacon:${identifier('alsok', 9)}`]);

  await hub.end('SIGKILL');
  await sight(rig, 1, identifier('alsok', 10));
  await run(hub.folder, 'operator', 'revoke', 'gateway.toml', 'alsok'); // on the files of a hub that does not run
  await hub.start();
  await knows(edge, 0);
  await until(async () => {
    const { buffer } = await edge.status();
    expect([buffer.open, buffer.outboxes.hub?.waiting]).toEqual([0, { routine: 0, urgent: 0 }]);
  });
  const { buffer } = await hub.status();
  expect(buffer.outboxes.alsok).toMatchObject({ sealed: 0, waiting: { routine: 0, urgent: 0 } });
  expect(stored(hub, 'alsok')).toHaveLength(1);
});

test('over HTTP the list goes to whoever may send for the tenant, and only once while it is the same', async () => {
  const { hub, enrolment, httpPort } = await site();
  await hub.start();
  const { username, password, listKey = '' } = readEnrolment(enrolment);
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const ask = (tenant: string, headers: Record<string, string>) =>
    fetch(`http://127.0.0.1:${httpPort}/v1/${tenant}/operators`, { headers });
  let first = new Response();
  await until(async () => {
    first = await ask('kakogawa', { authorization });
    expect(first.status).toBe(200);
  });
  const { readOperatorList } = await import('../../shared/enrolment/operators.ts');
  const list = await readOperatorList(
    new Uint8Array(await first.arrayBuffer()),
    Uint8Array.from(Buffer.from(listKey, 'base64url')),
  );
  expect(list.operators.map(({ id }) => id)).toEqual(['alsok']);
  const etag = first.headers.get('etag') ?? '';
  expect((await ask('kakogawa', { authorization, 'if-none-match': etag })).status).toBe(304);
  expect((await ask('kakogawa', {})).status).toBe(401);
  expect((await ask('akashi', { authorization })).status).toBe(403);
  await run(hub.folder, 'operator', 'revoke', 'gateway.toml', 'alsok');
  const after = await ask('kakogawa', { authorization, 'if-none-match': etag });
  expect([after.status, after.headers.get('etag') === etag]).toEqual([200, false]);
});

test("a hub's own detector seals its operators' tags, from when they are taken up until they are revoked", async () => {
  const folder = temporaryFolder();
  const wire = await openTcp();
  onTestFinished(() => wire.close());
  const controller = new TownController(wire, true);
  const alsok = await newOperator(folder, 'alsok');
  const hub = gatewayProcess(`
    gateway = { id = "hub-01", tenant = "region" }
    buffer = { batch-age = "100ms" }
    clock = { synchronised = "always" }
    status = { enabled = false }
    [[port]]
    name = "gateways"
    type = "feed"
    listen = "127.0.0.1:${await freePort()}"
    [[port]]
    name = "detectors"
    type = "tcp"
    address = "${wire.path.replace('tcp://', '')}"
    [[device]]
    id = "detector-01"
    type = "ble-hci"
    port = "detectors"
    window = "100ms"
    ${archive('alsok', 'operators = ["alsok"]')}
  `);
  await hub.start();
  await until(async () => expect((await hub.status()).watchOver).toMatchObject({ state: 'none', operators: 0 }));
  await run(hub.folder, 'operator', 'add', 'gateway.toml', alsok.handedIn);
  await knows(hub, 1);
  await sight({ edge: hub, controller }, 1, identifier('alsok', 1), identifier('otta', 1));
  await until(() => expect(stored(hub, 'alsok')).toHaveLength(1));
  expect(await opened(stored(hub, 'alsok'), alsok.key)).toEqual([`ibeacon:${identifier('alsok', 1)}`]);
  await run(hub.folder, 'operator', 'revoke', 'gateway.toml', 'alsok');
  await knows(hub, 0);
});
