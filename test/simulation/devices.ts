/**
 * The sensors of a simulated site, on the byte-level simulators, each numbering what it observes in a value of its
 * readings: that is how the model knows every reading again wherever it turns up.
 */

import type { Decoder } from '../../devices/device-type.ts';
import type { Reading, ReadingKind } from '../../shared/reading.ts';
import type { Random } from '../../simulators/random.ts';
import { simulateGps } from '../../simulators/sensors/gps.ts';
import { simulateLineSensor } from '../../simulators/sensors/line-sensor.ts';
import { simulateMaxbotix } from '../../simulators/sensors/maxbotix.ts';
import { simulateModbus } from '../../simulators/sensors/modbus-slave.ts';
import { simulatePeopleCounter } from '../../simulators/sensors/people-counter.ts';
import { beats } from '../../simulators/simulator.ts';
import type { VirtualClock } from '../../simulators/virtual-clock.ts';
import type { Wire } from '../../simulators/wires/wire.ts';

export interface SimulatedDevice {
  readonly id: string;
  readonly kind: ReadingKind;
  /** Tables of the configuration: the device, and its port where it has one to itself. */
  readonly toml: string;
  /** Its `expect-every`; undefined where the gateway has to learn its rhythm. */
  readonly quietMs?: number;
  readonly periodMs: number;
  /** Ms that an observation may take from the wire to the buffer, beside the commit. */
  readonly pendingMs: number;
  /** Its readings have a time of its own, and wait for no clock. */
  readonly keepsOwnTime?: boolean;
  /** In the place of its type's decoder. */
  readonly decoder?: () => Decoder;
  /** The number of what is on the wire just now; undefined where that gives no reading. */
  observing(): number | undefined;
  /** The number of a reading; undefined where no observation gives such a one. */
  numberOf(reading: Reading): number | undefined;
  /** What is wrong with a stored reading of its own time and content, if anything. */
  faultOf?(reading: Reading): string | undefined;
}

export interface LineDevice extends SimulatedDevice {
  /** Calls it with each value that is written to the device; without, none is taken. */
  taking?: (value: number) => void;
  run(wire: Wire, signal: AbortSignal): Promise<void>;
}

export interface MessageDevice extends SimulatedDevice {
  readonly topic: string;
  run(publish: (payload: Uint8Array) => Promise<void>, signal: AbortSignal): Promise<void>;
}

interface Given {
  readonly id: string;
  readonly clock: VirtualClock;
  readonly periodMs: number;
}

export const HEIGHT_M = 6.5;
/** The alarms of a gauge, by which its readings are judged once more by the model. */
export const THRESHOLDS = [
  { alarm: 'flood', when: 'above', raise: 5, clear: 4.5 },
  { alarm: 'drought', when: 'below', raise: 2.5, clear: 3 },
] as const;
/** A gauge tells so many readings apart; the distances go up and down again over every 111 of them. */
export const maxGaugeReadings = 4096;
const GAUGE_STEP = 37;
/** Every minute, by whatever the clock says; the longest that a probe is left in peace. */
const PROBE_SCHEDULE = '* * * * *';
export const probeEveryMs = 60_000 + 20_000;
const COUNT_FUNCTION = 4;
const SET_POINT_ADDRESS = 10;
export const maxSetPoint = 50_000;

export function gauge({ id, clock, periodMs }: Given): LineDevice {
  let n = 0;
  const millimetres = (number: number) => 500 + ((number * GAUGE_STEP) % maxGaugeReadings);
  const numbers = new Map(Array.from({ length: maxGaugeReadings }, (_, number) => [millimetres(number), number]));
  const distanceM = () => millimetres(++n) / 1000;
  return {
    id,
    kind: 'water-level',
    toml: [
      serialPort(id),
      `[[device]]\nid = "${id}"\ntype = "maxbotix"\nport = "${id}"\nmounting-height-m = ${HEIGHT_M}\nmedian-of = 1\n${expectEvery(periodMs)}`,
      ...THRESHOLDS.map(
        ({ alarm, when, raise, clear }) =>
          `[[device.threshold]]\nalarm = "${alarm}"\nwhen = "${when}"\nquantity = "level"\nraise = ${raise}\nclear = ${clear}`,
      ),
    ].join('\n'),
    quietMs: quietMs(periodMs),
    periodMs,
    pendingMs: 0,
    observing: () => n,
    numberOf: ({ kind, values }) => {
      const level = kind === 'alarm' ? values.value : values.level;
      return numbers.get(Math.round((HEIGHT_M - Number(level)) * 1000));
    },
    run: (wire, signal) => simulateMaxbotix({ clock, periodMs, distanceM }).run(wire, signal),
  };
}

export function weatherStation({ id, clock, periodMs }: Given): LineDevice {
  let n = 0;
  const line = () => `#${++n} T=${(15 + 10 * Math.sin(n / 300)).toFixed(1)}`;
  return {
    id,
    kind: 'measurement',
    toml: `${serialPort(id)}
[[device]]
id = "${id}"
type = "line"
port = "${id}"
[device.profile]
format = "pattern"
pattern = '#(?P<n>\\d+) T=(?P<t>[-\\d.]+)'
fields = [
  { from = "n", quantity = "serial", unit = "count" },
  { from = "t", quantity = "temperature", unit = "Cel" },
]`,
    periodMs,
    pendingMs: 0,
    observing: () => n,
    numberOf: ({ values }) => numberIn(values.serial),
    run: (wire, signal) => simulateLineSensor({ clock, periodMs, line }).run(wire, signal),
  };
}

