/** `machimori report` as a stranger calls it: on a box whose gateway writes, and with what people get wrong. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { archiveAt, close } from '../../contract/archive-rig.ts';
import { machimori } from '../../end-to-end/machimori.ts';
import { DESCRIPTIONS, SetClock, store } from '../report/made-up-month.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { KANA_OR_KANJI } from '../words/product-files.ts';

const FILES = ['alarms.csv', 'devices.csv', 'gaps.csv', 'gateways.csv', 'report.html'];
const archive = (name: string, url = 'sqlite:history.sqlite') =>
  `[[destination]]\nname = "${name}"\ntype = "archive"\nurl = "${url}"\n`;

function box(destinations: string): string {
  const folder = temporaryFolder();
  const gateway = `[gateway]\nid = "gateway-01"\ntenant = "kakogawa"\ndata-directory = "${folder}"\n`;
  writeFileSync(join(folder, 'gateway.toml'), `${gateway}${destinations}`);
  return folder;
}

const report = (folder: string, ...options: string[]) => machimori(folder, 'report', 'gateway.toml', ...options);

async function fill(dataDirectory: string) {
  const clock = new SetClock();
  const describe = (device: string) => DESCRIPTIONS[device] as never; // what matters of it here
  const place = { settings: { url: 'sqlite:history.sqlite' }, dataDirectory };
  const session = await archiveAt(place, { surroundings: { clock, describe } }).open(new AbortController().signal);
  await store(session, clock);
  return session;
}

test('writes a month in either language while the gateway has the archive open', async () => {
  const folder = box(archive('history'));
  const session = await fill(folder);
  const first = await report(folder, '--month', '2026-11');
  expect(first.err).toBe('');
  expect(first.code).toBe(0);
  expect(first.out).toMatch(
    /^report-2026-11: 7 devices, 1 gateway, 4 alarms, 2026-11-01 to 2026-11-30 \(Asia\/Tokyo\)\nOpen \S+report\.html in a browser/,
  );
  expect(readdirSync(join(folder, 'report-2026-11')).sort()).toEqual(FILES);
  const again = await report(folder, '--month', '2026-11', '--lang', 'ja');
  expect(again.code).toBe(0);
  expect(again.out).toContain('機器7台、ゲートウェイ1台、警報4件');
  const page = readFileSync(join(folder, 'report-2026-11', 'report.html'), 'utf8');
  expect(page).toContain('<html lang="ja">');
  expect(page).toContain('氾濫注意');
  await close(session);
});

test('writes a week of an archive whose gateway has ended', async () => {
  const folder = box(archive('history'));
  await close(await fill(folder));
  const { code, out } = await report(folder, '--from', '2026-11-09', '--to', '2026-11-15', '--out', 'week/46');
  expect(out).toContain('week/46: ');
  expect(code).toBe(0);
  expect(readdirSync(join(folder, 'week/46')).sort()).toEqual(FILES);
  const gaps = readFileSync(join(folder, 'week/46/gaps.csv'), 'utf8').split('\r\n');
  expect(gaps).toHaveLength(2); // the heading: nothing was lost in this week
});

const both = `${archive('history')}${archive('second', 'sqlite:second.sqlite')}`;

test.each([
  ['', [], 1, /it has no archive to report from\. Write: \[\[destination\]\] name = "history"/],
  [archive('history'), [], 1, /history\.sqlite: there is no archive yet\. Run the gateway with this configuration/],
  [both, [], 2, /There are several archives; choose one with --destination: history, second/],
  [both, ['--destination', 'city'], 2, /--destination must be an archive of this configuration, not "city"/],
  [both, ['--month', '2026-13'], 2, /--month must be a month such as 2026-11, not "2026-13"/],
  [both, ['--month', 'November'], 2, /--month must be a month/],
  [both, ['--month', '2199-01'], 2, /2199-01 has not begun in Asia\/Tokyo/],
  [both, ['--time-zone', 'Tokyo'], 2, /--time-zone must be a time zone such as Asia\/Tokyo, not "Tokyo"/],
  [both, ['--from', '2026-11-09', '--to', '2026-11-01'], 2, /must be days such as 2026-11-02, in order and at most 62/],
  [both, ['--to', '2026-11-01'], 2, /--from is missing/],
  [both, ['--from', '2026-11-01', '--month', '2026-11'], 2, /--month and --from cannot be used together/],
  [
    archive('history', 'postgres://nobody@127.0.0.1:9/city'),
    [],
    1,
    /the database cannot be reached .*Check that it runs/,
  ],
] as const)('%# says what is wrong and what to do', async (destinations, options, code, said) => {
  const folder = box(destinations);
  const english = await report(folder, ...options);
  expect(english.err).toMatch(said);
  expect({ code: english.code, out: english.out }).toEqual({ code, out: '' });
  const japanese = await report(folder, ...options, '--lang', 'ja');
  expect(japanese.err).toMatch(KANA_OR_KANJI);
  expect(readdirSync(folder)).toEqual(['gateway.toml']);
});

test('a file that is no archive is left as it is', async () => {
  const folder = box(archive('history'));
  writeFileSync(join(folder, 'history.sqlite'), 'not a database, but somebody’s notes');
  const { code, err } = await report(folder);
  expect(code).toBe(1);
  expect(err).toMatch(/the file cannot be opened \(SQLITE_NOTADB/);
  expect(readFileSync(join(folder, 'history.sqlite'), 'utf8')).toContain('somebody’s notes');
  expect(existsSync(join(folder, 'history.sqlite-wal'))).toBe(false);
});

test('a folder that cannot be written is said', async () => {
  const folder = box(archive('history'));
  await close(await fill(folder));
  writeFileSync(join(folder, 'taken'), '');
  const { code, err } = await report(folder, '--month', '2026-11', '--out', 'taken');
  expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/taken: the report cannot be written .*--out/) });
});
