/**
 * Devices on a Modbus bus: their registers, and which reads make one reading.
 *
 * A unit counts a reading when the answers to all its `blocks` have gone out whole since the last one, the last block coming
 * last. A gateway reads the blocks in that order.
 */
import type { Clock } from '../../shared/clock.ts';
import type { ReadingKind } from '../../shared/reading.ts';
import { FaultBoard, type FaultKind } from '../fault-board.ts';
import { type Sent, Tally } from '../simulator.ts';
import { type Totals, TURNSTILE_FAULTS, Turnstile } from '../town/turnstile.ts';
import { FROZEN, freezing, SPIKE, spiking } from './measuring-faults.ts';
import { say } from './words.ts';

/** One read by a gateway: its function, first register or bit (0-based), number of registers or bits. */
export interface Block {
  readonly function: 1 | 2 | 3 | 4;
  readonly address: number;
  readonly count: number;
}

export interface ModbusUnit {
  /** Its address on the bus, 1 to 247. */
  readonly unit: number;
  readonly sent: Sent;
  /** With `MODBUS_UNIT_FAULTS`, which the bus reads; absent: it has none. */
  readonly faults?: FaultBoard;
  /** Whether it has power; absent: always. */
  readonly isOn?: boolean;
  /** Every register, or bit, that this function reads, at this moment. */
  registers(functionCode: number, seconds: number): ReadonlyMap<number, number>;
  /** Writes a coil (function 5, 0 or 1) or a holding register (6): true if it took it. Absent: it cannot be written. */
  write?(functionCode: 5 | 6, address: number, value: number): boolean;
  /** The answer to this read, computed at `seconds`, went out whole. */
  answered(read: Block, seconds: number): void;
}

export const MODBUS_UNIT_FAULTS: readonly FaultKind[] = [
  {
    name: 'exception',
    meaning: say.exception(),
    parameters: { code: { meaning: say.exceptionCode(), unit: 'count', default: 4, min: 1, max: 255 } },
  },
  {
    name: 'slow',
    meaning: say.slow(),
    parameters: { ms: { meaning: say.longerBy(), unit: 'ms', default: 2_000, min: 0, max: 600_000 } },
  },
  { name: 'mute', meaning: say.mute() },
  {
    name: 'wrong-unit',
    meaning: say.wrongUnit(),
    parameters: { unit: { meaning: say.unitAddress(), unit: 'count', default: 247, min: 0, max: 255 } },
  },
];
/** A spike is a pressure of ten times as much. */
export const KELLER_FAULTS: readonly FaultKind[] = [...MODBUS_UNIT_FAULTS, FROZEN, SPIKE];
export const COUNTER_UNIT_FAULTS: readonly FaultKind[] = [...MODBUS_UNIT_FAULTS, ...TURNSTILE_FAULTS];

export interface KellerOptions {
  readonly unit: number;
  /** Metres of water above the probe. */
  readonly depthM: (seconds: number) => number;
  readonly temperatureCel: (seconds: number) => number;
  readonly blocks?: readonly Block[];
  readonly faults?: FaultBoard;
}

/** 1 bar in metres of water of 1000 kg/m³ under 9.80665 m/s². */
const METRES_PER_BAR = 100_000 / (1000 * 9.80665);
const KELLER_BLOCKS: readonly Block[] = [
  { function: 3, address: 0x0002, count: 2 },
  { function: 3, address: 0x0006, count: 2 },
];

/**
 * A KELLER series 30 level probe ("Description of the communication protocol", class 5 group 20 and later, §Modbus):
 * function 3, float32, high word first: 0x0002 pressure P1 in bar, 0x0006 temperature in °C.
 */
export function kellerUnit(options: KellerOptions): ModbusUnit {
  const { unit, blocks = KELLER_BLOCKS, faults = new FaultBoard(KELLER_FAULTS) } = options;
  const depthM = spiking(faults, freezing(faults, options.depthM), (depth) => 10 * depth);
  const temperatureCel = freezing(faults, options.temperatureCel);
  const cycle = new Cycle('water-level', blocks);
  return {
    unit,
    faults,
    sent: cycle.sent,
    registers(functionCode, seconds) {
      if (functionCode !== 3) return new Map();
      return new Map([
        ...float32(0x0002, depthM(seconds) / METRES_PER_BAR),
        ...float32(0x0006, temperatureCel(seconds)),
      ]);
    },
    answered(read) {
      cycle.answered(read);
    },
  };
}

export interface CounterUnitOptions {
  readonly unit: number;
  readonly clock: Clock;
  /** People who have passed, by seconds since the start; never falls. */
  readonly crowd: (seconds: number) => Totals;
  readonly startTotals?: Totals;
  readonly faults?: FaultBoard;
  readonly blocks?: readonly Block[];
}

export interface CounterUnit extends ModbusUnit {
  /** The sum of a perfect gateway's readings: see `Turnstile.people`. */
  people(): Totals;
}

const COUNTER_BLOCKS: readonly Block[] = [{ function: 4, address: 0x0000, count: 4 }];

/** A two-way people counter: function 4, uint32, high word first: totals entered at 0x0000 and left at 0x0002. */
export function counterUnit(options: CounterUnitOptions): CounterUnit {
  const { unit, blocks = COUNTER_BLOCKS, faults = new FaultBoard(COUNTER_UNIT_FAULTS) } = options;
  const turnstile = new Turnstile({ ...options, faults, rollOver: 2 ** 32 });
  const cycle = new Cycle('people-count', blocks);
  return {
    unit,
    faults,
    sent: cycle.sent,
    get isOn() {
      return turnstile.isOn;
    },
    people: () => turnstile.people(),
    registers(functionCode, seconds) {
      if (functionCode !== 4) return new Map();
      const { entered, left } = turnstile.totals(seconds);
      return new Map([...uint32(0x0000, entered), ...uint32(0x0002, left)]);
    },
    answered(read, seconds) {
      if (cycle.answered(read)) turnstile.reported(seconds);
    },
  };
}

/** Which blocks of the current reading have been answered. */
class Cycle {
  readonly #kind: ReadingKind;
  readonly #blocks: readonly Block[];
  readonly #tally = new Tally();
  #next = 0;

  constructor(kind: ReadingKind, blocks: readonly Block[]) {
    this.#kind = kind;
    this.#blocks = blocks;
  }

  get sent(): Sent {
    return this.#tally.sent;
  }

  /** Whether that completed a reading. */
  answered(read: Block): boolean {
    const index = this.#blocks.findIndex((block) => isSame(block, read));
    if (index === 0) this.#next = 1;
    else if (index > 0 && index === this.#next) this.#next += 1;
    else return false;
    if (this.#next < this.#blocks.length) return false;
    this.#next = 0;
    this.#tally.count(this.#kind);
    return true;
  }
}

function isSame(a: Block, b: Block): boolean {
  return a.function === b.function && a.address === b.address && a.count === b.count;
}

/** IEEE 754 in two registers. */
function float32(address: number, value: number): [number, number][] {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return uint32(address, view.getUint32(0));
}

function uint32(address: number, value: number): [number, number][] {
  return [
    [address, Math.floor(value / 0x10000)],
    [address + 1, value % 0x10000],
  ];
}
