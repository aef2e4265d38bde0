/** The bytes as text, a letter each (ISO 8859-1): for lines of which every byte counts. */
export function latin1Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
