/** Bytes as a person reads them: rows of hexadecimal with the text beside it. Bluetooth addresses are struck out. */
import { latin1Of } from '../../devices/framing/latin1.ts';

const bytesPerRow = 16;
/** As people and boxes write them, with separators or without; at the ends of a sample perhaps cut in two. */
const ADDRESS =
  /(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|(?<![0-9a-f])[0-9a-f]{12}(?![0-9a-f])|^[0-9a-f:-]{6,16}(?![0-9a-f])|(?<![0-9a-f])[0-9a-f:-]{6,16}$/gi;
const STRUCK = '×';

/** "52 31 32 33 34 0D  R1234·", a row for every sixteen bytes. */
export function rowsOf(bytes: Uint8Array): readonly string[] {
  const text = withoutAddresses(bytes);
  const rows: string[] = [];
  for (let at = 0; at < bytes.length; at += bytesPerRow) {
    const shown = [...text.slice(at, at + bytesPerRow)];
    const hex = shown.map((character, i) => hexOf(character, bytes[at + i])).join(' ');
    rows.push(`${hex.padEnd(bytesPerRow * 3 - 1)}  ${shown.map(plain).join('')}`);
  }
  return rows;
}

/** Digits in a row, two a byte; those of addresses are struck out. */
export function hexDigits(bytes: Uint8Array): string {
  return [...withoutAddresses(bytes)].map((character, i) => hexOf(character, bytes[i])).join('');
}

/** A character a byte. */
function withoutAddresses(bytes: Uint8Array): string {
  return latin1Of(bytes)
    .replaceAll(STRUCK, '\0')
    .replace(ADDRESS, (address) => STRUCK.repeat(address.length));
}

function hexOf(character: string, byte = 0): string {
  return character === STRUCK ? STRUCK.repeat(2) : byte.toString(16).toUpperCase().padStart(2, '0');
}

function plain(character: string): string {
  return character === STRUCK || (character >= ' ' && character <= '~') ? character : '·';
}
