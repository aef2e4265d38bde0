/** `machimori console`: accounts from the command line, the fingerprint, and what was changed. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { machimori, machimoriReading } from '../../end-to-end/machimori.ts';
import { isOpensslMissing } from '../net/certificates.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function box(console = '') {
  const folder = temporaryFolder();
  const destination = '[[destination]]\nname = "city"\ntype = "city-os"\nurl = "mqtt://127.0.0.1:1"\n';
  const text = `[gateway]\nid = "gateway-01"\ndata-directory = "data"\n[console]\n${console}\n${destination}`;
  writeFileSync(join(folder, 'gateway.toml'), text);
  const run = (verb: string, ...args: string[]) => machimori(folder, 'console', verb, 'gateway.toml', ...args);
  const setPassword = (input: string, ...args: string[]) =>
    machimoriReading(input, folder, 'console', 'password', 'gateway.toml', ...args);
  return { folder, run, setPassword };
}

test('an account is made by a line of standard input, listed and removed', async () => {
  const { folder, run, setPassword } = box();
  expect(await setPassword('a river of cold tea\n', 'suzuki', '--role', 'technician')).toMatchObject({
    code: 0,
    out: expect.stringMatching(
      /^suzuki can sign in, as technician\.\nThe console is not enabled yet\. Run: machimori set .*gateway\.toml console\.enabled=true\n$/,
    ),
  });
  expect((await setPassword('another fine day', 'sato')).out).toMatch(/^sato can sign in, as viewer\./);
  expect((await run('accounts', '--json')).out).toBe(
    '{"user":"suzuki","role":"technician"}\n{"user":"sato","role":"viewer"}\n',
  );
  const file = join(folder, 'data', 'console-accounts');
  expect([statSync(file).mode & 0o777, readFileSync(file, 'utf8')]).toEqual([
    0o600,
    expect.not.stringMatching(/river|fine/),
  ]);
  expect((await run('remove', 'sato')).code).toBe(0);
  expect(await run('remove', 'sato')).toMatchObject({ code: 2, err: expect.stringMatching(/no account sato/) });
  expect((await run('accounts')).out).toMatch(/account +role\nsuzuki +technician/);
});

test.each([
  ['', 'suzuki', /No password was given/],
  ['\n', 'suzuki', /No password was given/],
  ['short\n', 'suzuki', /fewer than 10 characters/],
  ['suzuki-taro\n', 'suzuki-taro', /is the user name/],
  [`${'x'.repeat(5_000)}\n`, 'suzuki', /No password was given/],
  ['a river of cold tea\n', 'su zuki', /cannot be a user name/],
])('%j is no password of %s, and nothing is changed', async (input, user, why) => {
  const { run, setPassword } = box();
  expect(await setPassword(input, user)).toMatchObject({ code: 1, err: expect.stringMatching(why) });
  expect((await run('accounts')).out).toMatch(/There is no account/);
});

test('a password on the command line is not taken', async () => {
  const { setPassword } = box();
  expect(await setPassword('', 'suzuki', 'a-river-of-cold-tea')).toMatchObject({ code: 2 });
  expect(await setPassword('', 'suzuki', '--role', 'boss')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/viewer or technician, not boss/),
  });
});

test.skipIf(isOpensslMissing)('the fingerprint is that of the certificate, which is made if need be', async () => {
  const { run } = box('listen = "0.0.0.0:9465"');
  const first = await run('fingerprint');
  expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}\n$/) });
  expect((await run('fingerprint')).out).toBe(first.out);
  expect(await box().run('fingerprint')).toMatchObject({ code: 1, err: expect.stringMatching(/loopback without TLS/) });
});

test('the audit is listed for people and for programs', async () => {
  const { folder, run } = box();
  expect((await run('audit')).out).toBe('Nobody has used the console yet.\n');
  const about = { id: '1', user: 'suzuki', role: 'technician', address: '192.0.2.7', action: 'drop-refused' };
  const lines = [
    { at: '2026-11-26T03:00:00.000Z', ...about, parameters: { ids: [1, 2] }, outcome: 'begun' },
    { at: '2026-11-26T03:00:01.000Z', ...about, outcome: 'failed', code: 'no-destination' },
  ].map((entry) => `${JSON.stringify(entry)}\n`);
  mkdirSync(join(folder, 'data', 'console-audit'), { recursive: true });
  writeFileSync(join(folder, 'data', 'console-audit', '2026-11.jsonl'), lines.join(''));
  expect((await run('audit', '--json')).out).toBe(lines.join(''));
  expect((await run('audit')).out).toMatch(
    /suzuki.*192\.0\.2\.7.*drop-refused.*begun.*\{"ids":\[1,2\]\}.*failed \(no-destination\)/s,
  );
});
