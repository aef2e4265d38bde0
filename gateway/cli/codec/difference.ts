/** Where two JSON values differ, by path: `data.temperature`. Pure. */

export const maxDifferences = 20;

export interface Difference {
  readonly path: string;
  /** undefined if absent. */
  readonly expected: unknown;
  readonly actual: unknown;
}

/**
 * At most `maxDifferences`. A key whose value is undefined counts as absent. What is expected to be null may also be absent,
 * since YAML reads an empty key as null.
 */
export function differences(expected: unknown, actual: unknown): readonly Difference[] {
  const found: Difference[] = [];
  collect('', plain(expected), plain(actual), found);
  return found;
}

/** As JSON has it: NaN is null, undefined is left out, a Date is its ISO text. */
function plain(value: unknown): unknown {
  const text = JSON.stringify(value);
  return text === undefined ? undefined : JSON.parse(text);
}

function collect(path: string, expected: unknown, actual: unknown, found: Difference[]): void {
  if (found.length >= maxDifferences || expected === actual || (expected === null && actual === undefined)) return;
  if (!isTree(expected) || !isTree(actual) || Array.isArray(expected) !== Array.isArray(actual)) {
    found.push({ path, expected, actual });
    return;
  }
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const below = Array.isArray(expected) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    collect(below, own(expected, key), own(actual, key), found);
  }
}

function own(tree: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(tree, key) ? tree[key] : undefined;
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
