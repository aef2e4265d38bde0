/** A parcel that a verb was given, which must be of the kind that it wants; if it is not, what it is instead is said. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { MachimoriError } from '../../shared/errors.ts';
import { type OpenParcel, openParcel } from '../../shared/feed/parcel.ts';
import type { Text } from '../../shared/text.ts';
import { readFilePieces } from './input.ts';
import { say } from './words/carry.ts';

/** "data": of `machimori export`. "receipts": of `machimori import --receipts`. */
type Wanted = 'data' | 'receipts';

/** Throws a MachimoriError "not-a-parcel" or "file-unreadable". */
export async function openParcelFile(file: string, wanted: Wanted): Promise<OpenParcel> {
  return openParcel(readFilePieces(file), file).catch((fault) => {
    const isOther = fault instanceof MachimoriError && fault.code === 'not-a-parcel';
    throw isOther ? notWanted('not-a-parcel', file, kindOfFile(file), wanted) : fault;
  });
}

/** The same parcel. Throws a MachimoriError "wrong-parcel" if its first message is not of the kind wanted. */
export async function onlyOfKind({ head, messages }: OpenParcel, file: string, wanted: Wanted): Promise<OpenParcel> {
  const first = messages.next();
  const kind = await first.then(
    ({ value }) => value?.kind,
    () => undefined, // whoever reads on hears of it
  );
  const isReceipt = kind === 'receipt';
  if (kind === undefined || kind === 'damaged' || isReceipt === (wanted === 'receipts')) {
    return { head, messages: withFirst(first, messages) };
  }
  await messages.return(undefined);
  throw notWanted('wrong-parcel', file, isReceipt ? say.kindReceipts() : say.kindExport(), wanted);
}

function notWanted(code: string, on: string, kind: Text, wanted: Wanted): MachimoriError {
  return wanted === 'data'
    ? new MachimoriError(code, { what: say.notOurs({ kind }), on, hint: say.giveExport() })
    : new MachimoriError(code, { what: say.notReceipts({ kind }), on, hint: say.giveReceipts() });
}

async function* withFirst<T>(first: Promise<IteratorResult<T>>, rest: AsyncGenerator<T>): AsyncGenerator<T> {
  const result = await first;
  if (result.done === true) return;
  yield result.value;
  yield* rest;
}

const lookBytes = 512;
/** gzip, zip, 7z, xz, Zstandard. */
const COMPRESSED = ['\x1f\x8b', 'PK\x03\x04', '7z\xbc\xaf', '\xfd7zXZ', '\x28\xb5\x2f\xfd'];

function kindOfFile(file: string): Text {
  if (statSync(file).isDirectory()) return say.kindFolder();
  const bytes = Buffer.alloc(lookBytes);
  const descriptor = openSync(file, 'r');
  const head = bytes.subarray(0, readSync(descriptor, bytes));
  closeSync(descriptor);
  if (head.length === 0) return say.kindEmpty();
  const start = head.toString('latin1');
  if (start.startsWith('SQLite format 3\0')) return say.kindDatabase();
  if (COMPRESSED.some((magic) => start.startsWith(magic))) return say.kindCompressed();
  if (/(?![\t\n\r])\p{Cc}/u.test(head.toString('utf8'))) return say.kindUnknown();
  if (/^\s*[{[]\s*["{[\]}]/.test(start)) return say.kindJson();
  return /^\s*\[+[a-z.]+\]+\s*$/m.test(start) ? say.kindConfig() : say.kindText();
}
