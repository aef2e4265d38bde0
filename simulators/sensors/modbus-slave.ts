/**
 * The slaves of one Modbus bus, or the units behind one Modbus TCP address (MODBUS Application Protocol V1.1b3).
 *
 * They answer reads (functions 1 to 4) and single writes (5 and 6, of units that take them) in order of arrival after their delay, and anything they cannot do with an exception;
 * a unit that does not exist is silent. At most `maxWaitingRequests` wait; further ones are not heard. They go on answering
 * until the run is aborted; each unit counts its own readings.
 */
import type { Clock } from '../../shared/clock.ts';
import type { ReadingKind } from '../../shared/reading.ts';
import { aborted, type Simulator } from '../simulator.ts';
import type { Wire } from '../wires/wire.ts';
import { type ModbusFraming, type ModbusRequest, rtuFraming, tcpFraming } from './modbus-adu.ts';
import type { Block, ModbusUnit } from './modbus-units.ts';

export interface ModbusOptions {
  readonly clock: Clock;
  readonly units: readonly ModbusUnit[];
  readonly framing?: 'rtu' | 'tcp';
  /** How long the next answer takes, ms. */
  readonly delayMs?: () => number;
  /** How long the master waits, ms: a slower answer makes no reading. */
  readonly masterTimeoutMs?: number;
}

const ILLEGAL_FUNCTION = 1;
const ILLEGAL_DATA_ADDRESS = 2;
const ILLEGAL_DATA_VALUE = 3;
/** Most registers (§6.3, §6.4) and bits (§6.1, §6.2) that one read may ask for. */
const maxRegisters = 125;
const maxBits = 2000;
const READ_REQUEST_BYTES = 5;
const WRITE_SINGLE_COIL = 5;
const WRITE_SINGLE_REGISTER = 6;
const WRITE_REQUEST_BYTES = 5;
const COIL_ON = 0xff00;
const COIL_OFF = 0;
const maxWaitingRequests = 32;

export function simulateModbus(options: ModbusOptions): Simulator {
  const { clock, units, framing = 'rtu' } = options;
  return {
    type: 'modbus',
    get sent() {
      return sumOf(units);
    },
    async run(wire, signal) {
      const startedAt = clock.moment().monotonic;
      const wireFraming = framing === 'rtu' ? rtuFraming() : tcpFraming();
      const bus: Bus = { ...options, wire, framing: wireFraming, signal, startedAt };
      let waiting = 0;
      let answering = Promise.resolve();
      const stopListening = wire.onBytes((bytes) => {
        for (const request of wireFraming.push(bytes)) {
          if (waiting >= maxWaitingRequests) continue;
          waiting += 1;
          answering = answering
            .then(() => serve(bus, request))
            .then(() => {
              waiting -= 1;
            });
        }
      });
      await aborted(signal);
      stopListening();
      await answering;
    },
  };
}

interface Bus extends Omit<ModbusOptions, 'framing'> {
  readonly wire: Wire;
  readonly framing: ModbusFraming;
  readonly signal: AbortSignal;
  readonly startedAt: number;
}

async function serve(bus: Bus, request: ModbusRequest): Promise<void> {
  const unit = bus.units.find((candidate) => candidate.unit === request.unit);
  if (!unit || unit.isOn === false || unit.faults?.get('mute')) return;
  const seconds = (bus.clock.moment().monotonic - bus.startedAt) / 1000;
  const fault = unit.faults?.get('exception')?.code;
  const isWrite = request.pdu[0] === WRITE_SINGLE_COIL || request.pdu[0] === WRITE_SINGLE_REGISTER;
  const read = fault ?? (isWrite ? writeTo(unit, request.pdu) : readOf(request.pdu));
  const pdu =
    read === 'written'
      ? request.pdu
      : typeof read === 'number'
        ? exception(request.pdu, read)
        : answerTo(read, unit, seconds);
  const delayMs = (bus.delayMs?.() ?? 0) + (unit.faults?.get('slow')?.ms ?? 0);
  if (delayMs > 0) await bus.clock.sleep(delayMs, bus.signal);
  if (bus.signal.aborted) return;
  const from = unit.faults?.get('wrong-unit')?.unit ?? unit.unit;
  const whole = bus.wire.write(bus.framing.answer({ ...request, unit: from }, pdu)) && from === unit.unit;
  const inTime = delayMs < (bus.masterTimeoutMs ?? Number.POSITIVE_INFINITY);
  if (whole && inTime && typeof read === 'object') unit.answered(read, seconds);
}

