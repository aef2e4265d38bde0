/**
 * MessagePack (github.com/msgpack/msgpack, spec.md) within bounds: `maxItems` in a list or map, `maxDepth` levels, and no string or
 * binary longer than the message.
 *
 * The library makes room for a list before its elements come, so that a few kilobytes of nested heads could claim a gigabyte. Depth is
 * therefore measured first, head by head.
 */
import { decode } from '@msgpack/msgpack';

export const maxItems = 2_000;
export const maxDepth = 8;

/** Undefined if it is not MessagePack, goes beyond the bounds, or ends early or late. */
export function decodeMessagePack(message: Uint8Array): unknown {
  if (nestsTooDeep(message)) return undefined;
  const max = message.length;
  try {
    return decode(message, {
      ...{ maxArrayLength: maxItems, maxMapLength: maxItems },
      ...{ maxStrLength: max, maxBinLength: max, maxExtLength: max },
    });
  } catch {
    return undefined; // the library does not tell why in both languages
  }
}

/** Bytes behind the head of what is neither list nor map; those with a length of their own are negative: its bytes. */
function bytesBehind(head: number): number {
  if (head < 0x80 || head >= 0xe0 || (head >= 0xc0 && head <= 0xc3)) return 0; // small integers, nil, false, true
  if (head >= 0xa0 && head < 0xc0) return head & 0x1f; // fixstr
  if (head >= 0xc4 && head <= 0xc6) return -(2 ** (head - 0xc4)); // bin
  if (head >= 0xc7 && head <= 0xc9) return -(2 ** (head - 0xc7)); // ext: one more for its type
  if (head === 0xca || head === 0xcb) return 4 * (head - 0xc9); // float
  if (head >= 0xcc && head <= 0xd3) return 2 ** ((head - 0xcc) % 4); // integers
  if (head >= 0xd4 && head <= 0xd8) return 1 + 2 ** (head - 0xd4); // fixext
  return -(2 ** (head - 0xd9)); // str
}

function nestsTooDeep(message: Uint8Array): boolean {
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  const lengthAt = (at: number, bytes: number) => {
    if (at + bytes > message.length) return message.length; // it ends early, as the library will find
    return bytes === 1 ? view.getUint8(at) : bytes === 2 ? view.getUint16(at) : view.getUint32(at);
  };
  /** Values that are still to come, level by level. */
  const toCome: number[] = [];
  for (let at = 0; at < message.length; ) {
    const head = message[at++] ?? 0;
    const isMap = (head >= 0x80 && head < 0x90) || head === 0xde || head === 0xdf;
    let items = 0;
    if (isMap || (head >= 0x90 && head < 0xa0) || head === 0xdc || head === 0xdd) {
      const wide = head < 0xa0 ? 0 : 2 ** (1 + (head & 1));
      items = (wide === 0 ? head & 0x0f : lengthAt(at, wide)) * (isMap ? 2 : 1);
      at += wide;
    } else {
      const behind = bytesBehind(head);
      const ofType = head >= 0xc7 && head <= 0xc9 ? 1 : 0;
      at += behind >= 0 ? behind : lengthAt(at, -behind) - behind + ofType;
    }
    if (items > 0) toCome.push(items);
    else completeOne(toCome);
    if (toCome.length > maxDepth) return true;
  }
  return false;
}

/** A value has ended, and with it each list or map whose last it was. */
function completeOne(toCome: number[]): void {
  for (let rest = toCome.pop(); rest !== undefined; rest = toCome.pop()) {
    if (rest <= 1) continue;
    toCome.push(rest - 1);
    return;
  }
}
