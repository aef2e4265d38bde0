/** A Modbus unit of any make: holding registers at given addresses. It counts a reading when each of them has been answered since the last. */
import type { ReadingKind } from '../../shared/reading.ts';
import type { FaultBoard } from '../fault-board.ts';
import { Tally } from '../simulator.ts';
import type { ModbusUnit } from './modbus-units.ts';

export interface Register {
  readonly address: number;
  readonly type: 'uint16' | 'int16' | 'uint32' | 'int32' | 'float32';
  /** What one of its counts stands for; a float32 is divided by it, too. */
  readonly scale: number;
  readonly value: (seconds: number) => number;
}

export interface RegistersUnitOptions {
  readonly unit: number;
  readonly kind: ReadingKind;
  readonly registers: readonly Register[];
  /** Holding registers that may be written, with what they hold at first; they are read too. */
  readonly writable?: Map<number, number>;
  readonly faults?: FaultBoard;
}

const WRITE_SINGLE_REGISTER = 6;
const READ_HOLDING_REGISTERS = 3;

export function registersUnit({
  unit,
  kind,
  registers,
  writable = new Map(),
  faults,
}: RegistersUnitOptions): ModbusUnit {
  const tally = new Tally();
  const all = new Set(
    registers.flatMap(({ address, type }) => (wordsOf(type) === 2 ? [address, address + 1] : [address])),
  );
  let waiting = new Set(all);
  return {
    unit,
    sent: tally.sent,
    ...(faults && { faults }),
    registers(functionCode, seconds) {
      if (functionCode !== READ_HOLDING_REGISTERS) return new Map();
      return new Map([...registers.flatMap((register) => stored(register, seconds)), ...writable]);
    },
    write(functionCode, address, value) {
      if (functionCode !== WRITE_SINGLE_REGISTER || !writable.has(address)) return false;
      writable.set(address, value);
      return true;
    },
    answered({ address, count }) {
      for (let each = address; each < address + count; each++) waiting.delete(each);
      if (waiting.size > 0) return;
      waiting = new Set(all);
      tally.count(kind);
    },
  };
}

function wordsOf(type: Register['type']): 1 | 2 {
  return type.endsWith('16') ? 1 : 2;
}

/** High word first; whole numbers are held within what their type can say. */
function stored({ address, type, scale, value }: Register, seconds: number): [address: number, word: number][] {
  const number = value(seconds) / scale;
  const view = new DataView(new ArrayBuffer(4));
  if (type === 'float32') view.setFloat32(0, number);
  else if (type === 'uint32') view.setUint32(0, within(number, 0, 2 ** 32 - 1));
  else if (type === 'int32') view.setInt32(0, within(number, -(2 ** 31), 2 ** 31 - 1));
  else if (type === 'uint16') view.setUint16(0, within(number, 0, 2 ** 16 - 1));
  else view.setInt16(0, within(number, -(2 ** 15), 2 ** 15 - 1));
  const words: [number, number][] = [[address, view.getUint16(0)]];
  return wordsOf(type) === 1 ? words : [...words, [address + 1, view.getUint16(2)]];
}

function within(number: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, Math.round(number)));
}
