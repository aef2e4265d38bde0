/**
 * The slave's side of Modbus framing: from bytes to requests and from answers to bytes.
 *
 * RTU (MODBUS over Serial Line V1.02 §2.5.1): unit, function, data, CRC-16. TCP (MODBUS Messaging on TCP/IP V1.0b §3.1.3):
 * transaction, protocol 0, length, unit, function, data. Holds at most `maxAduBytes`; bytes that do not begin a request are
 * skipped.
 */

export interface ModbusRequest {
  /** Modbus TCP only: returned with the answer. */
  readonly transaction: number;
  readonly unit: number;
  /** Function code and data (the PDU). */
  readonly pdu: Uint8Array;
}

export interface ModbusFraming {
  push(bytes: Uint8Array): readonly ModbusRequest[];
  answer(request: ModbusRequest, pdu: Uint8Array): Uint8Array;
}

/** 256 on a serial line, 260 over TCP. */
const maxAduBytes = 260;
/** Unit, function, two 16-bit fields, CRC: every request of the functions 1 to 6. */
const FIXED_REQUEST_BYTES = 8;
/** Public function codes are below 65 (Application Protocol V1.1b3 §5). */
const FIRST_USER_FUNCTION = 65;
const MBAP_BYTES = 7;
/** Unit and PDU. */
const maxMbapLength = 254;

/**
 * CRC-16/MODBUS (Serial Line §6.2.2): reflected polynomial 0xA001, starting at 0xFFFF; sent low byte first. Over a frame
 * with its CRC it is 0.
 */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
}

export function rtuFraming(): ModbusFraming {
  return cutting(rtuRequestIn, (request, pdu) => withCrc(Uint8Array.of(request.unit, ...pdu)));
}

export function tcpFraming(): ModbusFraming {
  return cutting(tcpRequestIn, ({ transaction, unit }, pdu) =>
    Uint8Array.of(...uint16(transaction), 0, 0, ...uint16(pdu.length + 1), unit, ...pdu),
  );
}

/** The first request in the bytes, and where it ends. */
interface Found {
  readonly request: ModbusRequest;
  readonly end: number;
}

function cutting(requestIn: (held: Uint8Array) => Found | undefined, answer: ModbusFraming['answer']): ModbusFraming {
  let held = new Uint8Array(0);
  return {
    answer,
    push(bytes) {
      held = Uint8Array.of(...held, ...bytes);
      const requests: ModbusRequest[] = [];
      for (let found = requestIn(held); found; found = requestIn(held)) {
        requests.push(found.request);
        held = held.slice(found.end);
      }
      held = held.slice(-maxAduBytes);
      return requests;
    },
  };
}

/** A request of a function whose length this slave does not know must come alone. */
function rtuRequestIn(held: Uint8Array): Found | undefined {
  for (let start = 0; start + FIXED_REQUEST_BYTES <= held.length; start += 1) {
    const functionCode = held[start + 1] ?? 0;
    if (functionCode < 1 || functionCode > 6) continue;
    const end = start + FIXED_REQUEST_BYTES;
    if (crc16(held.subarray(start, end)) === 0) return { request: rtuRequest(held.subarray(start, end)), end };
  }
  const functionCode = held[1] ?? 0;
  const isOther = functionCode > 6 && functionCode < FIRST_USER_FUNCTION && crc16(held) === 0;
  return isOther ? { request: rtuRequest(held), end: held.length } : undefined;
}

function rtuRequest(frame: Uint8Array): ModbusRequest {
  return { transaction: 0, unit: frame[0] ?? 0, pdu: frame.slice(1, -2) };
}

function tcpRequestIn(held: Uint8Array): Found | undefined {
  const view = new DataView(held.buffer, held.byteOffset, held.length);
  for (let start = 0; start + MBAP_BYTES < held.length; start += 1) {
    const following = view.getUint16(start + 4);
    if (view.getUint16(start + 2) !== 0 || following < 2 || following > maxMbapLength) continue;
    const end = start + MBAP_BYTES - 1 + following;
    if (held.length < end) return undefined;
    const unit = view.getUint8(start + 6);
    return { request: { transaction: view.getUint16(start), unit, pdu: held.slice(start + MBAP_BYTES, end) }, end };
  }
  return undefined;
}

function withCrc(bytes: Uint8Array): Uint8Array {
  const crc = crc16(bytes);
  return Uint8Array.of(...bytes, crc & 0xff, crc >>> 8);
}

function uint16(value: number): [number, number] {
  return [value >>> 8, value & 0xff];
}
