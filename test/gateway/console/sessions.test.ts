/** Who is signed in, as somebody would try it who is not. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Account } from '../../../gateway/config/console-accounts.ts';
import { Accounts } from '../../../gateway/console/accounts.ts';
import { hashPassword } from '../../../gateway/console/passwords.ts';
import { Sessions } from '../../../gateway/console/sessions.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { accountLine, openConsole, PASSWORD, until } from './console-rig.ts';

const minute = 60_000;
const hour = 60 * minute;

test('whoever signs in is known, and nobody else', async () => {
  const { signIn, session, ask } = await openConsole();
  const { cookie, csrf } = await signIn();
  expect(JSON.parse((await session(cookie)).text)).toEqual({
    ...{
      user: 'suzuki',
      role: 'technician',
      gateway: 'gateway-01',
      tenant: 'kakogawa',
      version: '0.1.0',
      csrf,
      tiles: '',
    },
  });
  expect((await ask('GET', '/session')).status).toBe(401);
  expect((await session(`${cookie}x`)).status).toBe(401);
  expect((await session(cookie.replace(/=.*/, `=${randomBytes(32).toString('base64url')}`))).status).toBe(401);
});

test('the cookie is for this console alone: no script reads it, and no other site sends it', async () => {
  const { tryToSignIn, port } = await openConsole();
  const { headers } = await tryToSignIn('suzuki');
  expect(headers['set-cookie']).toEqual([
    expect.stringMatching(new RegExp(`^machimori-${port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`)),
  ]);
});

test('a wrong password and an unknown user get the same answer', async () => {
  const { tryToSignIn } = await openConsole();
  const [wrong, unknown] = [await tryToSignIn('suzuki', 'not this one'), await tryToSignIn('nobody')];
  expect([wrong.status, unknown.status]).toEqual([401, 401]);
  expect(wrong.text).toBe(unknown.text);
  expect(wrong.headers['set-cookie']).toBeUndefined();
});

test('what was stolen is worth nothing after sign-out, by any way in', async () => {
  const { signIn, session, ask, act } = await openConsole();
  const signed = await signIn();
  const { headers, status } = await ask('DELETE', '/session', { headers: { cookie: signed.cookie } });
  expect([status, headers['set-cookie']?.[0]]).toEqual([204, expect.stringMatching(/=; .*Max-Age=0$/)]);
  expect((await session(signed.cookie)).status).toBe(401);
  expect((await act('status', signed)).status).toBe(401);
  expect((await ask('GET', '/live', { headers: { cookie: signed.cookie } })).status).toBe(401);
  expect((await ask('DELETE', '/session', { headers: { cookie: signed.cookie } })).status).toBe(204);
});

test('nobody can have a session opened under a token that they chose (fixation), and the old one ends', async () => {
  const { signIn, session, port } = await openConsole();
  const chosen = `machimori-${port}=${'A'.repeat(43)}`;
  const first = await signIn('sato', { headers: { cookie: chosen } });
  expect(first.cookie).not.toBe(chosen);
  expect((await session(chosen)).status).toBe(401);
  const second = await signIn('suzuki', { headers: { cookie: first.cookie } });
  expect((await session(first.cookie)).status).toBe(401);
  expect((await session(second.cookie)).status).toBe(200);
});

test('two cookies of the name are nobody: one was put there', async () => {
  const { signIn, ask, port } = await openConsole();
  const { cookie } = await signIn();
  const twice = `${cookie}; machimori-${port}=${'A'.repeat(43)}`;
  expect((await ask('GET', '/session', { headers: { cookie: twice } })).status).toBe(401);
  expect((await ask('GET', '/session', { headers: { cookie: `other=1; ${cookie}` } })).status).toBe(200);
});

test('a session that is not used for half an hour ends', async () => {
  const { signIn, session, clock } = await openConsole();
  const { cookie } = await signIn();
  await clock.advance(30 * minute - 1);
  expect((await session(cookie)).status).toBe(200);
  await clock.advance(30 * minute - 1);
  expect((await session(cookie)).status).toBe(200);
  await clock.advance(30 * minute);
  expect((await session(cookie)).status).toBe(401);
});

test('a session ends after twelve hours, however busy', async () => {
  const { signIn, session, clock } = await openConsole();
  const { cookie } = await signIn();
  for (let at = 0; at < 12 * hour - 20 * minute; at += 20 * minute) {
    await clock.advance(20 * minute);
    expect((await session(cookie)).status).toBe(200);
  }
  await clock.advance(20 * minute);
  expect((await session(cookie)).status).toBe(401);
});

