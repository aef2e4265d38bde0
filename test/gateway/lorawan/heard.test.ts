import { expect, test } from 'vitest';
import { Gather } from '../../../gateway/lorawan/heard.ts';
import type { Reception } from '../../../gateway/ports/radio.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';

function rig(gatherMs = 200) {
  const clock = new VirtualClock();
  const done: string[][] = [];
  const stop = new AbortController();
  const gather = new Gather(clock, gatherMs, (copies) => done.push(copies.map(({ station }) => station)));
  const hear = (station: string, frame: number) => {
    const reception: Reception = {
      station,
      bytes: Uint8Array.of(frame, frame >> 8),
      frequencyHz: 923_200_000,
      modulation: { kind: 'lora', spreadingFactor: 7, bandwidthHz: 125_000 },
      rssi: -80,
      at: clock.moment(),
      heardAt: clock.moment().monotonic,
      reply: async () => ({ outcome: 'sent' }),
      delivered: () => {},
    };
    gather.add(reception, stop.signal);
  };
  return { clock, done, hear, stop };
}

test('copies within the window go on together, later ones separately', async () => {
  const { clock, done, hear } = rig();
  hear('a', 1);
  await clock.advance(100);
  hear('b', 1);
  hear('a', 2);
  await clock.advance(99);
  expect(done).toEqual([]);
  await clock.advance(1);
  expect(done).toEqual([['a', 'b']]);
  hear('c', 1);
  await clock.advance(200);
  expect(done).toEqual([['a', 'b'], ['a'], ['c']]);
});

test('64 copies of a frame are kept, and beyond 10,000 frames at once the oldest goes on early', async () => {
  const { clock, done, hear } = rig();
  for (let i = 0; i < 100; i++) hear(`station-${i}`, 0);
  for (let frame = 1; frame <= 10_000; frame++) hear('a', frame);
  expect(done).toHaveLength(1);
  expect(done[0]).toHaveLength(64);
  await clock.advance(200);
  expect(done).toHaveLength(10_001);
});

test('when the gateway stops, gathered copies go on at once', async () => {
  const { clock, done, hear, stop } = rig();
  hear('a', 1);
  stop.abort();
  await clock.advance(0);
  expect(done).toEqual([['a']]);
});
