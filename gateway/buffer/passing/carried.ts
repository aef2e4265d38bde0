/**
 * A message of another gateway as it waits here: the tenant it came under, then the message exactly as it came.
 *
 *   tenant's length (one byte) │ tenant (UTF-8) │ message
 *
 * A message of our own begins with a CBOR map (RFC 8949 §3.1: 0xa0 or more), so the two are told apart by their first byte.
 */
export interface Carried {
  readonly tenant: string;
  readonly message: Buffer;
}

/** Most bytes of a tenant's name. */
export const maxTenantBytes = 0x7f;

export function carry(tenant: string, message: Uint8Array): Buffer {
  const name = Buffer.from(tenant);
  if (name.length > maxTenantBytes) throw new RangeError(`a tenant of ${name.length} bytes`);
  return Buffer.concat([Buffer.of(name.length), name, message]);
}

/** Undefined if it is a message of our own, or too short to be anything. */
export function carried(bytes: Buffer): Carried | undefined {
  const length = bytes[0] ?? 0xff;
  if (length > maxTenantBytes || bytes.length < 1 + length) return undefined;
  return { tenant: bytes.toString('utf8', 1, 1 + length), message: bytes.subarray(1 + length) };
}
