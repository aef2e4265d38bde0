import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { line } from '../../../devices/line/line.ts';
import { shippedProfiles as profiles } from '../../../devices/line/shipped-profiles.ts';

const at = { wall: 1_700_000_000_000, monotonic: 0, synchronised: true };

function sensor(profile: unknown) {
  const devices = [{ id: 'sensor', options: v.parse(line.options, { profile }) }];
  const decoder = line.decoder(devices, { transport: 'serial' });
  return (text: string) => decoder.decode(Buffer.from(text), at);
}

function bytesSensor(profile: unknown) {
  const devices = [{ id: 'sensor', options: v.parse(line.options, { profile }) }];
  const decoder = line.decoder(devices, { transport: 'serial' });
  return (bytes: Uint8Array) => decoder.decode(bytes, at);
}

/** What is wrong with a profile, or nothing. */
function fault(profile: unknown): string | undefined {
  const result = v.safeParse(line.options, { profile });
  return result.success ? undefined : result.issues[0].message;
}

const json = (...fields: unknown[]) => ({ format: 'json', fields });

test('the gauge that publishes JSON', () => {
  expect(sensor(profiles['level-json'])('{"level":1.23,"battery":3.6,"time":1700000001}')).toEqual({
    readings: [
      { device: 'sensor', kind: 'water-level', observedAt: 1_700_000_001_000, values: { level: 1.23, battery: 3.6 } },
    ],
  });
});

test('the text gauge', () => {
  expect(sensor(profiles['level-text'])('level=1.234m temp=-2.5C')).toEqual({
    readings: [
      { device: 'sensor', kind: 'water-level', observedAt: at.wall, values: { level: 1.234, temperature: -2.5 } },
    ],
  });
});

test('the weather line, with its pressure in pascals and its rain in metres', () => {
  expect(sensor(profiles['weather-csv'])('23.1, 65, 1013.2, 3.4, 270, 0.5').readings?.[0]).toEqual({
    device: 'sensor',
    kind: 'measurement',
    observedAt: at.wall,
    values: {
      temperature: 23.1,
      humidity: 65,
      pressure: 101_320,
      windSpeed: 3.4,
      windDirection: 270,
      rainfall: 0.0005,
    },
  });
  const options = v.parse(line.options, { profile: profiles['weather-csv'] });
  expect(line.units?.(options)).toMatchObject({ pressure: 'Pa', windSpeed: 'm/s' });
});

test('a line that does not fit the profile is rubbish', () => {
  expect(sensor(profiles['level-text'])('hello').rubbish).toMatchObject([{ code: 'unknown-format' }]);
  expect(sensor(profiles['level-json'])('hello').rubbish).toMatchObject([{ code: 'unknown-format' }]);
  expect(sensor(profiles['level-json'])('[1]').rubbish).toMatchObject([{ code: 'unknown-format' }]);
  expect(sensor(profiles['weather-csv'])('1,2').rubbish).toMatchObject([{ code: 'unknown-format' }]);
});

test.each([
  ['{"level":"high","battery":3,"time":1700000000}', 'level (level) is not a number in its range'],
  ['{"battery":3,"time":1700000000}', 'level (level) is missing'],
  ['{"level":1e999,"battery":3,"time":1700000000}', 'level (level) is not a number in its range'],
  ['{"level":1,"battery":3,"time":-5}', 'the time (time) is missing or wrong'],
])('a value that cannot be used is named: %s', (text, detail) => {
  expect(sensor(profiles['level-json'])(text).rubbish).toMatchObject([{ code: 'malformed', detail: { en: detail } }]);
});

test.each([
  ['null', '{"level":5.1,"battery":null,"time":1700000000}'],
  ['missing', '{"level":5.1,"time":1700000000}'],
  ['NaN', '{"level":5.1,"battery":NaN,"time":1700000000}'],
  ['a text', '{"level":5.1,"battery":"nan","time":1700000000}'],
  ['infinite', '{"battery":-Infinity,"level":5.1,"time":1700000000}'],
])('an optional value that is %s costs only itself', (_how, text) => {
  const { readings, rubbish } = sensor(profiles['level-json'])(text);
  expect(readings).toMatchObject([{ kind: 'water-level', values: { level: 5.1 }, observedAt: 1_700_000_000_000 }]);
  expect(readings?.[0]?.values).not.toHaveProperty('battery');
  expect(rubbish).toBeUndefined();
});

