/** A simulated controller, with a mind of its own, that restarts, fails or goes deaf: it hears again within minutes. */
import { expect, test } from 'vitest';
import { H4Framer } from '../../../devices/beacon-detector/h4-framer.ts';
import type { Step } from '../../../devices/device-type.ts';
import { Random } from '../../../simulators/random.ts';
import { DETECTOR_FAULTS, simulateBeaconDetector } from '../../../simulators/sensors/beacon-detector.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { scheduledBoard } from '../../simulators/boards.ts';
import { MemoryWire } from '../../simulators/wires/memory-wire.ts';
import { detector, uuid } from './rig.ts';

const TICK_MS = 250;

/** Runs a detector against the controller; gives when the tag was sighted and what was told, in whole seconds. */
async function run(seconds: number, reports: 'legacy' | 'extended', fault?: string) {
  const clock = new VirtualClock();
  const schedule = fault === undefined ? [] : [{ fault, atS: 60 }];
  const faults = scheduledBoard(DETECTOR_FAULTS, schedule, clock);
  const wire = new MemoryWire();
  const simulator = simulateBeaconDetector({
    ...{ clock, random: new Random(1), windowMs: 10_000, strangers: 5, reports, faults },
    tags: [{ frame: { format: 'ibeacon', uuid, major: 1, minor: 2 }, distanceM: () => 5 }],
  });
  const stop = new AbortController();
  const running = simulator.run(wire, stop.signal);
  const decoder = detector({ tags: [{ name: 'child-12', id: `ibeacon:${uuid}/1/2` }] });
  const framer = new H4Framer();
  const sighted: number[] = [];
  const told: string[] = [];
  let read = 0;
  const take = (step: Step | undefined) => {
    for (const { values } of step?.readings ?? []) sighted.push(Math.round((Number(values.firstAt) - origin) / 1_000));
    for (const { code } of step?.rubbish ?? []) told.push(code);
    for (const bytes of step?.write ?? []) wire.hear(bytes);
  };
  const origin = clock.moment().wall;
  take(decoder.opened?.(clock.moment()));
  while (clock.moment().monotonic < seconds * 1_000) {
    for (; read < wire.frames.length; read++) {
      for (const frame of framer.push(wire.frames[read] ?? new Uint8Array())) {
        if (frame.ok) take(decoder.decode(frame.bytes, clock.moment()));
      }
    }
    if ((decoder.dueAt?.() ?? Number.POSITIVE_INFINITY) <= clock.moment().monotonic)
      take(decoder.due?.(clock.moment()));
    await clock.advance(TICK_MS);
  }
  stop.abort();
  await running;
  const gaps = sighted.map((at, index) => at - (sighted[index - 1] ?? 0));
  return { sighted, longestGapS: Math.max(...gaps), told };
}

test.each(['legacy', 'extended'] as const)(
  'a sound %s controller reports the tag window after window',
  async (reports) => {
    const { sighted, longestGapS, told } = await run(120, reports);
    expect(sighted.length).toBeGreaterThanOrEqual(10);
    expect(longestGapS).toBeLessThanOrEqual(12);
    expect(told).toEqual([]);
  },
);

test.each([
  ['restarts', 'restart', 12, ['device-error']],
  ['fails', 'failure', 12, ['device-error']],
  ['goes deaf until it scans anew', 'deaf-until-scan', 80, ['deaf']],
  ['goes deaf until it is reset', 'deaf-until-reset', 140, ['deaf', 'deaf']],
] as const)('a controller that %s hears again by itself', async (_, fault, withinS, said) => {
  const { sighted, longestGapS, told } = await run(300, 'extended', fault);
  expect(sighted.at(-1)).toBeGreaterThan(280);
  expect(longestGapS).toBeLessThanOrEqual(withinS);
  expect(told).toEqual(said);
});
