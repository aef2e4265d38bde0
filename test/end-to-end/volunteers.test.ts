/** A hub with the door for volunteers' phones: what phones send passes sealed, and nothing is known of who sent it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { Operators } from '../../gateway/hub/operators.ts';
import { fromBase64url } from '../../shared/enrolment/base64url.ts';
import { readOperatorList } from '../../shared/enrolment/operators.ts';
import { type Opener, Sealer } from '../../shared/enrolment/seal.ts';
import type { SightedTag } from '../../shared/enrolment/tag-id.ts';
import { encodeUpload, PHONE, sightingsEach, uploadBytes } from '../../shared/enrolment/upload.ts';
import { anonymousGateway } from '../../shared/feed/anonymous.ts';
import { decodeReceipt } from '../../shared/feed/receipt.ts';
import type { Reading } from '../../shared/reading.ts';
import { operatorWithKey } from '../gateway/enrolment/hub-stand-in.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { patience } from '../gateway/ports/heard.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { hubToml } from './hub-rig.ts';
import { start } from './started.ts';

const AT = Date.parse('2026-11-26T01:00:00Z');
const tag: SightedTag = {
  id: { format: 'ibeacon', bytes: new Uint8Array(20).fill(9) },
  place: { lat: 34.7567, lon: 134.8412, accuracy: 12 },
};
const nobody: SightedTag = { id: { format: 'raw', bytes: new Uint8Array() } };

/** `before`: what the hub's operators went through before it starts. */
async function rig(settings = '', before: (operators: Operators) => Promise<void> = async () => {}) {
  const root = temporaryFolder();
  const { operator, opener } = await operatorWithKey('alsok');
  const operators = Operators.open(join(root, 'hub', 'data'), { refreshMs: 3_600_000, validityMs: 86_400_000 });
  await operators.add(operator, Date.now());
  await before(operators);
  const port = await freePort();
  const hub = start(
    join(root, 'hub'),
    hubToml(`
    [[port]]
    name = "phones"
    type = "volunteers"
    listen = "127.0.0.1:${port}"
    ${settings}
    [[destination]]
    name = "history"
    type = "archive"
    url = "sqlite:history.sqlite"
    operators = ["alsok"]
    personal = true`),
  );
  await vi.waitFor(() => expect(hub.log.entries.map(({ message }) => message)).toContain('phones is open'), patience);
  const url = `http://127.0.0.1:${port}`;
  const post = (body: Uint8Array) => fetch(`${url}/v1/sightings`, { method: 'POST', body: Uint8Array.from(body) });
  const archived = () => {
    const db = new Database(join(hub.folder, 'data', 'history.sqlite'), { readonly: true, fileMustExist: true });
    try {
      return db.prepare('SELECT * FROM series').all();
    } finally {
      db.close();
    }
  };
  return { root, hub, url, post, operator, opener, operators, archived };
}

async function upload(key: Uint8Array, drawn: number, tags: readonly SightedTag[], operator = 'alsok') {
  const sealer = new Sealer(operator, Uint8Array.from(key));
  const sightings = await Promise.all(
    Array.from({ length: sightingsEach }, async (_, i): Promise<Reading> => {
      const observedAt = AT + i;
      const sealed = await sealer.seal(tags[i] ?? nobody, { device: PHONE, observedAt }, 0);
      const values = { operator, ...sealed, rssi: -70, count: 3, firstAt: AT, lastAt: observedAt };
      return { device: PHONE, kind: 'sighting', observedAt, values };
    }),
  );
  return encodeUpload(sightings, {
    gateway: anonymousGateway(new Uint8Array(16).fill(drawn)),
    epoch: '00112233445566aa',
  });
}

async function openedOf(opener: Opener, rows: readonly unknown[]) {
  const values = rows as readonly { observed_at: string; quantity: string; text: string; n?: number }[];
  const at = (quantity: string) => values.filter((row) => row.quantity === quantity);
  const keys = at('sealedWith');
  return Promise.all(
    at('sealed').map(({ text, observed_at }, i) => {
      const observedAt = Date.parse(observed_at);
      return opener.open(
        { sealed: text, sealedWith: keys[i]?.text ?? '' },
        { operator: 'alsok', device: PHONE, observedAt },
      );
    }),
  );
}

