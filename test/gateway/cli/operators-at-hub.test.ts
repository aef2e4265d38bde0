/** `machimori operator` and `gateway` at a hub that does not run: what is refused, what is warned of, and lists that went back. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readEnrolment } from '../../../gateway/net/enrolment.ts';
import { width } from '../../../gateway/words/layout.ts';
import { machimori } from '../../end-to-end/machimori.ts';
import { operatorForm } from '../../end-to-end/operator-form.ts';
import { isOpensslMissing } from '../net/certificates.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const FLEET = 'format = "ibeacon"\nuuid = "F7826DA6-4FA2-4E98-8024-BC5B71E0893E"';

async function hub(door = '') {
  const folder = temporaryFolder();
  const toml = `[gateway]\nid = "hub"\ntenant = "town"\n[[port]]\nname = "gateways"\ntype = "feed"\nlisten = "127.0.0.1:1883"\n${door}`;
  writeFileSync(join(folder, 'hub.toml'), toml);
  await machimori(folder, 'operator', 'keys', 'own');
  const form = (pattern: string, change = (text: string) => text, keys = 'own') =>
    writeFileSync(join(folder, 'alsok.toml'), change(operatorForm('alsok', join(folder, keys), pattern)));
  const add = (...options: string[]) => machimori(folder, 'operator', 'add', 'hub.toml', 'alsok.toml', ...options);
  const list = async () => (await machimori(folder, 'operator', 'list', 'hub.toml', '--json')).out;
  return { folder, form, add, list };
}

test("a pattern that fits strangers' devices is taken only if that is meant, and every phone's never", async () => {
  const { form, add, list } = await hub();
  form('format = "resolvable-address"');
  const every = await add('--all-devices');
  expect([every.code, every.err]).toEqual([1, expect.stringMatching(/every phone.*address = "resolvable"/s)]);
  form('format = "service"\nuuid = "FD6F"\nmatch = ""\nid = { at = 0, length = 16 }'.replace('FD6F', 'fd6f'));
  expect((await add('--all-devices')).err).toMatch(/exposure notifications/);
  form('format = "eddystone-eid"');
  const wide = await add();
  expect([wide.code, wide.err]).toEqual([1, expect.stringMatching(/pattern 1 fits everybody's .*--all-devices/s)]);
  expect(await list()).toBe('');
  const meant = await add('--all-devices');
  expect([meant.code, meant.out]).toEqual([
    0,
    expect.stringMatching(/note: pattern 1 fits everybody's .*sealed to alsok too/),
  ]);
  form('format = "manufacturer"\ncompany = 33424\nmatch = "a5"\nid = { at = 0, length = 1 }\naddress = "resolvable"');
  expect(await add()).toMatchObject({ code: 0, out: 'alsok is changed\n' });
  expect(await list()).toContain('"address":"resolvable"');
});

test('another public key of an operator is said, with what becomes of the old one', async () => {
  const { folder, form, add } = await hub();
  form(FLEET);
  expect((await add()).out).toBe('alsok is taken up\n');
  await machimori(folder, 'operator', 'keys', 'new');
  form(FLEET, undefined, 'new');
  expect((await add()).out).toMatch(/^alsok is changed\nnote: the public key of alsok is another one now.*keep both/);
});

test('a name on two lines, or that steers a terminal, is refused with its line', async () => {
  const { form, add, list } = await hub();
  for (const bad of ['one\\ntwo', '\\u001b[31m', '\\u202eevil', '\\u2028']) {
    form(FLEET, (text) => text.replace('en = "alsok"', `en = "${bad}"`));
    const { code, err } = await add();
    expect([code, err]).toEqual([1, expect.stringMatching(/alsok\.toml:2: .*must be one line/)]);
  }
  expect(await list()).toBe('');
});

test('the list of operators stays within 80 columns, in both languages', async () => {
  const { folder, form, add } = await hub();
  form(FLEET, (text) =>
    text.replace(/name = .*/, `name = { en = "${'Long name '.repeat(20)}", ja = "${'見守り'.repeat(40)}" }`),
  );
  await add();
  for (const language of ['en', 'ja']) {
    const { code, out } = await machimori(folder, 'operator', 'list', 'hub.toml', '--lang', language);
    expect(code).toBe(0);
    for (const line of out.split('\n')) expect(width(line)).toBeLessThanOrEqual(80);
  }
  expect((await machimori(folder, 'operator', 'list', 'hub.toml')).out).toMatch(/^alsok\n {2}name: Long name/);
});

