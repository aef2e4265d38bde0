import { expect, test } from 'vitest';
import { simulateLineSensor, weatherLine } from '../../../simulators/sensors/line-sensor.ts';
import { simulateMaxbotix } from '../../../simulators/sensors/maxbotix.ts';
import { PEOPLE_COUNTER_FAULTS, simulatePeopleCounter } from '../../../simulators/sensors/people-counter.ts';
import type { Simulator } from '../../../simulators/simulator.ts';
import type { Totals } from '../../../simulators/town/turnstile.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { scheduledBoard } from '../boards.ts';
import { runFor } from '../running.ts';
import { MemoryWire } from '../wires/memory-wire.ts';

async function printed(ms: number, make: (clock: VirtualClock) => Simulator) {
  const clock = new VirtualClock();
  const wire = new MemoryWire();
  const simulator = make(clock);
  await runFor(ms, simulator, wire, clock);
  return { text: wire.text, sent: simulator.sent };
}

test('an ultrasonic sensor prints R and four digits of millimetres', async () => {
  const distances = [1.234, 0.3, 4.999];
  const { text, sent } = await printed(2_500, (clock) =>
    simulateMaxbotix({ clock, periodMs: 1000, distanceM: (s) => distances[s] }),
  );
  expect(text).toBe('R1234\rR0300\rR4999\r');
  expect(sent.get('water-level')).toBe(3);
});

test('it prints 6.67 frames a second, never below 30 cm, and its maximum without an echo', async () => {
  const near = await printed(1_000, (clock) => simulateMaxbotix({ clock, distanceM: () => 0.1 }));
  expect(near.text).toBe('R0300\r'.repeat(7));
  const far = await printed(100, (clock) => simulateMaxbotix({ clock, distanceM: () => undefined }));
  expect(far.text).toBe('R5000\r');
  const tenMetres = await printed(100, (clock) =>
    simulateMaxbotix({ clock, distanceM: () => undefined, noTargetMm: 9999 }),
  );
  expect(tenMetres.text).toBe('R9999\r');
});

test('a people counter prints totals of six digits and begins at zero after 999999', async () => {
  const { text, sent } = await printed(2_500, (clock) =>
    simulatePeopleCounter({
      clock,
      crowd: (s) => ({ entered: s, left: 0 }),
      startTotals: { entered: 999_998, left: 120 },
    }),
  );
  expect(text).toBe('IN=999998,OUT=000120\r\nIN=999999,OUT=000120\r\nIN=000000,OUT=000120\r\n');
  expect(sent.get('people-count')).toBe(3);
});

test('a power failure sets the totals to zero', async () => {
  const { text } = await printed(3_500, (clock) =>
    simulatePeopleCounter({
      clock,
      crowd: (s) => ({ entered: Math.floor(2 * s), left: Math.floor(s) }),
      startTotals: { entered: 500, left: 400 },
      faults: scheduledBoard(PEOPLE_COUNTER_FAULTS, [{ fault: 'power-cycle', atS: 1.5 }], clock),
    }),
  );
  expect(text.split('\r\n').slice(0, 4)).toEqual([
    'IN=000500,OUT=000400',
    'IN=000502,OUT=000401',
    'IN=000001,OUT=000001',
    'IN=000003,OUT=000002',
  ]);
});

/** Whoever adds up totals as they come, a fall meaning that the count began at zero again. */
function addedUp(text: string): Totals {
  const reports = [...text.matchAll(/IN=(\d+),OUT=(\d+)/g)].map(([, entered, left]) => [Number(entered), Number(left)]);
  let [sumIn, sumOut] = [0, 0];
  for (let index = 1; index < reports.length; index += 1) {
    const [lastIn = 0, lastOut = 0] = reports[index - 1] ?? [];
    const [nowIn = 0, nowOut = 0] = reports[index] ?? [];
    const isReset = nowIn < lastIn || nowOut < lastOut;
    sumIn += nowIn - (isReset ? 0 : lastIn);
    sumOut += nowOut - (isReset ? 0 : lastOut);
  }
  return { entered: sumIn, left: sumOut };
}

test('the people that it says were reported are those that its whole lines add up to', async () => {
  const clock = new VirtualClock();
  const wire = new MemoryWire();
  const counter = simulatePeopleCounter({
    clock,
    crowd: (s) => ({ entered: Math.floor(s * 7), left: Math.floor(s * 5) }),
    startTotals: { entered: 5000, left: 4000 },
    faults: scheduledBoard(
      PEOPLE_COUNTER_FAULTS,
      [10, 31].map((atS) => ({ fault: 'power-cycle', atS })),
      clock,
    ),
  });
  const stop = new AbortController();
  const run = counter.run(wire, stop.signal);
  await clock.advance(4_500);
  wire.unplug();
  await clock.advance(8_000);
  await wire.replug();
  await clock.advance(30_000);
  stop.abort();
  await run;
  expect(counter.people()).toEqual(addedUp(wire.text));
  expect(counter.people().entered).toBeGreaterThan(100);
});

test('a weather station prints a line of three values', async () => {
  expect(weatherLine({ temperatureCel: 21.5, humidityPercent: 60, pressureHpa: 1013.2 })).toBe('T=21.5 H=60 P=1013.2');
  const { text, sent } = await printed(1_500, (clock) => simulateLineSensor({ clock, line: (s) => `{"level":${s}}` }));
  expect(text).toBe('{"level":0}\r\n{"level":1}\r\n');
  expect(sent.get('measurement')).toBe(2);
});
