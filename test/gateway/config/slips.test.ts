import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatFault, readConfig } from '../../../gateway/config/config.ts';
import { settingKinds } from '../../../gateway/config/setting-kinds.ts';
import { diagnose } from '../../../gateway/config/slips/diagnose.ts';
import { meantString } from '../../../gateway/config/slips/meant-string.ts';
import { faultsOf, good } from './good-config.ts';

const KINDS = settingKinds();

/** What is said about one line below [status]. */
function saidOf(line: string): readonly { readonly en: string; readonly ja: string }[] {
  const result = readConfig(`${good}[status]\n${line}\n`, 'g.toml');
  return (result.ok ? result.notes : result.faults).map(formatFault);
}

test.each([
  ['a full-width number', 'baud = ４８００', 'baud = 4800'],
  ['a full-width digit among others', 'baud = 4８00', 'baud = 4800'],
  ['a full-width equals sign', 'id ＝ "a"', 'id = "a"'],
  ['a full-width letter in a name', 'ｌevel = "debug"', 'level = "debug"'],
  ['a full-width blank', 'level　= "debug"', 'level = "debug"'],
  ['a no-break space', 'level\u00a0= "debug"', 'level = "debug"'],
  ['a zero-width character in a name', 'lev\u200bel = "debug"', 'level = "debug"'],
  ['a zero-width character before a value', 'level = \u200b"debug"', 'level = "debug"'],
  ['a zero-width character within a text', 'level = "de\u200bbug"', 'level = "debug"'],
  ['a soft hyphen in a number', 'baud = 48\u00ad00', 'baud = 4800'],
  ['corner brackets', 'id = 「a」', 'id = "a"'],
  ['quotes of a word processor', 'id = “a”', 'id = "a"'],
  ['a quote that a word processor closed', 'id = "a”', 'id = "a"'],
  ['single curly quotes', 'id = ‘a’', 'id = "a"'],
  ['German quotes', 'id = „a“', 'id = "a"'],
  ['back-ticks', 'id = `a`', 'id = "a"'],
  ['full-width quotes around Japanese', 'name = ＂水位計＂', 'name = "水位計"'],
  ['a dash of a word processor in a name', 'batch–age = "5s"', 'batch-age = "5s"'],
  ['a long vowel mark in a name', 'batchーage = "5s"', 'batch-age = "5s"'],
  ['a minus sign of typography', 'adr-margin-db = −3', 'adr-margin-db = -3'],
  ['two slips at once', 'id　＝　『a』', 'id = "a"'],
  ['full-width brackets', 'devices = ［"a"］', 'devices = ["a"]'],
  ['an ideographic comma', 'devices = ["a"、 "b"]', 'devices = ["a", "b"]'],
  ['a list in parentheses', 'devices = ("a", "b")', 'devices = ["a", "b"]'],
  ['a list in braces', 'devices = {"a", "b"}', 'devices = ["a", "b"]'],
  ['a list without commas', 'devices = ["a" "b"]', 'devices = ["a", "b"]'],
  ['a list of bare words', 'devices = [a, b]', 'devices = ["a", "b"]'],
  ['a list that is never closed', 'devices = ["a", "b"', 'devices = ["a", "b"]'],
  ['a colon', 'level: "debug"', 'level = "debug"'],
  ['a full-width colon', 'level：debug', 'level = "debug"'],
  ['an arrow', 'level => "debug"', 'level = "debug"'],
  ['no sign at all', 'baud 4800', 'baud = 4800'],
  ['JSON', '"level": "debug",', '"level" = "debug"'],
  ['a blank in a name', 'batch age = "5s"', 'batch-age = "5s"'],
  ['True', 'adr = True', 'adr = true'],
  ['yes', 'adr = yes', 'adr = true'],
  ['off', 'adr = OFF', 'adr = false'],
  ['Japanese for yes', 'adr = はい', 'adr = true'],
  ['Japanese for invalid', 'adr = 無効', 'adr = false'],
  ['a thousands separator', 'baud = 115,200', 'baud = 115200'],
  ['a blank within a number', 'baud = 115 200', 'baud = 115200'],
  ['a full-width thousands separator', 'baud = 9，600', 'baud = 9600'],
  ['a leading zero', 'baud = 04800', 'baud = 4800'],
  ['a decimal comma in a table', 'place = { lat = 38,26, lon = 140.9 }', 'place = { lat = 38.26, lon = 140.9 }'],
  ['a number with its unit', 'baud = 4800bps', 'baud = 4800'],
  ['a height with its unit', 'mounting-height-m = 6.5 m', 'mounting-height-m = 6.5'],
  ['a time without quotes', 'batch-age = 30s', 'batch-age = "30s"'],
  ['a Japanese time', 'batch-age = 30秒', 'batch-age = "30s"'],
  ['a full-width Japanese time', 'batch-age = ３分', 'batch-age = "3m"'],
  ['a size without quotes', 'max-size = 200MB', 'max-size = "200MB"'],
  ['a share without quotes', 'battery-below = 15%', 'battery-below = "15%"'],
  ['a bare word', 'level = debug', 'level = "debug"'],
  ['a bare path', 'path = /dev/ttyUSB0', 'path = "/dev/ttyUSB0"'],
  ['a bare address', 'url = mqtts://city.example:8883', 'url = "mqtts://city.example:8883"'],
  ['a bare Japanese name', 'name = 広瀬橋', 'name = "広瀬橋"'],
  ['a port of Windows', 'path = COM4', 'path = "COM4"'],
  ['a path of Windows', 'path = "D:\\gateway\\up"', "path = 'D:\\gateway\\up'"],
  ['a path of Windows that ends in a backslash', 'path = "D:\\gateway\\"', "path = 'D:\\gateway\\'"],
  ['a quote that is never closed', 'level = "debug', 'level = "debug"'],
  ['a quote that is never closed, before a comment', 'level = "debug # all', 'level = "debug" # all'],
  ['a quote that is never opened', 'level = debug"', 'level = "debug"'],
  ['doubled quotes', "level = ''debug''", 'level = "debug"'],
  ['a comment of C', 'level = "debug" // all', 'level = "debug" # all'],
  ['a comment line of C', '// all of it', '# all of it'],
  ['a comment of INI', '; all of it', '# all of it'],
  ['a comment behind a full-width semicolon', '；すべて', '# すべて'],
  ['a comment behind a full-width number sign', '＃すべて', '# すべて'],
  ['a comment of SQL', '-- all of it', '# all of it'],
  ['a comma at the end', 'level = "debug",', 'level = "debug"'],
  ['a semicolon at the end', 'baud = 4800;', 'baud = 4800'],
  ['a full stop at the end', 'baud = 4800。', 'baud = 4800'],
  ['a table that is never closed', '[log', '[log]'],
  ['a list of tables that is half closed', '[[port]', '[[port]]'],
  ['a table that is never opened', 'log]', '[log]'],
  ['a table between lenticular brackets', '【log】', '[log]'],
  ['a table between full-width brackets', '［［port］］', '[[port]]'],
  ['a list of tables with a blank', '[ [port] ]', '[[port]]'],
  ['an inline table that is never closed', 'place = { lat = 38.2, lon = 140.9', 'place = { lat = 38.2, lon = 140.9 }'],
  ['a letter for a digit', 'baud = 96OO', 'baud = 9600'],
  ['a number among words', 'baud = about 4800', 'baud = 4800'],
  ['a latitude with its direction', 'place = { lat = 北緯38.2 }', 'place = { lat = 38.2 }'],
  ['a list without brackets', 'devices = "a", "b"', 'devices = ["a", "b"]'],
  ['a list with semicolons', 'devices = ["a"; "b"]', 'devices = ["a", "b"]'],
  ['a bracket too many', 'devices = ["a"]]', 'devices = ["a"]'],
  ['a quote too many', 'level = "debug""', 'level = "debug"'],
  ['a table between round brackets', '(log)', '[log]'],
  ['a table between three brackets', '[[[port]]]', '[[port]]'],
  ['a table with a colon', '[log]:', '[log]'],
  ['an arrow of typography', 'baud → 4800', 'baud = 4800'],
  ['an inline table with colons', 'place = {lat: 38.2, lon: 140.9}', 'place = {lat = 38.2, lon = 140.9}'],
])('%s is named, and the line is written as it should be', (_, line, mended) => {
  const [first] = saidOf(line);
  expect(first?.en).toMatch(/^g\.toml:31: /);
  expect(first?.en.endsWith(`. Write: ${mended}`), first?.en).toBe(true);
  expect(first?.ja.endsWith(`。次のように書いてください: ${mended}`), first?.ja).toBe(true);
  expect(first?.ja).not.toMatch(/[a-z]{3,} [a-z]{3,} [a-z]{3,}/i);
});

