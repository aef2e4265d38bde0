/**
 * Modbus application data units: from a read request to bytes and from bytes to an answer, on both framings.
 *
 * Sources: MODBUS Application Protocol V1.1b3 (§4.1 sizes, §6.1 to §6.4 the reads, §6.5 §6.6 the writes of a coil and a register, §7 exceptions), MODBUS over Serial
 * Line V1.02 §2.5.1 (RTU), MODBUS Messaging on TCP/IP Implementation Guide V1.0b §3.1.3 (MBAP).
 */
import type { Text } from '../../shared/text.ts';
import { type ReadFunction, readsBits } from './stored-value.ts';
import { say } from './words.ts';

export type Framing = 'rtu' | 'tcp';

/** Reads `count` coils (1), discrete inputs (2), holding (3) or input (4) registers from the 0-based `address`. */
export interface ReadRequest {
  readonly unit: number;
  readonly function: ReadFunction;
  readonly address: number;
  readonly count: number;
}

/** A frame's content. On RTU `transaction` is 0. */
export type Answer =
  | {
      readonly is: 'registers';
      readonly transaction: number;
      readonly unit: number;
      readonly function: number;
      readonly data: Uint8Array;
    }
  | {
      readonly is: 'exception';
      readonly transaction: number;
      readonly unit: number;
      readonly function: number;
      readonly code: number;
    }
  | {
      /** A coil or register was written (§6.5, §6.6): the answer repeats the request, and so does the echo of one. */
      readonly is: 'written';
      readonly transaction: number;
      readonly unit: number;
      readonly function: number;
      readonly pdu: Uint8Array;
    }
  | { readonly is: 'request'; readonly request: ReadRequest };

export const WRITE_COIL = 5;
export const WRITE_REGISTER = 6;
/** Function, address, value (§6.5, §6.6). */
const WRITE_PDU_BYTES = 5;

export const maxRegistersPerRequest = 125;
/** Unit, function, address, count, CRC: the length of a read, and of a write of one coil or register. */
export const RTU_REQUEST_BYTES = 8;
export const MBAP_BYTES = 7;

/** The bytes to write for `request`; only TCP carries `transaction` (0..65535). */
export function encodeRequest(request: ReadRequest, framing: Framing, transaction: number): Uint8Array {
  const { unit, function: code, address, count } = request;
  return frameOf(unit, [code, address >>> 8, address & 0xff, count >>> 8, count & 0xff], framing, transaction);
}

/** The bytes that switch a coil (0-based `address`, §6.5). A unit that has done it answers with the same. */
export function encodeCoilWrite(
  { unit, address, on }: { readonly unit: number; readonly address: number; readonly on: boolean },
  framing: Framing,
  transaction: number,
): Uint8Array {
  return frameOf(unit, [5, address >>> 8, address & 0xff, on ? 0xff : 0, 0], framing, transaction);
}

/** A PDU as it goes out; `transaction` as in `encodeRequest`. */
export function frameOf(unit: number, pdu: readonly number[], framing: Framing, transaction: number): Uint8Array {
  if (framing === 'tcp') {
    return Uint8Array.of(transaction >>> 8, transaction & 0xff, 0, 0, 0, pdu.length + 1, unit, ...pdu);
  }
  const crc = crc16(Uint8Array.of(unit, ...pdu));
  return Uint8Array.of(unit, ...pdu, crc & 0xff, crc >>> 8);
}

/**
 * Parses a whole frame. A request is an echo or another master's. Undefined for anything else: a wrong CRC, a byte
 * count that does not fit, another function.
 */
export function parseAnswer(frame: Uint8Array, framing: Framing): Answer | undefined {
  if (framing === 'rtu') {
    if (frame.length < 5 || !endsWithCrc(frame, 0, frame.length)) return undefined;
    return parsePdu(0, frame[0] ?? 0, frame.subarray(1, -2)) ?? parseRequest(frame, RTU_REQUEST_BYTES);
  }
  if (frame.length < MBAP_BYTES + 2) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  if (view.getUint16(2) !== 0 || view.getUint16(4) !== frame.length - 6) return undefined;
  return (
    parsePdu(view.getUint16(0), view.getUint8(6), frame.subarray(MBAP_BYTES)) ?? parseRequest(frame.subarray(6), 6)
  );
}

function parsePdu(transaction: number, unit: number, pdu: Uint8Array): Answer | undefined {
  const [code = 0, second = 0] = pdu;
  if (code > 0x80) {
    return pdu.length === 2 ? { is: 'exception', transaction, unit, function: code & 0x7f, code: second } : undefined;
  }
  if (code === WRITE_COIL || code === WRITE_REGISTER) {
    return pdu.length === WRITE_PDU_BYTES ? { is: 'written', transaction, unit, function: code, pdu } : undefined;
  }
  const whole = isRead(code) && second > 0 && (readsBits(code) || second % 2 === 0) && pdu.length === second + 2;
  return whole ? { is: 'registers', transaction, unit, function: code, data: pdu.subarray(2) } : undefined;
}

/** A read from its unit on; `length` is what it takes, with its CRC if it has one. */
function parseRequest(frame: Uint8Array, length: number): Answer | undefined {
  const [unit = 0, code = 0] = frame;
  if (frame.length !== length || !isRead(code)) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  return { is: 'request', request: { unit, function: code, address: view.getUint16(2), count: view.getUint16(4) } };
}

function isRead(code: number): code is ReadFunction {
  return code >= 1 && code <= 4;
}

const EXCEPTIONS: Readonly<Record<number, Text>> = {
  1: say.illegalFunction(),
  2: say.illegalAddress(),
  3: say.illegalValue(),
  4: say.deviceFailure(),
  5: say.acknowledge(),
  6: say.deviceBusy(),
  8: say.parityError(),
  10: say.noPath(),
  11: say.noTarget(),
};

/** "exception 2, illegal data address". Source: MODBUS Application Protocol V1.1b3 §7. */
export function exceptionText(code: number): Text {
  return say.exception({ code, meaning: EXCEPTIONS[code] ?? say.nonStandard() });
}

/** The 256 single-byte remainders of the reflected polynomial 0xA001. */
const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xa001 : remainder >>> 1;
  return remainder;
});

/**
 * CRC-16/MODBUS of the bytes from `from` up to `to`; sent low byte first.
 * Source: MODBUS over Serial Line V1.02, §6.2.2 and appendix B.
 */
export function crc16(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let crc = 0xffff;
  for (let i = from; i < to; i++) crc = (crc >>> 8) ^ (TABLE[(crc ^ (bytes[i] ?? 0)) & 0xff] ?? 0);
  return crc;
}

/** Whether the two bytes before `to` are the CRC of the bytes between `from` and them. */
export function endsWithCrc(bytes: Uint8Array, from: number, to: number): boolean {
  return crc16(bytes, from, to - 2) === ((bytes[to - 2] ?? 0) | ((bytes[to - 1] ?? 0) << 8));
}
