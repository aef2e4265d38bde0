import { expect, test } from 'vitest';
import { maxQueued } from '../../../gateway/codecs/runner.ts';
import { codecRig, codeOf, someUplink } from './codec-rig.ts';

const good = 'function decodeUplink(input) { return { data: { first: input.bytes[0] } }; }';
const loop = 'function decodeUplink() { for (;;); }';
const hang = 'function decodeUplink() { Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1); }';
const slowFor1 = 'function decodeUplink(input) { if (input.bytes[0] === 1) for (;;); return { data: {} }; }';

test('projects take turns, however many calls one has waiting', async () => {
  const { call } = codecRig();
  const order: string[] = [];
  const noted = (project: string, source: string) =>
    call(source, someUplink, 'decodeUplink', project).then((outcome) => order.push(`${project} ${codeOf(outcome)}`));
  const calls = [
    noted('a', loop),
    noted('a', loop),
    noted('a', loop),
    noted('b', good),
    noted('b', good),
    noted('c', good),
  ];
  await Promise.all(calls);
  // The first is running and the second is at the head of the queue before the others come.
  expect(order).toEqual(['a too-slow', 'a too-slow', 'b ok', 'c ok', 'a too-slow', 'b ok']);
});

test('a codec that hangs where the sandbox cannot interrupt it costs the worker, but no other call', async () => {
  const { call } = codecRig();
  const outcomes = await Promise.all([
    call(good, someUplink, 'decodeUplink', 'a'),
    call(hang, someUplink, 'decodeUplink', 'b'),
    call(good, someUplink, 'decodeUplink', 'c'),
    call(hang, someUplink, 'decodeUplink', 'b'),
    call(good, someUplink, 'decodeUplink', 'd'),
  ]);
  expect(outcomes.map(codeOf)).toEqual(['ok', 'too-slow', 'ok', 'too-slow', 'ok']);
});

test('calls that come at once are answered in order, each from a fresh state, whatever slow and hanging ones are among them', async () => {
  const counting = 'let calls = 0; function decodeUplink({ bytes: [n] }) { return { data: { n, calls: ++calls } }; }';
  const slow =
    'function decodeUplink() { const end = Array(40_000).fill(0).map(String).join().length; return { data: { end } }; }';
  const { call } = codecRig();
  const answered: number[] = [];
  const calls = Array.from({ length: 120 }, async (_, n) => {
    if (n % 40 === 20) return call(hang);
    if (n % 10 === 5) return call(slow);
    const outcome = await call(counting, { ...someUplink, bytes: [n] });
    answered.push(n);
    expect(outcome).toMatchObject({ ok: true, output: { data: { n, calls: 1 } } });
    return outcome;
  });
  const codes = (await Promise.all(calls)).map(codeOf);
  expect(codes).toEqual(codes.map((_, n) => (n % 40 === 20 ? 'too-slow' : 'ok')));
  expect(answered).toEqual(answered.toSorted((a, b) => a - b));
});

test('the main thread keeps running while a codec loops', async () => {
  const { call } = codecRig();
  let isOver = false;
  let turns = 0;
  const looping = call(loop).then(() => (isOver = true));
  while (!isOver) {
    await new Promise((resolve) => setImmediate(resolve));
    turns++;
  }
  await looping;
  expect(turns).toBeGreaterThan(1);
});

test(`more than ${maxQueued} waiting calls of a project are turned away, those of others are not`, async () => {
  const { call } = codecRig();
  const calls = Array.from({ length: maxQueued + 10 }, () => call(good, someUplink, 'decodeUplink', 'a'));
  const another = call(good, someUplink, 'decodeUplink', 'b');
  const codes = (await Promise.all(calls)).map(codeOf);
  // The first is running and no longer waits.
  expect(codes.filter((code) => code === 'busy')).toHaveLength(9);
  expect(codes.filter((code) => code === 'ok')).toHaveLength(maxQueued + 1);
  expect(codeOf(await another)).toBe('ok');
});

