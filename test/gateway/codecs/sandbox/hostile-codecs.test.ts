import { afterAll, expect, test } from 'vitest';
import { CodecRunner } from '../../../../gateway/codecs/runner.ts';
import { VirtualClock } from '../../../../simulators/virtual-clock.ts';
import { LogBook } from '../../machine/log-book.ts';
import { codecRig, codeOf, someUplink } from '../codec-rig.ts';

const good = 'function decodeUplink() { return { data: { good: true } }; }';
const body = (code: string) => `function decodeUplink(input) { ${code} }`;

/** Codecs and the expected outcome; after each, a call of another codec must succeed. */
const hostile: readonly (readonly [what: string, source: string, code: string])[] = [
  ['loops without end', body('for (;;);'), 'too-slow'],
  ['catches what ends its loop', body('for (;;) { try { for (;;); } catch {} finally { for (;;); } }'), 'too-slow'],
  ['has a regular expression that backtracks for ever', body('/^(a+)+$/.test("a".repeat(40) + "b")'), 'too-slow'],
  ['hangs in indexOf', body('Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)'), 'too-slow'],
  ['hangs in join', body('new Array(4e9).join()'), 'too-slow'],
  ['hangs in the search of a string', body('"a".repeat(2e6).indexOf("a".repeat(1e6) + "b")'), 'too-slow'],
  ['loops in a getter of its output', body('return { data: { get a() { for (;;); } } }'), 'too-slow'],
  ['loops in a toJSON of its output', body('return { data: { toJSON() { for (;;); } } }'), 'too-slow'],
  ['loops in the message of what it throws', body('throw { get message() { for (;;); } }'), 'too-slow'],
  ['loops at its top level', 'for (;;);', 'too-slow'],
  ['hangs in a built-in at its top level', 'Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)', 'too-slow'],
  ['allocates lists without end', body('const a = []; for (;;) a.push(new Array(9999).fill(1))'), 'too-much-memory'],
  ['allocates a chain without end', body('let a; for (;;) a = [a, new ArrayBuffer(9999)]'), 'too-much-memory'],
  ['doubles a string', body('let a = "x"; for (;;) a += a'), 'too-much-memory'],
  ['pads a string', body('"a".padEnd(2 ** 29)'), 'too-much-memory'],
  ['allocates typed arrays', body('const a = []; for (;;) a.push(new Uint8Array(1e5))'), 'too-much-memory'],
  ['allocates at its top level', 'var a = []; for (;;) a.push(new Array(9999).fill(1))', 'too-much-memory'],
  ['calls itself without end', body('return decodeUplink(input)'), 'too-much-memory'],
  ['parses JSON that is nested without end', body('JSON.parse("[".repeat(1e6))'), 'too-much-memory'],
  ['throws', body('throw new Error("no")'), 'threw'],
  ['throws null', body('throw null'), 'threw'],
  ['throws undefined', body('throw undefined'), 'threw'],
  ['throws a symbol', body('throw Symbol("s")'), 'threw'],
  ['throws a proxy', body('throw new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 } })'), 'threw'],
  ['throws at its top level', 'throw new Error("top")', 'threw'],
  ['reaches for process', body('return { data: { env: process.env } }'), 'threw'],
  [
    'reaches for process by a constructor',
    body('return globalThis.constructor.constructor("return process")()'),
    'threw',
  ],
  ['reaches for process by its input', body('return input.constructor.constructor("return process")()'), 'threw'],
  ['requires fs', 'require("fs")', 'threw'],
  ['waits', body('setTimeout(() => {}, 1)'), 'threw'],
  ['imports', 'import fs from "fs"', 'syntax'],
  ['is no JavaScript', '\u0000{"', 'syntax'],
  ['returns a promise', 'async function decodeUplink() { return { data: {} } }', 'bad-output'],
  ['returns a cycle', body('const a = {}; a.a = a; return { data: a }'), 'bad-output'],
  ['returns a BigInt', body('return { data: { a: 1n } }'), 'bad-output'],
  ['returns a function', body('return () => 1'), 'bad-output'],
  ['returns a number', body('return 1'), 'bad-output'],
  ['returns a list', body('return [1]'), 'bad-output'],
  ['returns nothing', body(''), 'bad-output'],
  ['returns data that is no object', body('return { data: 5 }'), 'bad-output'],
  ['returns a getter that throws', body('return { data: { get a() { throw new Error("no") } } }'), 'bad-output'],
  [
    'returns what is nested deeply',
    body('let a = {}; for (let i = 0; i < 999; i++) a = { a }; return { data: a }'),
    'bad-output',
  ],
  ['returns too much', body('return { data: { a: "x".repeat(1e5) } }'), 'too-large'],
  ['is larger than a codec may be', `//${'x'.repeat(1_000_001)}`, 'too-large'],
];

const shared = new CodecRunner({ clock: new VirtualClock(), log: new LogBook(), suspends: false });
afterAll(() => shared.close());

