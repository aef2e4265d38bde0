/** When the console opens, under what certificate, and what it does when it cannot. */
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { accountsFileOf, readAccounts } from '../../../gateway/config/console-accounts.ts';
import { checkName, checkPassword, removeAccount, setPassword } from '../../../gateway/console/accounts.ts';
import { certificateOf } from '../../../gateway/console/certificate.ts';
import { serveConsole } from '../../../gateway/console/console.ts';
import type { ConsoleStanding } from '../../../gateway/status/sources.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { certificates, isOpensslMissing } from '../net/certificates.ts';
import { freePort } from '../net/free-port.ts';
import { sources } from '../status/status-rig.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { accountLine, openConsole, until } from './console-rig.ts';

/** A console that may not be open yet. */
async function begun(port: number) {
  const all = sources();
  const { clock, log, folder } = all.rig.rig;
  const stop = new AbortController();
  const listen = `127.0.0.1:${port}`;
  const console = { enabled: true, listen, names: [], tiles: '' };
  let standing: (() => ConsoleStanding) | undefined;
  const done = serveConsole(
    {
      config: { console, gateway: { id: 'gateway-01', tenant: 'kakogawa', dataDirectory: folder } },
      sources: { ...all.from, status: all.from },
      version: '0.1.0',
      clock,
      log,
      pageFolder: join(folder, 'nothing'),
      standing: (now) => {
        standing = now;
      },
    },
    stop.signal,
  );
  onTestFinished(async () => {
    stop.abort();
    await done;
  });
  return { folder, clock, log, url: `http://${listen}`, standing: () => standing?.() };
}

test('without an account it does not listen, says so, and opens soon after there is one', async () => {
  const { folder, clock, url, standing } = await begun(await freePort());
  await until(() => expect(standing()?.fault?.en).toMatch(/no account yet: machimori console password/));
  await clock.advance(60_000);
  await expect(fetch(url)).rejects.toThrow();
  writeFileSync(accountsFileOf(folder), await accountLine('suzuki', 'technician'), { mode: 0o600 });
  await clock.advance(5_000);
  await until(() => expect(standing()?.fault).toBeUndefined());
  expect((await fetch(url)).status).toBe(503);
});

test('when the last account goes it closes, and with the next it opens again', async () => {
  const { file, port, clock, standing, signIn } = await openConsole();
  await signIn();
  rmSync(file);
  await clock.advance(5_000);
  await until(async () => {
    await clock.advance(1_000);
    expect(standing()?.fault?.en).toMatch(/no account yet/);
  });
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  writeFileSync(file, await accountLine('suzuki', 'technician'), { mode: 0o600 });
  await clock.advance(5_000);
  await until(() => expect(standing()?.fault).toBeUndefined());
  await signIn();
});

test('accounts that others can read let nobody in', async () => {
  const { folder, clock, url, standing } = await begun(await freePort());
  writeFileSync(accountsFileOf(folder), await accountLine('suzuki', 'technician'), { mode: 0o644 });
  await clock.advance(5_000);
  await until(() => expect(standing()?.fault?.en).toMatch(/others than its owner can read.*chmod 600/));
  await expect(fetch(url)).rejects.toThrow();
});

test('an address that is taken is said, and tried again', async () => {
  const port = await freePort();
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  const { folder, clock, log, url, standing } = await begun(port);
  writeFileSync(accountsFileOf(folder), await accountLine('suzuki', 'technician'), { mode: 0o600 });
  await clock.advance(5_000);
  await until(() => expect(standing()?.fault?.en).toContain('EADDRINUSE'));
  expect(log.at('warn')).toHaveLength(1);
  other.close();
  await once(other, 'close');
  await clock.advance(10_000);
  await until(() => expect(standing()?.fault).toBeUndefined());
  expect((await fetch(url)).status).toBe(503);
});

