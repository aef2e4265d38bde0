/** The operators of a hub: kept on the disk, signed anew at every change and in time, and never numbered back. */
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { listKeyFileOf } from '../../../gateway/hub/list-key.ts';
import { markFileOf } from '../../../gateway/hub/marked-list.ts';
import { Operators, operatorsFileOf } from '../../../gateway/hub/operators.ts';
import { refreshOperators } from '../../../gateway/hub/refresh-operators.ts';
import { fromBase64url } from '../../../shared/enrolment/base64url.ts';
import { maxOperators, type Operator, readOperatorList } from '../../../shared/enrolment/operators.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { LogBook } from '../machine/log-book.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const TIMES = { refreshMs: 3_600_000, validityMs: 86_400_000 };
const AT = Date.parse('2027-01-01T00:00:00Z');

function operator(id: string): Operator {
  return {
    id,
    name: { en: id, ja: id },
    purpose: { en: 'Finding people who are lost', ja: '行方不明者の捜索' },
    publicKey: new Uint8Array(32).fill(7),
    patterns: [{ format: 'eddystone-eid' }],
    retentionMs: 3_600_000,
  };
}

function readIfThere(path: string): Buffer | undefined {
  return existsSync(path) ? readFileSync(path) : undefined;
}

function listOf(operators: Operators) {
  return readOperatorList(
    operators.current?.bytes ?? new Uint8Array(),
    fromBase64url(operators.listKey) ?? new Uint8Array(),
  );
}

test('what was taken up is in a list that the hub has signed, also after a restart', async () => {
  const folder = temporaryFolder();
  const operators = Operators.open(folder, TIMES);
  expect(operators.current).toBeUndefined();
  await operators.add(operator('alsok'), AT);
  await operators.add(operator('otta'), AT + 1);
  const list = await listOf(operators);
  expect(list).toMatchObject({ number: AT + 1, issuedAt: AT + 1, validUntil: AT + 1 + TIMES.validityMs });
  expect(list.operators).toEqual([operator('alsok'), operator('otta')]);

  const reopened = Operators.open(folder, TIMES);
  expect(reopened.listKey).toBe(operators.listKey);
  await reopened.refresh(AT + 2);
  expect(await listOf(reopened)).toMatchObject({ number: AT + 1, issuedAt: AT + 2, operators: list.operators });
});

test('an operator to whose key nothing can be sealed is not taken up', async () => {
  const operators = Operators.open(temporaryFolder(), TIMES);
  const faulty = { ...operator('alsok'), publicKey: new Uint8Array(32) };
  await expect(operators.add(faulty, AT)).rejects.toMatchObject({ code: 'operator-key' });
  expect(operators.all).toEqual([]);
});

test('a change of an operator takes its place and keeps the moment at which it was taken up', async () => {
  const operators = Operators.open(temporaryFolder(), TIMES);
  await operators.add(operator('alsok'), AT);
  await operators.add({ ...operator('alsok'), retentionMs: 60_000 }, AT + 5);
  expect(operators.all).toMatchObject([{ id: 'alsok', retentionMs: 60_000, addedAt: AT }]);
});

test('a list without an operator that was revoked is numbered higher, and whoever listens is told', async () => {
  const folder = temporaryFolder();
  const operators = Operators.open(folder, TIMES);
  await operators.add(operator('alsok'), AT);
  let told = 0;
  const forget = operators.onChanged(() => told++);
  await operators.revoke('alsok', AT); // within the same millisecond
  expect(await listOf(operators)).toMatchObject({ number: AT + 1, operators: [] });
  forget();
  await operators.add(operator('alsok'), AT);
  expect(told).toBe(1);
  expect([operators.isRevoked('alsok'), operators.isRevoked('otta')]).toEqual([false, false]); // it was taken up again
  await operators.revoke('alsok', AT);
  expect(Operators.open(folder, TIMES).isRevoked('alsok')).toBe(true);
  await expect(operators.revoke('alsk', AT)).rejects.toThrow(/no such operator/);
});

