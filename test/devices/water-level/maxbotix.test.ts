import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { Step } from '../../../devices/device-type.ts';
import { maxbotix } from '../../../devices/water-level/maxbotix.ts';

const at = (ms: number) => ({ wall: 1_700_000_000_000 + ms, monotonic: ms, synchronised: true });

function gauge(options: Record<string, unknown> = {}) {
  const devices = [
    { id: 'gauge', options: v.parse(maxbotix.options, { mountingHeightM: 4.2, medianOf: 1, ...options }) },
  ];
  const framer = maxbotix.framer(devices, { transport: 'serial' });
  const decoder = maxbotix.decoder(devices, { transport: 'serial' });
  const hear = (text: string, ms = 0): Step[] =>
    framer
      .push(Buffer.from(text, 'latin1'))
      .map((frame) => (frame.ok ? decoder.decode(frame.bytes, at(ms)) : { rubbish: [frame] }));
  return { decoder, hear };
}

const valuesOf = (steps: readonly Step[]) => steps.flatMap((step) => step.readings ?? []).map(({ values }) => values);
const rubbishOf = (steps: readonly Step[]) => steps.flatMap((step) => step.rubbish ?? []).map(({ code }) => code);

test('the level is the mounting height less the distance', () => {
  const steps = gauge().hear('R3000\rR1234\r');
  expect(valuesOf(steps)).toEqual([
    { level: 1.2, distance: 3 },
    { level: 2.966, distance: 1.234 },
  ]);
});

test('centimetres and inches have three digits', () => {
  expect(valuesOf(gauge({ unit: 'cm' }).hear('R123\r'))).toEqual([{ level: 2.97, distance: 1.23 }]);
  expect(valuesOf(gauge({ unit: 'in' }).hear('R100\r'))).toEqual([{ level: 1.66, distance: 2.54 }]);
});

test('a single wrong echo does not move the median', () => {
  const { hear } = gauge({ medianOf: 3 });
  expect(valuesOf(hear('R1000\rR1002\rR0300\rR1003\r')).map(({ distance }) => distance)).toEqual([1, 1, 1, 1.002]);
});

test('a sample without a target has no level, and the median does not outlive it', () => {
  const { hear } = gauge({ medianOf: 5, mountingHeightM: 4.5 });
  hear('R2000\rR2001\rR2002\rR2003\rR2004\r');
  const [step] = hear('R9999\r');
  expect(step?.readings).toMatchObject([{ values: {}, quality: 'no-target' }]);
  expect(valuesOf(hear('R0800\rR0801\rR0802\r')).map(({ level }) => level)).toEqual([3.7, 3.7, 3.699]);
});

test('nor does it outlive a minute of silence', () => {
  const { hear } = gauge({ medianOf: 3 });
  hear('R2000\rR2001\rR2002\r', 0);
  expect(valuesOf(hear('R1000\r', 60_000))[0]).toMatchObject({ distance: 2.001 });
  expect(valuesOf(hear('R1001\r', 120_001))[0]).toMatchObject({ distance: 1.001 });
});

test('what is nearer than the sensor can measure is a fault of it, not a flood', () => {
  const readings = (unit: string, frames: string) =>
    gauge({ unit })
      .hear(frames)
      .flatMap((step) => step.readings ?? [])
      .map(({ values, quality }) => values.distance ?? quality);
  expect(readings('mm', 'R0000\rR0299\rR0300\r')).toEqual(['device-fault', 'device-fault', 0.3]);
  expect(readings('cm', 'R000\rR019\rR020\rR0000\r')).toEqual(['device-fault', 'device-fault', 0.2, 'device-fault']);
  expect(readings('in', 'R000\rR005\rR006\r')).toEqual(['device-fault', 'device-fault', 0.1524]);
});

