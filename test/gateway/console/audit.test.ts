/** Who changed what: on the disk before it is done, without secrets, bounded. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConsoleAudit, type ConsoleEntry, withoutSecrets } from '../../../gateway/console/audit.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { openConsole, until } from './console-rig.ts';

async function entriesIn(folder: string): Promise<ConsoleEntry[]> {
  const all: ConsoleEntry[] = [];
  for await (const entry of new ConsoleAudit(folder).entries()) all.push(entry);
  return all;
}

test('a change is written down before it begins, and how it ended after', async () => {
  const { signIn, act, folder, all } = await openConsole();
  const signed = await signIn('suzuki', { localAddress: '127.0.0.7' });
  let before: ConsoleEntry[] = [];
  Object.assign(all.silence, {
    async maintain() {
      before = await entriesIn(folder);
    },
  });
  await act('maintain', signed, { until: 1_000 });
  expect(before.map(({ action, outcome }) => [action, outcome])).toEqual([
    ['sign-in', 'done'],
    ['maintain', 'begun'],
  ]);
  await act('maintain', signed, { device: 'nobody', until: 1_000 });
  await until(async () => expect(await entriesIn(folder)).toHaveLength(5));
  const [signedIn, begun, done, again, failed] = await entriesIn(folder);
  expect(signedIn).toMatchObject({ user: 'suzuki', role: 'technician', address: '127.0.0.7', action: 'sign-in' });
  expect(begun).toMatchObject({ at: '2026-01-15T03:00:00.000Z', address: '127.0.0.1', parameters: { until: 1_000 } });
  expect(done).toMatchObject({ id: begun?.id, user: 'suzuki', outcome: 'done' });
  expect(failed).toMatchObject({ id: again?.id, outcome: 'failed', code: 'no-device' });
  expect(statSync(join(folder, 'console-audit', '2026-01.jsonl')).mode & 0o777).toBe(0o600);
});

test('what is only asked leaves no line, and what was refused neither', async () => {
  const { signIn, act, folder } = await openConsole();
  const viewer = await signIn('sato');
  expect((await act('status', viewer)).status).toBe(200);
  expect((await act('drop-refused', viewer)).status).toBe(403);
  expect((await entriesIn(folder)).map(({ action }) => action)).toEqual(['sign-in']);
});

test('while it cannot be written nothing is changed, but one can sign in and look', async () => {
  const { signIn, act, folder, all } = await openConsole();
  writeFileSync(join(folder, 'console-audit'), 'in the way');
  const signed = await signIn();
  let isChanged = false;
  Object.assign(all.silence, {
    async maintain() {
      isChanged = true;
    },
  });
  const answer = await act('maintain', signed, { until: 0 });
  expect([answer.status, JSON.parse(answer.text).code, isChanged]).toEqual([503, 'audit-unwritable', false]);
  expect((await act('status', signed)).status).toBe(200);
});

test('keys, passwords and tags are not written down', async () => {
  const { signIn, act, folder } = await openConsole();
  const key = '00112233445566778899aabbccddeeff';
  const device = { id: 'soil-01', devEui: '70b3d57ed0000001', keys: { appKey: key }, appKey: key, password: key };
  await act('add-devices', await signIn(), { devices: [device], tag: key, nested: { sessionToken: [key] } });
  await until(async () => expect(await entriesIn(folder)).toHaveLength(3));
  const text = readdirSync(join(folder, 'console-audit')).map((file) =>
    readFileSync(join(folder, 'console-audit', file), 'utf8'),
  );
  expect(text.join('')).toContain('70b3d57ed0000001');
  expect(text.join('')).not.toContain(key);
});

test('a line is bounded whatever is asked', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 12 }), (value) => {
      expect(JSON.stringify(withoutSecrets(value)).length).toBeLessThan(100_000);
    }),
  );
  const large = { text: 'x'.repeat(60_000), list: Array.from({ length: 5_000 }, (_, n) => n) };
  expect(JSON.stringify(withoutSecrets(large)).length).toBeLessThan(500);
  const deep = JSON.parse('['.repeat(5_000) + ']'.repeat(5_000));
  expect(JSON.stringify(withoutSecrets(deep))).toBe('[[[[["…"]]]]]');
});

test('a line that a power cut has cut off is left out', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'console-audit'));
  writeFileSync(join(folder, 'console-audit', '2026-01.jsonl'), '{"id":"1","at":"2026-01-01"}\n{"id":"2","a');
  expect(await entriesIn(folder)).toMatchObject([{ id: '1' }]);
});

test('months that are past three years go, once the clock is set', async () => {
  const { folder, clock } = await openConsole();
  const month = (name: string) => join(folder, 'console-audit', `${name}.jsonl`);
  mkdirSync(join(folder, 'console-audit'));
  for (const name of ['2022-12', '2023-01', '2023-02']) writeFileSync(month(name), '{}\n');
  clock.synchronised = false;
  await clock.advance(3_600_000);
  expect(existsSync(month('2022-12'))).toBe(true);
  clock.synchronised = true;
  await clock.advance(3_600_000);
  expect(['2022-12', '2023-01', '2023-02'].map((name) => existsSync(month(name)))).toEqual([false, true, true]);
});
