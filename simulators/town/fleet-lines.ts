/** The sensors of the small city: what and where they are, and how a gateway must be configured to read them. */
import type { Clock } from '../../shared/clock.ts';
import { FaultBoard, type FaultKind } from '../fault-board.ts';
import type { Random } from '../random.ts';
import { BEACON_BOX_FAULTS, simulateBeaconBox } from '../sensors/beacon-box.ts';
import { DETECTOR_FAULTS, simulateBeaconDetector } from '../sensors/beacon-detector.ts';
import { GPS_FAULTS, simulateGps } from '../sensors/gps.ts';
import { RYLR_FAULTS, simulateLoraModem } from '../sensors/lora-modem.ts';
import { MAXBOTIX_FAULTS, simulateMaxbotix } from '../sensors/maxbotix.ts';
import { simulateModbus } from '../sensors/modbus-slave.ts';
import { COUNTER_UNIT_FAULTS, counterUnit, KELLER_FAULTS, kellerUnit } from '../sensors/modbus-units.ts';
import { PEOPLE_COUNTER_FAULTS, simulatePeopleCounter } from '../sensors/people-counter.ts';
import type { Simulator } from '../simulator.ts';
import { CR_LINE, type FrameShape, H4_PACKET, MODBUS_RTU, RYLR_LINE, TEXT_LINE } from '../wires/faults.ts';
import { WIRE_FAULTS } from '../wires/wire-faults.ts';
import type { FleetDevice } from './fleet-device.ts';
import { riverNodes } from './river-nodes.ts';
import { childNear, crowd, FLOOD_THRESHOLDS_M, flood, plow, type World, weather } from './scenarios.ts';

/** A simulator, and the devices that a gateway finds on its wire. */
export interface FleetLine {
  /** The name of its wire: "gauge-bridge". */
  readonly name: string;
  readonly simulator: Simulator;
  readonly shape: FrameShape;
  /** Whether it only answers polls. */
  readonly isPolled: boolean;
  /** Of its wire and of everything on it. */
  readonly faults: FaultBoard;
  readonly devices: readonly FleetDevice[];
}

export interface City {
  readonly world: World;
  readonly clock: Clock;
  readonly random: Random;
  readonly windowMs: number;
}

/** The watched-over tags as a gateway enrols them: a name and the tag's content. */
export const ENROLLED_TAGS = [
  {
    name: 'child-aoi',
    id: 'ibeacon:6a1d4f0c-52b7-4e0b-9c36-0d4b8f3a7e21/15/204',
    frame: { format: 'ibeacon', uuid: '6a1d4f0c-52b7-4e0b-9c36-0d4b8f3a7e21', major: 15, minor: 204 },
    lateS: 0,
  },
  {
    name: 'elder-tanaka',
    id: 'eddystone:8b0ca750095477cb3e77/0000000000a7',
    frame: { format: 'eddystone', namespace: '8b0ca750095477cb3e77', instance: '0000000000a7' },
    lateS: 20,
  },
] as const;

const BRIDGE_SENSOR_HEIGHT_M = 4.5;
const QUAY_PROBE_HEIGHT_M = -0.4;
const POLL_INTERVAL = '2s';

export function linesOf(city: City): readonly FleetLine[] {
  return [
    ...[plowLine(city, 'plow-1', 0), plowLine(city, 'plow-2', 900)],
    bridgeGauge(city),
    quayBus(city),
    gateCounter(city),
    ...[detector(city, 'detector-school', 18), detector(city, 'detector-park', 66)],
    loraModem(city),
  ];
}

/** Of a wire with such sensors on it. */
export function lineBoard(...kinds: readonly FaultKind[]): FaultBoard {
  return new FaultBoard([...WIRE_FAULTS, ...kinds]);
}

function plowLine({ clock }: City, name: string, aheadM: number): FleetLine {
  const faults = lineBoard(...GPS_FAULTS);
  const simulator = simulateGps({ clock, route: plow(aheadM), faults });
  const device = { id: name, type: 'nmea', settings: {}, sent: simulator.sent };
  return { name, simulator, shape: TEXT_LINE, isPolled: false, faults, devices: [device] };
}

function bridgeGauge({ clock, world }: City): FleetLine {
  const level = flood(world);
  const faults = lineBoard(...MAXBOTIX_FAULTS);
  const distanceM = (seconds: number) => BRIDGE_SENSOR_HEIGHT_M - level(seconds);
  const simulator = simulateMaxbotix({ clock, distanceM, faults });
  const device = {
    id: 'gauge-bridge',
    type: 'maxbotix',
    settings: { mountingHeightM: BRIDGE_SENSOR_HEIGHT_M },
    place: { lat: 37.5031, lon: 139.9147 },
    thresholdsM: FLOOD_THRESHOLDS_M,
    sent: simulator.sent,
  };
  return { name: 'gauge-bridge', simulator, shape: CR_LINE, isPolled: false, faults, devices: [device] };
}

