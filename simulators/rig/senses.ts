/**
 * What the world says of a quantity: `level = { is = "flood" }`. A row here is all that a new one takes.
 *
 * Each is a pure function of the seconds since the rig began and of a seed. Every one may be scaled, moved by an offset, and given noise.
 */
import * as v from 'valibot';
import { duration } from '../../shared/duration.ts';
import { filled, finite, flag, must, setting, whole } from '../../shared/setting.ts';
import { Random } from '../random.ts';
import { crowd, flood, weather } from '../town/scenarios.ts';
import { aboveZero } from './common-settings.ts';
import type { Sense } from './quantity.ts';
import { seedOf } from './seed.ts';
import { say } from './sense-words.ts';
import { between, readSeries, stepwise } from './series.ts';
import { townWalk } from './town-walk.ts';

export interface SenseSurroundings {
  /** The quantity's name: of a crowd, "left" counts those who leave. */
  readonly quantity: string;
  /** The rig's: the same river for everybody. */
  readonly worldSeed: number;
  /** This quantity's own. */
  readonly seed: number;
  /** Seconds of the world per second of the rig. */
  readonly timeScale: number;
  /** Whole path of a file that the rig's file names. */
  path(file: string): string;
}

const common = {
  scale: v.optional(setting(finite, say.scale()), 1),
  offset: v.optional(setting(finite, say.offset()), 0),
  noise: v.optional(setting(v.pipe(finite, v.minValue(0)), say.noise()), 0),
};
/** How a recording is played. */
export const playing = {
  speed: v.optional(setting(aboveZero, say.seriesSpeed()), 1),
  loop: v.optional(setting(flag, say.seriesLoop()), false),
};
const seed = v.optional(setting(whole(0, 2 ** 32 - 1), say.senseSeed()));

interface SenseKind<S extends v.GenericSchema> {
  readonly settings: S;
  open(settings: v.InferOutput<S>, around: SenseSurroundings): Sense;
}

function senseKind<const S extends v.GenericSchema>(kind: SenseKind<S>): SenseKind<S> {
  return kind;
}

const constant = senseKind({
  settings: v.strictObject({
    is: setting(v.literal('constant'), say.constant()),
    value: setting(finite, say.constantValue()),
    ...common,
  }),
  open:
    ({ value }) =>
    () =>
      value,
});

const nothing = senseKind({
  settings: v.strictObject({ is: setting(v.literal('nothing'), say.nothing()), ...common }),
  open: () => () => undefined,
});

const ramp = senseKind({
  settings: v.strictObject({
    is: setting(v.literal('ramp'), say.ramp()),
    from: setting(finite, say.rampFrom()),
    to: setting(finite, say.rampTo()),
    afterMs: v.optional(setting(duration(), say.rampAfter()), '0s'),
    takesMs: setting(duration(1), say.rampTakes()),
    ...common,
  }),
  open:
    ({ from, to, afterMs, takesMs }) =>
    (seconds) =>
      from + (to - from) * Math.min(1, Math.max(0, (seconds * 1000 - afterMs) / takesMs)),
});

const wave = senseKind({
  settings: v.strictObject({
    is: setting(v.literal('wave'), say.wave()),
    around: setting(finite, say.waveAround()),
    height: setting(finite, say.waveHeight()),
    periodMs: setting(duration(1), say.wavePeriod()),
    ...common,
  }),
  open:
    ({ around, height, periodMs }) =>
    (seconds) =>
      around + height * Math.sin((2 * Math.PI * seconds * 1000) / periodMs),
});

const series = senseKind({
  settings: v.strictObject({
    is: setting(v.literal('series'), say.series()),
    file: setting(filled, say.seriesFile()),
    time: v.optional(setting(filled, say.seriesTime()), 'time'),
    value: v.optional(setting(filled, say.seriesValue()), 'value'),
    ...playing,
    between: v.optional(setting(flag, say.seriesBetween()), false),
    ...common,
  }),
  open({ file, time, value, speed, loop, between: isLinear }, { path }) {
    const points = readSeries(path(file), { time, value });
    return (isLinear ? between : stepwise)(points, { speed, loop });
  },
});

const floodSense = senseKind({
  settings: v.strictObject({ is: setting(v.literal('flood'), say.flood()), seed, ...common }),
  open: ({ seed }, { worldSeed, timeScale }) => flood({ seed: seed ?? worldSeed, timeScale }),
});

const crowdSense = senseKind({
  settings: v.strictObject({
    is: setting(v.literal('crowd'), say.crowd()),
    perMinute: v.optional(setting(v.pipe(finite, v.minValue(0)), say.perMinute()), 6),
    seed,
    ...common,
  }),
  open({ perMinute, seed }, { worldSeed, timeScale, quantity }) {
    const passed = crowd({ seed: seed ?? worldSeed, timeScale }, perMinute);
    return quantity === 'left' ? (seconds) => passed(seconds).left : (seconds) => passed(seconds).entered;
  },
});

const weatherSense = senseKind({
  settings: v.strictObject({ is: setting(v.literal('weather'), say.weather()), ...common }),
  open(_, { worldSeed, timeScale, quantity }) {
    const air = weather({ seed: worldSeed, timeScale });
    if (quantity === 'humidity') return (seconds) => air(seconds).humidityPercent;
    if (quantity === 'pressure') return (seconds) => air(seconds).pressureHpa;
    return (seconds) => air(seconds).temperatureCel;
  },
});

const town = senseKind({
  settings: v.strictObject({
    is: setting(v.literal('town'), say.town()),
    detector: setting(whole(0, 10_000), say.townDetector()),
    detectors: v.optional(setting(whole(1, 10_000), say.townDetectors()), 9),
    ...common,
  }),
  open: ({ detector, detectors }, { worldSeed, quantity }) =>
    townWalk({ townSeed: worldSeed, walkerSeed: seedOf(worldSeed, quantity), detector, detectors }),
});

const KINDS = [constant, nothing, ramp, wave, series, floodSense, crowdSense, weatherSense, town] as const;

/** A table; a bare number stands for a constant (`withConstants`). */
export const senseSettings = v.pipe(
  v.variant(
    'is',
    [
      constant.settings,
      nothing.settings,
      ramp.settings,
      wave.settings,
      series.settings,
      floodSense.settings,
      crowdSense.settings,
      weatherSense.settings,
      town.settings,
    ],
    must(say.mustBeSense()),
  ),
  v.metadata({ isSense: true }),
);
export type SenseSettings = v.InferOutput<typeof senseSettings>;

export const SENSE_SCHEMAS = KINDS.map(({ settings }) => settings);
export const SENSE_NAMES: readonly string[] = KINDS.map(({ settings }) => settings.entries.is.literal);

/** A quantity's world. Throws a MachimoriError "bad-series" for a file that cannot be played. */
export function openSense(settings: SenseSettings, around: SenseSurroundings): Sense {
  const kind = KINDS.find((each) => each.settings.entries.is.literal === settings.is);
  if (kind === undefined) throw new RangeError(`there is no sense ${settings.is}`);
  const sense = (kind as SenseKind<v.GenericSchema>).open(settings, around); // parsed by its schema
  const { scale, offset, noise } = settings;
  return (seconds) => {
    const value = sense(seconds);
    return value === undefined ? undefined : value * scale + offset + noiseAt(seconds, noise, around.seed);
  };
}

/** The same at the same moment, whoever asks and how often. */
function noiseAt(seconds: number, deviation: number, seed: number): number {
  if (deviation === 0) return 0;
  return new Random(Math.imul(seed ^ Math.round(seconds * 1000), 0x9e3779b1)).normal(0, deviation);
}
