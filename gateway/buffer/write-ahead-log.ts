/**
 * Whether SQLite's write-ahead log was cut short by damage.
 *
 * SQLite takes a log up to the first frame whose checksum is wrong, and says nothing of what it leaves out. Where the disk
 * has changed a frame, commits behind it are lost, numbers that were sent already would be given again, and the city OS
 * would take the new batches for repeats. So it is looked whether anything of the same log follows: then the buffer
 * begins a new epoch. What a power cut leaves of an unfinished commit may look the same, and is treated the same.
 *
 * Format: SQLite's "WAL-mode File Format", sections 1 to 4.2: a header of 32 bytes, then frames of 24 bytes and a page.
 */
import { closeSync, existsSync, openSync, readSync } from 'node:fs';

const headerBytes = 32;
const frameHeaderBytes = 24;
const MAGIC = 0x377f0682;

export function isCutShort(file: string): boolean {
  if (!existsSync(file)) return false;
  const log = openSync(file, 'r');
  try {
    const header = Buffer.alloc(headerBytes);
    if (readSync(log, header, 0, headerBytes, 0) < headerBytes) return false;
    const isBigEndian = header.readUInt32BE(0) === MAGIC + 1;
    let sums: Sums = [0, 0];
    sums = addTo(sums, header.subarray(0, 24), isBigEndian);
    const isHeaderWhole =
      (isBigEndian || header.readUInt32BE(0) === MAGIC) &&
      sums[0] === header.readUInt32BE(24) &&
      sums[1] === header.readUInt32BE(28);
    const frame = Buffer.alloc(frameHeaderBytes + header.readUInt32BE(8));
    if (!isHeaderWhole || frame.length > frameHeaderBytes + 65_536) return true;
    let isWhole = true;
    for (let at = headerBytes; readSync(log, frame, 0, frame.length, at) === frame.length; at += frame.length) {
      const isOfThisLog = frame.readBigUInt64BE(8) === header.readBigUInt64BE(16);
      if (isWhole) {
        const next = addTo(
          addTo(sums, frame.subarray(0, 8), isBigEndian),
          frame.subarray(frameHeaderBytes),
          isBigEndian,
        );
        isWhole = isOfThisLog && next[0] === frame.readUInt32BE(16) && next[1] === frame.readUInt32BE(20);
        sums = next;
      }
      const isCommit = frame.readUInt32BE(4) !== 0;
      if (!isWhole && isOfThisLog && isCommit) return true;
    }
    return false;
  } finally {
    closeSync(log);
  }
}

type Sums = readonly [number, number];

/** The checksum of section 4.2 over whole pairs of 32-bit words, continued from `sums`. */
function addTo([s0, s1]: Sums, bytes: Buffer, isBigEndian: boolean): Sums {
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
