/** The places of keys that stand earlier too, each with the first place; undefined is no key. */
export function repeats(
  keys: readonly (string | undefined)[],
): readonly { readonly index: number; readonly first: number }[] {
  const firsts = new Map<string, number>();
  return keys.flatMap((key, index) => {
    if (key === undefined) return [];
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, index);
    return first === undefined ? [] : [{ index, first }];
  });
}
