import { expect, test } from 'vitest';
import { FrameStream } from '../../../gateway/control/frame-stream.ts';
import { FrameTaps, maxWatchers } from '../../../gateway/intake/frame-tap.ts';
import { RawTap } from '../../../gateway/intake/raw-tap.ts';
import { type RecordLine, readRecordLine, type WatchedPort } from '../../../shared/live-frames.ts';
import { IntakeRig } from './intake-rig.ts';

const RIVER: WatchedPort = { name: 'river', shape: 'stream', devices: [], isWithheld: false, asks: false };

function recorded() {
  const lines: RecordLine[] = [];
  const recorder = {
    take: (line: string) => lines.push(...[readRecordLine(line)].flatMap((each) => each ?? [])),
    ended: () => lines.push({ ended: 'port' }),
  };
  return { lines, recorder };
}

test('bytes are told both ways, once somebody records, and no more when that is over', () => {
  const { clock } = new IntakeRig();
  const tap = new RawTap();
  const { lines, recorder } = recorded();
  expect(tap.isRecorded).toBe(false);
  const leave = tap.record(recorder);
  expect(tap.isRecorded).toBe(true);
  const at = clock.moment();
  tap.note(at, 'from-device', Uint8Array.of(1, 255));
  tap.note(at, 'to-device', Uint8Array.of(2));
  expect(lines).toEqual([
    { raw: { at: at.wall, direction: 'from-device', hex: '01ff' } },
    { raw: { at: at.wall, direction: 'to-device', hex: '02' } },
  ]);
  leave();
  expect(tap.isRecorded).toBe(false);
});

test('what is too much for a second is left out, and counted', async () => {
  const { clock } = new IntakeRig();
  const tap = new RawTap();
  const { lines, recorder } = recorded();
  tap.record(recorder);
  for (let i = 0; i < 300; i++) tap.note(clock.moment(), 'from-device', new Uint8Array(1_000));
  await clock.advance(1_000);
  tap.note(clock.moment(), 'from-device', new Uint8Array(1));
  expect(lines.filter((line) => 'raw' in line)).toHaveLength(201);
  expect(lines.at(-2)).toEqual({ missed: 100 });
});

test('what was left out last is counted when the port ends, and never for the next recorder', () => {
  const { clock } = new IntakeRig();
  const tap = new RawTap();
  const [first, second, third] = [recorded(), recorded(), recorded()];
  const tooMuch = () => tap.note(clock.moment(), 'from-device', new Uint8Array(200_001));
  const leave = tap.record(first.recorder);
  tooMuch();
  leave();
  tap.record(second.recorder);
  tap.close();
  expect(second.lines).toEqual([{ ended: 'port' }]);
  tap.record(third.recorder);
  tooMuch();
  tap.close();
  expect(third.lines).toEqual([{ missed: 1 }, { ended: 'port' }]);
});

test.each([
  [{}, false, undefined],
  [{ shape: 'messages' }, false, 'no-stream'],
  [{ isWithheld: true }, false, 'personal'],
  [{ isWithheld: true }, true, undefined],
] as const)('a port %j, by one who may record strangers (%s): %s', (about, mayPersonal, why) => {
  const taps = new FrameTaps();
  const tap = taps.open(() => ({ ...RIVER, ...about }));
  const found = taps.record('river', recorded().recorder, mayPersonal);
  expect(typeof found === 'function' ? undefined : found).toBe(why);
  expect(tap.raw.isRecorded).toBe(why === undefined);
  expect(taps.record('lake', recorded().recorder, true)).toBe('no-port');
});

test('one records a port at a time; its place is among those of the watchers, and free when it ends', () => {
  const taps = new FrameTaps();
  const tap = taps.open(() => RIVER);
  const { lines, recorder } = recorded();
  const leave = taps.record('river', recorder, false);
  expect(taps.record('river', recorded().recorder, false)).toBe('recorded');
  for (let i = 1; i < maxWatchers; i++) taps.watch('river', recorded().recorder);
  expect(taps.isFull).toBe(true);
  tap.close();
  expect(lines).toEqual([{ port: RIVER }, { ended: 'port' }]);
  if (typeof leave === 'function') leave();
  expect(taps.isFull).toBe(false);
});

test('a recorder that never reads holds a bounded amount', async () => {
  const { clock } = new IntakeRig();
  const taps = new FrameTaps();
  const tap = taps.open(() => RIVER);
  const stream = new FrameStream(clock);
  const isOpen = stream.open((recorder) => {
    const leave = taps.record('river', recorder, false);
    return typeof leave === 'function' ? leave : undefined;
  });
  expect(isOpen).toBe(true);
  for (let second = 0; second < 100; second++) {
    for (let i = 0; i < 19; i++) tap.raw.note(clock.moment(), 'from-device', new Uint8Array(10_000));
    await clock.advance(1_000);
  }
  const { value } = await stream.next();
  expect(value?.length).toBeLessThan(600_000);
  await stream.return();
  expect(tap.raw.isRecorded).toBe(false);
});
