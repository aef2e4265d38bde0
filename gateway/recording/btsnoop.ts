/**
 * btsnoop: what a Bluetooth controller and its host say to each other, as Android, BlueZ (`btmon -w`) and others log it. Big-endian.
 * Forms: H1 (1001, packets without a type), H4 (1002, with it), and the monitor of Linux (2001, with an opcode instead of flags).
 *
 * Every packet comes out as H4, as it is on a UART. After damage, a record counts whose lengths and flags are possible, whose time is
 * within a day of the last, and which another such record, or the end of the file, follows. Bounds: as block-reader.ts.
 */
import { UnmarkedFormat, viewOf } from './block-format.ts';
import { maxBlockBytes } from './block-reader.ts';
import { HCI } from './link-types.ts';
import { type Direction, damage, type Entry, maxTime } from './recorded.ts';
import { say } from './words.ts';

export const btsnoopHeadBytes = 16;
const headBytes = 24;
const DATALINK = { h1: 1001, h4: 1002, monitor: 2001 } as const;
/** Microseconds from the year 0 to 1970. */
const epoch = 0x00dcddb30f2f8000n;
const dayMicroseconds = 86_400_000_000n;
/** Of a record: it came from the controller; it is a command or an event. */
const FLAG = { received: 1, isControl: 2 } as const;
const ACL = 2;
/** Opcodes of the monitor (BlueZ, src/shared/btsnoop.h) that are packets: their type, and whether the controller sent them. */
const MONITORED: Readonly<Record<number, readonly [type: number, direction: Direction]>> = {
  2: [HCI.command, 'to-device'],
  3: [HCI.event, 'from-device'],
  4: [ACL, 'to-device'],
  5: [ACL, 'from-device'],
  6: [3, 'to-device'],
  7: [3, 'from-device'],
  18: [5, 'to-device'],
  19: [5, 'from-device'],
};

export class BtsnoopReader extends UnmarkedFormat {
  readonly #datalink: number;
  /** What is wrong with the whole file; told once. */
  #fault: Entry | undefined;
  #lastTime: bigint | undefined;

  /** `head`: the first `btsnoopHeadBytes` of the file, which `isBtsnoop`. */
  constructor(head: Uint8Array) {
    super(headBytes, btsnoopHeadBytes);
    const version = viewOf(head).getUint32(8);
    const datalink = viewOf(head).getUint32(12);
    this.#datalink = datalink;
    if (version !== 1) this.#fault = damage(8, say.otherVersion({ version }));
    else if (!Object.values<number>(DATALINK).includes(datalink)) {
      this.#fault = damage(12, say.otherDatalink({ datalink }));
    }
  }

  override push(bytes: Uint8Array): readonly Entry[] {
    return this.#fault === undefined ? super.push(bytes) : [];
  }

  override end(): readonly Entry[] {
    return this.#fault === undefined ? super.end() : [this.#fault];
  }

  protected override bodyBytes(view: DataView, at: number): number {
    return view.getUint32(at + 4);
  }

  protected override isLikely(view: DataView, at: number): boolean {
    const [original, held, flags] = [view.getUint32(at), view.getUint32(at + 4), view.getUint32(at + 8)];
    const apart = view.getBigInt64(at + 16) - (this.#lastTime ?? view.getBigInt64(at + 16));
    const isNear = apart < dayMicroseconds && apart > -dayMicroseconds;
    const areFlags = this.#datalink === DATALINK.monitor || flags <= 3;
    return isNear && areFlags && held > 0 && held <= original && original <= maxBlockBytes;
  }

  protected override read(offset: number, block: Uint8Array): Entry | undefined {
    const view = viewOf(block);
    const time = view.getBigInt64(16);
    this.#lastTime = time;
    const at = Number(time - epoch) / 1_000;
    if (at < 0 || at > maxTime) return damage(offset, say.badTime());
    const packet = this.#packet(view.getUint32(8), block.subarray(headBytes));
    return packet && { record: { at, ...packet } };
  }

  /** Undefined if nothing was said on the line, such as when an adapter was added. */
  #packet(flags: number, bytes: Uint8Array): { readonly direction: Direction; readonly bytes: Uint8Array } | undefined {
    const isReceived = (flags & FLAG.received) !== 0;
    const direction = isReceived ? 'from-device' : 'to-device';
    if (this.#datalink === DATALINK.h4) return { direction, bytes };
    if (this.#datalink === DATALINK.monitor) {
      const found = MONITORED[flags & 0xffff]; // above it: which adapter
      return found && { direction: found[1], bytes: Uint8Array.of(found[0], ...bytes) };
    }
    const type = (flags & FLAG.isControl) === 0 ? ACL : isReceived ? HCI.event : HCI.command;
    return { direction, bytes: Uint8Array.of(type, ...bytes) };
  }
}

/** "btsnoop" and a zero byte. */
export function isBtsnoop(head: Uint8Array): boolean {
  return head.length >= btsnoopHeadBytes && Buffer.from(head.subarray(0, 8)).toString('latin1') === 'btsnoop\0';
}