test('a value that is not optional costs only itself too, and is named', () => {
  const profile = { format: 'csv', fields: ['a', 'b', 'c'].map((quantity, n) => ({ from: n + 1, quantity })) };
  const { readings, rubbish } = sensor(profile)('1,,high');
  expect(readings?.[0]?.values).toEqual({ a: 1 });
  expect(rubbish?.map(({ detail }) => detail?.en)).toEqual(['b (2) is missing', 'c (3) is not a number in its range']);
});

test('what is left without the value of its kind is a measurement', () => {
  const { readings, rubbish } = sensor(profiles['level-json'])('{"level":null,"battery":3.6,"time":1700000000}');
  expect(readings).toMatchObject([{ kind: 'measurement', values: { battery: 3.6 } }]);
  expect(rubbish).toMatchObject([{ code: 'malformed', detail: { en: 'level (level) is missing' } }]);
});

test('an optional last column may be missing, one that is not may not: the line was cut short', () => {
  const profile = (optional: boolean) => ({
    format: 'csv',
    fields: [
      { from: 1, quantity: 'a' },
      { from: 2, quantity: 'b', optional },
    ],
  });
  expect(sensor(profile(true))('1').readings?.[0]?.values).toEqual({ a: 1 });
  expect(sensor(profile(false))('1').rubbish).toMatchObject([{ code: 'unknown-format' }]);
});

test('a text that holds NaN keeps it', () => {
  const hear = sensor(json({ from: 's', quantity: 's', type: 'text' }, { from: 'a', quantity: 'a', optional: true }));
  expect(hear('{"s":"NaN, \\"inf\\" nan","a":nan}').readings?.[0]?.values).toEqual({ s: 'NaN, "inf" nan' });
});

test('a time that cannot be read is replaced by that of arrival, and the reading says so', () => {
  const { readings, rubbish } = sensor(profiles['level-json'])('{"level":5.1,"time":"soon"}');
  expect(readings).toMatchObject([{ values: { level: 5.1 }, observedAt: at.wall, quality: 'clock-unsynchronised' }]);
  expect(rubbish).toMatchObject([{ code: 'malformed', detail: { en: 'the time (time) is missing or wrong' } }]);
});

test.each([
  ['shift_jis', '8f7489aa92ac'],
  ['euc-jp', 'bdd5b2acc4ae'],
  ['utf-8', 'e698a5e5b2a1e794ba'],
])('texts in %s', (encoding, hex) => {
  const profile = { ...json({ from: 's', quantity: 's', type: 'text' }), encoding };
  const quoted = Buffer.concat([Buffer.from('{"s":"'), Buffer.from(hex, 'hex'), Buffer.from('"}')]);
  expect(bytesSensor(profile)(quoted).readings?.[0]?.values).toEqual({ s: '春岡町' });
});

test('a second byte of Shift_JIS that looks like the separator separates nothing', () => {
  const profile = { format: 'csv', separator: '|', encoding: 'shift_jis', fields: [{ from: 2, quantity: 'a' }] };
  const line = Buffer.concat([Buffer.from('837c', 'hex'), Buffer.from('|31')]); // "ポ|31"
  expect(bytesSensor(profile)(line).readings?.[0]?.values).toEqual({ a: 31 });
});

test('a line of another character set is rubbish, shown as text and in hexadecimal, with what to do', () => {
  const { rubbish } = bytesSensor(json({ from: 'a', quantity: 'a' }))(Buffer.from('7b2261223a9085', 'hex'));
  expect(rubbish).toMatchObject([{ code: 'unknown-format' }]);
  expect(rubbish?.[0]?.detail?.en).toContain('the line is not utf-8 (set encoding in the profile): "{"a":');
  expect(rubbish?.[0]?.detail?.en).toContain('(7b 22 61 22 3a 90 85)');
});

test('what cannot be seen around a line costs nothing, and within one it is shown', () => {
  const hear = sensor(profiles['level-text']);
  for (const text of [
    '\ufeffLEVEL=1m TEMP=2C',
    'LEVEL=1m TEMP=2C\r\r',
    '\rLEVEL=1m TEMP=2C',
    'LEVEL=1m TEMP=2C\r\n\0',
  ]) {
    expect(hear(text).readings).toMatchObject([{ values: { level: 1, temperature: 2 } }]);
  }
  expect(hear('\r')).toEqual({});
  expect(hear('LEVEL=1m\0TEMP=2C').rubbish?.[0]?.detail?.en).toContain(
    '"LEVEL=1m·TEMP=2C" (4c 45 56 45 4c 3d 31 6d 00',
  );
});

