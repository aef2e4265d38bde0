import { expect, test } from 'vitest';
import { FrameStream, maxWatchMs, quietMs } from '../../../gateway/control/frame-stream.ts';
import { FrameTaps, maxWatchers } from '../../../gateway/intake/frame-tap.ts';
import {
  type LiveFrame,
  readWatchLine,
  textOfHex,
  type WatchedPort,
  type WatchLine,
} from '../../../shared/live-frames.ts';
import { foreign, isPrintable } from '../../../shared/text.ts';
import { IntakeRig } from './intake-rig.ts';

const RIVER: WatchedPort = { name: 'river', shape: 'stream', devices: [], isWithheld: false, asks: false };

function watched(about: Partial<WatchedPort> = {}) {
  const { clock } = new IntakeRig();
  const taps = new FrameTaps();
  const tap = taps.open(() => ({ ...RIVER, ...about }));
  const note = (bytes: Uint8Array) => tap.note({ at: clock.moment(), bytes, step: {} });
  /** A reader that takes what is there when it is asked to. */
  const reader = () => {
    const stream = new FrameStream(clock);
    expect(stream.open((watcher) => taps.watch('river', watcher))).toBe(true);
    return stream;
  };
  return { clock, taps, tap, note, reader };
}

async function take(stream: FrameStream): Promise<WatchLine[]> {
  const { value } = await stream.next();
  const lines = value === undefined ? [] : new TextDecoder().decode(value).split('\n');
  return lines.flatMap((line) => readWatchLine(line) ?? []);
}

const framesOf = (lines: readonly WatchLine[]): LiveFrame[] =>
  lines.flatMap((line) => ('frame' in line ? [line.frame] : []));
const missedOf = (lines: readonly WatchLine[]) =>
  lines.reduce((sum, line) => sum + ('missed' in line ? line.missed : 0), 0);

test('while nobody watches, nothing is made of a frame', () => {
  const { tap } = watched();
  expect(tap.isWatched).toBe(false);
  const dealt = Object.defineProperty({ step: {} }, 'at', { get: () => expect.fail('it was looked at') });
  tap.note(dealt as never); // nothing of it may be read
});

test('a flood is left out beyond what a second may have, and counted', async () => {
  const { clock, note, reader } = watched();
  const stream = reader();
  for (let i = 0; i < 1_000; i++) note(Uint8Array.of(i % 256));
  await clock.advance(1_000);
  note(Uint8Array.of(1));
  const lines = await take(stream);
  expect(framesOf(lines)).toHaveLength(51);
  expect(missedOf(lines)).toBe(950);
});

test('a watcher that never reads holds a bounded amount, and is told what it has missed', async () => {
  const { clock, note, reader } = watched();
  const [slow, quick] = [reader(), reader()];
  await take(quick);
  const seen: WatchLine[] = [];
  for (let second = 0; second < 60; second++) {
    for (let i = 0; i < 50; i++) note(new Uint8Array(4_096));
    seen.push(...(await take(quick)));
    await clock.advance(1_000);
  }
  note(Uint8Array.of(1));
  seen.push(...(await take(quick)));
  const { value } = await slow.next();
  expect(value?.length).toBeLessThan(600_000);
  note(Uint8Array.of(2));
  const held = new TextDecoder().decode(value).split('\n');
  const all = [...held.flatMap((line) => readWatchLine(line) ?? []), ...(await take(slow))];
  expect(framesOf(all).length).toBeLessThan(300);
  expect(framesOf(all).length + missedOf(all)).toBe(60 * 50 + 2);
  expect(framesOf(seen).length + missedOf(seen)).toBe(60 * 50 + 1);
});