test.each([
  ['quoted', 'enabled = "true"', 'enabled = true'],
  ['of INI', 'enabled = "on"', 'enabled = true'],
])('a flag %s is TOML, but no flag', (_, line, mended) => {
  expect(saidOf(line).map(({ en }) => en)).toEqual([expect.stringMatching(`Write: ${mended}$`)]);
});

test.each([
  ['batch-age = "５分"', 'batch-age = "5m"'],
  ['batch-age = "10 seconds"', 'batch-age = "10s"'],
  ['max-size = "300mb"', 'max-size = "300MB"'],
  ['batch-readings = "200"', 'batch-readings = 200'],
])('%s is TOML with a value of the wrong kind', (line, mended) => {
  const result = readConfig(`${good}[buffer]\n${line}\n`, 'g.toml');
  expect(result.ok ? [] : result.faults.map((fault) => formatFault(fault).en)).toEqual([
    expect.stringMatching(`Write: ${mended}$`),
  ]);
});

test('every faulty line is told in one go, where it stands', () => {
  const text = good.replace('id = "gateway-01"', 'id = 「gateway-01」').replace('path = ', 'path ＝ ');
  expect(faultsOf(text).map((said) => said.split(':')[1])).toEqual(['2', '7']);
});

test.each([
  ['baud =', /^g\.toml:31: baud has no value\. Write baud = and its value on the same line/],
  ['baud', /^g\.toml:31: baud has no value\./],
  ['baud = 9.6k', /9\.6k is not written as TOML writes numbers\. Write it in digits, without a unit/],
  ['enabled = perhaps', /Write enabled = true or enabled = false$/],
  ['baud = null', /^g\.toml:31: TOML has no null\. Remove the line, or make it a comment: # baud = null/],
  ['baud = なし', /^g\.toml:31: TOML has no なし\./],
  ['level = "debug" listen = "a"', /own\. Write two lines: level = "debug" and listen = "a"$/],
  ['baud = 4800, level = "debug"', /own\. Write two lines: baud = 4800 and level = "debug"$/],
  ['<<<<<<< HEAD', /^g\.toml:31: this line is no setting .+: <<<<<<< HEAD\. Correct or remove it/],
  ['place = { lat = 1, lat = 2 }', /^g\.toml:31: a name stands twice in the same table/],
  ['name = """river', /^g\.toml:31: the text that begins with """ is never closed\. Close it with """/],
])('%s cannot be mended for the technician, but is named', (line, expected) => {
  expect(saidOf(line)[0]?.en).toMatch(expected);
});

test.each([
  [
    'a key',
    'type = "serial"',
    'type = "serial"\ntype = "serial"',
    'g.toml:7: type is set in line 6 already. Remove one of the two lines',
  ],
  [
    'a table',
    '[[destination]]',
    '[gateway]\nid = "b"\n[[destination]]',
    /^g\.toml:26: the table \[gateway\] is in line 1 already\. Put its settings there/,
  ],
  [
    'a device with single brackets',
    '[[device]]',
    '[device]',
    /^g\.toml:13: \[device\] is for a table that exists once.+ Write: \[\[device\]\]/,
  ],
  [
    'a range above its device',
    '[[device]]',
    '[[device.range]]\nquantity = "level"\n[[device]]',
    /^g\.toml:13: \[\[device\.range\]\] stands before the \[\[device\]\]/,
  ],
])('%s that contradicts another line is named with both', (_, from, to, expected) => {
  const result = readConfig(good.replace(from, to), 'g.toml');
  const said = result.ok ? [] : result.faults.map((fault) => formatFault(fault).en);
  expect(said).toContainEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
});

test('two examples that were pasted together are told from the second on', () => {
  expect(faultsOf(`${good}\n${good}`)).toEqual([
    expect.stringMatching(/^gateway\.toml:31: the table \[gateway\] is in line 1 already/),
  ]);
});

test.each([
  [
    'a setting above its table',
    good.replace('[gateway]\n', ''),
    /^gateway\.toml:1: id stands above the first table\. Write the line \[gateway\] above it/,
  ],
  [
    'the gateway as a list',
    good.replace('[gateway]', '[[gateway]]'),
    'gateway.toml:1: there is one gateway only. Write [gateway] with one bracket',
  ],
  [
    'a threshold as a single table',
    good.replace('[[destination]]', '[device.threshold]\nalarm = "a"\n[[destination]]'),
    /device\.threshold must be a list of tables\. Write \[\[device\.threshold\]\]/,
  ],
  [
    'a name with a capital',
    good.replace('path =', 'Path ='),
    'gateway.toml:7: there is no setting Path. Did you mean path?',
  ],
  ['a table in capitals', good.replace('[gateway]', '[GATEWAY]'), /there is no table GATEWAY\. Did you mean gateway\?/],
  ['JSON', '{ "gateway": {} }', /^gateway\.toml:1: this is JSON, not TOML/],
  ['YAML', '# site\ngateway:\n  id: a\n', /^gateway\.toml:2: this is YAML, not TOML/],
  [
    'a comma that is missing after a number',
    good.replace('[[device]]', '[[device]]\nrange = [ { quantity = "level", min = -5 max = 5 } ]'),
    /a comma is missing between two entries\. Write: range = \[ \{ quantity = "level", min = -5, max = 5 \} \]$/,
  ],
  ['line ends CR CR LF', good.replaceAll('\n', '\r\r\n'), /^gateway\.toml:1: a carriage return .* tr -d '\\r'/],
  ['line ends LF CR', good.replaceAll('\n', '\n\r'), /^gateway\.toml:2: a carriage return/],
  ['line ends of an old Macintosh', good.replaceAll('\n', '\r'), /^gateway\.toml:1: the lines end in CR alone/],
])('%s is named', (_, text, expected) => {
  const matches = typeof expected === 'string' ? expected : expect.stringMatching(expected);
  expect(faultsOf(text)).toContainEqual(matches);
});

test('nothing is said about a good configuration, with line ends of Windows either', () => {
  expect(diagnose(good, KINDS)).toEqual([]);
  expect(faultsOf(good.replaceAll('\n', '\r\n'))).toEqual([]);
});

test('what is odd within a text or a comment is no slip', () => {
  const text = good.replace('name = "river"', 'name = "river" # 「広瀬川」＝ // ； 3，4');
  expect(faultsOf(text.replace('[[device]]', '[[device]]\nplace = { name = "広瀬川（左岸）＝“北”、　3，4" }'))).toEqual(
    [],
  );
});

/** How a good line goes wrong, each without losing what was meant. */
const SPOILT: readonly ((line: string) => string)[] = [
  (line) => line.replace(' = ', ' ＝ '),
  (line) => line.replace(' = ', '　=　'),
  (line) => line.replace(' = ', ' : '),
  (line) => line.replace(/"([^"]*)"/, '「$1」'),
  (line) => line.replace(/"([^"]*)"/, '“$1”'),
  (line) => line.replace(/"([^"]*)"$/, '"$1'),
  (line) => line.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)),
  (line) => `${line},`,
  (line) => `\u200b${line}`,
  (line) => line.replace('-', '‐'),
  (line) => `${line} // note`,
];

