import { expect, test } from 'vitest';
import { codecRig, codeOf, someUplink } from '../codec-rig.ts';

test('decodeUplink gets bytes, fPort, recvTime as a Date, and variables', async () => {
  const { call } = codecRig();
  const source = `function decodeUplink(input) {
    return { data: { bytes: input.bytes, isList: Array.isArray(input.bytes), fPort: input.fPort,
      time: input.recvTime instanceof Date && input.recvTime.toISOString(), variables: input.variables } };
  }`;
  expect(await call(source, { ...someUplink, variables: { offset: '12' } })).toEqual({
    ok: true,
    output: {
      data: {
        bytes: [1, 2, 255],
        isList: true,
        fPort: 7,
        time: '2026-03-01T00:00:00.000Z',
        variables: { offset: '12' },
      },
      errors: [],
      warnings: [],
    },
  });
});

test('recvTime may be a Date, epoch ms or ISO text, and defaults to now', async () => {
  const { call, clock } = codecRig();
  const source = 'function decodeUplink(input) { return { data: { at: input.recvTime.getTime(), now: Date.now() } }; }';
  const at = Date.UTC(2026, 2, 1);
  for (const recvTime of [new Date(at), at, '2026-03-01T09:00:00+09:00']) {
    expect(await call(source, { ...someUplink, recvTime })).toMatchObject({ output: { data: { at, now: at } } });
  }
  const now = clock.moment().wall;
  expect(await call(source, { bytes: [], fPort: 1 })).toMatchObject({ output: { data: { at: now, now } } });
});

test('errors a codec reports itself are an answer, with or without data', async () => {
  const { call } = codecRig();
  expect(await call('function decodeUplink() { return { errors: ["unknown FPort"] }; }')).toEqual({
    ok: true,
    output: { errors: ['unknown FPort'], warnings: [] },
  });
  expect(await call('function decodeUplink() { return { data: null, warnings: "old firmware" }; }')).toEqual({
    ok: true,
    output: { errors: [], warnings: ['old firmware'] },
  });
});

test.each(["['']", '[null]', "''", 'false', '[]'])(
  'errors: %s says nothing, as public codecs mean it',
  async (errors) => {
    const { call } = codecRig();
    const source = `function decodeUplink() { return { data: { level: 1.2 }, errors: ${errors} }; }
    function normalizeUplink({ data }) { return { data, errors: ${errors} }; }`;
    const said = { data: { level: 1.2 }, errors: [], warnings: [] };
    expect(await call(source)).toEqual({ ok: true, output: { ...said, normalizedOutput: said } });
  },
);

test('the output follows JSON: NaN is null, undefined and functions are left out, a Date is ISO text', async () => {
  const { call } = codecRig();
  const source =
    'function decodeUplink() { return { data: { a: NaN, b: undefined, c() {}, d: new Date(0), e: new Uint8Array(2) } }; }';
  expect(await call(source)).toMatchObject({
    output: { data: { a: null, d: '1970-01-01T00:00:00.000Z', e: { 0: 0, 1: 0 } } },
  });
});

test('encodeDownlink answers with bytes and a port; bytes may be a list, a Buffer or a typed array', async () => {
  const { call } = codecRig();
  for (const bytes of ['[1, 255]', 'Buffer.from([1, 255])', 'new Uint8Array([1, 255])', 'Buffer.from("01ff", "hex")']) {
    const source = `function encodeDownlink(input) { return { fPort: input.data.port, bytes: ${bytes} }; }`;
    expect(await call(source, { data: { port: 5 } }, 'encodeDownlink')).toEqual({
      ok: true,
      output: { bytes: [1, 255], fPort: 5, errors: [], warnings: [] },
    });
  }
});

test('decodeDownlink turns the bytes back', async () => {
  const { call } = codecRig();
  const source =
    'function decodeDownlink(input) { return { data: { interval: input.bytes[0] * 256 + input.bytes[1] } }; }';
  expect(await call(source, { bytes: [1, 4], fPort: 2 }, 'decodeDownlink')).toMatchObject({
    output: { data: { interval: 260 } },
  });
});

test('bytes and ports that no LoRaWAN frame can carry are rejected', async () => {
  const { call } = codecRig();
  for (const answer of [
    '{ bytes: [256] }',
    '{ bytes: [1.5] }',
    '{ bytes: "01" }',
    '{}',
    '{ bytes: [1], fPort: 256 }',
  ]) {
    expect(codeOf(await call(`function encodeDownlink() { return ${answer}; }`, { data: {} }, 'encodeDownlink'))).toBe(
      'bad-output',
    );
  }
});

