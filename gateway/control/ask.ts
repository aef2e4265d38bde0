/** What the command line asks through, and what both ways of answering share: the socket, and the files. */
import { chownSync, existsSync, statSync } from 'node:fs';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import { say } from './words.ts';

/** Asks one thing; its answer must be read before the next is asked. */
export type Ask = (action: string, parameters: unknown) => AsyncIterable<Uint8Array>;

/** Lets the gateway read and write a file that root makes in or for its folder. */
export function giveToOwnerOf(folder: string, file: string): void {
  if (!existsSync(file) || !existsSync(folder)) return;
  const { uid, gid } = statSync(folder);
  if (statSync(file).uid !== uid) chownSync(file, uid, gid);
}

export function denied(on: string, cause: unknown): MachimoriError {
  return new MachimoriError('denied', {
    what: say.denied({ why: messageOf(cause) }),
    on,
    hint: say.deniedHint(),
    cause,
  });
}
