/** Objects as CBOR maps with text keys, and back. A member that is undefined is left out. */

export function toMap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toMap);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  return new Map(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [key, toMap(member)]),
  );
}

export function fromMap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromMap);
  if (!(value instanceof Map)) return value;
  return Object.fromEntries([...value].map(([key, member]) => [String(key), fromMap(member)]));
}
