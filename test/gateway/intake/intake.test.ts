import { expect, test } from 'vitest';
import type { Json, Step } from '../../../devices/device-type.ts';
import type { StepOrigin } from '../../../gateway/intake/intake.ts';
import type { Moment } from '../../../shared/clock.ts';
import type { Reading } from '../../../shared/reading.ts';
import { foreign } from '../../../shared/text.ts';
import { AT, CITY, level, readingsOf, takeAll } from '../buffer/buffer-rig.ts';
import { IntakeRig } from './intake-rig.ts';

const thresholds = [{ alarm: '氾濫注意水位', quantity: 'level', raise: 3, clear: 2.8 }];
const policies = new Map([['gauge-01', { ranges: [{ quantity: 'level', max: 10 }], thresholds }]]);
const set: Moment = { wall: AT, monotonic: 50, synchronised: true };

function origin(rig: IntakeRig, more: Partial<StepOrigin> = {}): StepOrigin {
  const port = rig.activity.ports.get('river') ?? rig.activity.addPort('river', '/dev/null');
  return { port, at: set, ownTime: false, awaited: true, ...more };
}

async function take(rig: IntakeRig, step: Step, more: Partial<StepOrigin> = {}): Promise<void> {
  await Promise.all([rig.intake.take(step, origin(rig, more)), rig.clock.advance(1_000)]);
}

test('what a device type remembers is committed with its readings and given back after a restart', async () => {
  const rig = new IntakeRig();
  await take(rig, { readings: [level(1)], remember: new Map([['counter-01', { entered: 65_530 }]]) });
  await take(rig, { remember: new Map([['counter-01', { entered: 12 }]]) });
  rig.restart();
  expect(rig.intake.rememberedBy('counter-01')).toEqual({ entered: 12 });
  expect(rig.intake.rememberedBy('gauge-01')).toBeUndefined();
});

test('an alarm that is up stays up across a restart: it is not raised again, and it is cleared', async () => {
  const rig = new IntakeRig({ policies });
  await take(rig, { readings: [level(4)] });
  expect(states(rig)).toEqual(['raised']);
  rig.restart();
  takeAll(rig.buffer);
  await take(rig, { readings: [level(5)] });
  expect(states(rig)).toEqual([]);
  await take(rig, { readings: [level(1)] });
  expect(states(rig)).toEqual(['cleared']);
});

test('the memory of the device type and that of the policy do not overwrite each other', async () => {
  const rig = new IntakeRig({ policies });
  await take(rig, { readings: [level(4)], remember: new Map([['gauge-01', 'mine']]) });
  await take(rig, { readings: [level(1)] });
  await take(rig, { readings: [level(4)] });
  await take(rig, { remember: new Map([['gauge-01', 'still mine']]) });
  rig.restart();
  expect(rig.intake.rememberedBy('gauge-01')).toBe('still mine');
  takeAll(rig.buffer);
  await take(rig, { readings: [level(1)] });
  expect(states(rig)).toEqual(['cleared']);
});

test('doubtful readings are marked and kept', async () => {
  const rig = new IntakeRig({ policies });
  await take(rig, { readings: [level(99)] });
  expect(takeAll(rig.buffer).flatMap(readingsOf)).toEqual([
    { ...level(99), quality: 'out-of-range', doubtful: ['level'] },
  ]);
});

test('when somebody waits the commit is at once, otherwise it may be later', async () => {
  const rig = new IntakeRig();
  const awaited = rig.intake.take({ readings: [level(1)] }, origin(rig));
  await rig.clock.advance(0);
  await awaited;
  expect(rig.buffer.stats().commits).toBe(1);
  const unawaited = rig.intake.take({ readings: [level(2)] }, origin(rig, { awaited: false }));
  await rig.clock.advance(999);
  expect(rig.buffer.stats().commits).toBe(1);
  await rig.clock.advance(1);
  await unawaited;
  expect(rig.buffer.stats().commits).toBe(2);
});

test('a step of nothing writes nothing', async () => {
  const rig = new IntakeRig();
  await take(rig, {});
  expect(rig.buffer.stats().commits).toBe(0);
});

