import { expect, test } from 'vitest';
import { Activity, noteClosed, noteOpen } from '../../../gateway/intake/activity.ts';
import { foreign } from '../../../shared/text.ts';

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