test('an upload is receipted, stored once however often it comes, and opened by its operator alone', async () => {
  const { hub, post, operator, opener, archived } = await rig();
  const bytes = await upload(operator.publicKey, 1, [tag]);
  for (let time = 0; time < 2; time++) {
    const answer = await post(bytes);
    expect(answer.status).toBe(200);
    expect(decodeReceipt(new Uint8Array(await answer.arrayBuffer()))).toMatchObject({ outcome: 'stored', number: 1 });
  }
  const count = (quantity: string) =>
    archived().filter((row) => (row as { quantity: string }).quantity === quantity).length;
  await vi.waitFor(() => expect(count('sealed')).toBe(sightingsEach), patience);
  const opened = await openedOf(opener, archived());
  expect(opened.filter(({ id }) => id.format === 'ibeacon')).toEqual([tag]);
  await hub.stop();
  expect(count('sealed')).toBe(sightingsEach);
});

test('what is no upload of a phone is refused and stored nowhere', async () => {
  const { post, operator, url, hub } = await rig();
  const good = await upload(operator.publicKey, 1, []);
  const other = await upload(operator.publicKey, 2, [], 'a-stranger');
  expect((await post(other)).status).toBe(400);
  expect((await post(new Uint8Array(100))).status).toBe(400);
  expect((await post(good.subarray(0, uploadBytes - 1))).status).toBe(400);
  expect((await post(new Uint8Array(uploadBytes + 1))).status).toBe(413);
  expect((await fetch(`${url}/v1/sightings`)).status).toBe(405);
  expect((await fetch(`${url}/v1/toyama/gateway-01/batch`, { method: 'POST' })).status).toBe(404);
  await hub.stop();
  expect(JSON.stringify(hub.log.entries)).not.toContain('127.0.0.1"');
});

test('an upload of a phone that does not know of a revocation is taken, and the other operators get what is theirs', async () => {
  const { operator: otta } = await operatorWithKey('otta');
  const { operator, archived, post } = await rig('', async (operators) => {
    await operators.add(otta, Date.now());
    await operators.revoke('otta', Date.now());
  });
  const toAlsok = await upload(operator.publicKey, 1, [tag]);
  const toOtta = await upload(otta.publicKey, 2, [tag], 'otta');
  expect((await post(toOtta)).status).toBe(200);
  expect((await post(toAlsok)).status).toBe(200);
  const storedFor = (id: string) =>
    archived().filter((row) => {
      const { quantity, text } = row as { quantity: string; text: string };
      return quantity === 'operator' && text === id;
    }).length;
  await vi.waitFor(() => expect(storedFor('alsok')).toBe(sightingsEach), patience);
  expect(storedFor('otta')).toBe(0);
});

test('the signed list is given to anybody, and not again to who has it', async () => {
  const { url, operators, operator } = await rig();
  const answer = await fetch(`${url}/v1/operators`);
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  const key = fromBase64url(operators.listKey) ?? new Uint8Array();
  const list = await readOperatorList(new Uint8Array(await answer.arrayBuffer()), key);
  expect(list.operators).toEqual([operator]);
  const etag = answer.headers.get('etag') ?? '';
  expect((await fetch(`${url}/v1/operators`, { headers: { 'if-none-match': etag } })).status).toBe(304);
});

test('an address that asks too often is told to wait', async () => {
  const { url } = await rig('per-minute = 3');
  const waits: boolean[] = [];
  for (let time = 0; time < 5; time++) waits.push((await fetch(`${url}/v1/operators`)).status === 429);
  expect(waits).toEqual([false, false, false, true, true]);
});

test('the app is told of this hub and its city', async () => {
  const { url, operators } = await rig(
    'city = { en = "Kakogawa", ja = "加古川市" }\ncontact = "mailto:watch@city.example.jp"',
  );
  expect(await (await fetch(`${url}/config.json`)).json()).toEqual({
    hub: '',
    listKey: operators.listKey,
    city: { en: 'Kakogawa', ja: '加古川市' },
    contact: 'mailto:watch@city.example.jp',
  });
});

test('the app is served with a policy that lets it load nothing else, and no file beside it', async () => {
  const folder = join(temporaryFolder(), 'app');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'assets', 'app.js'), 'export {};');
  writeFileSync(join(folder, '..', 'secret.json'), '{}');
  const { url } = await rig(`app-directory = "${folder}"`);
  const page = await fetch(`${url}/`);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(await page.text()).toBe('<!doctype html>');
  expect((await fetch(`${url}/assets/app.js`)).headers.get('content-type')).toContain('text/javascript');
  for (const path of ['/..%2fsecret.json', '/../secret.json', '/assets/', '/assets']) {
    expect((await fetch(`${url}${path}`)).status).toBe(404);
  }
});
