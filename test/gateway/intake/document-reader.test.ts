import { expect, test } from 'vitest';
import type { Step } from '../../../devices/device-type.ts';
import { documentReader } from '../../../gateway/intake/document-reader.ts';
import { foreign } from '../../../shared/text.ts';
import { LogBook } from '../machine/log-book.ts';
import { IntakeRig } from './intake-rig.ts';

function rig(decode: () => Step) {
  const { activity, intake, clock } = new IntakeRig();
  const port = activity.addPort('river', 'https://river.example.jp/');
  const device = activity.addDevice('gauge', 'web-table', 'river');
  const log = new LogBook();
  const decoder = { decode };
  const options = { name: 'river', decoder, devices: ['gauge'], activity, port, intake, clock, log };
  return { reader: documentReader(options), port, device, log, clock };
}

const bytes = new Uint8Array(3);
const changed = { code: 'changed-shape', bytes, device: 'gauge', detail: foreign('the column is gone') } as const;
const reading = { device: 'gauge', kind: 'water-level', observedAt: 1_000, values: { level: 1 } } as const;

test('a page that has changed stands as a fault of its device, although some of it could be read, until it is as it was', async () => {
  let step: Step = { readings: [reading], rubbish: [changed] };
  const { reader, device, port, clock } = rig(() => step);
  const stored = async () => {
    const storing = reader.document(bytes);
    await clock.advance(100);
    await storing;
  };
  await stored();
  expect(device).toMatchObject({ readings: 1, faultsInARow: 1, lastFault: { code: 'changed-shape' } });
  reader.unchanged();
  expect(device.faultsInARow).toBe(1);
  step = {};
  await stored();
  expect(device.faultsInARow).toBe(0);
  expect(port).toMatchObject({ frames: 2, readings: 1, rubbish: 1 });
});

test('a document that cannot be used is said until the source answers otherwise', () => {
  const { reader, port, log } = rig(() => ({}));
  reader.opened();
  reader.unusable({ code: 'too-long', bytes, detail: foreign('too large') });
  expect(port).toMatchObject({ state: 'open', unusable: { en: 'too large' }, rubbish: 1 });
  expect(log.at('warn')).toHaveLength(1);
  reader.unchanged();
  expect(port.unusable).toBeUndefined();
});

test('a fault of the device type costs the document, not the port', async () => {
  const { reader, log } = rig(() => {
    throw new Error('a bug');
  });
  await reader.document(bytes);
  expect(log.at('error').map(({ fields }) => fields.fault)).toEqual(['a bug']);
});
