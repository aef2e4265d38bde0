/** A hunt on a virtual clock, on a line with a simulated device. */
import { Recording } from '../../../devices/recognition/recording.ts';
import type { Piece } from '../../../devices/signature.ts';
import { type HuntOptions, hunt, type Outcome } from '../../../gateway/probe/hunt.ts';
import { type LineSetting, plainSetting } from '../../../gateway/probe/line.ts';
import { FaultBoard } from '../../../simulators/fault-board.ts';
import { Random } from '../../../simulators/random.ts';
import { simulateBeaconBox } from '../../../simulators/sensors/beacon-box.ts';
import { simulateBeaconDetector } from '../../../simulators/sensors/beacon-detector.ts';
import { simulateGps } from '../../../simulators/sensors/gps.ts';
import { simulateLineSensor, weatherLine } from '../../../simulators/sensors/line-sensor.ts';
import { simulateMaxbotix } from '../../../simulators/sensors/maxbotix.ts';
import type { Simulator } from '../../../simulators/simulator.ts';
import { linesOf } from '../../../simulators/town/fleet-lines.ts';
import { privateLoraLines } from '../../../simulators/town/private-lora-lines.ts';
import { weather } from '../../../simulators/town/scenarios.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import {
  BARE_PACKET,
  CR_LINE,
  type FrameShape,
  faultyWire,
  H4_PACKET,
  MODBUS_RTU,
  RYLR_LINE,
  TEXT_LINE,
} from '../../../simulators/wires/faults.ts';
import type { Wire } from '../../../simulators/wires/wire.ts';
import { WIRE_FAULTS } from '../../../simulators/wires/wire-faults.ts';
import { boardWith } from '../../simulators/boards.ts';
import { runFor } from '../../simulators/running.ts';
import { type BadCharacters, Uart } from './uart.ts';

export interface Kind {
  /** As a test names it. */
  readonly title: string;
  /** The device type that it is recognised as. */
  readonly type: string;
  readonly shape: FrameShape;
  simulate(clock: VirtualClock, seed: number): Simulator;
}

const TAGS = [
  {
    frame: { format: 'ibeacon', uuid: '6a1d4f0c-52b7-4e0b-9c36-0d4b8f3a7e21', major: 15, minor: 204 },
    distanceM: () => 8,
  },
] as const;

function fromFleet(title: string, type: string, name: string, shape: FrameShape): Kind {
  return {
    title,
    type,
    shape,
    simulate(clock, seed) {
      const city = { world: { seed, timeScale: 60 }, clock, random: new Random(seed), windowMs: 10_000 };
      const line = [...linesOf(city), ...privateLoraLines(city)].find((each) => each.name === name);
      if (line === undefined) throw new RangeError(`no line ${name}`);
      return line.simulator;
    },
  };
}

function lines(title: string, type: string, line: (seconds: number, seed: number) => string): Kind {
  return {
    title,
    type,
    shape: TEXT_LINE,
    simulate: (clock, seed) => simulateLineSensor({ clock, line: (seconds) => line(seconds, seed) }),
  };
}

const level = (seconds: number, seed: number) => 1.2 + ((seconds * 7 + seed) % 40) / 100;

/** Every simulator of `simulators/sensors/` that has a line, in each form that it has. */
export const KINDS: readonly Kind[] = [
  fromFleet('a GPS receiver', 'nmea', 'plow-1', TEXT_LINE),
  {
    title: 'a GPS receiver under a roof',
    type: 'nmea',
    shape: TEXT_LINE,
    simulate: (clock) => simulateGps({ clock, route: () => undefined }),
  },
  fromFleet('an ultrasonic gauge', 'maxbotix', 'gauge-bridge', CR_LINE),
  {
    title: 'an ultrasonic gauge without an echo',
    type: 'maxbotix',
    shape: CR_LINE,
    simulate: (clock) => simulateMaxbotix({ clock, distanceM: () => undefined }),
  },
  fromFleet('a Modbus bus', 'modbus', 'bus-quay', MODBUS_RTU),
  fromFleet('a people counter', 'people-counter', 'counter-gate', TEXT_LINE),
  lines('a weather station', 'line', (seconds, seed) => weatherLine(weather({ seed, timeScale: 60 })(seconds))),
  lines('a text gauge', 'line', (seconds, seed) => `LEVEL=${level(seconds, seed).toFixed(3)}m TEMP=12.3C`),
  lines('a JSON gauge', 'line', (seconds, seed) =>
    JSON.stringify({ level: level(seconds, seed), battery: 3.6, time: 1_768_446_000 + seconds }),
  ),
  ...(['legacy', 'extended'] as const).map(
    (reports): Kind => ({
      title: `a beacon detector (${reports})`,
      type: 'ble-hci',
      shape: H4_PACKET,
      simulate: (clock, seed) =>
        simulateBeaconDetector({ clock, random: new Random(seed), windowMs: 10_000, tags: TAGS, reports }),
    }),
  ),
  {
    title: 'a beacon detector that scans already',
    type: 'ble-hci',
    shape: H4_PACKET,
    simulate(clock, seed) {
      const detector = simulateBeaconDetector({ clock, random: new Random(seed), windowMs: 10_000, tags: TAGS });
      return { ...detector, run: (wire, signal) => detector.run(setUp(wire), signal) };
    },
  },
  ...(['minew-g1', 'openblocks', 'ruuvi-gateway', 'openmqttgateway'] as const).map(
    (format): Kind => ({
      title: `a detector box (${format})`,
      type: 'beacon-box',
      shape: TEXT_LINE,
      simulate: (clock, seed) =>
        simulateBeaconBox({ clock, random: new Random(seed), windowMs: 10_000, tags: TAGS, format }),
    }),
  ),
  fromFleet('a RYLR modem', 'rylr', 'modem-river', RYLR_LINE),
  fromFleet('a RAK3172 modem', 'rak3172', 'modem-rak3172', TEXT_LINE),
  fromFleet('a LoRa-E5 modem', 'lora-e5', 'modem-lora-e5', TEXT_LINE),
  fromFleet('an E220 modem', 'e220', 'modem-e220', BARE_PACKET),
];