describe.skipIf(isOpensslMissing)('under TLS', () => {
  const NOW = { wall: Date.now(), synchronised: true };

  test('beyond loopback it is under TLS by a certificate of its own, whose fingerprint is told', async () => {
    const { signIn, ask, port, folder, session, status, standing } = await openConsole({ listen: '0.0.0.0:0' });
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    onTestFinished(() => void socket.destroy());
    await once(socket, 'secureConnect');
    const { fingerprint256 } = socket.getPeerCertificate();
    expect(fingerprint256).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    const { cookie } = await signIn();
    expect(cookie).toMatch(new RegExp(`^__Host-machimori-${port}=`));
    expect(JSON.parse((await session(cookie)).text).fingerprint).toBe(fingerprint256);
    expect([status().console, standing()]).toMatchObject([
      { fingerprint: fingerprint256 },
      { fingerprint: fingerprint256 },
    ]);
    const { headers } = await ask('GET', '/');
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
    const signed = await ask('POST', '/session', { body: '{"user":"sato","password":"a river of cold tea"}' });
    expect(signed.headers['set-cookie']?.[0]).toMatch(/; HttpOnly; SameSite=Strict; Secure$/);
    expect(statSync(join(folder, 'console.pem')).mode & 0o777).toBe(0o600);
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow(); // not in clear
  });

  test('a certificate that the configuration names is used, on loopback too', async () => {
    const folder = temporaryFolder();
    const { server } = certificates(folder);
    const files = { listenCertFile: join(folder, 'server.pem'), listenKeyFile: join(folder, 'server.key') };
    const { signIn, session } = await openConsole(files);
    const { cookie } = await signIn();
    const { fingerprint } = JSON.parse((await session(cookie)).text);
    expect(fingerprint).toBe(new X509Certificate(server.cert).fingerprint256);
  });

  const settings = (names: string[] = [], listen = '0.0.0.0:9465') => ({ enabled: true, names, listen, tiles: '' });
  const certified = (dataDirectory: string, names: string[] = [], now: { wall: number; synchronised: boolean } = NOW) =>
    certificateOf({ console: settings(names), gateway: { id: 'gateway-01', tenant: 'town', dataDirectory } }, now);

  test('its own certificate names the machine, is good for two years, and stays the same', async () => {
    const folder = temporaryFolder();
    const made = await certified(folder, ['box-1.city.example', '192.0.2.7']);
    const certificate = new X509Certificate(made?.cert ?? '');
    for (const name of ['localhost', 'box-1.city.example', hostname().toLowerCase()])
      expect(certificate.checkHost(name)).toBeTruthy();
    for (const address of ['127.0.0.1', '192.0.2.7']) expect(certificate.checkIP(address)).toBeTruthy();
    expect(certificate.ca).toBe(false);
    expect(certificate.subject).toBe('CN=Machimori gateway-01');
    expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)).toBe(730 * 86_400_000);
    expect(await certified(folder, ['box-1.city.example'])).toEqual(made);
    expect(existsSync(join(folder, 'console-certificate.part-'))).toBe(false);
  });

  test('it is made anew before its end, for another name, and if it is spoilt; not while the clock is not set', async () => {
    const folder = temporaryFolder();
    const first = await certified(folder);
    const day = 86_400_000;
    const at = (days: number, synchronised = true) => ({ wall: NOW.wall + days * day, synchronised });
    const fingerprint = async (...args: [names?: string[], now?: { wall: number; synchronised: boolean }]) =>
      (await certified(folder, ...args))?.fingerprint;
    expect(await fingerprint([], at(699))).toBe(first?.fingerprint);
    expect(await fingerprint([], at(-10_000, false))).toBe(first?.fingerprint);
    expect(await fingerprint([], at(-0.5))).toBe(first?.fingerprint); // the clock was set back a little
    const renewed = await fingerprint([], at(701));
    expect(renewed).not.toBe(first?.fingerprint);
    const named = await fingerprint(['box-1.city.example']);
    expect(named).not.toBe(renewed);
    expect(await fingerprint()).toBe(named); // one name more does no harm
    writeFileSync(join(folder, 'console.pem'), readFileSync(join(folder, 'console.pem'), 'utf8').slice(0, 400));
    expect(await fingerprint()).not.toBe(named);
  });

  test('a new one is taken up without closing anything', async () => {
    const { folder, clock, signIn, session, standing, log } = await openConsole({ listen: '0.0.0.0:0' });
    const { cookie } = await signIn();
    const before = standing()?.fingerprint;
    rmSync(join(folder, 'console.pem'));
    const advanced = async () => {
      await clock.advance(29 * 60_000);
      await session(cookie);
      expect(standing()?.fingerprint).not.toBe(before);
    };
    await until(advanced);
    expect(JSON.parse((await session(cookie)).text).fingerprint).toBe(standing()?.fingerprint);
    expect(log.at('warn').at(-1)?.message).toBe('The console has another certificate');
  });

  test('on loopback there is none, and none is made', async () => {
    const dataDirectory = temporaryFolder();
    const gateway = { id: 'gateway-01', tenant: 'town', dataDirectory };
    const moment = new VirtualClock().moment();
    for (const listen of ['127.0.0.1:9465', '[::1]:9465', 'localhost:9465'])
      expect(await certificateOf({ console: settings([], listen), gateway }, moment)).toBeUndefined();
    expect(existsSync(join(dataDirectory, 'console.pem'))).toBe(false);
  });
});

