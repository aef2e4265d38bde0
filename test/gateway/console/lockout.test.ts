/** Whoever guesses passwords waits, by the clock; whoever knows theirs does not, or not for long. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Lockout, networkOf } from '../../../gateway/console/lockout.ts';
import { hashPassword, PasswordTurns } from '../../../gateway/console/passwords.ts';
import { SignIn } from '../../../gateway/console/sign-in.ts';
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

/** Where passwords cost nothing. */
function quickSignIn() {
  const account = { role: 'viewer' as const, salt: Buffer.alloc(16), hash: Buffer.alloc(32) };
  const accounts = { find: (name: string) => (['suzuki', 'sato'].includes(name) ? account : undefined) };
  const turns = {
    isFull: false,
    isRight: async (known: typeof account | undefined, password: string) =>
      known !== undefined && password === PASSWORD,
  };
  const signIn = new SignIn(accounts, turns);
  /** What comes of it: whether they are in, or how long they wait. */
  const tries = async (user: string, password: string, address: string, now = 0) =>
    signIn.waitMs(user, address, now) || (await signIn.accountOf(user, password, address, now)) !== undefined;
  return { tries, turns };
}

test('an account waits whatever address guesses at it, but not for where its owner has signed in', async () => {
  const { tries } = quickSignIn();
  expect(await tries('suzuki', PASSWORD, '192.0.2.1')).toBe(true);
  for (let n = 2; n < 12; n++) expect(await tries('suzuki', 'not this one', `192.0.2.${n}`)).toBe(false);
  expect(await tries('suzuki', PASSWORD, '192.0.2.20')).toBe(1_000);
  expect(await tries('sato', PASSWORD, '192.0.2.20')).toBe(true);
  expect(await tries('suzuki', PASSWORD, '192.0.2.1')).toBe(true);
  for (let n = 30; n < 45; n++) await tries('suzuki', 'not this one', `192.0.2.${n}`);
  expect(await tries('suzuki', PASSWORD, '192.0.2.20', 1_000)).toBe(true);
});

test('a pause of an account grows to five minutes, one of an address to fifteen', async () => {
  const { tries } = quickSignIn();
  let now = 0;
  const longest = async (addressOf: (n: number) => string) => {
    let longestMs = 0;
    for (let n = 0; n < 40; n++) {
      const outcome = await tries('suzuki', 'not this one', addressOf(n), now);
      if (typeof outcome !== 'number') continue;
      longestMs = Math.max(longestMs, outcome);
      now += outcome;
    }
    return longestMs;
  };
  expect(await longest((n) => `2001:db8:0:${n}::1`)).toBe(5 * 60_000);
  expect(await longest(() => '192.0.2.7')).toBe(15 * 60_000);
});

test('neighbours in one IPv6 network count as one', async () => {
  const { tries } = quickSignIn();
  for (let n = 1; n <= 5; n++) expect(await tries(`user-${n}`, 'not this one', `2001:db8:1:2::${n}`)).toBe(false);
  expect(await tries('suzuki', PASSWORD, '2001:db8:1:2::99')).toBe(1_000);
  expect(await tries('suzuki', PASSWORD, '2001:db8:1:3::1')).toBe(true);
});

test('an unknown user is locked out like a known one, so that the lock tells nothing', async () => {
  const { tries } = quickSignIn();
  const course = async (user: string, network: string) => {
    const all = [];
    for (let n = 0; n < 15; n++) all.push(await tries(user, 'not this one', `${network}.${n}`));
    return all;
  };
  const known = await course('suzuki', '192.0.2');
  expect(known.slice(9)).toEqual([false, 1_000, 1_000, 1_000, 1_000, 1_000]);
  expect(await course('nobody', '198.51.100')).toEqual(known);
});

test('whoever comes while too many wait is asked to come again, and it does not count against them', async () => {
  const { tries, turns } = quickSignIn();
  turns.isFull = true;
  for (let n = 0; n < 20; n++) expect(await tries('suzuki', PASSWORD, '192.0.2.7')).toBe(2_000);
  turns.isFull = false;
  expect(await tries('suzuki', PASSWORD, '192.0.2.7')).toBe(true);
});

test('tries that are made at once gain nothing', async () => {
  const { tryToSignIn } = await openConsole();
  const all = Array.from({ length: 8 }, (_, n) => tryToSignIn(`guess-${n}`, 'not this one'));
  const statuses = (await Promise.all(all)).map(({ status }) => status).toSorted();
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
});

test('one password is hashed at a time, and eight wait at most', async () => {
  const turns = new PasswordTurns();
  const done: number[] = [];
  const all = Array.from({ length: 8 }, async (_, n) => {
    expect(turns.isFull).toBe(false);
    await turns.isRight(undefined, 'not this one');
    done.push(n);
  });
  expect(turns.isFull).toBe(true);
  await Promise.all(all);
  expect([done, turns.isFull]).toEqual([[0, 1, 2, 3, 4, 5, 6, 7], false]);
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
