import { expect, test } from 'vitest';
import { Activity, noteClosed, noteOpen } from '../../../gateway/intake/activity.ts';
import { portLog } from '../../../gateway/intake/port-log.ts';
import { AWAITED } from '../../../gateway/net/keep-open.ts';
import { foreign } from '../../../shared/text.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { LogBook } from '../machine/log-book.ts';

test('a port that never opened is told apart from one that closed, and one that stays open is not told again', () => {
  const told: string[] = [];
  const port = new Activity().addPort('river', '/dev/ttyUSB0', (change, why) =>
    told.push(`${change} ${why?.en ?? ''}`),
  );
  noteClosed(port, foreign('no such device'));
  noteOpen(port);
  noteOpen(port);
  noteClosed(port, foreign('unplugged'));
  noteOpen(port);
  expect(told).toEqual(['not-opened no such device', 'opened ', 'closed unplugged', 'opened ']);
});

test('a device that dials in every second fills no log, and what is told last is true', async () => {
  const clock = new VirtualClock();
  const log = new LogBook();
  const port = new Activity().addPort('river', 'tcp://0.0.0.0:5000', portLog('river', { clock, log }));
  noteClosed(port, foreign('nobody has dialled in'), AWAITED);
  for (let second = 0; second < 62; second++) {
    noteOpen(port);
    await clock.advance(1_000);
    noteClosed(port, foreign('hung up'), AWAITED);
  }
  noteOpen(port);
  expect(log.entries.map(({ message, fields }) => [message, fields.heldBack])).toEqual([
    ['river waits for its device', undefined],
    ['river is open', undefined],
    ['river is closed; it will be opened again', undefined],
    ['river is open', undefined],
    ['river is closed; it will be opened again', 29],
    ['river is open', undefined],
    ['river is closed; it will be opened again', 29],
    ['river is open', undefined],
  ]);
});
