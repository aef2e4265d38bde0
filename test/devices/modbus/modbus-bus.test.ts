import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Step } from '../../../devices/device-type.ts';
import { modbus } from '../../../devices/modbus/modbus.ts';
import { deviceOf, momentAt, profileOf, withCrc } from './rig.ts';

/**
 * A slow unit that answers in order. Each register it gives is the number of the request, so that a reading tells which
 * request its values were read for. Encoded here by hand, not with the code under test.
 */
class SlowUnit {
  readonly pending: { at: number; bytes: Uint8Array; id: number }[] = [];
  asked = 0;
  #busyUntil = 0;

  ask(request: Uint8Array, now: number, delay: number | 'lost' | 'busy' | 'late-busy'): void {
    this.asked++;
    if (delay === 'lost') return;
    const code = request[1] ?? 0;
    const count = request[5] ?? 0;
    const isBusy = delay === 'busy' || delay === 'late-busy';
    const body = isBusy
      ? [1, code | 0x80, 6]
      : [1, code, count * 2, ...Array.from({ length: count }, () => [this.asked >> 8, this.asked & 0xff]).flat()];
    const wait = delay === 'busy' ? 1 : delay === 'late-busy' ? 1_500 : delay;
    this.#busyUntil = Math.max(now, this.#busyUntil) + wait;
    this.pending.push({ at: this.#busyUntil, bytes: withCrc(body), id: this.asked });
  }
}

/** Runs bus and unit together on a virtual clock; gives what each reading carried and when its request went out. */
function run(
  options: Record<string, unknown>,
  delays: readonly (number | 'lost' | 'busy' | 'late-busy')[],
  untilMs: number,
) {
  const unit = new SlowUnit();
  const devices = [deviceOf(options)];
  const framer = modbus.framer(devices, { transport: 'serial' });
  const decoder = modbus.decoder(devices, { transport: 'serial' });
  const writtenAt = new Map<number, { at: number; count: number }>();
  const readings: { values: Record<string, unknown>; at: number }[] = [];
  let now = 0;
  const take = (step: Step) => {
    for (const bytes of step.write ?? []) {
      unit.ask(bytes, now, delays[unit.asked % delays.length] ?? 0);
      writtenAt.set(unit.asked, { at: now, count: bytes[5] ?? 0 });
    }
    for (const reading of step.readings ?? []) readings.push({ values: { ...reading.values }, at: now });
  };
  take(decoder.opened?.(momentAt(now)) ?? {});
  while (now < untilMs) {
    const answer = unit.pending[0];
    const dueAt = decoder.dueAt?.() ?? Number.POSITIVE_INFINITY;
    if (answer && answer.at <= dueAt) {
      unit.pending.shift();
      now = Math.max(now, answer.at);
      for (const frame of framer.push(answer.bytes)) if (frame.ok) take(decoder.decode(frame.bytes, momentAt(now)));
    } else if (Number.isFinite(dueAt)) {
      now = Math.max(now, dueAt);
      take(decoder.due?.(momentAt(now)) ?? {});
    } else break;
  }
  return { readings, writtenAt };
}

test('no reading carries a value that was read for another request, however slow, silent or busy the unit is', () => {
  const delay = fc.oneof(
    fc.integer({ min: 0, max: 5_000 }),
    fc.integer({ min: 0, max: 300 }),
    fc.constantFrom('lost', 'busy', 'late-busy'),
  );
  fc.assert(
    fc.property(
      fc.array(delay, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 4 }),
      fc.boolean(),
      (delays, registers, twoBlocks) => {
        const addresses = [...Array(registers).keys(), ...(twoBlocks ? [100, 101] : [])];
        const options = {
          profile: profileOf(addresses),
          intervalMs: '1500ms',
        };
        const { readings, writtenAt } = run(options, delays, 120_000);
        for (const { values, at } of readings) {
          const counts = [registers, ...(twoBlocks ? [2] : [])];
          const blocks = [addresses.slice(0, registers), addresses.slice(registers)].slice(0, counts.length);
          let last = 0;
          for (const [index, block] of blocks.entries()) {
            const ids = new Set(block.map((address) => values[`r${address}`]));
            expect(ids.size).toBe(1);
            const id = Number([...ids][0]);
            const asked = writtenAt.get(id);
            expect(asked?.count).toBe(counts[index]);
            expect(at - (asked?.at ?? 0)).toBeLessThanOrEqual(2_050);
            expect(id).toBeGreaterThan(last);
            last = id;
          }
        }
        for (let i = 1; i < readings.length; i++) {
          expect(Number(readings[i]?.values.r0)).toBeGreaterThan(Number(readings[i - 1]?.values.r0));
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('a unit that answered late is read again at its next beat once the late answer has come', () => {
  const options = { profile: profileOf([0, 1]), intervalMs: '10s' };
  const { readings } = run(options, [1_200, 5, 5, 5, 5, 5, 5, 5], 60_000);
  expect(readings.map((r) => r.at)).toEqual([10_005, 20_005, 30_005, 40_005, 50_005]);
});

test('an answer that comes after the next request went out is not taken for its answer', () => {
  const options = { profile: profileOf([0, 1]), intervalMs: '1500ms' };
  const { readings, writtenAt } = run(options, [2_000, 5, 5, 5, 5, 5, 5, 5], 3_001);
  // 1 timed out and came at 2,000 as the answer to nothing; 2 is the probe (one register), 3 the request after it
  expect([...writtenAt.values()].map((w) => w.count)).toEqual([2, 1, 2, 2]);
  expect(readings.map((r) => r.values.r0)).toEqual([3, 4]);
});

test('a unit whose answer was lost is read again within a minute even if it only knows exceptions', () => {
  const options = { profile: profileOf([0]), intervalMs: '10s' };
  const { writtenAt } = run(options, ['lost', 'busy', 'busy', 'busy'], 50_000);
  expect(writtenAt.size).toBeGreaterThanOrEqual(5);
});
