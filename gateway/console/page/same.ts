/** Keeps what has not changed, so that only what did is drawn again. */

/** `next`, with every part of it that equals its counterpart in `last` replaced by that. Both are JSON. */
export function keepSame<T>(last: unknown, next: T): T {
  if (Object.is(last, next)) return next;
  if (!isObject(last) || !isObject(next) || Array.isArray(last) !== Array.isArray(next)) return next;
  const parts: Record<string, unknown> = next; // fresh from JSON.parse: nobody else has it
  const keys = Object.keys(parts);
  let isSame = keys.length === Object.keys(last).length;
  for (const key of keys) {
    const kept = keepSame(last[key], parts[key]);
    if (!Object.hasOwn(last, key) || !Object.is(kept, last[key])) isSame = false;
    parts[key] = kept;
  }
  return isSame ? (last as T) : next; // it equals `next`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