test('readings by a clock that is not set are held; those with their own time are not', async () => {
  const rig = new IntakeRig();
  rig.clock.synchronised = false;
  const at = { wall: 5_000, monotonic: 4_000, synchronised: false };
  await take(rig, { readings: [level(1)] }, { at });
  expect(rig.buffer.stats().held).toBe(1);
  await take(rig, { readings: [level(2)] }, { at, ownTime: true });
  expect(rig.buffer.stats().held).toBe(1);
  rig.clock.setTo(1_000 + 60_000);
  rig.buffer.clockSet();
  const readings = takeAll(rig.buffer).flatMap(readingsOf);
  expect(readings.map(({ observedAt }) => observedAt).toSorted()).toEqual([AT + 2, AT + 1 + 60_000].toSorted());
});

test('readings and rubbish are counted by port and by device', async () => {
  const rig = new IntakeRig();
  rig.activity.addDevice('gauge-01', 'line', 'river');
  const bytes = new Uint8Array(3);
  await take(rig, {
    readings: [level(1), level(2)],
    rubbish: [
      { code: 'bad-checksum', bytes, device: 'gauge-01', detail: foreign('checksum is 5A, not 5B') },
      { code: 'noise', bytes },
      { code: 'noise', bytes, device: 'nobody' },
    ],
  });
  expect(rig.activity.ports.get('river')).toMatchObject({
    readings: 2,
    rubbish: 3,
    rubbishByCode: new Map([
      ['bad-checksum', 1],
      ['noise', 2],
    ]),
    lastReadingAt: AT,
    lastRubbish: { en: 'noise' },
  });
  expect(rig.activity.devices.get('gauge-01')).toMatchObject({ readings: 2, rubbish: 1, last: level(2), lastAt: AT });
});

test('rubbish in a row is counted until the next reading', async () => {
  const rig = new IntakeRig();
  const noise = { code: 'noise', bytes: new Uint8Array(3) } as const;
  await take(rig, { rubbish: [noise, noise] });
  expect(rig.activity.ports.get('river')).toMatchObject({ rubbish: 2, rubbishInARow: 2 });
  await take(rig, { readings: [level(1)] });
  expect(rig.activity.ports.get('river')).toMatchObject({ rubbish: 2, rubbishInARow: 0 });
});

test('when the buffer cannot take readings their loss is logged with how many, and whoever waits is told', async () => {
  const rig = new IntakeRig();
  const remember = new Map([['gauge-01', 'x'.repeat(60_000_000)]]); // with which they would be committed
  await expect(take(rig, { readings: [level(1)], remember })).rejects.toMatchObject({ code: 'buffer-full' });
  expect(rig.rig.log.at('error').at(-1)).toMatchObject({ fields: { readings: 1 } });
});

test.each([
  ['more values than a reading may have', Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`q${i}`, i]))],
  ['a name that is too long', { ['n'.repeat(65)]: 1 }],
  ['a text that is too long', { note: 'x'.repeat(4_097) }],
])('a reading with %s is kept without its values, and costs no other reading', async (_, values) => {
  const rig = new IntakeRig();
  const large = { device: 'gauge-01', kind: 'measurement', observedAt: AT, values } as const;
  await take(rig, { readings: [level(1), large, level(2)] });
  expect(takeAll(rig.buffer).flatMap(readingsOf)).toEqual([
    level(1),
    { device: 'gauge-01', kind: 'measurement', observedAt: AT, values: {}, quality: 'undecoded' },
    level(2),
  ]);
  expect(rig.activity.ports.get('river')?.rubbishByCode.get('over-limit')).toBe(1);
});

test.each([Number.NaN, 8.64e15 + 1, Number.POSITIVE_INFINITY])(
  'a reading of the time %d does not stop the others',
  async (observedAt) => {
    const rig = new IntakeRig();
    await take(rig, { readings: [{ ...level(1), observedAt }, level(2)] });
    expect(takeAll(rig.buffer).flatMap(readingsOf)).toMatchObject([{ quality: 'undecoded' }, { values: { level: 2 } }]);
  },
);