test.each([
  ['an old copy of the file was put back', (path: string, copy: Buffer) => writeFileSync(path, copy)],
  ['the file was edited', (path: string, copy: Buffer) => writeFileSync(path, `${copy} `)],
  ['the file is gone', (path: string) => rmSync(path)],
])('when %s, nothing is signed or changed until that is accepted, and who was revoked stays so', async (_, spoil) => {
  const folder = temporaryFolder();
  const operators = Operators.open(folder, TIMES);
  await operators.add(operator('alsok'), AT);
  await operators.add(operator('otta'), AT + 1);
  const copy = readFileSync(operatorsFileOf(folder));
  await operators.revoke('alsok', AT + 60_000);
  const { number } = await listOf(operators);
  spoil(operatorsFileOf(folder), copy);
  const spoiled = readIfThere(operatorsFileOf(folder));

  await expect(operators.add(operator('newco'), AT + 70_000)).rejects.toMatchObject({ code: 'operators-restored' });
  const restored = Operators.open(folder, TIMES);
  expect(restored.fault?.hint.en).toMatch(/machimori operator accept/);
  await restored.refresh(AT + 80_000);
  expect([restored.current, restored.wereAny]).toEqual([undefined, false]);
  await expect(restored.revoke('otta', AT + 80_000)).rejects.toThrow(/not as this hub left it/);
  expect(readIfThere(operatorsFileOf(folder))).toEqual(spoiled);

  await restored.accept(AT + 90_000);
  expect(restored.fault).toBeUndefined();
  const list = await listOf(restored);
  expect(list.number).toBeGreaterThan(number);
  expect(list.operators.map(({ id }) => id)).toEqual(spoiled === undefined ? [] : ['otta']);
  expect([restored.isRevoked('alsok'), Operators.open(folder, TIMES).fault]).toEqual([true, undefined]);
  await restored.add(operator('alsok'), AT + 100_000); // by intent
  expect(restored.has('alsok')).toBe(true);
});

test('a hub that runs finds a copy that was put back at its next change, and says whom it would bring back', async () => {
  const folder = temporaryFolder();
  const operators = Operators.open(folder, TIMES);
  await operators.add(operator('alsok'), AT);
  const copy = readFileSync(operatorsFileOf(folder));
  await operators.revoke('alsok', AT + 1);
  writeFileSync(operatorsFileOf(folder), copy);
  await expect(operators.add(operator('otta'), AT + 2)).rejects.toThrow(
    /accepted: nobody. Revoked since, and left out: alsok/,
  );
  expect(operators.fault?.code).toBe('operators-restored');
  writeFileSync(operatorsFileOf(folder), `${copy}x`);
  await expect(operators.accept(AT + 3)).rejects.toMatchObject({ code: 'operators-unreadable' });
});

test('where nothing went back there is nothing to accept, and no list comes of it', async () => {
  const folder = temporaryFolder();
  const operators = Operators.open(folder, TIMES);
  expect(await operators.accept(AT)).toBe(false);
  expect([operators.current, existsSync(listKeyFileOf(folder))]).toEqual([undefined, false]);
  await operators.add(operator('alsok'), AT);
  expect(await operators.accept(AT + 1)).toBe(false);
  expect((await listOf(operators)).number).toBe(AT);
});

test('a power cut between the files of one change is no finding, and whom it revoked stays so', async () => {
  const folder = temporaryFolder();
  const operators = Operators.open(folder, TIMES);
  await operators.add(operator('alsok'), AT);
  const before = readFileSync(operatorsFileOf(folder));
  await operators.revoke('alsok', AT + 1);
  const mark = JSON.parse(readFileSync(markFileOf(operatorsFileOf(folder)), 'utf8'));
  const cut = { ...mark, before: createHash('sha256').update(before).digest('hex') };
  writeFileSync(markFileOf(operatorsFileOf(folder)), JSON.stringify(cut));
  expect(Operators.open(folder, TIMES).fault).toBeUndefined(); // the list was written, the mark not completed
  writeFileSync(operatorsFileOf(folder), before);
  const reopened = Operators.open(folder, TIMES); // the list was not written
  expect([reopened.fault, reopened.all, reopened.isRevoked('alsok')]).toEqual([undefined, [], true]);
  reopened.adopt();
  await reopened.add(operator('otta'), AT + 2);
  expect((await listOf(reopened)).number).toBeGreaterThan(AT + 1);
});

test('the list of a release without marks gets one when a hub starts with it', async () => {
  const folder = temporaryFolder();
  await Operators.open(folder, TIMES).add(operator('alsok'), AT);
  rmSync(markFileOf(operatorsFileOf(folder)));
  const operators = Operators.open(folder, TIMES);
  expect(operators.fault).toBeUndefined();
  operators.adopt();
  rmSync(operatorsFileOf(folder));
  expect(Operators.open(folder, TIMES).fault?.code).toBe('operators-restored');
  writeFileSync(markFileOf(operatorsFileOf(folder)), '{');
  expect(Operators.open(folder, TIMES).fault).toMatchObject({ code: 'mark-unreadable' });
  expect(() => Operators.open(temporaryFolder(), TIMES).adopt()).not.toThrow(); // where there never was one
});

