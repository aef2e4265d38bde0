/** The 256 single-byte remainders of the reflected polynomial 0xA001. */
const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xa001 : remainder >>> 1;
  return remainder;
});

/**
 * CRC-16/MODBUS of `bytes` from `from` up to `to`; sent low byte first.
 * Source: MODBUS over Serial Line V1.02, §6.2.2 and appendix B.
 */
export function crc16(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let crc = 0xffff;
  for (let i = from; i < to; i++) crc = (crc >>> 8) ^ (TABLE[(crc ^ (bytes[i] ?? 0)) & 0xff] ?? 0);
  return crc;
}

/** Whether the two bytes before `to` are the CRC of those from `from` up to them. */
export function endsWithCrc(bytes: Uint8Array, from: number, to: number): boolean {
  return crc16(bytes, from, to - 2) === ((bytes[to - 2] ?? 0) | ((bytes[to - 1] ?? 0) << 8));
}