test('the older forms of The Things Network v2 and ChirpStack v3 stand in for decodeUplink and encodeDownlink', async () => {
  const { call } = codecRig();
  const decoded = { output: { data: { first: 1, port: 7 } } };
  const encoded = { output: { bytes: [9, 3] } };
  const command = { data: { level: 9 }, fPort: 3 };
  const ttn = `function Decoder(bytes, port) { return { first: bytes[0], port: port }; }
    function Encoder(object, port) { return [object.level, port]; }`;
  const chirpstack = `function Decode(fPort, bytes, variables) { return { first: bytes[0], port: fPort }; }
    function Encode(fPort, obj, variables) { return [obj.level, fPort]; }`;
  for (const source of [ttn, chirpstack]) {
    expect(await call(source)).toMatchObject(decoded);
    expect(await call(source, command, 'encodeDownlink')).toMatchObject(encoded);
    expect(codeOf(await call(source, someUplink, 'decodeDownlink'))).toBe('no-function');
  }
});

test('functions may be declared, const, or exported as CommonJS', async () => {
  const { call } = codecRig();
  const answer = '() => ({ data: { here: true } })';
  for (const source of [
    'function decodeUplink() { return { data: { here: true } }; }',
    `const decodeUplink = ${answer};`,
    `"use strict"; let decodeUplink = ${answer};`,
    `exports.decodeUplink = ${answer};`,
    `module.exports = { decodeUplink: ${answer} };`,
    `if (typeof module !== 'undefined') module.exports.decodeUplink = ${answer};`,
  ]) {
    expect(await call(source)).toMatchObject({ output: { data: { here: true } } });
  }
});

test('a codec has Buffer, atob, btoa and the text codecs', async () => {
  const { call } = codecRig();
  const source = `const { Buffer: Same } = require('buffer');
    function decodeUplink(input) {
      return { data: { float: Buffer.from([0x41, 0x48, 0, 0]).readFloatBE(0), same: Same === Buffer,
        a: atob('bWk='), b: btoa('mi'), bytes: Array.from(new TextEncoder().encode('é')),
        text: new TextDecoder().decode(new Uint8Array([0xe8, 0xa1, 0x97])) } };
    }`;
  expect(await call(source)).toMatchObject({
    // 0x41480000 is 12.5 (IEEE 754); é is C3 A9 and 街 is E8 A1 97 in UTF-8 (RFC 3629).
    output: { data: { float: 12.5, same: true, a: 'mi', b: 'bWk=', bytes: [0xc3, 0xa9], text: '街' } },
  });
});

test('the input is checked before the codec sees it', async () => {
  const { call } = codecRig();
  const source = 'function decodeUplink() { return { data: {} }; }';
  for (const input of [null, {}, { bytes: [256], fPort: 1 }, { bytes: [1], fPort: -1 }, { bytes: 'zz', fPort: 1 }]) {
    expect(codeOf(await call(source, input))).toBe('bad-input');
  }
  expect(codeOf(await call(source, { bytes: [1], fPort: 1, variables: { long: 'x'.repeat(70_000) } }))).toBe(
    'too-large',
  );
});

test('a fault is a sentence that names the codec and its line', async () => {
  const { call } = codecRig();
  expect(await call('var a = 1;\n\nfunction decodeUplink(input) {\n  return input.missing.field;\n}')).toMatchObject({
    ok: false,
    code: 'threw',
    detail: { en: "codec.js line 4: TypeError: cannot read property 'field' of undefined" },
  });
  expect(await call('var a = 1;\nfunction decodeUplink( {')).toMatchObject({
    code: 'syntax',
    detail: { en: expect.stringMatching(/^codec\.js line 2: SyntaxError: /) },
  });
  expect(await call('var a = 1;')).toMatchObject({
    ok: false,
    code: 'no-function',
    detail: { en: 'codec.js has no function decodeUplink' },
  });
});

test('a codec can be checked without calling it', async () => {
  const { runner, codecOf } = codecRig();
  expect(await runner.check(codecOf('function decodeUplink() { throw 1; }'), 'city')).toBeUndefined();
  expect(await runner.check(codecOf('throw new Error("top")'), 'city')).toMatchObject({ code: 'threw' });
  expect(await runner.check(codecOf('x ='), 'city')).toMatchObject({ code: 'syntax' });
});

