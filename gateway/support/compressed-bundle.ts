/**
 * A support bundle that fits into a result of an order: as gzip (RFC 1952), which whoever gets it opens with what they have.
 *
 * When it is too large the oldest lines of the log go first, down to `keptLines`, then the devices and gateways of the status, then the rest of the
 * log, and at last its end is cut off.
 */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type BundleParts, supportBundle } from './bundle.ts';

const compress = promisify(gzip);
/** With which the status of many devices is worth more than the log before. */
const keptLines = 200;

export interface CompressedBundle {
  readonly bytes: Uint8Array;
  /** Lines of the log that are in it. */
  readonly logLines: number;
  /** Whether something of the status, or its end, is left out. */
  readonly isCut: boolean;
}

/** Of at most so many bytes; 4 KiB always suffice for its beginning. */
export async function compressedBundle(parts: BundleParts, maxBytes: number): Promise<CompressedBundle> {
  for (const fewer of lesser(parts)) {
    const bytes = await compress(supportBundle(fewer), { level: 9 });
    if (bytes.length > maxBytes) continue;
    return { bytes, logLines: fewer.logLines.length, isCut: fewer.status !== parts.status };
  }
  let text = supportBundle({ ...withoutMany(parts), logLines: [] });
  for (;;) {
    text = text.slice(0, text.length / 2);
    const bytes = await compress(text, { level: 9 });
    if (bytes.length <= maxBytes) return { bytes, logLines: 0, isCut: true };
  }
}

function* lesser(parts: BundleParts): Generator<BundleParts> {
  yield* withFewerLines(parts, keptLines);
  yield* withFewerLines(withoutMany(parts), 1);
}

function* withFewerLines(parts: BundleParts, least: number): Generator<BundleParts> {
  const { logLines } = parts;
  yield parts;
  for (let count = logLines.length / 2; count >= least; count /= 2) {
    yield { ...parts, logLines: logLines.slice(-Math.floor(count)) };
  }
}

/** Without what there may be thousands of. */
function withoutMany({ status, ...rest }: BundleParts): BundleParts {
  return { ...rest, status: status && { ...status, devices: {}, gateways: [] } };
}