test('a line with any two slips is mended to what it was', () => {
  const lines = fc.constantFrom('batch-readings = 480', 'commit-within = "20s"', 'id = "weir"', 'devices = ["a", "b"]');
  fc.assert(
    fc.property(lines, fc.constantFrom(...SPOILT), fc.constantFrom(...SPOILT), (line, first, second) => {
      const spoilt = second(first(line));
      fc.pre(first !== second && spoilt !== line && !/[：:].*[：:]/.test(spoilt));
      const [fault] = diagnose(`${spoilt}\n`, KINDS);
      const written = fault?.mend.en.replace(/^Write: /, '').replace(/ # .*$/, '');
      const digits = written?.replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
      expect(digits).toBe(line);
    }),
    { numRuns: 500 },
  );
});

test('whatever a file holds, it is looked through to its end and never thrown at', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '[',
      ']',
      '[[',
      ']]',
      '{',
      '}',
      '"',
      "'",
      '"""',
      '=',
      ',',
      '#',
      '\n',
      '\r',
      ' ',
      '「',
      '＝',
      '\\',
      'id',
      '9',
      '.',
      '\u200b',
      '\0',
      ';',
      ':',
      '-',
    ),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const text = pieces.join('');
      const result = readConfig(text, 'g.toml');
      for (const { line, what, mend } of result.ok ? [] : result.faults) {
        expect(line).toBeGreaterThan(0);
        expect(line).toBeLessThanOrEqual(text.split('\n').length);
        expect(what.ja).not.toBe('');
        expect(mend.ja).not.toBe('');
      }
    }),
    { numRuns: 1_000 },
  );
});

test('a long file with one slip is looked through in a moment', () => {
  const device = (i: number) =>
    `[[device]]\nid = "gauge-x${i}"\ntype = "line"\nport = "local"\ntopic = "t/${i}"\nprofile = "level-json"\n`;
  const text = `${good}${Array.from({ length: 2_000 }, (_, i) => device(i)).join('')}[log]\nlevel ＝ "info"\n`;
  const startedAt = performance.now();
  expect(diagnose(text, KINDS)).toHaveLength(1);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

test('a length of time or a size without its unit is shown with one', () => {
  const said = (line: string) => faultsOf(`${good}[buffer]\n${line}\n`);
  expect(said('batch-age = 30')).toEqual([
    expect.stringMatching(/Write it with its unit: batch-age = "30s", if that is meant$/),
  ]);
  expect(said('max-size = "400"')).toEqual([expect.stringMatching(/Write it with its unit: max-size = "400MB"/)]);
});

test('a control character in a string is left as it is, and told', () => {
  const written = '"東\u0007橋 p{Cc}"';
  expect(meantString(written, false)).toEqual({ length: written.length, toml: written });
  expect(saidOf(`listen = ${written}`)[0]?.en).toContain('there is a control character (U+0007)');
});
