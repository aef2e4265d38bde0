import { expect, test } from 'vitest';
import { messageReader } from '../../../gateway/intake/message-reader.ts';
import { foreign } from '../../../shared/text.ts';
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