/** One person in and three out a line: what its readings add up to is what passed, whichever lines were heard. */
export function peopleCounter({ id, clock, periodMs }: Given): LineDevice {
  let n = 0;
  const crowd = (seconds: number) => {
    const passed = Math.round((seconds * 1000) / periodMs) + 1;
    n = Math.max(n, passed); // asked for the beginning too
    return { entered: passed, left: 3 * passed };
  };
  return {
    id,
    kind: 'people-count',
    toml: `${serialPort(id)}
[[device]]
id = "${id}"
type = "people-counter"
port = "${id}"
roll-over = 1000000
max-per-minute = 400000
${expectEvery(periodMs)}`,
    quietMs: quietMs(periodMs),
    periodMs,
    pendingMs: 0,
    observing: () => n,
    numberOf: () => undefined,
    run: (wire, signal) =>
      simulatePeopleCounter({ clock, periodMs, crowd, startTotals: { entered: 0, left: 999_900 } }).run(wire, signal),
  };
}

/** What a GPS receiver sees. */
export interface Sky {
  /** There is a fix. */
  isOpen: boolean;
  /** By how many days the next dates are wrong, while `mayErr`. */
  daysOff: number[];
  mayErr(): boolean;
}

export function gps({ id, clock, periodMs }: Given, sky: Sky): LineDevice {
  let n = 0;
  let hasFix = false;
  const route = () => {
    n++;
    hasFix = sky.isOpen;
    if (!hasFix) return undefined;
    return { lat: 34.7 + (n % 1000) * 1e-4, lon: 136.9, altitudeM: n, speedMps: 0, courseDeg: 0 };
  };
  return {
    id,
    kind: 'position',
    toml: `${serialPort(id)}\n[[device]]\nid = "${id}"\ntype = "nmea"\nport = "${id}"\npending = "500ms"\n${expectEvery(periodMs)}`,
    quietMs: quietMs(periodMs),
    periodMs,
    pendingMs: 500,
    keepsOwnTime: true,
    observing: () => (hasFix ? n : undefined),
    numberOf: ({ values }) => numberIn(values.altitude),
    async run(wire, signal) {
      await clock.sleep(periodMs - (clock.moment().wall % periodMs), signal); // it counts time from a whole period
      const daysOff = () => (sky.mayErr() && sky.daysOff.shift()) || 0;
      await simulateGps({ clock, hz: 1000 / periodMs, route, daysOff }).run(wire, signal);
    },
  };
}

/**
 * A probe that is asked by a schedule: it counts how often. With transactions of TCP, each answer is a reading. It has a set point beside,
 * which nobody asks for but whoever writes it.
 */
export function probe({ id, clock }: Given): LineDevice {
  let n = 0;
  let setPoint = 0;
  let isCounting = true;
  const unit = {
    unit: 1,
    sent: new Map<ReadingKind, number>(),
    registers(functionCode: number) {
      isCounting = functionCode === COUNT_FUNCTION;
      if (!isCounting) return new Map([[SET_POINT_ADDRESS, setPoint]]);
      return new Map([++n >> 16, n & 0xffff].map((word, address) => [address, word]));
    },
    write(_function: 5 | 6, address: number, value: number) {
      if (address !== SET_POINT_ADDRESS || device.taking === undefined) return false;
      isCounting = false;
      setPoint = value;
      device.taking(value);
      return true;
    },
    answered() {},
  };
  const device: LineDevice = {
    id,
    kind: 'measurement',
    toml: `${serialPort(id)}
[[device]]
id = "${id}"
type = "modbus"
port = "${id}"
unit = 1
framing = "tcp"
interval = "0s"
schedule = "${PROBE_SCHEDULE}"
[device.profile]
kind = "measurement"
registers = [ { quantity = "serial", function = ${COUNT_FUNCTION}, address = 0, type = "uint32", unit = "count" } ]
writes = [ { name = "setpoint", function = 6, address = ${SET_POINT_ADDRESS}, max = ${maxSetPoint} } ]`,
    periodMs: probeEveryMs,
    pendingMs: 0,
    observing: () => (isCounting ? n : undefined),
    numberOf: ({ values }) => numberIn(values.serial),
    run: (wire, signal) => simulateModbus({ clock, units: [unit], framing: 'tcp' }).run(wire, signal),
  };
  return device;
}

/** A meter that publishes to a broker, with a note that no compression makes smaller. */
export function meter({ id, clock, periodMs }: Given, random: Random, maxNoteBytes: number): MessageDevice {
  let n = 0;
  return {
    id,
    kind: 'measurement',
    topic: `meters/${id}`,
    toml: `[[device]]
id = "${id}"
type = "line"
port = "meters"
topic = "meters/${id}"
[device.profile]
format = "json"
max-line-bytes = 4096
fields = [
  { from = "n", quantity = "serial", unit = "count" },
  { from = "note", quantity = "note", type = "text" },
]`,
    periodMs,
    pendingMs: 0,
    observing: () => n,
    numberOf: ({ values }) => numberIn(values.serial),
    async run(publish, signal) {
      for await (const _ of beats(clock, periodMs, signal)) {
        const note = Buffer.from(random.bytes(random.int(1, maxNoteBytes))).toString('base64');
        await publish(new TextEncoder().encode(JSON.stringify({ n: ++n, note })));
      }
    },
  };
}

function quietMs(periodMs: number): number {
  return 3 * periodMs;
}

function expectEvery(periodMs: number): string {
  return `expect-every = "${quietMs(periodMs)}ms"`;
}

function serialPort(name: string): string {
  return `[[port]]\nname = "${name}"\ntype = "serial"\npath = "/dev/${name}"`;
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}