test('another password, another role or no account ends every session of it, and of nobody else', async () => {
  const { signIn, session, file, tryToSignIn } = await openConsole();
  const [suzuki, sato] = [await signIn(), await signIn('sato')];
  const states = async () => [(await session(suzuki.cookie)).status, (await session(sato.cookie)).status];
  const viewer = await accountLine('sato', 'viewer');
  const changed = await accountLine('suzuki', 'technician', await hashPassword('another fine day'));
  writeFileSync(file, changed + viewer, { mode: 0o600 });
  expect(await states()).toEqual([401, 200]);
  expect((await tryToSignIn('suzuki', PASSWORD)).status).toBe(401);
  expect((await tryToSignIn('suzuki', 'another fine day')).status).toBe(204);
  writeFileSync(file, changed + (await accountLine('sato', 'technician')), { mode: 0o600 });
  expect(await states()).toEqual([401, 401]);
  const anew = await signIn('sato');
  writeFileSync(file, changed, { mode: 0o600 });
  expect((await session(anew.cookie)).status).toBe(401);
});

test('a session that was opened while the password was changed is over at once', async () => {
  const file = join(temporaryFolder(), 'console-accounts');
  writeFileSync(file, await accountLine('sato', 'viewer'), { mode: 0o600 });
  const accounts = new Accounts(file);
  const before = accounts.find('sato') as Account; // it is in the file
  writeFileSync(file, await accountLine('sato', 'viewer', await hashPassword('another fine day')), { mode: 0o600 });
  const sessions = new Sessions(accounts);
  expect(sessions.use(sessions.open('sato', before, 0), 0)).toBeUndefined();
});

test('a request whose body comes after the sign-out does nothing', async () => {
  const { signIn, ask, raw, port } = await openConsole();
  const { cookie, csrf } = await signIn();
  const socket = raw();
  let answer = '';
  socket.on('data', (piece: Buffer) => {
    answer += piece.toString('latin1');
  });
  const head = `POST /do/status HTTP/1.1\r\nHost: localhost:${port}\r\nCookie: ${cookie}\r\nX-Csrf: ${csrf}\r\n`;
  socket.write(`${head}Content-Length: 2\r\nExpect: 100-continue\r\n\r\n`);
  await until(() => expect(answer).toContain('100 Continue'));
  await ask('DELETE', '/session', { headers: { cookie } });
  socket.write('{}');
  await until(() => expect(answer).toMatch(/\r\n\r\nHTTP\/1\.1 401 /));
});

test('a file of accounts that was spoilt lets nobody in and says so, and those inside are out', async () => {
  const { signIn, session, file, status, tryToSignIn } = await openConsole();
  const { cookie } = await signIn();
  writeFileSync(file, 'suzuki boss\n', { mode: 0o600 });
  expect((await session(cookie)).status).toBe(401);
  expect((await tryToSignIn('suzuki')).status).toBe(401);
  expect(status().problems).toMatchObject([
    { en: expect.stringMatching(/console at .* is not open: .*line 1 is no account/) },
  ]);
});

test('sessions are bounded: the one of the user that was used longest ago makes room, then that of anybody', async () => {
  const file = join(temporaryFolder(), 'console-accounts');
  const users = Array.from({ length: 12 }, (_, n) => `user-${n}`);
  const lines = await Promise.all(users.map((user) => accountLine(user, 'viewer')));
  writeFileSync(file, lines.join(''), { mode: 0o600 });
  const accounts = new Accounts(file);
  const sessions = new Sessions(accounts);
  const open = (user: string) => sessions.open(user, accounts.find(user) as Account, 0); // it is in the file
  const isIn = (token: string | undefined) => sessions.use(token, 0) !== undefined;
  const own = Array.from({ length: 10 }, () => open('user-0'));
  expect(isIn(own[0])).toBe(true);
  open('user-0');
  expect([isIn(own[0]), isIn(own[1])]).toEqual([true, false]);
  for (const user of users.slice(1, 10)) for (let n = 0; n < 10; n++) open(user);
  expect(isIn(own[2])).toBe(true);
  expect(isIn(open('user-11'))).toBe(true);
  expect(isIn(own[3])).toBe(false);
});

test.each([
  '{}',
  'null',
  '[]',
  '{"user":"suzuki"}',
  '{"user":["suzuki"],"password":"a river of cold tea"}',
  `{"user":"suzuki","password":"${'x'.repeat(900)}"}`,
  '{"user":"suzuki","password":"a river of cold tea","role":"technician"}',
  '{"user":"suzuki","password":"a river of cold tea"',
  '',
])('a sign-in of another form (%j) is refused', async (body) => {
  const { ask } = await openConsole();
  const answer = await ask('POST', '/session', { body });
  expect([answer.status, JSON.parse(answer.text).code]).toEqual([400, 'bad-request']);
});

test.each(['suzuki\r\nset-cookie: a=b', 'suzuki\u0000', '__proto__', 'constructor', 'suzuki technician', ''])(
  'a user name such as %j gets nobody in and nothing into a header or the audit',
  async (user) => {
    const { tryToSignIn, session } = await openConsole();
    const { status, headers } = await tryToSignIn(user);
    expect([status, headers['set-cookie'], headers.a]).toEqual([401, undefined, undefined]);
    expect((await session('')).status).toBe(401);
  },
);
