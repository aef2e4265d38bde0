/**
 * A path into JSON, as profiles write it: `data.level`, `sensors.0.level`, `"air temp".value`, `sensors[name=soil].value`.
 *
 * Steps are joined by dots. A step is a name of letters of any script, digits, "_" and "-"; anything else stands in double quotes, in
 * which `\"` and `\\` are a quote and a backslash. In a list a step is a number from 0, or `[member=value]`: the first element whose member
 * is that value. Bound: `maxSteps`.
 */
export type Step =
  | { readonly key: string }
  /** The first element of a list with this value, as text. */
  | { readonly member: string; readonly value: string };

export const maxSteps = 16;

const QUOTED = String.raw`"(?:[^"\\]|\\["\\])*"`;
const NAME = String.raw`(?:[\p{L}\p{M}\p{N}_-]+|${QUOTED})`;
const VALUE = String.raw`(?:[\p{L}\p{M}\p{N}_.:+-]+|${QUOTED})`;
const STEP = new RegExp(String.raw`(?:(?<dot>\.?)(?<key>${NAME})|\[(?<member>${NAME})=(?<value>${VALUE})\])`, 'uy');

/** Paths come from profiles, so there are few; beyond this all are read again. */
const maxKnown = 1_000;
const known = new Map<string, readonly Step[]>();

/** The steps of a path; the path itself as a name if it is none. */
function stepsOf(path: string): readonly Step[] {
  const before = known.get(path);
  if (before !== undefined) return before;
  const steps = parsePath(path) ?? [{ key: path }];
  if (known.size >= maxKnown) known.clear();
  known.set(path, steps);
  return steps;
}

/** The steps of a path; undefined if it is none. */
export function parsePath(path: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  STEP.lastIndex = 0;
  for (let at = 0; at < path.length; at = STEP.lastIndex) {
    const groups = STEP.exec(path)?.groups;
    if (groups === undefined) return undefined;
    const { dot, key, member = '', value = '' } = groups;
    if (key !== undefined && (dot === '') !== (at === 0)) return undefined;
    steps.push(key === undefined ? { member: unquoted(member), value: unquoted(value) } : { key: unquoted(key) });
  }
  return steps.length === 0 ? undefined : steps;
}

function unquoted(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replace(/\\(["\\])/g, '$1') : text;
}

/** A value in JSON, and the names and numbers that lead to it. */
export interface Place<V = unknown> {
  readonly value: V;
  readonly keys: readonly string[];
}

/** What a path leads to; own members only, never inherited ones. Undefined if there is nothing, or the path is none. */
export function follow(json: unknown, path: string): Place | undefined {
  const keys: string[] = [];
  const value = valueAt(json, path, keys);
  return value === undefined ? undefined : { value, keys };
}

/** The value that a path leads to, as `follow` has it; the names and numbers that lead there go into `keys`. */
export function valueAt(json: unknown, path: string, keys?: string[]): unknown {
  let value = json;
  for (const step of stepsOf(path)) {
    const key = 'key' in step ? step.key : indexOf(value, step);
    if (typeof value !== 'object' || value === null || key === undefined || !Object.hasOwn(value, key))
      return undefined;
    if (Array.isArray(value) && !/^\d+$/.test(key)) return undefined; // its length is nobody's value
    value = Reflect.get(value, key);
    keys?.push(key);
  }
  return value;
}

function indexOf(list: unknown, { member, value }: Extract<Step, { member: string }>): string | undefined {
  if (!Array.isArray(list)) return undefined;
  const index = list.findIndex((element: unknown) => {
    const isObject = typeof element === 'object' && element !== null && Object.hasOwn(element, member);
    const found: unknown = isObject ? Reflect.get(element, member) : undefined;
    return typeof found === 'object' ? false : isObject && String(found) === value;
  });
  return index < 0 ? undefined : String(index);
}
