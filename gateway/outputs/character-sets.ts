/** Text in the character sets of display boards. What the runtime can read in a character set, it can be made to write: by reading all of it once. */

export const CHARACTER_SETS = ['utf-8', 'shift_jis', 'euc-jp'] as const;
export type CharacterSet = (typeof CHARACTER_SETS)[number];

const tables = new Map<CharacterSet, ReadonlyMap<string, Uint8Array>>();

/** Undefined if it has a character that the set lacks and there is none to stand `instead`. */
export function encodeIn(set: CharacterSet, text: string, instead?: string): Uint8Array | undefined {
  if (set === 'utf-8') return new TextEncoder().encode(text);
  const table = tables.get(set) ?? tableOf(set);
  tables.set(set, table);
  const bytes: number[] = [];
  for (const character of text.normalize('NFC')) {
    const found = table.get(character) ?? (instead === undefined ? undefined : table.get(instead));
    if (found === undefined) return undefined;
    bytes.push(...found);
  }
  return Uint8Array.from(bytes);
}

/** Of a character that has several codes the lowest counts. */
function tableOf(set: CharacterSet): ReadonlyMap<string, Uint8Array> {
  const decoder = new TextDecoder(set, { fatal: true });
  const table = new Map<string, Uint8Array>();
  const take = (...code: number[]) => {
    const bytes = Uint8Array.from(code);
    try {
      const character = decoder.decode(bytes);
      if ([...character].length === 1 && !table.has(character)) table.set(character, bytes);
    } catch {
      // no character has this code
    }
  };
  for (let byte = 0; byte < 0x100; byte++) take(byte);
  for (let first = 0x80; first < 0x100; first++) for (let second = 0x40; second < 0x100; second++) take(first, second);
  return table;
}
