/** Operators' tags beside readings: sealed before they are stored, past the policy, and never in the activity. */
import { expect, test } from 'vitest';
import type { StepOrigin } from '../../../gateway/intake/intake.ts';
import type { TagSighting } from '../../../shared/enrolment/tag-sighting.ts';
import type { SealedSighting } from '../../../shared/reading.ts';
import { AT, level, readingsOf, takeAll } from '../buffer/buffer-rig.ts';
import { IntakeRig } from './intake-rig.ts';

const set = { wall: AT, monotonic: 50, synchronised: true };
const RAW = new Uint8Array(20).fill(0xab);

function tag(more: Partial<TagSighting> = {}): TagSighting {
  const id = { format: 'ibeacon', bytes: RAW } as const;
  return { operator: 'alsok', id, device: 'gauge-01', observedAt: AT, count: 2, firstAt: AT, lastAt: AT, ...more };
}

/** "Seals" by counting, when it is let. */
function sealingWhen(ready: Promise<void>) {
  let sealed = 0;
  return {
    async seal(tags: readonly TagSighting[]): Promise<readonly SealedSighting[]> {
      await ready;
      return tags.map(({ operator, device, observedAt, count, firstAt, lastAt }) => {
        const values = { operator, sealed: `sealed-${++sealed}`, sealedWith: 'key', count, firstAt, lastAt };
        return { device, kind: 'sighting', observedAt, values };
      });
    },
  };
}

function origin(rig: IntakeRig, more: Partial<StepOrigin> = {}): StepOrigin {
  return { port: rig.activity.addPort('p', '/dev/null'), at: set, ownTime: false, awaited: true, ...more };
}

/** With the clock moving on until it is done. */
async function done(rig: IntakeRig, work: Promise<unknown>): Promise<void> {
  let isDone = false;
  const end = work.finally(() => {
    isDone = true;
  });
  while (!isDone) await rig.clock.advance(1_000);
  await end;
}

test('tags are stored sealed, with the readings of their step, and the status shows them without the seal', async () => {
  const rig = new IntakeRig({ sealing: sealingWhen(Promise.resolve()) }, { batchReadings: 10 });
  const device = rig.activity.addDevice('gauge-01', 'ble-hci', 'p');
  const from = origin(rig);
  await done(rig, rig.intake.take({ readings: [level(1)], tags: [tag(), tag()] }, from));
  rig.buffer.sealOpen();
  const stored = takeAll(rig.buffer).flatMap(readingsOf);
  expect(stored.map(({ kind, values }) => [kind, values.sealed])).toEqual([
    ['water-level', undefined],
    ['sighting', 'sealed-1'],
    ['sighting', 'sealed-2'],
  ]);
  expect(device.last).toMatchObject({ kind: 'sighting', values: { operator: 'alsok', count: 2 } });
  expect(JSON.stringify(device.last)).not.toContain('seal');
  expect([from.port.readings, device.readings]).toEqual([3, 3]);
});

test('a threshold on a sighting raises nothing', async () => {
  const policy = {
    ranges: [{ quantity: 'count', max: 1 }],
    thresholds: [{ alarm: 'many', quantity: 'count', raise: 1, clear: 0 }],
  };
  const rig = new IntakeRig(
    { sealing: sealingWhen(Promise.resolve()), policies: new Map([['gauge-01', policy]]) },
    { batchReadings: 10 },
  );
  await done(rig, rig.intake.take({ tags: [tag()] }, origin(rig)));
  rig.buffer.sealOpen();
  const [stored, ...more] = takeAll(rig.buffer).flatMap(readingsOf);
  expect(stored).not.toHaveProperty('quality');
  expect(more).toEqual([]);
});

test('a time that cannot be believed is now before the seal is bound to it', async () => {
  const rig = new IntakeRig({ sealing: sealingWhen(Promise.resolve()) });
  await done(
    rig,
    rig.intake.take({ tags: [tag({ observedAt: AT + 3_600_000, lastAt: AT + 3_600_000 })] }, origin(rig)),
  );
  const [stored] = takeAll(rig.buffer).flatMap(readingsOf);
  expect(stored).toMatchObject({ observedAt: AT, values: { firstAt: AT, lastAt: AT } });
});

test('readings do not wait for tags that are being sealed, and whoever stops waits for these', async () => {
  let ready = () => {};
  const rig = new IntakeRig(
    {
      sealing: sealingWhen(
        new Promise((resolve) => {
          ready = resolve;
        }),
      ),
    },
    { batchReadings: 10 },
  );
  const first = rig.intake.take({ tags: [tag()] }, origin(rig));
  await done(rig, rig.intake.take({ readings: [level(1)] }, origin(rig)));
  let isIdle = false;
  const idle = rig.intake.idle().then(() => {
    isIdle = true;
  });
  await Promise.resolve();
  expect(isIdle).toBe(false);
  ready();
  await done(rig, Promise.all([first, idle]));
  rig.buffer.sealOpen();
  expect(
    takeAll(rig.buffer)
      .flatMap(readingsOf)
      .map(({ kind }) => kind),
  ).toEqual(['water-level', 'sighting']);
});

test('a gateway that is told of no operators stores no tag', async () => {
  const rig = new IntakeRig();
  await done(rig, rig.intake.take({ tags: [tag()] }, origin(rig)));
  rig.buffer.sealOpen();
  expect(takeAll(rig.buffer)).toEqual([]);
});
