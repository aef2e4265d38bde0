import { expect, test } from 'vitest';
import type { Decoder } from '../../../devices/device-type.ts';
import { messageReader } from '../../../gateway/intake/message-reader.ts';
import { foreign } from '../../../shared/text.ts';
import { level } from '../buffer/buffer-rig.ts';
import { LogBook } from '../machine/log-book.ts';
import { IntakeRig } from './intake-rig.ts';

test('a message of a device that is turned away is counted and logged', async () => {
  const { activity, intake, clock } = new IntakeRig();
  const log = new LogBook();
  const port = activity.addPort('broker', 'mqtt://127.0.0.1:1883');
  const deviceAt = () => foreign('the family is full');
  const reader = messageReader({ name: 'broker', deviceAt, activity: port, intake, clock, log });
  await reader.message('meters/attic/state', new Uint8Array(1));
  expect(port.turnedAway).toBe(1);
  expect(log.at('warn').map(({ fields }) => fields.why)).toEqual(['the family is full']);
});

/** A reader whose only device gathers what comes for a second. */
function gathering(works?: () => void) {
  const rig = new IntakeRig();
  const { activity, intake, clock } = rig;
  let dueAt = Number.POSITIVE_INFINITY;
  let held = 0;
  const close = () => {
    const reading = level(held);
    const step = held === 0 ? {} : { readings: [reading] };
    held = 0;
    dueAt = Number.POSITIVE_INFINITY;
    return step;
  };
  const decoder: Decoder = {
    decode(_, at) {
      held++;
      dueAt = Math.min(dueAt, at.monotonic + 1_000);
      return { isHeard: true };
    },
    dueAt: () => dueAt,
    due: close,
    end: close,
  };
  const port = activity.addPort('broker', 'mqtt://127.0.0.1:1883');
  const device = { decoder, ownTime: false, ...(works && { works }) };
  const reader = messageReader({
    name: 'broker',
    deviceAt: () => device,
    activity: port,
    intake,
    clock,
    log: rig.rig.log,
  });
  return { reader, port, clock, hear: () => reader.message('detector', new Uint8Array(1)) };
}

test('a decoder that gathers messages is called when it is due, though none comes', async () => {
  const { port, clock, hear } = gathering();
  await Promise.all([hear(), hear()]);
  await clock.advance(999);
  expect(port.readings).toBe(0);
  await clock.advance(1);
  expect(port.readings).toBe(1);
  await clock.advance(10_000);
  expect(port.readings).toBe(1);
});

test('what a decoder has gathered when the port stops becomes readings, once', async () => {
  const { reader, port, clock, hear } = gathering();
  await hear();
  await Promise.all([reader.end(), clock.advance(5_000)]);
  expect(port.readings).toBe(1);
});

test('a device that shows in a message that it works is known to work, and its port to be understood', async () => {
  let shown = 0;
  const { port, hear } = gathering(() => shown++);
  port.rubbishInARow = 19;
  await hear();
  expect(shown).toBe(1);
  expect(port.rubbishInARow).toBe(0);
});
