import { expect, test } from 'vitest';
import { exchangesIn, isPolled } from '../../../gateway/recording/exchanges.ts';
import { nothingPlayed, type PlayedLine, type PlayOptions, play } from '../../../gateway/recording/player.ts';
import type { Recorded } from '../../../gateway/recording/recorded.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';

const from = (at: number, ...bytes: number[]): Recorded => ({
  at,
  direction: 'from-device',
  bytes: Uint8Array.from(bytes),
});
const to = (at: number, ...bytes: number[]): Recorded => ({
  at,
  direction: 'to-device',
  bytes: Uint8Array.from(bytes),
});

async function* series(records: readonly Recorded[]): AsyncGenerator<Recorded> {
  yield* records;
}

/** A reader that hears with the time, and asks. */
function rig(options: Partial<PlayOptions> = {}) {
  const clock = new VirtualClock();
  const heard: [at: number, bytes: number[]][] = [];
  const listeners = new Set<(bytes: Uint8Array) => void>();
  const reader = { isOpen: true, takes: Number.POSITIVE_INFINITY };
  const startedAt = clock.moment().monotonic;
  const line: PlayedLine = {
    get isOpen() {
      return reader.isOpen;
    },
    offer(bytes) {
      const taken = Math.min(bytes.length, reader.takes);
      if (taken > 0) heard.push([clock.moment().monotonic - startedAt, [...bytes.subarray(0, taken)]]);
      return taken;
    },
    onBytes(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const stop = new AbortController();
  const played = nothingPlayed();
  const unanswered: number[][] = [];
  const all: PlayOptions = {
    ...{ clock, speed: 1, answers: 'timed', signal: stop.signal, played },
    unanswered: (asked) => void unanswered.push([...asked]),
    ...options,
  };
  return {
    ...{ clock, heard, reader, stop, played, unanswered },
    play: (records: readonly Recorded[]) => play(series(records), line, all),
    ask(...bytes: number[]) {
      for (const listener of listeners) listener(Uint8Array.from(bytes));
    },
  };
}

test('bytes come with their rhythm, faster if that is asked for', async () => {
  const { clock, heard, play } = rig({ speed: 10 });
  const playing = play([from(5_000, 1), to(5_500, 9), from(6_000, 2), from(9_000, 3)]);
  await clock.advance(1_000);
  await playing;
  expect(heard).toEqual([
    [0, [1]],
    [100, [2]],
    [400, [3]],
  ]);
});

test('what nobody took is not counted as played', async () => {
  const { clock, reader, stop, played, play } = rig();
  reader.isOpen = false;
  const playing = play([from(0, 1), from(1_000, 2)]);
  await clock.advance(100);
  stop.abort();
  await clock.advance(100);
  await playing;
  expect(played).toEqual(nothingPlayed());
});

test('a time that goes back, or a clock that was set, is no pause', async () => {
  const { clock, heard, play } = rig();
  const playing = play([from(1_000_000, 1), from(500, 2), from(700, 3)]);
  await clock.advance(1_000);
  await playing;
  expect(heard.map(([at]) => at)).toEqual([0, 0, 200]);
});

test('it waits until somebody opens the line, and while nobody has it open, and loses nothing', async () => {
  const { clock, heard, reader, play, played } = rig();
  reader.isOpen = false;
  const playing = play([from(0, 1), from(100, 2)]);
  await clock.advance(10_000);
  expect(heard).toEqual([]);
  reader.isOpen = true;
  await clock.advance(10);
  reader.isOpen = false;
  await clock.advance(5_000);
  reader.isOpen = true;
  await clock.advance(1_000);
  await playing;
  expect(heard.map(([, bytes]) => bytes)).toEqual([[1], [2]]);
  expect(played).toMatchObject({ records: 2, bytes: 2 });
});

test('as fast as the reader takes it: each byte once', async () => {
  const { clock, heard, reader, play } = rig({ speed: Number.POSITIVE_INFINITY });
  reader.takes = 7;
  const bytes = Array.from({ length: 5_000 }, (_, i) => i % 256);
  const playing = play([from(0, ...bytes), from(86_400_000, 1, 2)]);
  await clock.advance(100);
  await playing;
  expect(heard.flatMap(([, each]) => each)).toEqual([...bytes, 1, 2]);
});

const QUESTION = [1, 3, 0, 0, 0, 1, 0x84, 0x0a];
const OTHER = [2, 3, 0, 0, 0, 1, 0x84, 0x39];
const POLLED = [
  to(0, ...QUESTION),
  from(30, 1, 1),
  to(1_000, ...OTHER),
  from(1_020, 2, 2),
  to(2_000, ...QUESTION),
  from(2_040, 1, 3),
];

test('an answer is held until its question comes, and what nobody asks for is passed over', async () => {
  const { clock, heard, play, ask, played, unanswered } = rig({ answers: 'held' });
  const playing = play(POLLED);
  await clock.advance(5_000);
  expect(heard).toEqual([]);
  ask(...QUESTION.slice(0, 3));
  ask(...QUESTION.slice(3));
  await clock.advance(1_000);
  expect(heard.map(([, bytes]) => bytes)).toEqual([[1, 1]]);
  ask(9, 9);
  await clock.advance(1_000);
  expect(unanswered).toEqual([[9, 9]]);
  ask(...QUESTION);
  await clock.advance(1_000);
  await playing;
  expect(heard.map(([, bytes]) => bytes)).toEqual([
    [1, 1],
    [1, 3],
  ]);
  expect(played).toMatchObject({ unanswered: 1, passedOver: 1, records: 2 });
});

test('the answers of Modbus TCP get the number of the question', async () => {
  const asked = (high: number, low: number) => [high, low, 0, 0, 0, 6, 1, 3, 0, 2, 0, 2];
  const answer = (high: number, low: number) => [high, low, 0, 0, 0, 7, 1, 3, 4, 0, 0, 0, 1];
  const { clock, heard, play, ask } = rig({ answers: 'held' });
  const playing = play([to(0, ...asked(0, 7)), from(10, ...answer(0, 7))]);
  await clock.advance(10);
  ask(...asked(3, 1));
  await clock.advance(100);
  await playing;
  expect(heard.map(([, bytes]) => bytes)).toEqual([answer(3, 1)]);
});

test('a line is polled if its device only spoke when it was asked', async () => {
  expect(await isPolled(series(POLLED))).toBe(true);
  expect(await isPolled(series([to(0, 1), from(10, 2), from(5_000, 3)]))).toBe(false);
  expect(await isPolled(series([from(0, 1), to(10, 2), from(20, 3)]))).toBe(false);
  expect(await isPolled(series([]))).toBe(false);
});

test('an exchange is bounded, however long a device speaks', async () => {
  const records = [to(0, ...QUESTION), ...Array.from({ length: 2_500 }, (_, i) => from(i, i % 256))];
  const sizes: number[] = [];
  for await (const { answers } of exchangesIn(series(records))) sizes.push(answers.length);
  expect(sizes).toEqual([1_000, 1_000, 500]);
});

test('it ends when it is told to, wherever it is', async () => {
  const { clock, stop, play } = rig({ answers: 'held' });
  const playing = play(POLLED);
  await clock.advance(100);
  stop.abort();
  await clock.advance(100);
  await playing;
});
