/** Units that close the connection: between readings, after each answer, or in the place of an answer. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Step } from '../../../devices/device-type.ts';
import { modbus } from '../../../devices/modbus/modbus.ts';
import { deviceOf, momentAt, profileOf } from './rig.ts';

interface Behaviour {
  /** Ms of silence after which it closes. */
  readonly idleMs?: number;
  /** It closes after so many answers. */
  readonly answersEach?: number;
  /** It closes instead of answering a read of this register. */
  readonly poison?: number;
  /** When the port cannot be opened: from, until. */
  readonly away?: readonly [number, number];
}

/** A poller and a unit behind a port that opens on demand, on a clock of their own. */
function run(options: Record<string, unknown>, { idleMs = Infinity, answersEach = Infinity, poison, away }: Behaviour) {
  const devices = [deviceOf({ profile: profileOf([0, 200]), framing: 'tcp', ...options })];
  const decoder = modbus.decoder(devices, { transport: 'tcp' });
  const readings: number[] = [];
  const rubbish: string[] = [];
  let now = 0;
  let isOpen = false;
  let isOpening = false;
  let answers = 0;
  let closesAt = Infinity;
  const events: { at: number; work: () => void }[] = [];
  const later = (ms: number, work: () => void) => {
    events.push({ at: now + ms, work });
    events.sort((a, b) => a.at - b.at);
  };
  const take = (step: Step = {}) => {
    for (const { observedAt } of step.readings ?? []) readings.push(observedAt - momentAt(0).wall);
    for (const { code } of step.rubbish ?? []) rubbish.push(code);
    for (const request of step.write ?? []) hear(request);
  };
  const open = () => {
    if (away !== undefined && now >= away[0] && now < away[1]) return later(100, open);
    isOpen = true;
    isOpening = false;
    answers = 0;
    closesAt = now + idleMs;
    take(decoder.opened?.(momentAt(now)));
  };
  const close = (isAsked: boolean) => {
    isOpen = false;
    closesAt = Infinity;
    take(decoder.closed?.(momentAt(now)));
    if (isAsked) later(20, open);
  };
  const hear = (request: Uint8Array) => {
    if (!isOpen) {
      if (!isOpening) later(10, open);
      isOpening = true;
      return;
    }
    const [, , , , , , unit = 0, code = 0, high = 0, low = 0, , count = 0] = request;
    closesAt = Infinity; // it is not idle until it has answered
    if (high * 256 + low === poison) return later(1, () => close(true));
    if (answers++ >= answersEach) return later(1, () => close(true));
    const body = [unit, code, count * 2, ...Array.from({ length: count * 2 }, () => 1)];
    const frame = Uint8Array.from([request[0] ?? 0, request[1] ?? 0, 0, 0, 0, body.length, ...body]);
    later(5, () => {
      closesAt = now + idleMs;
      take(decoder.decode(frame, momentAt(now)));
    });
  };
  open();
  const until = 60_000;
  while (now < until) {
    const dueAt = decoder.dueAt?.() ?? Infinity;
    const next = Math.min(events[0]?.at ?? Infinity, dueAt, closesAt);
    if (next >= until) break;
    now = Math.max(now, next);
    if (next === events[0]?.at) events.shift()?.work();
    else if (next === closesAt) close(false);
    else take(decoder.due?.(momentAt(now)));
  }
  return { readings, rubbish };
}

/** Each reading is within 200 ms of its beat, and none is missing. */
function expectBeat(readings: readonly number[], intervalMs: number): void {
  expect(readings).toHaveLength(60_000 / intervalMs);
  for (const [n, at] of readings.entries()) {
    expect(at).toBeGreaterThanOrEqual(n * intervalMs);
    expect(at).toBeLessThan(n * intervalMs + 200);
  }
}

test.each<[string, Behaviour]>([
  ['never', {}],
  ['when the connection was idle for a second', { idleMs: 1_000 }],
  ['when it was idle for a moment', { idleMs: 6 }],
  ['after each answer', { answersEach: 1 }],
  ['after each third answer', { answersEach: 3 }],
])('two blocks of a unit that closes %s are read at their beat, without rubbish', (_when, behaviour) => {
  const { readings, rubbish } = run({ intervalMs: '5s' }, behaviour);
  expectBeat(readings, 5_000);
  expect(rubbish).toEqual([]);
});

test('whenever a unit closes, its beat is kept and no reading comes twice', () => {
  const behaviour = fc.record({
    idleMs: fc.integer({ min: 6, max: 20_000 }),
    answersEach: fc.integer({ min: 1, max: 9 }),
  });
  fc.assert(
    fc.property(behaviour, fc.constantFrom(1_000, 5_000, 12_000), (each, intervalMs) => {
      const { readings, rubbish } = run({ intervalMs: `${intervalMs}ms` }, each);
      expectBeat(readings, intervalMs);
      expect(rubbish).toEqual([]);
    }),
    { examples: [[{ idleMs: 11_981, answersEach: 3 }, 12_000]] }, // its idle time ends while it answers
  );
});

test('a unit that was away is read once when it is back, not three times in a row', () => {
  const { readings } = run({ intervalMs: '5s' }, { idleMs: 1_000, away: [9_000, 33_000] });
  expect(readings.filter((at) => at > 30_000 && at < 37_000)).toHaveLength(1);
  const gaps = readings.slice(1).map((at, n) => at - (readings[n] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThan(4_000);
});

test('a unit that closes instead of answering gives rubbish once a beat, and is asked again at the next', () => {
  const { readings, rubbish } = run({ intervalMs: '5s' }, { poison: 200 });
  expect(readings).toEqual([]);
  expect(rubbish).toEqual(Array.from({ length: 12 }, () => 'no-answer'));
});

test('a poll that fell due while the port was closed is done when it opens', () => {
  const decoder = modbus.decoder([deviceOf({ profile: profileOf([0]), framing: 'tcp', intervalMs: '0s' }, 'probe')], {
    transport: 'tcp',
  });
  decoder.opened?.(momentAt(0));
  decoder.closed?.(momentAt(10));
  expect(decoder.poll?.('probe', momentAt(1_000)).write).toHaveLength(1); // asks for the port to be opened
  expect(decoder.dueAt?.()).toBe(Number.POSITIVE_INFINITY);
  expect(decoder.poll?.('probe', momentAt(1_001)).write ?? []).toEqual([]);
  expect(decoder.opened?.(momentAt(60_000)).write).toHaveLength(1);
});
