/**
 * A sensor that nobody has checked: its quantities have ever new names, its names and texts hold what no name or text should,
 * and now and then a reading is larger than one may be. It counts its readings in their time, which is its own, so that
 * the model knows each again whatever became of its values.
 */
import type { Json } from '../../devices/device-type.ts';
import { READING_BOUNDS, type Reading, type Value } from '../../shared/reading.ts';
import type { Random } from '../../simulators/random.ts';
import { beats } from '../../simulators/simulator.ts';
import type { VirtualClock } from '../../simulators/virtual-clock.ts';
import { ORIGIN } from './box.ts';
import type { MessageDevice } from './devices.ts';

/** The time of its reading 0: past, wherever the gateway's clock is set to, but not so long past that nobody believes it. */
const FIRST_AT = ORIGIN - 200 * 86_400_000;
/** Between two. */
const stepMs = 1_000;
const { maxValues, maxNameLength, maxTextLength } = READING_BOUNDS;

const ODD_NAMES = [
  '',
  ' ',
  '__proto__',
  'constructor',
  'toString',
  'a\u0000b',
  '\u001b[2J',
  'level',
  '\ud800',
  'x\udc00y',
  '水位',
  '\u202e',
];
const ODD_NUMBERS = [0, -0, 5e-324, 1e308, -1e308, 2 ** 53, 2 ** 60, 0.1, -1];

type Values = Record<string, Value>;

function oddText(random: Random, length: number): string {
  return random
    .pick(['x', '\ud83d', '\udc00\ud83d', '\u0000', '\u001b]0;', '氾濫', '"\\'])
    .repeat(length)
    .slice(0, length);
}

function oddValue(random: Random): Value {
  const length = random.pick([0, 1, 40, 40, 400, maxTextLength]);
  return random.pick<Value>([
    random.pick([0, ...ODD_NUMBERS]),
    random.next(),
    random.chance(0.5),
    oddText(random, length),
  ]);
}

/** What it says about one moment. `serial` is the number of the reading. */
function oddValues(random: Random, serial: number): Values {
  const pairs: [string, Value][] = [['serial', serial]];
  const count = random.pick([0, 1, 3, 3, 10, 100, maxValues - 1, maxValues]); // the last is one too many
  for (let i = 0; i < count; i++) pairs.push([`q${random.int(0, 1e9)}`, random.next()]);
  if (random.chance(0.5)) pairs.push([random.pick(['', ...ODD_NAMES]), oddValue(random)]);
  if (random.chance(0.5)) pairs.push([oddText(random, random.pick([1, maxNameLength, maxNameLength + 1])), 1]);
  if (random.chance(0.1)) pairs.push(['note', oddText(random, maxTextLength + 1)]);
  return Object.fromEntries(pairs);
}

export function stranger(
  { id, clock, periodMs }: { id: string; clock: VirtualClock; periodMs: number },
  random: Random,
): MessageDevice {
  let n = 0;
  return {
    id,
    kind: 'measurement',
    topic: `meters/${id}`,
    keepsOwnTime: true,
    toml: `[[device]]
id = "${id}"
type = "line"
port = "meters"
topic = "meters/${id}"
profile = { format = "json", fields = [{ from = "n", quantity = "serial" }] }`,
    periodMs,
    pendingMs: 0,
    decoder: () => ({ decode: (bytes) => ({ readings: [readingOf(id, bytes)] }) }),
    observing: () => n,
    numberOf: ({ observedAt }) => {
      const number = (observedAt - FIRST_AT) / stepMs;
      return Number.isInteger(number) ? number : undefined;
    },
    faultOf: (reading) => faultOf(reading, (reading.observedAt - FIRST_AT) / stepMs),
    async run(publish, signal) {
      for await (const _ of beats(clock, periodMs, signal)) {
        n++;
        await publish(new TextEncoder().encode(JSON.stringify({ n, values: oddValues(random, n) })));
      }
    },
  };
}

/** As a codec of a maker would decode it, whatever it gives. */
function readingOf(device: string, bytes: Uint8Array): Reading {
  const { n, values } = JSON.parse(new TextDecoder().decode(bytes)) as { n: number; values: Record<string, Json> }; // see `run`
  return { device, kind: 'measurement', observedAt: FIRST_AT + n * stepMs, values } as Reading;
}

/** What is stored is Unicode, within bounds, and either complete or said to be undecoded. */
function faultOf({ values, quality }: Reading, n: number): string | undefined {
  const texts = Object.entries(values)
    .flat()
    .filter((each) => typeof each === 'string');
  if (texts.some((text) => /\p{Surrogate}/u.test(text))) return 'it holds half a surrogate pair';
  if (Object.keys(values).length > maxValues) return 'it has too many values';
  if (quality === 'undecoded') return Object.keys(values).length === 0 ? undefined : 'it is undecoded and has values';
  return values.serial === n ? undefined : 'its serial number is another';
}
