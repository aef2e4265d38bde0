/** A file that a command is given, piece by piece. */
import { createReadStream } from 'node:fs';
import { MachimoriError, messageOf } from '../../shared/errors.ts';

/** Throws a MachimoriError "file-unreadable". */
export async function* readFilePieces(file: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of createReadStream(file)) yield piece as Uint8Array; // no encoding was asked for
  } catch (cause) {
    throw new MachimoriError('file-unreadable', {
      what: `it cannot be read (${messageOf(cause)})`,
      on: file,
      hint: 'Check the path, that this user may read it, and that the stick is still plugged in',
      cause,
    });
  }
}
