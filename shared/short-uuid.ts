/** The Bluetooth Base UUID behind its first 32 bits: Core Spec Vol 3 Part B §2.5.1. */
const BASE_UUID = '00001000800000805f9b34fb';

/** A UUID of 4, 8 or 32 lower-case digits in the fewest that name the same service, however an advertisement writes it. */
export function shortUuid(digits: string): string {
  const short = digits.length === 32 && digits.endsWith(BASE_UUID) ? digits.slice(0, 8) : digits;
  return short.length === 8 && short.startsWith('0000') ? short.slice(4) : short;
}