test('a codec that is too slow is suspended, each time for twice as long, and called again afterwards', async () => {
  const { call, clock, runner } = codecRig({ suspends: true });
  const slow = { bytes: [1], fPort: 1 };
  for (const seconds of [1, 2, 4]) {
    expect(codeOf(await call(slowFor1, slow))).toBe('too-slow');
    expect(runner.stats()[0]?.suspendedForMs).toBe(seconds * 1000);
    await clock.advance(seconds * 1000 - 1);
    expect(await call(slowFor1)).toMatchObject({
      code: 'suspended',
      detail: { en: expect.stringContaining('again in 1 s') },
    });
    await clock.advance(1);
  }
  expect(codeOf(await call(slowFor1, { bytes: [2], fPort: 1 }))).toBe('ok');
});

test('a codec that fills the memory is suspended too', async () => {
  const { call } = codecRig({ suspends: true });
  const bomb = 'function decodeUplink() { const a = []; for (;;) a.push(new ArrayBuffer(99999)); }';
  expect(codeOf(await call(bomb))).toBe('too-much-memory');
  expect(codeOf(await call(bomb))).toBe('suspended');
});

test('no suspension is longer than ten minutes', async () => {
  const { call, clock, runner } = codecRig({ suspends: true });
  for (let offence = 0; offence < 12; offence++) {
    expect(codeOf(await call(loop))).toBe('too-slow');
    expect(runner.stats()[0]?.suspendedForMs).toBeLessThanOrEqual(600_000);
    await clock.advance(600_000);
  }
});

test('a suspension applies to one project only, and not to a changed codec', async () => {
  const { call } = codecRig({ suspends: true });
  expect(codeOf(await call(slowFor1, { bytes: [1], fPort: 1 }, 'decodeUplink', 'a'))).toBe('too-slow');
  expect(codeOf(await call(slowFor1, { bytes: [2], fPort: 1 }, 'decodeUplink', 'a'))).toBe('suspended');
  expect(codeOf(await call(slowFor1, { bytes: [2], fPort: 1 }, 'decodeUplink', 'b'))).toBe('ok');
  expect(codeOf(await call(good, someUplink, 'decodeUplink', 'a'))).toBe('ok');
});

test('calls and failures are counted by project and codec', async () => {
  const { call, runner, log } = codecRig();
  await call(good);
  await call(good, {});
  await call(good, someUplink, 'encodeDownlink', 'another');
  expect(runner.stats()).toEqual([
    {
      project: 'city',
      codec: 'codec.js',
      calls: 2,
      failures: { 'bad-input': 1 },
      lastFault: {
        code: 'bad-input',
        detail: expect.objectContaining({ en: expect.any(String), ja: expect.any(String) }),
      },
    },
    expect.objectContaining({ project: 'another', calls: 1 }),
  ]);
  expect(log.at('warn')[0]?.message).toBe('A call of the codec codec.js of the project city failed: bad-input');
});

test('closing ends running and waiting calls, and refuses later ones', async () => {
  const { call, runner } = codecRig();
  await call(good);
  const calls = [call(hang), call(good), call(good, someUplink, 'decodeUplink', 'b')];
  await runner.close();
  expect((await Promise.all(calls)).map(codeOf)).toEqual(['closed', 'closed', 'closed']);
  expect(codeOf(await call(good))).toBe('closed');
});

test('a runner can be closed while its worker starts, or if it was never called', async () => {
  const { call, runner } = codecRig();
  const first = call(good);
  await runner.close();
  expect(codeOf(await first)).toBe('closed');
  await codecRig().runner.close();
});

test('codecs beyond those held at once are reloaded when called', async () => {
  const { call } = codecRig();
  const source = (at: number) => `function decodeUplink() { return { data: { at: ${at} } }; }`;
  const called = async (at: number) => expect(await call(source(at))).toMatchObject({ output: { data: { at } } });
  for (let at = 0; at < 210; at++) await called(at);
  for (const at of [0, 209, 1, 100]) await called(at);
});
