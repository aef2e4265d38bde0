import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCodec } from '../../../../gateway/codecs/codec.ts';
import { PROGRAM } from '../../../program.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

/** A codec of a made-up gauge: a level in millimetres, and a way to set its interval. */
const gauge = `function decodeUplink(input) {
  console.log('port', input.fPort);
  if (input.fPort !== 1) return { errors: ['unknown port'] };
  if (input.bytes.length < 2) throw new Error('too short');
  return { data: { level: (input.bytes[0] << 8 | input.bytes[1]) / 1000 } };
}
function encodeDownlink(input) {
  return { fPort: 2, bytes: [input.data.minutes] };
}
function decodeDownlink(input) {
  return { data: { minutes: input.bytes[0] } };
}
`;

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

async function machimori(cwd: string, args: readonly string[], input = '') {
  const env = { ...process.env, TZ: 'Asia/Tokyo', LC_ALL: 'C' };
  const child = spawn(process.execPath, [PROGRAM, 'codec', ...args], { cwd, env, stdio: 'pipe' });
  let out = '';
  let err = '';
  child.stdout.on('data', (text) => (out += text));
  child.stderr.on('data', (text) => (err += text));
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  return { code, out, err, lines: out.split('\n').slice(0, -1) };
}

const examples = [
  { type: 'uplink', description: 'level', input: { bytes: '04d2', fPort: 1 }, output: { data: { level: 1.234 } } },
  { type: 'uplink', description: 'port', input: { bytes: '04d2', fPort: 9 }, output: { errors: ['unknown port'] } },
  { type: 'downlink-encode', input: { data: { minutes: 5 } }, output: { bytes: [5], fPort: 2 } },
  { type: 'downlink-decode', input: { bytes: '05', fPort: 2 }, output: { data: { minutes: 5 } } },
];

test('codec test says how many examples pass', async () => {
  const folder = folderWith({ 'gauge.js': gauge, 'examples.json': JSON.stringify(examples) });
  const { code, out, err } = await machimori(folder, ['test', 'gauge.js', '--examples', 'examples.json']);
  expect({ code, out }).toEqual({ code: 0, out: 'gauge.js: 4 examples, 4 passed, 0 failed\n' });
  expect(err).toBe('port 1\nport 9\n');
});

test('codec test says of each that fails what differs and where', async () => {
  const wrong = [
    { ...examples[0], output: { data: { level: 1.2 } } },
    { ...examples[0], description: 'short', input: { bytes: '', fPort: 1 } },
    examples[3],
  ];
  const folder = folderWith({ 'gauge.js': gauge, 'examples.json': JSON.stringify(wrong) });
  const { code, lines } = await machimori(folder, ['test', 'gauge.js', '--examples', 'examples.json']);
  expect(code).toBe(1);
  expect(lines).toEqual([
    'Example 1 (level): decodeUplink',
    '  data.level: expected 1.2, actual 1.234',
    'Example 2 (short): decodeUplink',
    '  threw: gauge.js line 4: Error: too short',
    'gauge.js: 3 examples, 1 passed, 2 failed',
  ]);
  const json = await machimori(folder, ['test', 'gauge.js', '--examples', 'examples.json', '--json']);
  expect(json.lines).toHaveLength(1);
  expect(JSON.parse(json.out)).toMatchObject({
    codec: 'gauge.js',
    examples: 3,
    passed: 1,
    failed: 2,
    failures: [
      { example: 1, differences: [{ path: 'data.level', expected: 1.2, actual: 1.234 }] },
      { example: 2, fault: 'threw: gauge.js line 4: Error: too short', differences: [] },
    ],
  });
});

test('codec run answers a line with a line, and goes on after one that fails', async () => {
  const folder = folderWith({ 'gauge.js': gauge });
  const input = ['{"fPort":1,"bytes":"04D2"}', '', '{"fPort":1,"bytes":[]}', 'no JSON', '{"fPort":9,"bytes":""}'].join(
    '\n',
  );
  const { code, lines } = await machimori(folder, ['run', 'gauge.js'], input);
  expect(code).toBe(0);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { data: { level: 1.234 }, errors: [], warnings: [] },
    { errors: ['gauge.js line 4: Error: too short'], warnings: [], code: 'threw' },
    { errors: [expect.stringMatching(/^the line is not JSON/)], warnings: [], code: 'bad-input' },
    { errors: ['unknown port'], warnings: [] },
  ]);
});

test('codec run encodes and decodes downlinks', async () => {
  const folder = folderWith({ 'gauge.js': gauge });
  const encoded = await machimori(
    folder,
    ['run', 'gauge.js', '--function', 'encodeDownlink'],
    '{"data":{"minutes":7}}\n',
  );
  expect(JSON.parse(encoded.out)).toEqual({ bytes: [7], fPort: 2, errors: [], warnings: [] });
  const decoded = await machimori(
    folder,
    ['run', 'gauge.js', '--function', 'decodeDownlink'],
    '{"bytes":"07","fPort":2}\n',
  );
  expect(JSON.parse(decoded.out)).toEqual({ data: { minutes: 7 }, errors: [], warnings: [] });
});