test.each([
  ['quotes without end', `${'\\"'.repeat(250_000)}`],
  ['invisible line ends', `${'\r'.repeat(500_000)}x`],
  ['NaN upon NaN', 'nan('.repeat(125_000)],
  ['blanks', `2026-11-25${' '.repeat(500_000)}x`],
])('a long line of %s takes no time to speak of', (_what, text) => {
  const time = { from: 'a', format: 'iso' };
  const hear = sensor({ ...json({ from: 'a', quantity: 'a', type: 'text' }), time, maxLineBytes: 1_048_576 });
  const startedAt = performance.now();
  hear(text);
  hear(`"${text}`);
  hear(JSON.stringify({ a: text }));
  expect(performance.now() - startedAt).toBeLessThan(500);
});

test('a long line is shown in part', () => {
  const en = sensor(profiles['level-json'])('x'.repeat(500)).rubbish?.[0]?.detail?.en ?? '';
  expect(en).toContain('78 78 …');
  expect(en.length).toBeLessThan(300);
});

test('a JSON list gives a reading for each object, and each bad one is rubbish', () => {
  const step = sensor(json({ from: 'a', quantity: 'a' }))('[{"a":1},{"b":2},{"a":3}]');
  expect(step.readings?.map(({ values }) => values)).toEqual([{ a: 1 }, { a: 3 }]);
  expect(step.rubbish).toMatchObject([{ code: 'malformed' }]);
});

test('a list of too many readings, and a message of too many bytes, is rubbish whole', () => {
  const hear = sensor({ ...json({ from: 'a', quantity: 'a' }), maxLineBytes: 20_000 });
  expect(hear(JSON.stringify(Array.from({ length: 1000 }, () => ({ a: 1 })))).readings).toHaveLength(1000);
  expect(hear(JSON.stringify(Array.from({ length: 1001 }, () => ({ a: 1 })))).rubbish).toHaveLength(1);
  expect(hear(' '.repeat(20_001)).rubbish).toMatchObject([{ code: 'too-long' }]);
});

test('paths lead into objects and lists, and never to what objects inherit', () => {
  const path = (from: string, text: string) => sensor(json({ from, quantity: 'a', type: 'text' }))(text);
  expect(path('s.1.v', '{"s":[{"v":1},{"v":"two"}]}').readings?.[0]?.values).toEqual({ a: 'two' });
  for (const from of ['constructor.name', '__proto__.constructor.name', 'toString.name']) {
    expect(path(from, '{}').rubbish).toMatchObject([{ code: 'malformed' }]);
  }
});

test('deep nesting is survived', () => {
  const depth = 400_000;
  const hear = sensor({ ...json({ from: 'a', quantity: 'a' }), maxLineBytes: 1_048_576 });
  expect(hear(`${'['.repeat(depth)}${']'.repeat(depth)}`).rubbish).toHaveLength(1);
});

test('numbers are scaled without crumbs, and texts and booleans are read', () => {
  const hear = sensor(
    json(
      { from: 't', quantity: 'temperature', scale: 0.01, offset: -40 },
      { from: 's', quantity: 'state', type: 'text' },
      { from: 'd', quantity: 'door', type: 'boolean' },
    ),
  );
  expect(hear('{"t":"6330","s":"ok","d":"ON"}').readings?.[0]?.values).toEqual({
    temperature: 23.3,
    state: 'ok',
    door: true,
  });
});

test.each([
  ['iso', '2023-11-14T22:13:20Z'],
  ['iso', '2023-11-15T07:13:20+09:00'],
  ['iso', '2023-11-14 22:13:20'],
  ['epoch-s', '1700000000'],
  ['epoch-ms', '1700000000000'],
])('a time as %s: %s', (format, time) => {
  const profile = { format: 'csv', separator: ';', fields: [{ from: 1, quantity: 'a' }], time: { from: 2, format } };
  expect(sensor(profile)(`1;${time}`).readings?.[0]?.observedAt).toBe(1_700_000_000_000);
});

test('a quoted column may hold the separator', () => {
  const profile = { format: 'csv', fields: [{ from: 2, quantity: 'name', type: 'text' }] };
  expect(sensor(profile)('1,"a ""b"", c",3').readings?.[0]?.values).toEqual({ name: 'a "b", c' });
});

