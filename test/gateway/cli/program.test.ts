import { describe, expect, test } from 'vitest';
import { DEVICE_TYPES } from '../../../devices/catalogue.ts';
import { KEY_NAMES } from '../../../devices/lorawan/describe-frame.ts';
import { runProgram } from '../../../gateway/cli/program.ts';
import type { Terminal } from '../../../gateway/cli/terminal.ts';
import type { Verb } from '../../../gateway/cli/verb.ts';
import { DEVICE_TYPE_NAMES, LORAWAN_KEY_NAMES } from '../../../gateway/cli/verbs/decode.ts';
import { VERBS } from '../../../gateway/cli/verbs.ts';
import { width } from '../../../gateway/words/layout.ts';
import { LANGUAGES, type Language } from '../../../shared/text.ts';
import { machimori } from '../../end-to-end/machimori.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { KANA_OR_KANJI } from '../words/product-files.ts';

async function run(language: Language, ...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const terminal: Terminal = {
    language,
    columns: 80,
    rows: undefined,
    screenColumns: 80,
    print: (text) => void out.push(text[language]),
    printError: (text) => void err.push(text[language]),
    write: (lines) => void out.push(...lines.split('\n')),
    writeJson: (json) => void out.push(json),
    draw: () => {},
  };
  const code = await runProgram(args, { verbs: VERBS, terminal, version: () => '1.2.3' });
  return { code, out, err };
}

/** "", "run", "device", "device add", … */
function pathsOf(verbs: readonly Verb[], before: readonly string[] = []): string[][] {
  return verbs.flatMap(({ name, verbs: below = [] }) => {
    const path = [...before, name];
    return [path, ...pathsOf(below, path)];
  });
}

const PATHS = [[], ...pathsOf(VERBS)].map((path) => ({ path, name: path.join(' ') || 'machimori' }));

describe.each(LANGUAGES)('in %s', (language) => {
  test.each(PATHS)('the help of $name is complete and fits 80 columns', async ({ path }) => {
    const { code, out, err } = await run(language, ...path, '--help');
    expect({ code, err }).toEqual({ code: 0, err: [] });
    expect(out.filter((line) => width(line) > 80)).toEqual([]);
    expect(out[0]).toContain(['machimori', ...path].join(' '));
    expect(KANA_OR_KANJI.test(out.join(''))).toBe(language === 'ja');
  });
});

test.each(PATHS)('the Japanese help of $name has no title or note of commander’s left', async ({ path }) => {
  const { out } = await run('ja', ...path, '--help');
  const titles = out.filter((line) => /^\S.*:$/.test(line) || /^Usage/.test(line));
  for (const title of titles) expect(title).toMatch(KANA_OR_KANJI);
  expect(out.join('\n')).not.toMatch(/\(default|choices|\[options\]|display help/);
});

test.each([
  [['stauts'], 'There is no command "stauts". Did you mean "status"?'],
  [['device', 'ad'], 'There is no command "ad". Did you mean "add"?'],
  [['frobnicate'], 'There is no command "frobnicate". There are: run, check, config, status,'],
  [['status', '--jsn'], 'There is no option --jsn. Did you mean --json?'],
  [['status', '--frobnicate'], 'There is no option --frobnicate'],
  [['check'], '<config.toml> is missing'],
  [['run', 'a', 'b', 'c'], 'Unexpected: b c'],
  [['demo', '--seconds'], '--seconds needs a value'],
  [['demo', '--seconds', 'x'], '--seconds must be a number, 0 or more, not "x"'],
  [['device'], 'Say what to do: add, list, set, forget-nonces, test, remove'],
  [['refused', 'drop', 'g.toml', '--all', '--id', '3'], '--id and --all cannot be used together'],
  [['import', 'week', '--url', 'mqtt://x', '--receipts', './week'], '--receipts names the file that is imported'],
  [['completion', 'csh'], '<shell> must be one of: bash, zsh, fish'],
])('%j is wrong usage: %s', async (args, said) => {
  const { code, out, err } = await run('en', ...args);
  expect({ code, out }).toEqual({ code: 2, out: [] });
  expect(err[0]).toContain(said);
  const usage = [expect.stringMatching(/^Usage: machimori /), expect.stringMatching(/^More: machimori /)];
  expect(err.slice(1)).toEqual(said.includes('Did you mean') ? [] : usage);
  const japanese = await run('ja', ...args);
  expect(japanese.code).toBe(2);
  for (const line of japanese.err) expect(line).toMatch(KANA_OR_KANJI);
});

test('without a word the help is shown, as wrong usage; help and the version can be asked for', async () => {
  const { code, out } = await run('en');
  expect(code).toBe(2);
  for (const { name } of VERBS) expect(out.join('\n')).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  expect(await run('en', 'help')).toEqual({ code: 0, out, err: [] });
  expect(await run('en', '-h')).toEqual({ code: 0, out, err: [] });
  expect(await run('en', 'help', 'demo')).toEqual(await run('en', 'demo', '--help'));
  for (const flag of ['-V', '--version']) expect(await run('en', flag)).toEqual({ code: 0, out: ['1.2.3'], err: [] });
});

test('options may stand before the verb of a group, as they always could', async () => {
  const { code, err } = await run('en', 'device', '--json', 'list', 'missing.toml');
  expect(code).toBe(1);
  expect(err[0]).toMatch(/^missing\.toml: the configuration cannot be read/);
});

test('the words that the help lists are those of the product', () => {
  expect(DEVICE_TYPE_NAMES).toEqual(DEVICE_TYPES.map(({ name }) => name));
  expect(LORAWAN_KEY_NAMES).toEqual(KEY_NAMES);
});

test.each([
  [['--lang', 'ja', 'check', 'gateway.toml']],
  [['check', '--lang=ja', 'gateway.toml']],
  [['check', 'gateway.toml', '--lang', 'ja']],
])('%j speaks Japanese', async (args) => {
  const { code, out, err } = await machimori(temporaryFolder(), ...args);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(/。/);
});

test('a language that does not exist is wrong usage', async () => {
  const outcome = await machimori(temporaryFolder(), 'status', '--lang', 'fr');
  expect(outcome).toEqual({ code: 2, out: '', err: '--lang must be en or ja, not "fr"\n' });
});
