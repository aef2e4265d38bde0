/**
 * Classic pcap (draft-ietf-opsawg-pcap), in either byte order, with microseconds or nanoseconds.
 *
 * Nothing in it marks where a record begins: after damage one counts whose lengths are possible, whose time is within a day of the last,
 * and which another such record, or the end of the file, follows. Bounds: as block-reader.ts.
 */
import { UnmarkedFormat, viewOf } from './block-format.ts';
import { maxBlockBytes } from './block-reader.ts';
import { type Captured, entryOf } from './link-types.ts';
import { damage, type Entry, maxTime } from './recorded.ts';
import { say } from './words.ts';

export const pcapHeadBytes = 24;
const headBytes = 16;
const MAGIC = { microseconds: 0xa1b2c3d4, nanoseconds: 0xa1b23c4d };
const daySeconds = 86_400;

export class PcapReader extends UnmarkedFormat {
  readonly #isLittle: boolean;
  readonly #perSecond: number;
  readonly #linkType: number;
  #lastSeconds: number | undefined;

  /** `head`: the first `pcapHeadBytes` of the file, which `isPcap`. */
  constructor(head: Uint8Array) {
    super(headBytes, pcapHeadBytes);
    const view = viewOf(head);
    this.#isLittle = isMagic(view.getUint32(0, true));
    this.#perSecond = view.getUint32(0, this.#isLittle) === MAGIC.nanoseconds ? 1e9 : 1e6;
    this.#linkType = view.getUint32(20, this.#isLittle) & 0xffff; // above it: what is at the end of a frame
  }

  protected override bodyBytes(view: DataView, at: number): number {
    return view.getUint32(at + 8, this.#isLittle);
  }

  protected override isLikely(view: DataView, at: number): boolean {
    const [seconds, fraction, held, original] = [0, 4, 8, 12].map((of) => view.getUint32(at + of, this.#isLittle));
    if (seconds === undefined || fraction === undefined || held === undefined || original === undefined) return false;
    const isNear = Math.abs(seconds - (this.#lastSeconds ?? seconds)) <= daySeconds;
    return isNear && fraction < this.#perSecond && held > 0 && held <= original && original <= maxBlockBytes;
  }

  protected override read(offset: number, block: Uint8Array): Entry | undefined {
    const view = viewOf(block);
    const seconds = view.getUint32(0, this.#isLittle);
    const fraction = view.getUint32(4, this.#isLittle);
    this.#lastSeconds = seconds;
    const at = Math.round((seconds + fraction / this.#perSecond) * 1e6) / 1e3;
    const captured: Captured = { offset, at, linkType: this.#linkType, bytes: block.subarray(headBytes) };
    return at > maxTime ? damage(offset, say.badTime()) : entryOf(captured);
  }
}

/** Whether a file begins like one. */
export function isPcap(head: Uint8Array): boolean {
  if (head.length < pcapHeadBytes) return false;
  const view = viewOf(head);
  return isMagic(view.getUint32(0, true)) || isMagic(view.getUint32(0, false));
}

function isMagic(magic: number): boolean {
  return magic === MAGIC.microseconds || magic === MAGIC.nanoseconds;
}