/** The answer repeats the request (§6.5, figure 15; §6.6, figure 16); otherwise the exception code. */
function writeTo(unit: ModbusUnit, pdu: Uint8Array): 'written' | number {
  if (unit.write === undefined) return ILLEGAL_FUNCTION;
  if (pdu.length !== WRITE_REQUEST_BYTES) return ILLEGAL_DATA_VALUE;
  const [functionCode, addressHigh = 0, addressLow = 0, valueHigh = 0, valueLow = 0] = pdu;
  const address = addressHigh * 256 + addressLow;
  const value = valueHigh * 256 + valueLow;
  if (functionCode === WRITE_SINGLE_COIL) {
    if (value !== COIL_ON && value !== COIL_OFF) return ILLEGAL_DATA_VALUE;
    return unit.write(functionCode, address, value === COIL_ON ? 1 : 0) ? 'written' : ILLEGAL_DATA_ADDRESS;
  }
  return unit.write(WRITE_SINGLE_REGISTER, address, value) ? 'written' : ILLEGAL_DATA_ADDRESS;
}

/** The registers asked for, or the exception code. */
function readOf(pdu: Uint8Array): Block | number {
  const functionCode = pdu[0];
  if (functionCode !== 1 && functionCode !== 2 && functionCode !== 3 && functionCode !== 4) return ILLEGAL_FUNCTION;
  if (pdu.length !== READ_REQUEST_BYTES) return ILLEGAL_DATA_VALUE;
  const view = new DataView(pdu.buffer, pdu.byteOffset);
  const count = view.getUint16(3);
  if (count < 1 || count > (functionCode < 3 ? maxBits : maxRegisters)) return ILLEGAL_DATA_VALUE;
  return { function: functionCode, address: view.getUint16(1), count };
}

function answerTo(read: Block, unit: ModbusUnit, seconds: number): Uint8Array {
  const registers = unit.registers(read.function, seconds);
  const words: number[] = [];
  for (let address = read.address; address < read.address + read.count; address += 1) {
    const word = registers.get(address);
    if (word === undefined) {
      return exception(Uint8Array.of(read.function), registers.size ? ILLEGAL_DATA_ADDRESS : ILLEGAL_FUNCTION);
    }
    words.push(word);
  }
  const bytes = read.function < 3 ? packed(words) : words.flatMap((word) => [word >>> 8, word & 0xff]);
  return Uint8Array.of(read.function, bytes.length, ...bytes);
}

/** Eight bits a byte, the first the lowest (§6.1). */
function packed(bits: readonly number[]): number[] {
  const bytes: number[] = [];
  for (let i = 0; i < bits.length; i += 8) {
    bytes.push(bits.slice(i, i + 8).reduce((byte, bit, place) => byte + (bit ? 2 ** place : 0), 0));
  }
  return bytes;
}

/** The function code with its highest bit set, and the exception code (§7). */
function exception(pdu: Uint8Array, code: number): Uint8Array {
  return Uint8Array.of((pdu[0] ?? 0) | 0x80, code);
}

function sumOf(units: readonly ModbusUnit[]): ReadonlyMap<ReadingKind, number> {
  const sum = new Map<ReadingKind, number>();
  for (const { sent } of units) for (const [kind, count] of sent) sum.set(kind, (sum.get(kind) ?? 0) + count);
  return sum;
}