test('huge frames, and frames with countless readings, are cut', async () => {
  const { clock, tap, reader } = watched();
  const stream = reader();
  const values = Object.fromEntries(Array.from({ length: 256 }, (_, i) => [`quantity-${i}`, 'x'.repeat(4_096)]));
  const reading = { device: 'gauge-01', kind: 'measurement', observedAt: 0, values } as const;
  tap.note({ at: clock.moment(), bytes: new Uint8Array(1_000_000), step: { readings: Array(100).fill(reading) } });
  const [, line] = await take(stream);
  const [frame] = framesOf(line === undefined ? [] : [line]);
  expect(frame).toMatchObject({ length: 1_000_000, readings: [], more: 100 });
  expect(frame?.hex).toHaveLength(2 * 4_096);
});

test('hostile text is told so that it controls nothing', async () => {
  const { clock, tap, reader } = watched();
  const stream = reader();
  const bytes = Buffer.from('\u001b[2J\u202egnp.exe\u0000\r\n', 'utf8');
  const rubbish = [{ code: 'malformed', bytes, detail: foreign('\u001b]0;x\u0007') }] as const;
  tap.note({ at: clock.moment(), bytes, topic: 'a/\u202e/b', step: { rubbish } });
  const { value } = await stream.next();
  const text = new TextDecoder().decode(value);
  expect(text.split('\n').every(isPrintable)).toBe(true);
  const hex = framesOf(text.split('\n').flatMap((line) => readWatchLine(line) ?? []))[0]?.hex ?? '';
  expect(isPrintable(textOfHex(hex))).toBe(true);
  expect(textOfHex(hex)).toBe('·[2J·gnp.exe···');
});

test('of a withheld port, and of a frame that is a stranger’s, only lengths and counts are told', async () => {
  const secret = Buffer.from('665544332211', 'hex');
  const reading = {
    device: 'door',
    kind: 'sighting',
    observedAt: 0,
    values: { tag: 'cat', count: 1, firstAt: 0, lastAt: 0 },
  } as const;
  const rubbish = [{ code: 'noise', bytes: secret, detail: foreign('665544332211') }] as const;
  for (const [about, shows] of [
    [{ isWithheld: true }, undefined],
    [{}, 'outline'],
  ] as const) {
    const { clock, tap, reader } = watched(about);
    const stream = reader();
    tap.note({
      at: clock.moment(),
      bytes: secret,
      topic: '665544332211',
      step: { readings: [reading], rubbish, write: [secret] },
      ...(shows && { shows }),
    });
    const lines = await take(stream);
    expect(JSON.stringify(lines)).not.toMatch(/665544332211|cat/);
    expect(framesOf(lines)[0]).toMatchObject({
      length: 6,
      readings: [{ kind: 'sighting', values: {} }],
      rubbish: [{ code: 'noise' }],
    });
  }
});

test('a payload that no codec could read is not told', async () => {
  const { clock, tap, reader } = watched();
  const stream = reader();
  const reading = {
    device: 'soil',
    kind: 'measurement',
    observedAt: 0,
    values: { payload: 'c0ffee' },
    quality: 'undecoded',
  } as const;
  tap.note({ at: clock.moment(), bytes: Uint8Array.of(1), step: { readings: [reading] } });
  expect(JSON.stringify(await take(stream))).not.toContain('c0ffee');
});

test('so many may watch at once; who leaves makes room at once', async () => {
  const { taps, reader } = watched();
  const streams = Array.from({ length: maxWatchers }, reader);
  expect(taps.isFull).toBe(true);
  const waiting = streams[0]?.next().then(() => streams[0]?.next());
  await streams[0]?.return();
  await streams[0]?.return();
  expect(await waiting).toMatchObject({ done: true });
  expect(taps.isFull).toBe(false);
  reader();
  expect(taps.isFull).toBe(true);
});

test('a quiet port says now and then that it is there, and half an hour is the end', async () => {
  const { clock, reader, tap } = watched();
  const stream = reader();
  await take(stream);
  const beat = stream.next();
  await clock.advance(quietMs);
  expect(new TextDecoder().decode((await beat).value)).toBe('\n');
  await clock.advance(maxWatchMs);
  const last = await take(stream);
  expect(last.at(-1)).toEqual({ ended: 'time' });
  expect(await stream.next()).toMatchObject({ done: true });
  expect(tap.isWatched).toBe(false);
});