test('a codec sees UTC, wherever it runs', async () => {
  const folder = folderWith({
    'time.js': `function decodeUplink(input) {
      const date = new Date(2026, 0, 1, 12);
      return { data: { hours: input.recvTime.getHours(), offset: date.getTimezoneOffset(), at: date.toISOString() } };
    }`,
  });
  const { out } = await machimori(
    folder,
    ['run', 'time.js'],
    '{"fPort":1,"bytes":"","recvTime":"2026-07-01T03:00:00Z"}\n',
  );
  expect(JSON.parse(out).data).toEqual({ hours: 3, offset: 0, at: '2026-01-01T12:00:00.000Z' });
});

test('a codec that cannot be loaded is said with its line', async () => {
  const folder = folderWith({ 'bad.js': 'var a = 1;\nfunction ( {\n' });
  const { code, out, err } = await machimori(folder, ['run', 'bad.js'], '{"fPort":1,"bytes":""}\n');
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(/^bad\.js line 2: SyntaxError: .*\. The codec cannot be loaded: correct it/);
});

test('words that are off are exit code 2, files that are not there 1', async () => {
  const folder = folderWith({ 'gauge.js': gauge, 'examples.json': '[]' });
  expect((await machimori(folder, [])).code).toBe(2);
  expect((await machimori(folder, ['test', 'gauge.js'])).code).toBe(2);
  expect((await machimori(folder, ['run', 'gauge.js', '--function', 'decode'])).code).toBe(2);
  expect((await machimori(folder, ['test', 'gauge.js', '--examples', 'none.json'])).code).toBe(1);
  expect((await machimori(folder, ['test', 'gauge.js', '--examples', 'examples.json'])).code).toBe(1);
  expect((await machimori(folder, ['run', 'none.js'])).code).toBe(1);
});

test('a codec that is too large is not read', () => {
  const folder = folderWith({ 'large.js': '/'.repeat(1_000_001) });
  expect(() => readCodec(join(folder, 'large.js'))).toThrow(/1000001 bytes is too large/);
});

test('an uplink without its port has port 1, as ChirpStack’s examples mean it', async () => {
  const folder = folderWith({ 'gauge.js': gauge });
  const { lines } = await machimori(folder, ['run', 'gauge.js'], '{"bytes":"04d2"}\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([{ data: { level: 1.234 }, errors: [], warnings: [] }]);
});

test('what encodeDownlink gives beside bytes and port is shown and compared', async () => {
  const codec = 'function encodeDownlink({ data }) { return { bytes: [1], fPort: 2, confirmed: data.sure }; }';
  const example = (confirmed: boolean) => ({
    type: 'downlink-encode',
    input: { data: { sure: true } },
    output: { bytes: [1], fPort: 2, confirmed },
  });
  const folder = folderWith({
    'pump.js': codec,
    'good.json': JSON.stringify([example(true)]),
    'bad.json': JSON.stringify([example(false)]),
  });
  const { lines } = await machimori(
    folder,
    ['run', 'pump.js', '--function', 'encodeDownlink'],
    '{"data":{"sure":true}}\n',
  );
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { confirmed: true, bytes: [1], fPort: 2, errors: [], warnings: [] },
  ]);
  expect((await machimori(folder, ['test', 'pump.js', '--examples', 'good.json'])).code).toBe(0);
  const bad = await machimori(folder, ['test', 'pump.js', '--examples', 'bad.json']);
  expect(bad).toMatchObject({ code: 1, out: expect.stringMatching(/confirmed.+false.+true/) });
});

const normalizing = `${gauge}
function normalizeUplink(input) {
  return { data: { water: { level: input.data.level } } };
}
`;

test('what normalizeUplink makes of the data is shown by codec run and compared by codec test', async () => {
  const example = { ...examples[0], normalizedOutput: { data: [{ water: { level: 1.2 } }] } };
  const listed = { ...examples[0], normalizedOutput: { data: [{ water: { level: 1.234 } }] } };
  const plain = { ...examples[0], normalizedOutput: { data: { water: { level: 1.234 } } } };
  const folder = folderWith({
    'gauge.js': normalizing,
    'examples.json': JSON.stringify([example, listed, plain, examples[0]]),
    'examples.yaml': `uplinkDecoder:
  fileName: gauge.js
  examples:
    - description: level
      input: { fPort: 1, bytes: [4, 210] }
      output: { data: { level: 1.234 } }
      normalizedOutput:
        data:
          - water: { level: 1.234 }
`,
  });
  const tested = await machimori(folder, ['test', 'gauge.js', '--examples', 'examples.json']);
  expect(tested.lines).toEqual([
    'Example 1 (level): decodeUplink',
    '  normalizedOutput.data[0].water.level: expected 1.2, actual 1.234',
    'gauge.js: 4 examples, 3 passed, 1 failed',
  ]);
  expect(await machimori(folder, ['test', 'gauge.js', '--examples', 'examples.yaml'])).toMatchObject({ code: 0 });
  const run = await machimori(folder, ['run', 'gauge.js', '--function', 'decodeUplink'], '{"fPort":1,"bytes":"04d2"}');
  expect(JSON.parse(run.out)).toMatchObject({
    data: { level: 1.234 },
    normalizedOutput: { data: { water: { level: 1.234 } }, errors: [] },
  });
});
