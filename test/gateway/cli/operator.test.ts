/** `machimori operator` at the operator's side: its keys, and what it opens. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fromBase64url } from '../../../shared/enrolment/base64url.ts';
import { Sealer } from '../../../shared/enrolment/seal.ts';
import { hexBytes } from '../../../shared/hex.ts';
import { machimori } from '../../end-to-end/machimori.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const AT = Date.parse('2027-01-01T00:00:00.123Z');
const ENROLLED = 'f7826da64fa24e988024bc5b71e0893e00010002';
const OTHER = 'f7826da64fa24e988024bc5b71e0893e00010003';
const OPEN = ['operator', 'open', 'sightings.csv', '--key', 'own/operator.key', '--enrolled', 'tags.csv'] as const;

async function site() {
  const folder = temporaryFolder();
  const { out } = await machimori(folder, 'operator', 'keys', 'own');
  const publicKey = fromBase64url(readFileSync(join(folder, 'own/operator.pub'), 'utf8').trim()) ?? new Uint8Array();
  const sealer = new Sealer('alsok', publicKey);
  const row = async (id: string, { operator = 'alsok', observedAt = AT, written = `${AT}` } = {}) => {
    const tag = { id: { format: 'ibeacon', bytes: hexBytes(id) } } as const;
    const { sealed, sealedWith } = await sealer.seal(tag, { device: 'detector-01', observedAt }, 0);
    return `${operator},detector-01,${written},${sealed},${sealedWith},-60,2\n`;
  };
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const heading = 'operator,device,observed_at,sealed,sealed_with,rssi,count\n';
  write(
    'tags.csv',
    `\ufeffTag;Identifier;Opt-in;Consent\nたま;iBeacon:F7826DA6-4FA2-4E98-8024-BC5B71E0893E-0001-0002;2026-04-01;A-7\n`,
  );
  return { folder, out, row, write, heading };
}

test('keys are made once: the private one for its owner alone, the public one to hand in', async () => {
  const { folder, out } = await site();
  expect(statSync(join(folder, 'own/operator.key')).mode & 0o077).toBe(0);
  expect(out).toContain(`public-key = "${readFileSync(join(folder, 'own/operator.pub'), 'utf8').trim()}"`);
  const key = readFileSync(join(folder, 'own/operator.key'), 'utf8');
  const again = await machimori(folder, 'operator', 'keys', 'own');
  expect([again.code, again.err]).toEqual([2, expect.stringContaining('is there already')]);
  expect(readFileSync(join(folder, 'own/operator.key'), 'utf8')).toBe(key);
});

test('sightings of enrolled tags are printed with their consent, and of nobody else', async () => {
  const { folder, row, write, heading } = await site();
  const iso = '2027-01-01T09:00:00.123+09:00';
  const rows = [await row(ENROLLED), await row(OTHER), await row(ENROLLED, { written: iso })];
  const moved = await row(ENROLLED, { written: `${AT + 1}` }); // a seal holds for one time
  const forOther = await row(ENROLLED, { operator: 'otta' });
  write('sightings.csv', heading + rows.join('') + moved + forOther);
  const { code, out, err } = await machimori(folder, ...OPEN);
  const line = 'たま,A-7,2026-04-01,alsok,,,detector-01,2027-01-01T00:00:00.123Z,-60,,2,,';
  expect(out.split('\n').slice(1)).toEqual([line, line, '']);
  expect(err).toContain(
    '2 of 5 sightings are of enrolled tags; 1 of tags that are not enrolled, 2 sealed to another key',
  );
  expect(code).toBe(0);
  expect(out + err).not.toMatch(/00010003/i);

  const json = await machimori(folder, ...OPEN, '--json');
  expect(JSON.parse(json.out.split('\n')[0] ?? '')).toMatchObject({ tag: 'たま', consent: 'A-7', rssi: -60, count: 2 });
});

test('the wrong key opens nothing, and says so', async () => {
  const { folder, row, write, heading } = await site();
  write('sightings.csv', heading + (await row(ENROLLED)));
  await machimori(folder, 'operator', 'keys', 'other');
  const wrong = OPEN.map((word) => (word === 'own/operator.key' ? 'other/operator.key' : word));
  const { code, err } = await machimori(folder, ...wrong);
  expect([code, err]).toEqual([1, expect.stringContaining('1 sealed to another key')]);
});

test('what is wrong with a file is said with its line and what to do, and never repeats an identifier', async () => {
  const { folder, row, write, heading } = await site();
  write('sightings.csv', heading + (await row(ENROLLED)));
  const fails = async (name: string, text: string | undefined, expected: RegExp, words: readonly string[] = OPEN) => {
    if (text !== undefined) write(name, text);
    const { code, err } = await machimori(folder, ...words);
    expect(err).toMatch(expected);
    expect(err).not.toMatch(/f7826da6|at .*\.js/i);
    expect(code).not.toBe(0);
  };
  const tags = 'tag,identifier,opt_in,consent\n';
  await fails('tags.csv', 'tag,identifier,consent\n', /line 1: there is no column opt_in/);
  await fails('tags.csv', '', /there is no column tag/);
  await fails('tags.csv', `${tags}a,ibeacon:${ENROLLED},2026-04-01,\nb,f7826da6,,\n`, /line 3: the identifier must be/);
  await fails(
    'tags.csv',
    `${tags}a,ibeacon:${ENROLLED},2026-04-01,\nb,IBEACON:${ENROLLED},,\n`,
    /line 3: the identifier stands in line 2/,
  );
  const one = (identifier: string, optIn = '2026-04-01') => `${tags}a,${identifier},${optIn},A\n`;
  for (const [identifier, expected] of [
    ['ibeacon:f7', /line 2: the identifier of ibeacon must have 20 bytes, and has 1/],
    ['altbeacon:f7826da64fa2', /altbeacon must have 20 bytes, and has 6/],
    ['eddystone-uid:f7826da6', /eddystone-uid must have 16 bytes, and has 4/],
    ['eddystone-eid:f7826da6', /eddystone-eid must have 8 bytes, and has 4/],
    ['address:aa:bb:cc:dd:ee', /address must have 6 bytes, and has 5/],
    ['irk:f7826da6', /irk must have 16 bytes, and has 4/],
    [`raw:${'f7'.repeat(21)}`, /at most 20 bytes, and has 21/],
    [`eddystone:${'f7'.repeat(16)}`, /which Eddystone: eddystone-uid: .*eddystone-eid:/],
    [`"eid:${'f7'.repeat(16)},5,0"`, /the identifier must be/],
  ] as const) {
    await fails('tags.csv', one(identifier), expected);
  }
  for (const optIn of ['yes', '', '2026-02-30', '2026-13-01', '1774998000', '2026-4/1']) {
    await fails('tags.csv', one('raw:f7', optIn), /line 2: opt_in must be the date of the consent/);
  }
  await fails('tags.csv', `${tags}a,"ibeacon:${ENROLLED}`, /it is not a table/);
  await fails('tags.csv', `${tags}${'x'.repeat(20_000)}\n`, /a line of more than 16384 characters/);
  write('tags.csv', `${tags}a,raw:f7,2026/4/1,A\n`);
  await fails('sightings.csv', `${heading}alsok,d,yesterday,x,y\n`, /line 2: observed_at must be/);
  await fails('x', undefined, /missing\.csv.*cannot be read/s, ['operator', 'open', 'missing.csv', ...OPEN.slice(3)]);
  await fails('own/not.sqlite', 'x'.repeat(5_000), /is not an archive|not a database/i, [
    'operator',
    'open',
    'own/not.sqlite',
    ...OPEN.slice(3),
  ]);
  await fails('x', undefined, /name --enrolled/, OPEN.slice(0, 5));
  const pem = (type: 'x25519' | 'ed25519', more = {}) =>
    String(generateKeyPairSync(type as 'x25519').privateKey.export({ type: 'pkcs8', format: 'pem', ...more }));
  const withKey = (file: string) => OPEN.map((word) => (word === 'own/operator.key' ? file : word));
  await fails('bad.key', 'x', /bad\.key: this is no X25519 private key\. Name the operator\.key/, withKey('bad.key'));
  await fails('bad.key', pem('ed25519'), /another kind \(ed25519\)/, withKey('bad.key'));
  await fails('bad.key', pem('x25519', { cipher: 'aes-256-cbc', passphrase: 'x' }), /passphrase/, withKey('bad.key'));
  await fails('x', undefined, /operator\.pub: this is a public key/, withKey('own/operator.pub'));
  await fails('x', undefined, /own: this is a folder/, withKey('own'));
  await fails('x', undefined, /none\.key: there is no such file\. Check the path/, withKey('none.key'));
  mkdirSync(join(folder, 'directory.csv'));
  await fails('x', undefined, /cannot be read/, ['operator', 'open', 'directory.csv', ...OPEN.slice(3)]);
});
