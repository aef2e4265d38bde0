/**
 * Looks for secrets of six bytes in anything: as they are and backwards, as hexadecimal digits (either case, with colons, dashes or spaces or
 * without), as a list of decimal numbers, and in base64 and base64url at any offset. One pass for each form, whatever the number of secrets.
 *
 * Major and minor of an iBeacon, four bytes, are too short to be told from chance in what is sealed or compressed. They are looked for as text: as eight
 * hexadecimal digits that stand alone, and as two decimal numbers close together.
 */

const secretBytes = 6;
const half = 2 ** 24;
const low24 = half - 1;

export class ByteSearch {
  /** By the 48 bits as a number. */
  readonly #secrets = new Map<number, string>();
  /** Which last three bytes some secret has: few others get as far as the map. */
  readonly #filter = new Uint8Array(half / 8);
  /** By major × 65,536 + minor. */
  readonly #pairs = new Map<number, string>();
  /** Bytes looked through so far. */
  bytes = 0;

  /** `secrets`: what each is, by its twelve hexadecimal digits; eight digits are major and minor, both of at least `leastOfPair`. */
  constructor(secrets: ReadonlyMap<string, string>) {
    for (const [digits, what] of secrets) {
      if (/^[0-9a-f]{8}$/.test(digits)) {
        this.#pairs.set(Number.parseInt(digits, 16), what);
        continue;
      }
      if (!/^[0-9a-f]{12}$/.test(digits)) throw new RangeError(`a secret of ${digits.length / 2} bytes`);
      const bytes = Buffer.from(digits, 'hex');
      this.#take(bytes.readUIntBE(0, secretBytes), what);
      this.#take(bytes.readUIntLE(0, secretBytes), what);
    }
  }

  /** What is found, each once. */
  in(bytes: Uint8Array): ReadonlySet<string> {
    const found = new Set<string>();
    this.bytes += bytes.length;
    this.#raw(bytes, found);
    this.#hexadecimal(bytes, found);
    this.#decimal(bytes, found);
    this.#base64(bytes, found);
    return found;
  }

  #take(value: number, what: string): void {
    this.#secrets.set(value, what);
    const low = value % half;
    this.#filter[low >>> 3] = (this.#filter[low >>> 3] ?? 0) | (1 << (low & 7));
  }

  #check(high: number, low: number, found: Set<string>): void {
    if (((this.#filter[low >>> 3] ?? 0) & (1 << (low & 7))) === 0) return;
    const what = this.#secrets.get(high * half + low);
    if (what !== undefined) found.add(what);
  }

  #checkPair(pair: number, found: Set<string>): void {
    const what = this.#pairs.get(pair);
    if (what !== undefined) found.add(what);
  }

  #raw(bytes: Uint8Array, found: Set<string>): void {
    let [high, low] = [0, 0];
    for (let i = 0; i < bytes.length; i++) {
      high = ((high << 8) | (low >>> 16)) & low24;
      low = ((low << 8) | (bytes[i] ?? 0)) & low24;
      if (i >= secretBytes - 1) this.#check(high, low, found);
    }
  }

  #hexadecimal(bytes: Uint8Array, found: Set<string>): void {
    let [high, low, digits, unbroken] = [0, 0, 0, 0];
    for (let i = 0; i <= bytes.length; i++) {
      const digit = DIGITS[bytes[i] ?? 0] ?? none;
      if (digit >= between) {
        if (unbroken === 8) this.#checkPair((high & 0xff) * half + low, found);
        unbroken = 0;
        if (digit === none) digits = 0;
        continue;
      }
      unbroken++;
      high = ((high << 4) | (low >>> 20)) & low24;
      low = ((low << 4) | digit) & low24;
      if (++digits >= 2 * secretBytes) this.#check(high, low, found);
    }
  }

  #decimal(bytes: Uint8Array, found: Set<string>): void {
    let [high, low, numbers, value] = [0, 0, 0, -1];
    let [before, beforeEndsAt] = [0, 0];
    for (let i = 0; i <= bytes.length; i++) {
      const byte = bytes[i] ?? 0;
      if (byte >= 0x30 && byte <= 0x39) {
        value = Math.min(1_000_000, Math.max(value, 0) * 10 + byte - 0x30);
        continue;
      }
      if (value >= 0) {
        if (value >= leastOfPair && value <= 0xffff) {
          const beginsAt = i - 5;
          if (before > 0 && beginsAt - beforeEndsAt <= maxApart) this.#checkPair(before * 0x1_0000 + value, found);
          [before, beforeEndsAt] = [value, i];
        }
        numbers = value > 255 ? 0 : numbers + 1;
        high = ((high << 8) | (low >>> 16)) & low24;
        low = ((low << 8) | (value & 0xff)) & low24;
        value = -1;
        if (numbers >= secretBytes) this.#check(high, low, found);
      }
      if (byte !== 0x2c && byte !== 0x20) numbers = 0;
    }
  }

  #base64(bytes: Uint8Array, found: Set<string>): void {
    let [high, low, count] = [0, 0, 0]; // 30 bits each
    for (const byte of bytes) {
      const digit = DIGITS_64[byte] ?? none;
      if (digit === between) continue;
      if (digit === none) {
        count = 0;
        continue;
      }
      high = ((high << 6) | (low >>> 24)) & 0x3fff_ffff;
      low = ((low << 6) | digit) & 0x3fff_ffff;
      if (++count < 8) continue;
      this.#check(((low >>> 24) | (high << 6)) & low24, low & low24, found);
      if (count < 9) continue; // it ends within a digit
      this.#check(((low >>> 26) | (high << 4)) & low24, (low >>> 2) & low24, found);
      this.#check(((low >>> 28) | (high << 2)) & low24, (low >>> 4) & low24, found);
    }
  }
}

/** Major and minor that are searched for have five digits each, since shorter ones are everywhere. */
export const leastOfPair = 10_000;
/** Bytes between a major and its minor: `","minor":"`. */
const maxApart = 12;
const none = 255;
const between = 254;

function table(digits: string, others: string): Uint8Array {
  const values = new Uint8Array(256).fill(none);
  for (const [i, digit] of [...digits].entries()) values[digit.charCodeAt(0)] = i;
  for (const other of others) values[other.charCodeAt(0)] = between;
  return values;
}

const DIGITS = table('0123456789abcdef', ':- ');
for (const [i, digit] of [...'ABCDEF'].entries()) DIGITS[digit.charCodeAt(0)] = 10 + i;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const DIGITS_64 = table(`${LETTERS}+/`, '');
for (const [i, digit] of [...'-_'].entries()) DIGITS_64[digit.charCodeAt(0)] = 62 + i;
