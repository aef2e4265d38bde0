/**
 * A recording of any format, as one series of entries.
 *
 * Promise: the format is known by the first bytes, not by a name. Entries come in the order of the file; what is damaged or missing is an
 * entry of its own with its offset, and what follows is read on. Bounds: a piece of the file and one block are held.
 */
import { createReadStream } from 'node:fs';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import { BtsnoopReader, btsnoopHeadBytes, isBtsnoop } from './btsnoop.ts';
import { GpsdLogReader, isComment, isGpsdLog } from './gpsd-log.ts';
import { isPcap, PcapReader, pcapHeadBytes } from './pcap.ts';
import { PcapngReader } from './pcapng.ts';
import type { Damage, Entry, Recorded, RecordingReader } from './recorded.ts';
import { say } from './words.ts';

export type RecordingFormat = 'pcapng' | 'pcap' | 'btsnoop' | 'gpsd-log';

/** Enough bytes to tell every format; more are needed if it begins with comments. */
const tellingBytes = 64;
const commentBytes = 4_096;

export interface Recording {
  readonly format: RecordingFormat;
  /** Whether its times are those of a clock, and not what a receiver said, or assumed. */
  readonly hasClock: boolean;
  readonly entries: AsyncIterable<Entry>;
}

/** What a file is. Either is to be read, not both. */
export interface Recognised {
  readonly recording: Recording | undefined;
  /** All of its bytes, as they are. */
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** Undefined if it is none of them. */
export function formatOf(head: Uint8Array): RecordingFormat | undefined {
  if (Buffer.from(head.subarray(0, 4)).equals(Uint8Array.of(0x0a, 0x0d, 0x0d, 0x0a))) return 'pcapng';
  if (isPcap(head)) return 'pcap';
  if (isBtsnoop(head)) return 'btsnoop';
  return isGpsdLog(head) ? 'gpsd-log' : undefined;
}

/** Rejects as the pieces do. */
export async function recognise(pieces: AsyncIterable<Uint8Array>): Promise<Recognised> {
  const iterator = pieces[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  let isEnd = false;
  while (head.length < (isComment(head) ? commentBytes : tellingBytes) && !isEnd) {
    const next = await iterator.next();
    if (next.done === true) isEnd = true;
    else head = Buffer.concat([head, next.value]);
  }
  const format = formatOf(head);
  const all = followed(head, isEnd ? undefined : iterator);
  const recording = format && { format, hasClock: format !== 'gpsd-log', entries: read(format, head, all) };
  return { recording, pieces: all };
}

/** Throws a MachimoriError: "file-unreadable", "no-recording". */
export async function openRecording(file: string): Promise<Recording> {
  const { recording } = await recognise(readPieces(file));
  if (recording !== undefined) return recording;
  throw new MachimoriError('no-recording', { what: say.unrecognised(), on: file, hint: say.recordOne() });
}

/** What was said on the line; anything else is left out, and damage is told. */
export async function* recordsOf(
  { entries }: Pick<Recording, 'entries'>,
  damaged: (damage: Damage) => void = () => {},
): AsyncGenerator<Recorded> {
  for await (const entry of entries) {
    if ('record' in entry) yield entry.record;
    else if ('damage' in entry) damaged(entry.damage);
  }
}

async function* readPieces(file: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of createReadStream(file)) yield piece as Uint8Array; // no encoding was asked for
  } catch (cause) {
    const what = say.unreadable({ why: messageOf(cause) });
    throw new MachimoriError('file-unreadable', { what, on: file, hint: say.checkPath(), cause });
  }
}

async function* followed(
  head: Uint8Array,
  rest: AsyncIterator<Uint8Array> | undefined,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield head;
    for (let next = await rest?.next(); next !== undefined && next.done !== true; next = await rest?.next()) {
      yield next.value;
    }
  } finally {
    await rest?.return?.();
  }
}

async function* read(
  format: RecordingFormat,
  head: Uint8Array,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Entry> {
  const { reader, headBytes } = readerOf(format, head);
  let passOver = headBytes;
  for await (const piece of pieces) {
    yield* reader.push(piece.subarray(passOver));
    passOver = 0; // the first piece is the whole head
  }
  yield* reader.end();
}

function readerOf(
  format: RecordingFormat,
  head: Uint8Array,
): { readonly reader: RecordingReader; readonly headBytes: number } {
  switch (format) {
    case 'pcapng':
      return { reader: new PcapngReader(), headBytes: 0 };
    case 'pcap':
      return { reader: new PcapReader(head), headBytes: pcapHeadBytes };
    case 'btsnoop':
      return { reader: new BtsnoopReader(head), headBytes: btsnoopHeadBytes };
    case 'gpsd-log':
      return { reader: new GpsdLogReader(), headBytes: 0 };
  }
}
