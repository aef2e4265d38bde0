/** Bytes as text and back, one character per byte (ISO 8859-1): for protocols in which every byte counts. */

const maxArguments = 4096;

export function latin1Of(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += maxArguments) {
    const piece: ArrayLike<number> = bytes.subarray(at, at + maxArguments);
    text += String.fromCharCode.apply(undefined, piece as number[]); // `apply` takes anything array-like
  }
  return text;
}

/** Characters above U+00FF keep their low byte. */
export function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
