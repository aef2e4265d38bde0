/** Tags enrolled by a program: over HTTP, into the same table that a technician edits. */
import { appendFileSync, chmodSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';
import { giveToken, readAccounts } from '../../../../gateway/destinations/tags/accounts.ts';
import { Audit, type AuditEntry } from '../../../../gateway/destinations/tags/audit.ts';
import { versionOf } from '../../../../gateway/destinations/tags/enrolled-file.ts';
import { readEnrolledTags } from '../../../../gateway/destinations/tags/enrolled-tags.ts';
import { Enrolment } from '../../../../gateway/destinations/tags/enrolment.ts';
import { batch, close, HistoryClock } from '../../../contract/archive-rig.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { AT, HEADING, ibeacon, identifier, newOperator, type Operator, rowOf } from './rig.ts';
import { patience, service } from './service.ts';

const body = (n: number, more: object = {}) =>
  JSON.stringify({ identifier: `ibeacon:${identifier(n)}`, opt_in: '2026-05-01', consent: `B-${n}`, ...more });

async function enrolling(table = rowOf('T-1', 1) + rowOf('T-2', 2), settings: object = {}, given?: Operator) {
  const operator = given ?? (await newOperator(table));
  const place = { settings: { url: 'sqlite:tags.sqlite' }, dataDirectory: temporaryFolder() };
  const at = await service(operator, place, settings);
  const clerk: [string, string] = ['clerk', giveToken(at.accountsFile, 'clerk', { mayEnrol: true })];
  const call = async (method: string, path: string, content?: string) => {
    const answer = await at.ask(`/v1/tags${path}`, clerk, { method, ...(content !== undefined && { body: content }) });
    return { status: answer.status, text: await answer.text() };
  };
  const status = async (...args: Parameters<typeof call>) => (await call(...args)).status;
  const table_ = () => readFileSync(operator.enrolledFile, 'utf8');
  const audit = async () => {
    const entries: AuditEntry[] = [];
    for await (const entry of new Audit(place.dataDirectory, 'alsok').entries()) entries.push(entry);
    return entries;
  };
  return { ...at, operator, place, clerk, call, status, table: table_, audit };
}

test('a tag is enrolled, replaced and struck out; each counts at once, is on the disk, and is in the audit', async () => {
  const { session, operator, status, table, last, audit } = await enrolling();
  expect(await status('PUT', '/T-3', body(3))).toBe(201);
  expect(table()).toBe(`${HEADING}${rowOf('T-1', 1)}${rowOf('T-2', 2)}T-3,ibeacon:${identifier(3)},2026-05-01,B-3\n`);
  expect(statSync(operator.enrolledFile).mode & 0o777).toBe(0o600);
  await session.send(batch([await operator.sealed(ibeacon(3), AT)], { number: 1 }));
  expect(await last('T-3')).toMatchObject({ tag: 'T-3' });
  expect(await status('PUT', '/T-2', body(22))).toBe(204);
  expect(table()).toBe(
    `${HEADING}${rowOf('T-1', 1)}T-2,ibeacon:${identifier(22)},2026-05-01,B-22\nT-3,ibeacon:${identifier(3)},2026-05-01,B-3\n`,
  );
  expect(await status('DELETE', '/T-1')).toBe(204);
  expect(await status('DELETE', '/T-1')).toBe(404);
  expect(table()).not.toContain('T-1');
  expect(await status('PUT', `/${encodeURIComponent('は,な/こ"')}`, body(4))).toBe(201);
  expect((await readEnrolledTags(operator.enrolledFile)).names).toEqual(new Set(['T-2', 'T-3', 'は,な/こ"']));
  expect((await audit()).map(({ who, asked, tag, outcome }) => [who, asked, tag, outcome])).toEqual([
    ['clerk', 'enrol', 'T-3', 'asked'],
    ['family-desk', 'last', 'T-3', 'asked'],
    ['clerk', 'enrol', 'T-2', 'asked'],
    ['clerk', 'strike-out', 'T-1', 'asked'],
    ['clerk', 'strike-out', 'T-1', 'asked'],
    ['clerk', 'enrol', 'は,な/こ"', 'asked'],
  ]);
  expect(JSON.stringify(await audit())).not.toContain(identifier(3));
});

test('the list has names, opt-in and consent, page by page, and never what a tag sends', async () => {
  const { call } = await enrolling(rowOf('b', 2) + rowOf('a', 1) + rowOf('c', 3) + rowOf('b', 4));
  const all = await call('GET', '');
  expect(JSON.parse(all.text)).toEqual({
    tags: [
      { tag: 'a', opt_in: '2026-04-01', consent: 'A-1' },
      { tag: 'b', opt_in: '2026-04-01', consent: 'A-2' },
      { tag: 'c', opt_in: '2026-04-01', consent: 'A-3' },
    ],
  });
  expect(all.text).not.toContain('f7826da6');
  expect(JSON.parse((await call('GET', '?after=b')).text).tags).toMatchObject([{ tag: 'c' }]);
});

test('an account that may only ask gets 403 and changes nothing; without an account it is 401', async () => {
  const { ask, table, audit, listen } = await enrolling();
  const before = table();
  for (const [method, path] of [
    ['GET', '/v1/tags'],
    ['PUT', '/v1/tags/T-3'],
    ['DELETE', '/v1/tags/T-1'],
  ] as const) {
    const content = method === 'PUT' ? { body: body(3) } : {};
    expect((await ask(path, undefined, { method, ...content })).status).toBe(403);
    expect((await ask(path, ['clerk', 'guessed'], { method, ...content })).status).toBe(401);
    expect((await fetch(`http://${listen}${path}`, { method, ...content })).status).toBe(401);
  }
  expect(table()).toBe(before);
  expect((await audit()).filter(({ who, outcome }) => who === 'family-desk' && outcome === 'refused')).toHaveLength(3);
});

test('what is wrong with a tag is said, and never repeats what it sends; nothing changes', async () => {
  const { call, table, audit } = await enrolling();
  const before = table();
  const fails = async (content: string, expected: number, words: RegExp, tag = '/T-3') => {
    const { status, text } = await call('PUT', tag, content);
    expect([status, text]).toEqual([expected, expect.stringMatching(words)]);
    expect(text).not.toContain('f7826da6');
  };
  await fails('{', 400, /must be JSON/);
  await fails(JSON.stringify({ identifier: `ibeacon:${identifier(3)}` }), 400, /must be JSON/);
  await fails(body(3, { place: 'home' }), 400, /must be JSON/);
  await fails(body(3, { opt_in: 'yes' }), 400, /must be the date.*同意した日付を書いて/);
  await fails(body(3, { opt_in: '2026-02-30' }), 400, /must be the date/);
  await fails(body(3, { consent: '' }), 400, /where the consent is kept/);
  await fails(body(3, { consent: 'A\nB' }), 400, /control characters/);
  await fails(body(3, { identifier: 'ibeacon:f7826da6' }), 400, /must have 20 bytes, and has 4/);
  await fails(body(3), 400, /white space/, '/T-3%20');
  await fails(body(3), 400, /a name of at most 200/, `/${'x'.repeat(201)}`);
  await fails(body(2), 409, /another tag has this identifier/);
  await fails(body(3, { consent: 'x'.repeat(10_000) }), 413, /^$/);
  expect(table()).toBe(before);
  expect((await audit()).filter(({ asked }) => asked === 'enrol')).toHaveLength(1); // the one that was well-formed
});

test('requests that cannot be written down change nothing, and too many are turned away', async () => {
  const { status, table, place } = await enrolling(undefined, { perMinute: 4 });
  const before = table();
  writeFileSync(join(place.dataDirectory, 'alsok-audit'), 'a file where the folder should be');
  expect(await status('DELETE', '/T-1')).toBe(503);
  expect(table()).toBe(before);
  const statuses: number[] = [];
  for (let n = 0; n < 4; n++) statuses.push(await status('DELETE', '/T-1'));
  expect(statuses).toContain(429);
});

test('a table keeps its mark for Excel, its separator, line ends, order and further columns', async () => {
  const row = (name: string, n: number, note: string) =>
    `"${note}";${name};ibeacon:${identifier(n)};2026/4/1;A-${n}\r\n`;
  const operator = await newOperator();
  const heading = '\ufeffNote;Tag;Identifier;Opt-in;Consent\r\n';
  writeFileSync(operator.enrolledFile, heading + row('T-1', 1, 'a;b') + row('T-2', 2, 'say ""hi""'));
  const { status, table } = await enrolling('', {}, operator);
  expect(await status('PUT', '/T-1', body(11))).toBe(204);
  expect(await status('PUT', '/T-3', body(3))).toBe(201);
  expect(table()).toBe(
    `${heading}"a;b";T-1;ibeacon:${identifier(11)};2026-05-01;B-11\r\n"say ""hi""";T-2;ibeacon:${identifier(2)};2026/4/1;A-2\r\n;T-3;ibeacon:${identifier(3)};2026-05-01;B-3\r\n`,
  );
});

test('whoever edits the table by hand meanwhile is not overwritten', async () => {
  const operator = await newOperator(rowOf('T-1', 1));
  const file = operator.enrolledFile;
  let looks = 0;
  const clock = new HistoryClock();
  const edited: Pick<HistoryClock, 'moment' | 'sleep'> = {
    moment: () => clock.moment(),
    async sleep() {
      looks++;
      if (looks < 3) appendFileSync(file, rowOf(`by-hand-${looks}`, 10 + looks)); // still being written
    },
  };
  const enrolment = new Enrolment(file, 'another version', edited, new AbortController().signal);
  const changed = await enrolment.put({ ...{ tag: 'T-9', optIn: '2026-05-01', consent: 'B' }, identifier: 'raw:09' });
  expect(changed.outcome).toBe('added');
  expect([...(await readEnrolledTags(file)).names]).toEqual(['T-1', 'by-hand-1', 'by-hand-2', 'T-9']);
  expect(looks).toBe(3);
});

test('a table that is replaced while it is rewritten is rewritten again, with what is in it then', async () => {
  const operator = await newOperator(Array.from({ length: 20_000 }, (_, n) => rowOf(`T-${n}`, n)).join(''));
  const file = operator.enrolledFile;
  let edits = 0;
  const watch = setInterval(() => {
    if (edits === 1 || !readdirSync(operator.folder).some((name) => name.startsWith('tags.csv.part'))) return;
    edits++;
    writeFileSync(`${file}.new`, readFileSync(file, 'utf8') + rowOf('by-hand', 30_000), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }, 0);
  onTestFinished(() => clearInterval(watch));
  const clock = new HistoryClock();
  const enrolment = new Enrolment(file, versionOf(file), clock, new AbortController().signal);
  const tag = { tag: 'new', optIn: '2026-05-01', consent: 'B', identifier: 'raw:09' };
  expect(await enrolment.put(tag)).toMatchObject({ outcome: 'added' });
  const { names } = await readEnrolledTags(file);
  expect([edits, names.size, names.has('by-hand'), names.has('new')]).toEqual([1, 20_002, true, true]);
});

test('files that others can read are taken neither at the start nor later, and the status says it', async () => {
  const { session, operator, status, last, accountsFile, ask } = await enrolling();
  await session.send(batch([await operator.sealed(ibeacon(1), AT)]));
  expect(session.problems?.()).toEqual([]);
  writeFileSync(operator.enrolledFile, HEADING);
  chmodSync(operator.enrolledFile, 0o644);
  const problems = () => (session.problems?.() ?? []).map(({ en }) => en).join('\n');
  await vi.waitFor(
    () => expect(problems()).toMatch(/enrolled tags as they were.*others than its owner can read/),
    patience,
  );
  expect(await last('T-1')).toMatchObject({ tag: 'T-1' });
  expect(await status('PUT', '/T-3', body(3))).toBe(503);
  chmodSync(accountsFile, 0o640);
  expect((await ask('/v1/tags/T-1/last')).status).toBe(503);
  expect(problems()).toMatch(/answers nobody.*others than its owner/);
  chmodSync(operator.keyFile, 0o604);
  expect(problems()).toMatch(/will not start again/);
  chmodSync(accountsFile, 0o600);
  chmodSync(operator.keyFile, 0o600);
  chmodSync(operator.enrolledFile, 0o600);
  await vi.waitFor(async () => expect(await last('T-1')).toBe(404), patience);
  expect(problems()).toBe('');
  chmodSync(operator.enrolledFile, 0o644);
  await close(session);
  await expect(
    service(operator, { settings: { url: 'sqlite:x.sqlite' }, dataDirectory: temporaryFolder() }),
  ).rejects.toThrow(/others than its owner can read/);
});

test('of a tag that a program strikes out no file holds a byte, also if the service ends before it is erased', async () => {
  const { session, operator, place, call, status } = await enrolling(rowOf('T-2', 2));
  expect(await status('PUT', '/Hanako-Yamada', body(1))).toBe(201);
  const sightings = Array.from({ length: 200 }, (_, i) => operator.sealed(ibeacon(1), AT + i));
  await session.send(batch(await Promise.all(sightings)));
  const holding = (text: string) =>
    [place.dataDirectory, operator.folder].flatMap((folder) =>
      readdirSync(folder, { withFileTypes: true })
        .filter((each) => each.isFile() && readFileSync(join(folder, each.name)).includes(text))
        .map(({ name }) => name),
    );
  expect(holding('Hanako-Yamada')).toContain('tags.csv');
  const other = new Database(join(place.dataDirectory, 'tags.sqlite'));
  other.exec('BEGIN IMMEDIATE'); // the erasure has to wait
  const deleting = call('DELETE', '/Hanako-Yamada').catch(() => undefined);
  await vi.waitFor(() => expect(holding('Hanako-Yamada')).not.toContain('tags.csv'), patience);
  expect(holding('Hanako-Yamada')).not.toEqual([]);
  writeFileSync(`${operator.enrolledFile}.part`, 'Hanako-Yamada'); // as a writer that was killed leaves it
  const closing = close(session);
  other.exec('ROLLBACK');
  other.close();
  await closing;
  await deleting;
  const again = await service(operator, place);
  expect(await again.last('T-2')).toBe(404);
  expect(holding('Hanako-Yamada')).toEqual([]);
  expect(holding(identifier(1))).toEqual([]);
});

test('an account may enrol only while the command says so', async () => {
  const file = join(temporaryFolder(), 'asking.accounts');
  giveToken(file, 'clerk', { mayEnrol: true });
  giveToken(file, 'desk');
  expect([...readAccounts(file)].map(([name, { mayEnrol }]) => [name, mayEnrol])).toEqual([
    ['clerk', true],
    ['desk', false],
  ]);
  giveToken(file, 'clerk');
  expect(readAccounts(file).get('clerk')?.mayEnrol).toBe(false);
  appendFileSync(file, `third ${'0'.repeat(64)} may-fly\n`);
  expect(() => readAccounts(file)).toThrow(/line 3 is no account/);
});
