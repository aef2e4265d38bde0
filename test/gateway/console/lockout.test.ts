/** Whoever guesses passwords waits, by the clock; whoever knows theirs does not, or not for long. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Lockout, networkOf } from '../../../gateway/console/lockout.ts';
import { hashPassword, PasswordTurns } from '../../../gateway/console/passwords.ts';
import { openConsole, PASSWORD } from './console-rig.ts';

test('after five wrong passwords an address waits, also with the right one, longer each time', async () => {
  const { tryToSignIn, clock } = await openConsole();
  for (let n = 0; n < 5; n++) expect((await tryToSignIn('suzuki', 'not this one')).status).toBe(401);
  const locked = await tryToSignIn('suzuki');
  expect([locked.status, locked.headers['retry-after'], JSON.parse(locked.text).code]).toEqual([429, '1', 'locked']);
  await clock.advance(1_000);
  expect((await tryToSignIn('suzuki', 'not this one')).status).toBe(401);
  expect((await tryToSignIn('sato')).headers['retry-after']).toBe('2');
  expect((await tryToSignIn('suzuki', PASSWORD, { localAddress: '127.0.0.9' })).status).toBe(204);
  await clock.advance(2_000);
  expect((await tryToSignIn('suzuki')).status).toBe(204);
  expect((await tryToSignIn('suzuki', 'not this one')).status).toBe(401); // it begins anew
});

test('an account waits whatever address guesses at it, but not for where its owner has signed in', async () => {
  const { tryToSignIn, clock } = await openConsole();
  const from = (n: number) => ({ localAddress: `127.0.1.${n}` });
  expect((await tryToSignIn('suzuki', PASSWORD, from(1))).status).toBe(204);
  for (let n = 2; n < 12; n++) expect((await tryToSignIn('suzuki', 'not this one', from(n))).status).toBe(401);
  expect((await tryToSignIn('suzuki', PASSWORD, from(20))).status).toBe(429);
  expect((await tryToSignIn('sato', PASSWORD, from(20))).status).toBe(204);
  expect((await tryToSignIn('suzuki', PASSWORD, from(1))).status).toBe(204);
  await clock.advance(1_000);
  expect((await tryToSignIn('suzuki', PASSWORD, from(20))).status).toBe(204);
});

test('an unknown user is locked out like a known one, so that the lock tells nothing', async () => {
  const { tryToSignIn } = await openConsole();
  for (const user of ['suzuki', 'nobody']) {
    const octet = user.length;
    for (let n = 1; n <= 10; n++) {
      const answer = await tryToSignIn(user, 'not this one', { localAddress: `127.0.${octet}.${n}` });
      expect(answer.status).toBe(401);
    }
    expect((await tryToSignIn(user, 'not this one', { localAddress: `127.0.${octet}.99` })).status).toBe(429);
  }
});

test('tries that are made at once gain nothing, and a crowd waits outside', async () => {
  const { tryToSignIn } = await openConsole();
  const at = (n: number) => tryToSignIn(`user-${n}`, 'not this one', { localAddress: `127.0.2.${n}` });
  const sameAddress = Array.from({ length: 8 }, (_, n) => tryToSignIn(`guess-${n}`, 'not this one'));
  const statuses = (await Promise.all(sameAddress)).map(({ status }) => status).toSorted();
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
  const crowd = (await Promise.all(Array.from({ length: 30 }, (_, n) => at(n + 1)))).map(({ status }) => status);
  expect(crowd.filter((status) => status === 429).length).toBeGreaterThan(0);
  expect(crowd.every((status) => status === 401 || status === 429)).toBe(true);
});

test('an unknown user costs as much work as a known one', async () => {
  const turns = new PasswordTurns();
  const account = { role: 'viewer' as const, ...(await hashPassword(PASSWORD)) };
  const cpuOf = async (work: () => Promise<boolean>) => {
    const before = process.cpuUsage();
    expect(await work()).toBe(false);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  const known = await cpuOf(() => turns.isRight(account, 'not this one'));
  const unknown = await cpuOf(() => turns.isRight(undefined, 'not this one'));
  expect(unknown).toBeGreaterThan(known / 4); // one that hashes nothing takes a thousandth
  expect(await turns.isRight(undefined, '')).toBe(false);
  expect(await turns.isRight(account, PASSWORD)).toBe(true);
});

test('a password is the same by whatever keyboard its letters came', async () => {
  const account = { role: 'viewer' as const, ...(await hashPassword('がぎぐげご川の水')) };
  expect(await new PasswordTurns().isRight(account, 'がぎぐげご川の水'.normalize('NFD'))).toBe(true);
});

test('pauses double up to their bound, and an hour of peace is enough', () => {
  const maxMs = 60_000;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 10 }), (tries, free) => {
      const lockout = new Lockout({ free, maxMs });
      for (let n = 0; n < tries; n++) lockout.count('a', 0);
      const expected = tries < free ? 0 : Math.min(maxMs, 1_000 * 2 ** (tries - free));
      expect(lockout.waitMs('a', 0)).toBe(expected);
      expect(lockout.waitMs('a', expected)).toBe(0);
      expect(lockout.waitMs('b', 0)).toBe(0);
      lockout.count('a', 3_600_000);
      expect(lockout.waitMs('a', 3_600_000)).toBe(free === 1 ? 1_000 : 0);
    }),
  );
});

test('the table of names is bounded, and forgets what was tried longest ago', () => {
  const lockout = new Lockout({ free: 1, maxMs: 60_000 });
  for (let n = 0; n < 10_000; n++) lockout.count(`name-${n}`, 0);
  lockout.count('name-0', 0);
  lockout.count('one more', 0);
  expect(['name-0', 'name-1', 'name-2'].map((name) => lockout.waitMs(name, 0))).toEqual([2_000, 0, 1_000]);
});

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::6', '2001:db8:1:2'],
  ['2001:db8::6', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1', 'fe80:0:0:0'],
  ['?', '?'],
])('%s is counted as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