/** A level probe at the quay and the promenade's people counter, on one RS-485 bus and with one board. */
function quayBus({ clock, world }: City): FleetLine {
  const faults = lineBoard(...KELLER_FAULTS, ...COUNTER_UNIT_FAULTS);
  const level = flood({ ...world, seed: world.seed + 1 });
  const water = weather(world);
  const probe = kellerUnit({
    unit: 1,
    depthM: (seconds) => level(seconds) - QUAY_PROBE_HEIGHT_M,
    temperatureCel: (seconds) => water(seconds).temperatureCel,
    faults,
  });
  const counter = counterUnit({
    unit: 2,
    clock,
    crowd: crowd({ ...world, seed: world.seed + 2 }, 4),
    startTotals: { entered: 4180, left: 4102 },
    faults,
  });
  const place = { lat: 37.4989, lon: 139.9102 };
  return {
    name: 'bus-quay',
    simulator: simulateModbus({ clock, units: [probe, counter] }),
    shape: MODBUS_RTU,
    isPolled: true,
    faults,
    devices: [
      {
        id: 'gauge-quay',
        type: 'modbus',
        settings: {
          unit: probe.unit,
          profile: 'keller-30',
          interval: POLL_INTERVAL,
          levelOffsetM: QUAY_PROBE_HEIGHT_M,
        },
        place,
        thresholdsM: FLOOD_THRESHOLDS_M,
        sent: probe.sent,
      },
      {
        id: 'counter-promenade',
        type: 'modbus',
        settings: { unit: counter.unit, profile: 'people-counter-2way', interval: POLL_INTERVAL },
        place,
        sent: counter.sent,
        people: () => counter.people(),
      },
    ],
  };
}

function gateCounter({ clock, world }: City): FleetLine {
  const faults = lineBoard(...PEOPLE_COUNTER_FAULTS);
  const simulator = simulatePeopleCounter({
    clock,
    crowd: crowd({ ...world, seed: world.seed + 3 }, 6),
    startTotals: { entered: 999_900, left: 999_850 }, // soon rolls over
    faults,
  });
  const device = {
    id: 'counter-gate',
    type: 'people-counter',
    settings: {},
    place: { lat: 37.4879, lon: 139.9297 },
    sent: simulator.sent,
    people: () => simulator.people(),
  };
  return { name: 'counter-gate', simulator, shape: TEXT_LINE, isPolled: false, faults, devices: [device] };
}

function detector({ clock, random, windowMs }: City, name: string, postAtM: number): FleetLine {
  const tags = ENROLLED_TAGS.map(({ frame, lateS }) => ({ frame, distanceM: childNear(postAtM, lateS) }));
  const faults = lineBoard(...DETECTOR_FAULTS);
  const simulator = simulateBeaconDetector({ clock, random: random.fork(), windowMs, tags, faults });
  const device = {
    id: name,
    type: 'ble-hci',
    settings: { window: `${windowMs}ms`, tags: ENROLLED_TAGS.map(({ name, id }) => ({ name, id })) },
    place: { lat: 37.4902, lon: 139.9311 + postAtM / 88_400 },
    sent: simulator.sent,
  };
  return { name, simulator, shape: H4_PACKET, isPolled: false, faults, devices: [device] };
}

/** A detector of another make beside the city's: at the school, too. */
export function beaconBox({ clock, random, windowMs }: City): FleetLine {
  const name = 'box-school';
  const format = 'openblocks';
  const tags = ENROLLED_TAGS.map(({ frame, lateS }) => ({ frame, distanceM: childNear(18, lateS) }));
  const faults = lineBoard(...BEACON_BOX_FAULTS);
  const simulator = simulateBeaconBox({ clock, random: random.fork(), windowMs, tags, format, faults });
  const enrolled = ENROLLED_TAGS.map(({ name, id }) => ({ name, id }));
  const settings = { window: `${windowMs}ms`, profile: format, tags: enrolled };
  const device = { id: name, type: 'beacon-box', settings, sent: simulator.sent };
  return { name, simulator, shape: TEXT_LINE, isPolled: false, faults, devices: [device] };
}

function loraModem(city: City): FleetLine {
  const { gauge, weather } = riverNodes(city);
  const faults = lineBoard(...RYLR_FAULTS);
  const simulator = simulateLoraModem({
    faults,
    clock: city.clock,
    random: city.random.fork(),
    nodes: [
      { ...gauge.node, address: 11 },
      { ...weather.node, address: 12 },
    ],
  });
  return {
    name: 'modem-river',
    simulator,
    shape: RYLR_LINE,
    isPolled: false,
    faults,
    devices: [
      { ...gauge.device, type: 'rylr', settings: { address: 11, ...gauge.settings }, sent: simulator.sentBy(11) },
      { ...weather.device, type: 'rylr', settings: { address: 12, ...weather.settings }, sent: simulator.sentBy(12) },
    ],
  };
}
