/** JSON pointers (RFC 6901): "/data/stations/0/level". Own members only, never inherited ones. */
export const maxPointerSteps = 16;

/** Whether it is one: empty, or each step behind a "/", with "~" only in "~0" and "~1" (§3). */
export function isPointer(text: string): boolean {
  return /^(?:\/(?:[^~/]|~[01])*)*$/u.test(text) && stepsOf(text).length <= maxPointerSteps;
}

export type Followed =
  | { readonly ok: true; readonly value: unknown }
  /** How far it led, as a pointer, and what is there. */
  | { readonly ok: false; readonly reached: string; readonly there: unknown };

export function followPointer(json: unknown, pointer: string): Followed {
  let there = json;
  let reached = '';
  for (const step of stepsOf(pointer)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~'); // in this order (§4)
    const isIndex = !Array.isArray(there) || /^(?:0|[1-9]\d*)$/.test(key); // its length is nobody's value
    if (typeof there !== 'object' || there === null || !isIndex || !Object.hasOwn(there, key)) {
      return { ok: false, reached, there };
    }
    there = Reflect.get(there, key);
    reached += `/${step}`;
  }
  return { ok: true, value: there };
}

function stepsOf(pointer: string): readonly string[] {
  return pointer.split('/').slice(1);
}
