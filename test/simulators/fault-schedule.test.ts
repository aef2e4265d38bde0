import { expect, test } from 'vitest';
import { FaultBoard } from '../../simulators/fault-board.ts';
import { followSchedule } from '../../simulators/fault-schedule.ts';
import { VirtualClock } from '../../simulators/virtual-clock.ts';
import { WIRE_FAULTS } from '../../simulators/wires/wire-faults.ts';

function scheduled(schedule: Parameters<typeof followSchedule>[0]) {
  const clock = new VirtualClock();
  const board = new FaultBoard(WIRE_FAULTS);
  const stop = new AbortController();
  const done = followSchedule(schedule, { board, clock, signal: stop.signal });
  return { clock, board, stop, done, names: () => board.standing.map(({ kind }) => kind.name) };
}

test('a fault stands from its second to its second, with its settings', async () => {
  const { clock, board, done, names } = scheduled([{ fault: 'noise', settings: { share: 0.5 }, atS: 2, untilS: 4 }]);
  expect(names()).toEqual([]);
  await clock.advance(2_000);
  expect(board.get('noise')).toEqual({ share: 0.5 });
  await clock.advance(2_000);
  await done;
  expect(names()).toEqual([]);
});

test('what is scheduled for now stands at once, and stays if it has no end', async () => {
  const { names, done } = scheduled([{ fault: 'silence', atS: 0 }]);
  expect(names()).toEqual(['silence']);
  await done;
  expect(names()).toEqual(['silence']);
});

test('of two that overlap the fault stands until the last one ends', async () => {
  const { clock, names } = scheduled([
    { fault: 'silence', atS: 0, untilS: 3 },
    { fault: 'silence', atS: 2, untilS: 5 },
  ]);
  await clock.advance(4_000);
  expect(names()).toEqual(['silence']);
  await clock.advance(1_000);
  expect(names()).toEqual([]);
});

test('a fault that would end before it begins never stands', async () => {
  const { clock, names, done } = scheduled([{ fault: 'silence', atS: 3, untilS: 2 }]);
  await clock.advance(5_000);
  await done;
  expect(names()).toEqual([]);
});

test('an aborted schedule clears what it would have cleared', async () => {
  const { clock, stop, names, done } = scheduled([
    { fault: 'unplug', atS: 1, untilS: 60 },
    { fault: 'silence', atS: 1 },
  ]);
  await clock.advance(2_000);
  stop.abort();
  await done;
  expect(names()).toEqual(['silence']);
});

test('a fault that is not on the board is told', async () => {
  await expect(scheduled([{ fault: 'coffee', atS: 0 }]).done).rejects.toMatchObject({ code: 'no-fault' });
});