describe('accounts', () => {
  test('a password is set, changed and removed; the role stays unless another is given', async () => {
    const file = accountsFileOf(temporaryFolder());
    const roles = () => [...readAccounts(file)].map(([name, { role }]) => `${name} ${role}`);
    expect(await setPassword(file, { name: 'sato', password: 'a river of tea' })).toBe('viewer');
    expect(await setPassword(file, { name: 'suzuki', password: 'a river of tea', role: 'technician' })).toBe(
      'technician',
    );
    expect(await setPassword(file, { name: 'suzuki', password: 'another river' })).toBe('technician');
    expect(roles()).toEqual(['sato viewer', 'suzuki technician']);
    const [sato, suzuki] = [...readAccounts(file).values()];
    expect(sato?.salt).not.toEqual(suzuki?.salt);
    expect(removeAccount(file, 'sato')).toBe(true);
    expect(removeAccount(file, 'sato')).toBe(false);
    expect(roles()).toEqual(['suzuki technician']);
    expect([statSync(file).mode & 0o777, readFileSync(file, 'utf8')]).toEqual([
      0o600,
      expect.not.stringContaining('river'),
    ]);
  });

  test.each(['', ' ', 'a b', 'suzuki\n', '-x', '../x', 'x'.repeat(65), '鈴木', 'a:b'])('%j is no user name', (name) => {
    expect(() => checkName(name)).toThrow(/cannot be a user name/);
  });

  test.each([
    ['nine char', /fewer than 10/],
    ['鈴木鈴木鈴木', /fewer than 10/],
    ['SUZUKI-TARO', /is the user name/],
    ['x'.repeat(201), /more than 200/],
    ['aaaaaaaaaaaa', /one or two characters/],
    ['ababababab', /one or two characters/],
  ])('%j is no password', (password, why) => {
    expect(() => checkPassword('suzuki-taro', password)).toThrow(why);
  });

  test.each([
    'suzuki',
    'suzuki technician',
    'suzuki boss scrypt-32768-8-3 AAAAAAAAAAAAAAAAAAAAAA AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    'suzuki viewer scrypt-2-1-1 AAAAAAAAAAAAAAAAAAAAAA AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    'suzuki viewer scrypt-32768-8-3 AAAA AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    'suzuki viewer scrypt-32768-8-3 AAAAAAAAAAAAAAAAAAAAAA AAAA',
    'su/zuki viewer scrypt-32768-8-3 AAAAAAAAAAAAAAAAAAAAAA AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  ])('a file with the line %j is not read at all', async (line) => {
    const file = accountsFileOf(temporaryFolder());
    writeFileSync(file, (await accountLine('sato', 'viewer')) + line, { mode: 0o600 });
    expect(() => readAccounts(file)).toThrow(/line 2 is no account/);
  });

  test('two accounts of one name, or more than a hundred, are not read', async () => {
    const file = accountsFileOf(temporaryFolder());
    const line = await accountLine('sato', 'viewer');
    writeFileSync(file, line + line, { mode: 0o600 });
    expect(() => readAccounts(file)).toThrow(/line 2 is no account/);
    const many = await Promise.all(Array.from({ length: 100 }, (_, n) => accountLine(`user-${n}`, 'viewer')));
    writeFileSync(file, many.join(''), { mode: 0o600 });
    expect(readAccounts(file).size).toBe(100);
    await expect(setPassword(file, { name: 'one-more', password: 'a river of tea' })).rejects.toThrow(
      /100 accounts already/,
    );
    writeFileSync(file, many.join('') + line, { mode: 0o600 });
    expect(() => readAccounts(file)).toThrow(/more than 100/);
  });
});
