/**
 * SQLite's write-ahead log, read without SQLite: whether it ends where it was left, and which pages it holds.
 *
 * SQLite reads a log up to the first frame with a wrong checksum and silently ignores the rest. If the disk has changed a
 * frame, the commits after it are lost. So this looks for frames of the same log beyond that point. More than one commit there
 * means damage. A single one, or one without its end, is either a commit that a power cut interrupted before it was reported,
 * or a log whose end was damaged or cut off; they look alike.
 *
 * A frame's checksum continues that of the frame before it, which is stored, so the frames after a damaged one can be checked
 * too. If not even that is left of the one before, a frame is taken as it is: its rows have checks of their own.
 *
 * Format: SQLite's "WAL-mode File Format", sections 1 to 4.2: a header of 32 bytes, then frames of 24 bytes and a page.
 */
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { endianness } from 'node:os';

const headerBytes = 32;
const frameHeaderBytes = 24;
const MAGIC = 0x377f0682;
const maxPageBytes = 65_536;

export interface LogPages {
  readonly end: 'whole' | 'torn' | 'damaged';
  readonly pageBytes: number;
  /** Where the last committed version of a page lies in the log, in bytes. */
  readonly pages: ReadonlyMap<number, number>;
  /** Pages whose last version in the log is damaged, as far as the damage leaves to know which they are. */
  readonly damaged: ReadonlySet<number>;
}

export function endOfLog(file: string): LogPages['end'] {
  return readLog(file, maxPageBytes).end;
}

/** `pageBytes` counts if the log's own header is damaged. */
export function readLog(file: string, pageBytes: number): LogPages {
  const none: LogPages = { end: 'whole', pageBytes, pages: new Map(), damaged: new Set() };
  if (!existsSync(file)) return none;
  const log = openSync(file, 'r');
  try {
    const header = readHeader(log, pageBytes);
    if (header === undefined) return none;
    const { frames, isCutShort } = readFrames(log, header);
    const reach = header.isWhole ? frames.findIndex(({ isNext }) => !isNext) : 0;
    const beyond = reach < 0 ? [] : frames.slice(reach).filter(({ isOfThisLog }) => isOfThisLog);
    const commitsBeyond = beyond.filter(({ isCommit }) => isCommit).length;
    const last = frames.findLast(({ isOfThisLog }) => isOfThisLog);
    const isUnfinished = last !== undefined && (!last.isCommit || (isCutShort && last === frames.at(-1)));
    const end = commitsBeyond > 1 ? 'damaged' : commitsBeyond === 1 || isUnfinished ? 'torn' : 'whole';
    return { end, pageBytes: header.pageBytes, ...committed(frames) };
  } finally {
    closeSync(log);
  }
}

interface Header {
  readonly isWhole: boolean;
  readonly isBigEndian: boolean;
  readonly pageBytes: number;
  readonly salt: bigint;
  readonly sums: Sums;
}

function readHeader(log: number, fallbackPageBytes: number): Header | undefined {
  const bytes = Buffer.alloc(headerBytes + frameHeaderBytes);
  if (readSync(log, bytes, 0, bytes.length, 0) < headerBytes) return undefined;
  const magic = bytes.readUInt32BE(0);
  const sums: Sums = [bytes.readUInt32BE(24), bytes.readUInt32BE(28)];
  const isBigEndian = magic === MAGIC + 1;
  const isWhole = (isBigEndian || magic === MAGIC) && isSame(sumOf([0, 0], bytes.subarray(0, 24), isBigEndian), sums);
  if (isWhole) {
    return { isWhole, isBigEndian, pageBytes: bytes.readUInt32BE(8), salt: bytes.readBigUInt64BE(16), sums };
  }
  const salt = bytes.readBigUInt64BE(headerBytes + 8); // the first frame has it too
  return { isWhole, isBigEndian: endianness() === 'BE', pageBytes: fallbackPageBytes, salt, sums };
}

interface Frame {
  readonly page: number;
  /** Where the page lies in the log. */
  readonly at: number;
  readonly isOfThisLog: boolean;
  readonly isCommit: boolean;
  /** Whether it continues the frame before it, as SQLite demands. */
  readonly isNext: boolean;
  /** Whether its page is what was written. */
  isWhole: boolean;
}

function readFrames(log: number, { isBigEndian, pageBytes, salt, sums }: Header) {
  const frames: Frame[] = [];
  const bytes = Buffer.alloc(frameHeaderBytes + pageBytes);
  const continued = (from: Sums) =>
    sumOf(sumOf(from, bytes.subarray(0, 8), isBigEndian), bytes.subarray(frameHeaderBytes), isBigEndian);
  let stored = sums;
  /** Of the frame before, if its stored checksum is not that. */
  let computed: Sums | undefined;
  let at = headerBytes;
  let read = readSync(log, bytes, 0, bytes.length, at);
  for (; read === bytes.length; read = readSync(log, bytes, 0, bytes.length, at)) {
    const own: Sums = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
    const isOfThisLog = bytes.readBigUInt64BE(8) === salt;
    const next = continued(stored);
    const isNext = isOfThisLog && isSame(next, own);
    const isAfterComputed = computed !== undefined && isSame(continued(computed), own);
    const before = frames.at(-1);
    if (isAfterComputed && before !== undefined) before.isWhole = true; // only its checksum was changed
    const isCommit = bytes.readUInt32BE(4) !== 0;
    const isUncheckable = isOfThisLog && before?.isOfThisLog === false;
    const isWhole = isNext || isAfterComputed || isUncheckable;
    frames.push({ page: bytes.readUInt32BE(0), at: at + frameHeaderBytes, isOfThisLog, isCommit, isNext, isWhole });
    computed = isWhole ? undefined : next;
    stored = own;
    at += bytes.length;
  }
  return { frames, isCutShort: read > 0 };
}

/** The pages as the last commit left them. */
function committed(frames: readonly Frame[]): Pick<LogPages, 'pages' | 'damaged'> {
  const pages = new Map<number, number>();
  const damaged = new Set<number>();
  const end = frames.findLastIndex(({ isCommit, isOfThisLog }) => isCommit && isOfThisLog);
  for (const { page, at, isWhole } of frames.slice(0, end + 1)) {
    if (isWhole) pages.set(page, at);
    if (isWhole) damaged.delete(page);
    else damaged.add(page);
  }
  return { pages, damaged };
}

type Sums = readonly [number, number];

function isSame(a: Sums, b: Sums): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

/** The checksum of section 4.2 over whole pairs of 32-bit words, continued from `sums`. */
function sumOf([s0, s1]: Sums, bytes: Buffer, isBigEndian: boolean): Sums {
  let a = s0;
  let b = s1;
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    const first = isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
    const second = isBigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4);
    a = (a + first + b) >>> 0;
    b = (b + second + a) >>> 0;
  }
  return [a, b];
}