test('a command works on what another has written, whatever it read before', async () => {
  const folder = temporaryFolder();
  const [one, other] = [Operators.open(folder, TIMES), Operators.open(folder, TIMES)];
  await Promise.all([one.add(operator('alsok'), AT), other.add(operator('otta'), AT)]);
  await one.revoke('otta', AT);
  expect((await listOf(one)).operators.map(({ id }) => id)).toEqual(['alsok']);
  expect(Operators.open(folder, TIMES).all.map(({ id }) => id)).toEqual(['alsok']);
});

test('the list is signed again when it is time, by a clock that is set', async () => {
  const clock = new VirtualClock('2027-01-01T00:00:00Z');
  const folder = temporaryFolder();
  await Operators.open(folder, TIMES).add(operator('alsok'), AT - 1_000);
  const operators = Operators.open(folder, TIMES);
  const stop = new AbortController();
  const issued: number[] = [];
  operators.onChanged(() => issued.push((operators.current?.issuedAt ?? 0) - AT));
  const done = refreshOperators(operators, clock, new LogBook(), stop.signal);
  const until = (count: number) => vi.waitFor(() => expect(issued).toHaveLength(count)); // signing takes real time
  await until(1);
  await clock.advance(TIMES.refreshMs - 60_000);
  expect(issued).toEqual([0]);
  await clock.advance(75_000);
  await until(2);
  expect(issued[1]).toBeGreaterThanOrEqual(TIMES.refreshMs);
  clock.synchronised = false;
  await clock.advance(2 * TIMES.refreshMs);
  expect(issued).toHaveLength(2);
  stop.abort();
  await done;
});

test('after the clock was set back a list is signed again, ends by the new time, and looks no older', async () => {
  const operators = Operators.open(temporaryFolder(), TIMES);
  await operators.add(operator('alsok'), AT);
  const before = await listOf(operators);
  await operators.refresh(AT - 2 * TIMES.refreshMs);
  const after = await listOf(operators);
  expect(after.number).toBe(before.number);
  expect(after.issuedAt).toBeGreaterThan(before.issuedAt);
  expect(after.validUntil).toBe(AT - 2 * TIMES.refreshMs + TIMES.validityMs);
});

test('file and key are for their owner alone', async () => {
  const folder = temporaryFolder();
  await Operators.open(folder, TIMES).add(operator('alsok'), AT);
  for (const file of [operatorsFileOf(folder), markFileOf(operatorsFileOf(folder)), listKeyFileOf(folder)])
    expect(statSync(file).mode & 0o077).toBe(0);
});

test('without its file or key a hub signs nothing and changes nothing, and says what to do', async () => {
  const folder = temporaryFolder();
  await Operators.open(folder, TIMES).add(operator('alsok'), AT);
  rmSync(listKeyFileOf(folder));
  const keyless = Operators.open(folder, TIMES);
  expect(keyless.fault?.message).toMatch(/cannot be used/);
  await expect(keyless.add(operator('otta'), AT)).rejects.toThrow(/cannot be used/);
  await keyless.refresh(AT);
  expect(keyless.current).toBeUndefined();

  expect(() => keyless.listKey).toThrow(/cannot be used/);

  writeFileSync(operatorsFileOf(folder), '{"version":1}');
  const unreadable = Operators.open(folder, TIMES);
  expect(unreadable.fault?.message).toMatch(/cannot be read/);
  await expect(unreadable.revoke('alsok', AT)).rejects.toThrow(/cannot be read/);
  expect(() => unreadable.listKey).toThrow(/cannot be used/); // another key would be trusted by nobody
  expect(readFileSync(operatorsFileOf(folder), 'utf8')).toBe('{"version":1}');
});

test('one operator more than a list holds is refused', async () => {
  const folder = temporaryFolder();
  const operators = Operators.open(folder, TIMES);
  await operators.add(operator('first'), AT);
  rmSync(markFileOf(operatorsFileOf(folder))); // as if it had always been so
  const { operators: [written] = [], ...rest } = JSON.parse(readFileSync(operatorsFileOf(folder), 'utf8'));
  const many = Array.from({ length: maxOperators }, (_, i) => ({ ...written, id: `operator-${i}` }));
  chmodSync(operatorsFileOf(folder), 0o600);
  writeFileSync(operatorsFileOf(folder), JSON.stringify({ ...rest, operators: many }));
  const full = Operators.open(folder, TIMES);
  await expect(full.add(operator('more'), AT)).rejects.toThrow(`a hub takes ${maxOperators} operators`);
  await full.add(operator('operator-3'), AT + 1);
  expect(full.all).toHaveLength(maxOperators);
});
