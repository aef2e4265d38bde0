/**
 * Bluetooth device addresses as numbers of 48 bits: in hexadecimal, an address as people write it.
 *
 * Source: Core Spec Vol 6 Part B §1.3: the two highest bits of a random address tell its kind.
 */
export const ADDRESS_TYPE = { public: 0, random: 1 } as const;

/** 40 bits below the byte that tells. */
const HIGHEST_BYTE = 2 ** 40;

/**
 * A random address that who has the identity key can resolve (§1.3.2.2). A controller's own types 2 and 3 are identities that it has
 * resolved already.
 */
export function isResolvable(address: number, addressType: number): boolean {
  return addressType === ADDRESS_TYPE.random && Math.floor(address / HIGHEST_BYTE) >> 6 === 0b01;
}

/** Of six bytes, highest first. */
export function addressOf(bytes: Uint8Array): number {
  return bytes.reduce((address, byte) => address * 256 + byte, 0);
}

/** Highest byte first. */
export function addressBytes(address: number): Uint8Array {
  const bytes = new Uint8Array(6);
  for (let at = 5, rest = address; at >= 0; at--, rest = Math.floor(rest / 256)) bytes[at] = rest % 256;
  return bytes;
}

/** In lower case with colons. */
export function writtenAddress(address: number): string {
  return address
    .toString(16)
    .padStart(12, '0')
    .replace(/..(?=.)/g, '$&:');
}

/** Of twelve hexadecimal digits, with colons, dashes or nothing between each two; undefined for anything else. */
export function parseAddress(text: string): number | undefined {
  return /^(?:[0-9a-f]{2}([:-]?)(?:[0-9a-f]{2}\1){4}[0-9a-f]{2})$/i.test(text)
    ? Number.parseInt(text.replaceAll(/[:-]/g, ''), 16)
    : undefined;
}
