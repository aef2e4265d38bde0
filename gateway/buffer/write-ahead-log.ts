/**
 * Whether SQLite's write-ahead log ends where it was left.
 *
 * SQLite reads a log up to the first frame with a wrong checksum and silently ignores the rest. If the disk has changed a
 * frame, the commits after it are lost. So this looks for frames of the same log beyond that point. More than one commit there
 * means damage. A single one is either a commit that a power cut interrupted before it was reported, or a damaged last commit;
 * the two look alike.
 *
 * Format: SQLite's "WAL-mode File Format", sections 1 to 4.2: a header of 32 bytes, then frames of 24 bytes and a page.
 */
import { closeSync, existsSync, openSync, readSync } from 'node:fs';

const headerBytes = 32;
const frameHeaderBytes = 24;
const MAGIC = 0x377f0682;

export function endOfLog(file: string): 'whole' | 'torn' | 'damaged' {
  if (!existsSync(file)) return 'whole';
  const log = openSync(file, 'r');
  try {
    const header = Buffer.alloc(headerBytes);
    if (readSync(log, header, 0, headerBytes, 0) < headerBytes) return 'whole';
    const isBigEndian = header.readUInt32BE(0) === MAGIC + 1;
    let sums: Sums = [0, 0];
    sums = addTo(sums, header.subarray(0, 24), isBigEndian);
    const isHeaderWhole =
      (isBigEndian || header.readUInt32BE(0) === MAGIC) &&
      sums[0] === header.readUInt32BE(24) &&
      sums[1] === header.readUInt32BE(28);
    const frame = Buffer.alloc(frameHeaderBytes + header.readUInt32BE(8));
    if (!isHeaderWhole || frame.length > frameHeaderBytes + 65_536) return 'torn';
    let isWhole = true;
    let commitsBeyond = 0;
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
      if (!isWhole && isOfThisLog && isCommit) commitsBeyond++;
    }
    return commitsBeyond === 0 ? 'whole' : commitsBeyond === 1 ? 'torn' : 'damaged';
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