test.each(hostile)('a codec that %s is contained', async (_what, source, code) => {
  const called = (each: string) =>
    shared.call({
      codec: { name: 'codec.js', source: each },
      project: 'city',
      function: 'decodeUplink',
      input: someUplink,
    });
  expect(codeOf(await called(source))).toBe(code);
  expect(await called(good)).toMatchObject({ output: { data: { good: true } } });
});

test('a codec that fills memory with small objects reaches one limit or the other, depending on the machine', async () => {
  const { call } = codecRig();
  for (const bomb of ['const a = []; for (;;) a.push({})', 'let a; for (;;) a = { a }']) {
    expect(codeOf(await call(body(bomb)))).toMatch(/^too-(slow|much-memory)$/);
    expect(codeOf(await call(good))).toBe('ok');
  }
});

const breakBuiltIns = `const { ownKeys } = Reflect;
  for (const builtIn of [Array, Object, Function, String, Promise, Date, Error, JSON, Reflect, Symbol, RegExp]) {
    for (const from of [builtIn, builtIn.prototype ?? {}]) {
      for (const name of ownKeys(from)) {
        if (name === 'constructor' || name === 'prototype') continue;
        const isIterator = from === Array.prototype && name === Symbol.iterator;
        if (!isIterator) try { from[name] = function () { return 'stolen'; }; } catch {}
      }
    }
  }
  Object.prototype.toJSON = undefined;
  for (const name of ['JSON', 'Reflect', 'Date', 'Array', 'String', 'Promise', 'ArrayBuffer', 'Buffer', 'module']) {
    globalThis[name] = undefined;
  }`;

test('a codec that replaces every built-in harms at most its own answers', async () => {
  const { call } = codecRig();
  const answer = await call(`${breakBuiltIns}\nfunction decodeUplink() { return { data: { own: 1 } }; }`);
  expect(answer).toMatchObject({ output: { data: { own: 1 } } });
  expect(
    await call('function decodeUplink(i) { return { data: { list: i.bytes.map((b) => b + 1) } }; }'),
  ).toMatchObject({
    output: { data: { list: [2, 3, 256] } },
  });
});

test('the global scope holds nothing of the host', async () => {
  const { call } = codecRig();
  const answer = await call(
    'function decodeUplink() { return { data: { names: Object.getOwnPropertyNames(globalThis) } }; }',
  );
  const { names } = (answer.ok ? answer.output.data : {}) as { names: string[] };
  for (const name of [
    'process',
    'fetch',
    'setTimeout',
    'WebAssembly',
    'performance',
    'navigator',
    'std',
    'os',
    'print',
  ]) {
    expect(names).not.toContain(name);
  }
});

test('no call sees what an earlier one left behind', async () => {
  const { call } = codecRig();
  const source = `var calls = 0; const seen = [];
    function decodeUplink(input) {
      calls++; seen.push(calls); globalThis.left = (globalThis.left ?? 0) + 1; Array.prototype.mine = calls;
      return { data: { calls, seen: seen.length, left, random: Math.random() } };
    }`;
  const first = await call(source);
  expect(first).toMatchObject({ output: { data: { calls: 1, seen: 1, left: 1 } } });
  expect(await call(source)).toEqual(first);
  expect(await call(source, { bytes: [9], fPort: 1 }, 'decodeUplink', 'another')).toEqual(first);
  const other = 'function decodeUplink() { return { data: { left: typeof left, mine: typeof [].mine } }; }';
  expect(await call(other)).toMatchObject({ output: { data: { left: 'undefined', mine: 'undefined' } } });
});

test('no state survives a call that exceeded its time or memory', async () => {
  const { call } = codecRig();
  const source = `var calls = 0;
    function decodeUplink(input) {
      calls++;
      if (input.bytes[0] === 1) for (;;);
      if (input.bytes[0] === 2) { const a = []; for (;;) a.push(new ArrayBuffer(9999)); }
      return { data: { calls } };
    }`;
  expect(codeOf(await call(source, { bytes: [1], fPort: 1 }))).toBe('too-slow');
  expect(codeOf(await call(source, { bytes: [2], fPort: 1 }))).toBe('too-much-memory');
  expect(await call(source, { bytes: [3], fPort: 1 })).toMatchObject({ output: { data: { calls: 1 } } });
});

test('nothing a codec throws can break a log line', async () => {
  const { call, log } = codecRig();
  const outcome = await call(body('throw new Error("a\\u0000\\u001b[31mb\\u2028c" + "x".repeat(5000))'));
  expect(outcome).toMatchObject({
    code: 'threw',
    detail: { en: expect.stringMatching(/^codec\.js line 1: Error: a {2}\[31mb cx/) },
  });
  const detail = String(log.at('warn')[0]?.fields.detail);
  expect(detail.length).toBeLessThan(400);
  expect(detail).not.toMatch(/\p{Cc}/u);
});
