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

test('a sample without a target has no level and does not enter the median', () => {
  const { hear } = gauge({ medianOf: 3 });
  hear('R1000\r');
  const [step] = hear('R9999\r');
  expect(step?.readings).toMatchObject([{ values: {}, quality: 'no-target' }]);
  expect(valuesOf(hear('R1001\rR1002\r')).map(({ distance }) => distance)).toEqual([1, 1.001]);
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
    fc.property(fc.integer({ min: 300, max: 4999 }), fc.string(), (mm, junk) => {
      const steps = gauge().hear(`${junk}\rR${String(mm).padStart(4, '0')}\r`);
      expect(steps.at(-1)?.readings?.[0]?.values.distance).toBe(mm / 1000);
    }),
  );
});
