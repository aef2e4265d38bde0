/** Text as the bytes of old Japanese encodings: the decoder of the platform, turned round. For pages that servers still send. */

export type OldEncoding = 'shift_jis' | 'euc-jp';

const tables = new Map<OldEncoding, ReadonlyMap<string, readonly number[]>>();

/** Throws a RangeError for a character that the encoding does not have. */
export function encodeJapanese(text: string, encoding: OldEncoding): Uint8Array {
  const table = tables.get(encoding) ?? tableOf(encoding);
  tables.set(encoding, table);
  return Uint8Array.from(
    [...text].flatMap((character) => {
      const code = character.codePointAt(0) ?? 0;
      const bytes = code < 0x80 ? [code] : table.get(character);
      if (bytes === undefined) throw new RangeError(`${encoding} has no ${character}`);
      return bytes;
    }),
  );
}

function tableOf(encoding: OldEncoding): ReadonlyMap<string, readonly number[]> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const table = new Map<string, readonly number[]>();
  for (let lead = 0x81; lead <= 0xfc; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      const character = decoded(decoder, [lead, trail]);
      if (character !== undefined && [...character].length === 1 && !table.has(character))
        table.set(character, [lead, trail]);
    }
  }
  return table;
}

function decoded(decoder: InstanceType<typeof TextDecoder>, bytes: readonly number[]): string | undefined {
  try {
    return decoder.decode(Uint8Array.from(bytes));
  } catch {
    return undefined; // no character has these bytes
  }
}