test('a text that is not Unicode is mended and counted, and the batch is valid CBOR', async () => {
  const rig = new IntakeRig();
  const values = { note: 'half \ud83d of a pair', 'na\udc00me': 'whole 😀 pair' };
  await take(rig, { readings: [{ device: 'gauge-01', kind: 'status', observedAt: AT, values }] });
  const [batch] = takeAll(rig.buffer);
  expect(readingsOf(batch)[0]?.values).toEqual({ note: 'half \ufffd of a pair', 'na\ufffdme': 'whole 😀 pair' });
  expect(rig.activity.ports.get('river')?.mendedTexts).toBe(1);
});

test.each(['columns', 'senml'] as const)(
  'no name of a quantity costs another reading or value, in %s',
  async (encoding) => {
    const rig = new IntakeRig({}, { outboxes: [{ ...CITY, encoding }] });
    const names = [
      'constructor',
      'toString',
      'hasOwnProperty',
      '__proto__',
      '',
      ' ',
      '\u0000',
      '\u001b[2J',
      '水位',
      'proto',
    ];
    const odd = names.map((name, n) => ({
      device: 'gauge-01',
      kind: 'measurement' as const,
      observedAt: AT,
      values: JSON.parse(`{"serial":${n},${JSON.stringify(name)}:1.5}`),
    }));
    await take(rig, { readings: [level(1), ...odd, level(2)] });
    const stored = takeAll(rig.buffer).flatMap(readingsOf);
    expect(stored.filter(({ kind }) => kind === 'water-level')).toHaveLength(2);
    const kept = stored
      .filter(({ kind }) => kind === 'measurement')
      .toSorted((a, b) => Number(a.values.serial) - Number(b.values.serial))
      .map(({ values }) => Object.entries(values));
    expect(kept).toEqual(
      names.map((name, n) => [
        ['serial', n],
        [name === '__proto__' ? 'proto' : name, 1.5],
      ]),
    );
  },
);

function states(rig: IntakeRig): unknown[] {
  return takeAll(rig.buffer)
    .flatMap(readingsOf)
    .filter(({ kind }) => kind === 'alarm')
    .map(({ values }) => values.state);
}

test('what is remembered as null is forgotten, on the disk too', async () => {
  const rig = new IntakeRig();
  await take(rig, { remember: new Map([['lorawan/70b3d57ed0000001/counters', { up: 7 }]]) });
  expect([...rig.intake.rememberedUnder('lorawan/')]).toEqual([['lorawan/70b3d57ed0000001/counters', { up: 7 }]]);
  await take(rig, { remember: new Map([['lorawan/70b3d57ed0000001/counters', null]]) });
  expect(rig.intake.rememberedBy('lorawan/70b3d57ed0000001/counters')).toBeUndefined();
  expect(rig.buffer.remembered().size).toBe(0);
  rig.restart();
  expect([...rig.intake.rememberedUnder('')]).toEqual([]);
});

test('what could not be committed is not remembered either', async () => {
  const rig = new IntakeRig({ policies });
  await take(rig, { remember: new Map([['counter-01', { up: 7 }]]) });
  rig.buffer.close();
  const remember = new Map<string, Json>([
    ['counter-01', { up: 8 }],
    ['counter-02', 1],
  ]);
  const failed = rig.intake.take({ readings: [level(4)], remember }, origin(rig));
  await expect(failed).rejects.toThrow();
  expect(rig.intake.rememberedBy('counter-01')).toEqual({ up: 7 });
  expect(rig.intake.rememberedBy('counter-02')).toBeUndefined();
});

test('a number that is none is left out of its reading, and the others are kept', async () => {
  const rig = new IntakeRig();
  const values = { level: 1, a: Number.NaN, b: Number.POSITIVE_INFINITY };
  await take(rig, { readings: [{ ...level(1), values } as Reading] });
  expect(takeAll(rig.buffer).flatMap(readingsOf)).toEqual([level(1)]);
});

test('the last value of a device stands with the doubt of its policy', async () => {
  const rig = new IntakeRig({ policies });
  const device = rig.activity.addDevice('gauge-01', 'line', 'river');
  await take(rig, { readings: [level(11)] });
  expect(device.last).toMatchObject({ values: { level: 11 }, quality: 'out-of-range', doubtful: ['level'] });
});