test('a profile that cannot work is refused with a sentence', () => {
  const a = { from: 'a', quantity: 'a' };
  expect(fault({ format: 'pattern', pattern: '(', fields: [a] })).toMatch(/RE2/);
  expect(fault({ format: 'pattern', pattern: '(?P<b>.*)', fields: [a] })).toMatch(/group/);
  expect(fault({ format: 'xml', fields: [a] })).toMatch(/pattern.*json.*csv/);
  expect(fault({ ...json(a), kind: 'alarm' })).toMatch(/one of/);
  expect(fault({ ...json(a), kind: 'water-level' })).toMatch(/level/);
  expect(fault({ ...json({ from: 'a', quantity: 'lat' }), kind: 'position' })).toMatch(/lon/);
  expect(fault({ ...json({ from: 'a', quantity: 'level', type: 'text' }), kind: 'water-level' })).toMatch(/level/);
  expect(fault(json(a, a))).toMatch(/twice/);
  expect(fault(json({ from: 'a', quantity: '__proto__' }))).toMatch(/letters/);
});

test('a pattern too large for its lines is turned down, with the length of line that it may have', () => {
  const fields = [{ from: 'a', quantity: 'a' }];
  const long = { format: 'pattern', pattern: '(?P<a>(?:.{0,1000}){1}.*)', fields };
  expect(fault({ ...long, maxLineBytes: 1_048_576 })).toMatch(
    /lines of 1048576 bytes.*at most 2\d\d \(max-line-bytes\)/,
  );
  expect(fault({ ...long, maxLineBytes: 200 })).toBeUndefined();
  const usual = String.raw`#(?P<a>\d+) T=(?P<t>[-\d.]+) H=(?P<h>\d+)%`;
  expect(fault({ format: 'pattern', pattern: usual, fields, maxLineBytes: 8_192 })).toBeUndefined();
});

test('a pattern as large as its lines allow takes no time to speak of', () => {
  const pattern = '(?P<a>(?:(?:a|b|ab|ba)*c?)*)(?:a?){200}';
  const hear = sensor({
    format: 'pattern',
    pattern,
    maxLineBytes: 500,
    fields: [{ from: 'a', quantity: 'a', type: 'text' }],
  });
  hear('ab'.repeat(250)); // compiled by V8
  const { user } = process.cpuUsage();
  hear('ab'.repeat(250));
  expect(process.cpuUsage().user - user).toBeLessThan(300_000);
});

test('a pattern that would hang a backtracking engine takes no time to speak of', () => {
  const hear = sensor({ format: 'pattern', pattern: '(?P<a>(x+x+)+)y', fields: [{ from: 'a', quantity: 'a' }] });
  expect(hear('x'.repeat(1000)).rubbish).toMatchObject([{ code: 'unknown-format' }]);
});

test('a boolean is read from a text, a number or a boolean only', () => {
  const hear = sensor(json({ from: 'd', quantity: 'door', type: 'boolean' }));
  expect(hear('{"d":1}').readings?.[0]?.values).toEqual({ door: true });
  expect(hear('{"d":false}').readings?.[0]?.values).toEqual({ door: false });
  for (const raw of ['{"toString":1}', '[true]', 'null', '2']) {
    expect(hear(`{"d":${raw}}`).rubbish).toMatchObject([{ code: 'malformed' }]);
  }
});

test('a gauge may give its level or the distance to the water', () => {
  expect(fault({ ...json({ from: 'd', quantity: 'distance' }), kind: 'water-level' })).toBeUndefined();
});

test('positions off the globe are malformed', () => {
  const hear = sensor({
    ...json({ from: 'lat', quantity: 'lat' }, { from: 'lon', quantity: 'lon' }),
    kind: 'position',
  });
  expect(hear('{"lat":36,"lon":139}').readings).toHaveLength(1);
  expect(hear('{"lat":91,"lon":139}').rubbish).toMatchObject([{ code: 'malformed' }]);
});

test('lines end as the profile says', () => {
  const options = v.parse(line.options, { profile: { ...json({ from: 'a', quantity: 'a' }), delimiter: 'cr' } });
  const framer = line.framer([{ id: 'sensor', options }], { transport: 'serial' });
  expect(framer.maxFrameBytes).toBe(1024);
  expect(framer.push(Buffer.from('{"a":1}\r{"a":2}\r'))).toHaveLength(2);
});

test('no line whatever makes the decoder throw, and every number is finite', () => {
  const hears = Object.values(profiles).map(sensor);
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.stringMatching(/^[-0-9.,]{0,40}$/)), (text) => {
      for (const hear of hears) {
        for (const { values } of hear(text).readings ?? []) {
          expect(Object.values(values).every(Number.isFinite)).toBe(true);
        }
      }
    }),
  );
});