test('keys where nothing can be written are no internal fault', async () => {
  const { folder } = await hub();
  writeFileSync(join(folder, 'file'), '');
  for (const place of ['file/keys', '/proc/keys']) {
    const { code, err } = await machimori(folder, 'operator', 'keys', place);
    expect([code, err]).toEqual([1, expect.stringMatching(/cannot be written/)]);
    expect(err).not.toMatch(/internal|machimori-fault|\.js/);
  }
});

test('after copies were put back, each list is shut until it is accepted, and what was revoked stays so', async () => {
  const { folder, form, add, list } = await hub();
  form(FLEET);
  await add();
  await machimori(folder, 'gateway', 'enrol', 'hub.toml', 'town/g1', '--url', 'mqtt://hub');
  const files = ['operators.json', 'gateways.json'].map((name) => join(folder, 'data', name));
  for (const file of files) copyFileSync(file, `${file}.copy`);
  await machimori(folder, 'operator', 'revoke', 'hub.toml', 'alsok');
  await machimori(folder, 'gateway', 'revoke', 'hub.toml', 'town/g1');
  for (const file of files) copyFileSync(`${file}.copy`, file);

  form(FLEET, (text) => text.replace('id = "alsok"', 'id = "otta"'));
  expect(await add()).toMatchObject({
    code: 1,
    err: expect.stringMatching(/left out: alsok.*machimori operator accept/s),
  });
  const enrol = await machimori(folder, 'gateway', 'enrol', 'hub.toml', 'town/g2', '--url', 'mqtt://hub');
  expect(enrol).toMatchObject({ code: 1, err: expect.stringMatching(/refused: town\/g1.*machimori gateway accept/s) });

  const accepted = await machimori(folder, 'operator', 'accept', 'hub.toml');
  expect([accepted.code, accepted.out]).toEqual([0, expect.stringMatching(/No operator is taken up/)]);
  expect((await machimori(folder, 'gateway', 'accept', 'hub.toml')).out).toMatch(/No gateway/i);
  expect((await add()).code).toBe(0);
  expect(await list()).toContain('"otta"');
});

test.skipIf(isOpensslMissing)(
  'an enrolment carries the certificate that a door signed itself, or says what is missing',
  async () => {
    const { folder } = await hub('cert-file = "door.pem"\nkey-file = "door.key"\n');
    const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'ignore' });
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    openssl('req', '-x509', ...key, '-keyout', 'door.key', '-out', 'door.pem', '-subj', '/CN=hub', '-days', '9');
    const enrol = (name: string) => machimori(folder, 'gateway', 'enrol', 'hub.toml', `town/${name}`);
    const own = await enrol('g1');
    expect([own.code, own.out]).toEqual([0, expect.not.stringContaining('note:')]);
    const pem = readFileSync(join(folder, 'door.pem'), 'utf8');
    expect(readEnrolment(join(folder, 'town-g1.enrolment')).ca).toBe(pem);

    mkdirSync(join(folder, 'other'));
    openssl('req', '-x509', ...key, '-keyout', 'other/ca.key', '-out', 'other/ca.pem', '-subj', '/CN=ca', '-days', '9');
    openssl('req', ...key, '-keyout', 'door.key', '-out', 'request', '-subj', '/CN=hub');
    openssl(
      'x509',
      '-req',
      '-in',
      'request',
      '-CA',
      'other/ca.pem',
      '-CAkey',
      'other/ca.key',
      '-set_serial',
      '7',
      '-days',
      '9',
      '-out',
      'door.pem',
    );
    const others = await enrol('g2');
    expect([others.code, others.out]).toEqual([0, expect.stringMatching(/note: .*no public authority.*--ca/)]);
    expect(readEnrolment(join(folder, 'town-g2.enrolment')).ca).toBeUndefined();

    const chain = readFileSync(join(folder, 'door.pem'), 'utf8') + readFileSync(join(folder, 'other/ca.pem'), 'utf8');
    writeFileSync(join(folder, 'door.pem'), chain);
    expect((await enrol('g3')).out).not.toContain('note:');
    expect(readEnrolment(join(folder, 'town-g3.enrolment')).ca).toBe(
      readFileSync(join(folder, 'other/ca.pem'), 'utf8'),
    );
    expect(existsSync(join(folder, 'data/authority'))).toBe(false);
  },
);