test('console output reaches a listener, and is bounded', async () => {
  const lines: string[] = [];
  const { call } = codecRig({ console: (line) => lines.push(line) });
  await call('function decodeUplink() { console.log("got", { a: 1 }); console.error(1); return { data: {} }; }');
  expect(lines).toEqual(['got {"a":1}', '1']);
  lines.length = 0;
  await call(
    'function decodeUplink() { for (let i = 0; i < 200; i++) console.log("x".repeat(999)); return { data: {} }; }',
  );
  expect(lines.length).toBe(100);
  expect(Math.max(...lines.map(({ length }) => length))).toBe(500);
});

test('the members of maps and sets are kept, and numbers that are none are counted', async () => {
  const { call } = codecRig();
  const source = `function decodeUplink() {
    return new Map([['data', { map: new Map([['a', 1], ['b', new Set([2, NaN])]]), inf: 1 / 0, ok: 3, none: null }]]);
  }`;
  expect(await call(source)).toEqual({
    ok: true,
    output: { data: { map: { a: 1, b: [2, null] }, inf: null, ok: 3, none: null }, lost: 2, errors: [], warnings: [] },
  });
});

const DECODE =
  'function decodeUplink(input) { return { data: { t: input.bytes[0], odd: NaN, at: new Date(0) }, warnings: ["w"] }; }';

test('normalizeUplink gets what decodeUplink gave, as JSON, with the rest of its input; both are answers', async () => {
  const { call } = codecRig();
  const source = `${DECODE} function normalizeUplink({ data, fPort, bytes, recvTime }) {
    const measured = { air: { temperature: data.t }, odd: data.odd, at: data.at };
    data.t = 'spoilt';
    return { data: { ...measured, fPort, count: bytes.length, time: recvTime.toISOString() }, warnings: 'n' };
  }`;
  expect(await call(source)).toEqual({
    ok: true,
    output: {
      data: { t: 1, odd: null, at: '1970-01-01T00:00:00.000Z' },
      lost: 1,
      errors: [],
      warnings: ['w'],
      normalizedOutput: {
        data: {
          air: { temperature: 1 },
          odd: null,
          at: '1970-01-01T00:00:00.000Z',
          fPort: 7,
          count: 3,
          time: '2026-03-01T00:00:00.000Z',
        },
        errors: [],
        warnings: ['n'],
      },
    },
  });
});

test.each([
  ['may give a list', 'return { data: [{ a: 1 }, { a: 2 }] }', { data: [{ a: 1 }, { a: 2 }], errors: [] }],
  ['may report errors', 'return { errors: ["no air"] }', { errors: ['no air'] }],
  ['may throw', 'throw new Error("spoilt")', { errors: ['codec.js line 1: Error: spoilt'] }],
  ['may return nothing', '', { errors: [expect.stringContaining('normalizeUplink')] }],
  [
    'may return too much',
    'return { data: { x: "x".repeat(70000) } }',
    { errors: [expect.stringContaining('too large')] },
  ],
])('normalizeUplink %s, and what decodeUplink gave stays', async (_, body, normalizedOutput) => {
  const { call } = codecRig();
  expect(await call(`${DECODE} function normalizeUplink(input) { ${body} }`)).toMatchObject({
    ok: true,
    output: { data: { t: 1 }, normalizedOutput },
  });
});

test.each([
  ['reported errors', 'function decodeUplink() { return { data: { a: 1 }, errors: ["short"] }; }'],
  ['gave no data', 'function decodeUplink() { return {}; }'],
  ['is an older function', 'function Decoder() { return { a: 1 }; }'],
])('normalizeUplink is not called where decodeUplink %s', async (_, decode) => {
  const { call } = codecRig();
  const outcome = await call(`${decode} function normalizeUplink() { throw new Error('called'); }`);
  expect(outcome.ok && outcome.output).not.toHaveProperty('normalizedOutput');
});

test('a normalizeUplink without end costs the call, as decodeUplink would', async () => {
  const { call } = codecRig();
  expect(codeOf(await call(`${DECODE} function normalizeUplink() { for (;;); }`))).toBe('too-slow');
});

test.each([
  ['replaces built-ins', 'String.prototype.indexOf = String.prototype.slice = Array.isArray = JSON.parse = () => 0;'],
  ['says how texts become JSON', 'String.prototype.toJSON = function () { return "dddd"; };'],
  ['says how lists become JSON', 'Array.prototype.toJSON = function () { return ["d[]", "d[]"]; };'],
])('a codec with normalizeUplink that %s gets an answer or a fault', async (_, spoil) => {
  const { call } = codecRig();
  const outcome = await call(`${spoil} ${DECODE} function normalizeUplink({ data }) { return { data }; }`);
  expect(['ok', 'bad-output']).toContain(codeOf(outcome));
});