export function kindOf(title: string): Kind {
  const kind = KINDS.find((each) => each.title === title);
  if (kind === undefined) throw new RangeError(`no kind ${title}`);
  return kind;
}

/** The detector's end of a wire by which somebody has switched its scanning on. */
function setUp(wire: Wire): Wire {
  const SCAN = Uint8Array.of(0x01, 0x0c, 0x20, 0x02, 0x01, 0x00);
  return {
    ...wire,
    path: wire.path,
    write: (bytes) => wire.write(bytes),
    onBytes(listener) {
      listener(SCAN);
      return wire.onBytes(listener);
    },
  };
}

/** What such a device says by itself in so many ms, with noise between, as a line at its own speed hears it. */
export async function heardOf(kind: Kind, ms: number): Promise<readonly Piece[]> {
  const clock = new VirtualClock();
  const recording = new Recording();
  const wire = new Uart(plainSetting(9600));
  const line = await wire.openAt(plainSetting(9600));
  line.onBytes((bytes) => recording.add(bytes, clock.moment()));
  const faults = boardWith(WIRE_FAULTS, { noise: { share: kind.shape.isSpoiledByNoise ? 0.05 : 0.2 } });
  const faulty = faultyWire(wire, { faults, shape: kind.shape, clock, random: new Random(3) });
  await runFor(ms, kind.simulate(clock, 1), faulty, clock);
  const isHeard = recording.pieces.length > 8; // a modem's greeting does not count
  return isHeard ? recording.pieces : [];
}

export interface Scene {
  readonly kind?: Kind;
  readonly device?: LineSetting;
  readonly faults?: FaultBoard;
  readonly seed?: number;
  readonly bad?: BadCharacters;
  readonly hunt?: Partial<HuntOptions>;
  /** In the place of a new one. */
  readonly wire?: Uart;
  /** Speaks in the place of a simulator. */
  speak?(wire: Uart, clock: VirtualClock, signal: AbortSignal): Promise<void>;
}

export interface Hunted {
  readonly outcome: Outcome;
  readonly wire: Uart;
  /** How long it took, ms of the clock. */
  readonly tookMs: number;
}

export const BUDGET_MS = 28_000;

export async function hunted(scene: Scene): Promise<Hunted> {
  const { kind, device = plainSetting(9600), faults = new FaultBoard(WIRE_FAULTS), seed = 1, bad = 'dropped' } = scene;
  const clock = new VirtualClock();
  const wire = scene.wire ?? new Uart(device, bad);
  const stop = new AbortController();
  const running = kind
    ? kind
        .simulate(clock, seed)
        .run(faultyWire(wire, { faults, shape: kind.shape, clock, random: new Random(seed + 7) }), stop.signal)
    : (scene.speak?.(wire, clock, stop.signal) ?? Promise.resolve());
  let tookMs = 0;
  const hunting = hunt({
    openAt: wire.openAt,
    path: 'uart',
    transport: 'serial',
    clock,
    signal: stop.signal,
    budgetMs: BUDGET_MS,
    units: Array.from({ length: 32 }, (_, i) => i + 1),
    mayAsk: true,
    ...scene.hunt,
  }).finally(() => {
    tookMs = clock.moment().monotonic;
  });
  let isOver = false;
  const ended = hunting.then(
    () => {
      isOver = true;
    },
    () => {
      isOver = true;
    },
  );
  for (let rounds = 0; !isOver && rounds < 120; rounds++) await clock.advance(500);
  stop.abort();
  await ended;
  await running;
  return { outcome: await hunting, wire, tookMs };
}
