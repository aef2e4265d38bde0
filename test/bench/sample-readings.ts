/**
 * The readings that the benchmark uses: three values each, as a gauge with a battery and a thermometer would send them,
 * with the noise that real values have. Seeded, so that every run compresses the same bytes.
 */
import type { WaterLevel } from '../../shared/reading.ts';
import type { Random } from '../../simulators/random.ts';

/** The devices of the benchmark, as its configuration names them. */
export const DEVICES = Array.from({ length: 20 }, (_, i) => `gauge-${String(i + 1).padStart(2, '0')}`);
/** A device on a line of its own, which waits for no answer. */
export const SENSOR = 'gauge-on-a-line';
/** How the `line` device type reads `sampleJson`, as an inline table. */
export const JSON_PROFILE = `{ format = "json", kind = "water-level", fields = [${[
  ['level', 'm'],
  ['temperature', 'Cel'],
  ['battery', 'V'],
]
  .map(([quantity, unit]) => `{ from = "${quantity}", quantity = "${quantity}", unit = "${unit}" }`)
  .join(', ')}] }`;
/** Between the readings of one device. */
const usualEveryMs = 10_000;

/** `count` readings of 20 devices, one every 10 s from each with some jitter, beginning at `startAt` (epoch ms). */
export function sampleReadings(count: number, startAt: number, random: Random): WaterLevel[] {
  return [...sampleStream(count, startAt, random)];
}

/** The same one by one, for more than memory holds. */
export function* sampleStream(
  count: number,
  startAt: number,
  random: Random,
  everyMs = usualEveryMs,
): Generator<WaterLevel> {
  const levels = DEVICES.map(() => 1000 + random.int(0, 2000));
  for (let i = 0; i < count; i++) {
    const index = i % DEVICES.length;
    const levelMm = (levels[index] ?? 0) + random.int(-3, 3);
    levels[index] = levelMm;
    yield {
      device: DEVICES[index] ?? '',
      kind: 'water-level',
      observedAt: startAt + Math.floor(i / DEVICES.length) * everyMs + index * 37 + random.int(0, 20),
      values: {
        level: levelMm / 1000,
        temperature: (120 + (i % 7) + random.int(-2, 2)) / 10,
        battery: (361 + random.int(-1, 1)) / 100,
      },
    };
  }
}

/** The same reading as a device publishes it: JSON of about 150 bytes. */
export function sampleJson(sequence: number, at: number): string {
  return JSON.stringify({
    device: 'gauge-01',
    sequence,
    time: new Date(at).toISOString(),
    level: 1.234,
    temperature: 12.3,
    battery: 3.61,
    note: 'a field that the profile does not read, as many have',
  });
}

/** Every device of a city in turn, one value each. */
export function cityReadings(devices: number, rounds: number, startAt: number): WaterLevel[] {
  return Array.from({ length: devices * rounds }, (_, i) => ({
    device: `gauge-${i % devices}`,
    kind: 'water-level',
    observedAt: startAt + Math.floor(i / devices) * usualEveryMs + (i % devices),
    values: { level: 1 + (i % 977) / 1000 },
  }));
}