test('without a target a sensor gives its reach or a millimetre less; 5 m is a distance of one that measures beyond', () => {
  const { hear } = gauge();
  const distances = (frames: string) => valuesOf(hear(frames)).map(({ distance }) => distance);
  expect(distances('R4998\rR4999\rR5000\rR9998\r')).toEqual([4.998, undefined, undefined, undefined]);
  expect(distances('R5020\rR5010\rR5000\rR4999\rR9999\rR9998\r')).toEqual([5.02, 5.01, 5, 4.999, undefined, undefined]);
  expect(valuesOf(gauge({ noTargetMm: [9999] }).hear('R5000\rR9999\r'))).toEqual([{ level: -0.8, distance: 5 }, {}]);
});

test('a single frame from beyond five metres does not make 5 m a distance', () => {
  expect(valuesOf(gauge().hear('R1000\rR7000\rR1000\rR5000\r')).at(-1)).toEqual({});
});

test('models that reach 10 m and count centimetres send four digits', () => {
  const frames = 'R0532\rR0765\rR1067\rR1068\rR765\rR254\r';
  const distances = valuesOf(gauge({ unit: 'cm' }).hear(frames)).map(({ distance }) => distance);
  expect(distances).toEqual([5.32, 7.65, 10.67, undefined, undefined, 2.54]);
});

test('a centimetre sensor takes five metres for a target, but not 765 cm', () => {
  const { hear } = gauge({ unit: 'cm' });
  expect(valuesOf(hear('R500\rR765\r'))).toEqual([{ level: -0.8, distance: 5 }, {}]);
});

test('one reading comes at the end of each interval', () => {
  const { decoder, hear } = gauge({ medianOf: 3, reportIntervalMs: '10s' });
  expect(decoder.dueAt?.()).toBe(Number.POSITIVE_INFINITY);
  expect(valuesOf(hear('R1000\rR1004\rR1002\rR9999\r', 1000))).toEqual([]);
  expect(decoder.dueAt?.()).toBe(11_000);
  expect(decoder.due?.(at(11_000)).readings).toMatchObject([
    { observedAt: at(1000).wall, values: { distance: 1.002, level: 3.198 } },
  ]);
  expect(decoder.dueAt?.()).toBe(Number.POSITIVE_INFINITY);
  hear('R9999\r', 12_000);
  expect(decoder.end?.(at(13_000)).readings).toMatchObject([{ values: {}, quality: 'no-target' }]);
});

test('a sample after the end of an interval ends it', () => {
  const { hear } = gauge({ reportIntervalMs: '10s' });
  hear('R1000\r', 0);
  expect(valuesOf(hear('R2000\r', 15_000))).toEqual([{ level: 3.2, distance: 1 }]);
});

test('a garbled frame is rubbish and the next one is read', () => {
  const steps = gauge().hear('R12\rR12x4\r12345\rR1234\r');
  expect(rubbishOf(steps)).toEqual(['malformed', 'malformed', 'malformed']);
  expect(valuesOf(steps)).toHaveLength(1);
});

test('a whole frame at the end of a line is read, and the bytes before it are noise', () => {
  const steps = gauge().hear('R12R1234\r');
  expect(rubbishOf(steps)).toEqual(['noise']);
  expect(valuesOf(steps)).toEqual([{ level: 2.966, distance: 1.234 }]);
});

test('what the sensor prints after power-up is passed over', () => {
  const steps = gauge().hear('HRXL-MaxSonar-WR\rPN:MB7389\rRoHS 1.8b 0713\rTempI\rT0235\r\r\n');
  expect(steps.every((step) => step.readings === undefined && step.rubbish === undefined)).toBe(true);
});

test('settings with an even number of samples, or without the mounting height, are refused', () => {
  expect(v.safeParse(maxbotix.options, { mountingHeightM: 4, medianOf: 4 }).success).toBe(false);
  expect(v.safeParse(maxbotix.options, {}).success).toBe(false);
});

test('every distance comes back, and no input makes the decoder throw', () => {
  fc.assert(
    fc.property(fc.integer({ min: 300, max: 4998 }), fc.string(), (mm, junk) => {
      const steps = gauge().hear(`${junk}\rR${String(mm).padStart(4, '0')}\r`);
      expect(steps.at(-1)?.readings?.[0]?.values.distance).toBe(mm / 1000);
    }),
  );
});
