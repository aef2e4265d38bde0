/**
 * What a captured block is, by its link type (tcpdump.org/linktypes.html): bytes of a line, a packet of a network, or neither.
 *
 *   RTAC serial (250)           s, µs, event, control lines, two bytes reserved, then the bytes; big-endian
 *   Bluetooth HCI H4 (201, 187) 201 with four bytes before it that tell the direction; a packet with its type
 */
import type { Direction, Entry } from './recorded.ts';
import { damage } from './recorded.ts';
import { say } from './words.ts';

export const LINK = {
  null: 0,
  ethernet: 1,
  bsdRaw: 12,
  openBsdRaw: 14,
  raw: 101,
  loop: 108,
  linuxCooked: 113,
  bluetoothH4: 187,
  bluetoothH4Directed: 201,
  ipv4: 228,
  ipv6: 229,
  rtacSerial: 250,
  linuxCooked2: 276,
} as const;

const LINES: readonly number[] = [LINK.bluetoothH4, LINK.bluetoothH4Directed, LINK.rtacSerial];
const NETWORKS: readonly number[] = Object.values(LINK).filter((type) => !LINES.includes(type));

/** Events of RTAC serial: what the recorder transmits goes to the device. */
export const RTAC = { status: 0, sent: 1, received: 2, sentEnd: 3, receivedEnd: 4, lost: 5 } as const;
export const rtacHeaderBytes = 12;

/** HCI packet types (Core Spec Vol 4 Part A §2). */
export const HCI = { command: 1, event: 4 } as const;

/** A block as a file has it. */
export interface Captured {
  readonly offset: number;
  /** Epoch ms. */
  readonly at: number;
  readonly linkType: number;
  /** As the file tells beside the bytes. */
  readonly direction?: Direction | undefined;
  readonly bytes: Uint8Array;
}

/** Undefined if nothing was said: a control line has changed. */
export function entryOf(captured: Captured): Entry | undefined {
  const { offset, at, linkType, bytes } = captured;
  if (linkType === LINK.rtacSerial) return rtacEntry(captured);
  if (linkType === LINK.bluetoothH4Directed) {
    if (bytes.length < 5) return damage(offset, say.badBlock());
    const isSent = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) === 0;
    return { record: { at, direction: isSent ? 'to-device' : 'from-device', bytes: bytes.subarray(4) } };
  }
  if (linkType === LINK.bluetoothH4) {
    return { record: { at, direction: hciDirection(bytes[0], captured.direction), bytes } };
  }
  if (NETWORKS.includes(linkType)) return { packet: { at, linkType, bytes } };
  return damage(offset, say.otherLink({ linkType }));
}

function rtacEntry({ offset, at, bytes }: Captured): Entry | undefined {
  if (bytes.length < rtacHeaderBytes) return damage(offset, say.badBlock());
  const event = bytes[8];
  const said = bytes.subarray(rtacHeaderBytes);
  if (event === RTAC.lost) return damage(offset, say.dataLost());
  if (said.length === 0) return undefined;
  if (event === RTAC.sent || event === RTAC.sentEnd) return { record: { at, direction: 'to-device', bytes: said } };
  if (event === RTAC.received || event === RTAC.receivedEnd)
    return { record: { at, direction: 'from-device', bytes: said } };
  return undefined;
}

/** Commands go to a controller and events come from it; data go either way. */
function hciDirection(type: number | undefined, told: Direction | undefined): Direction {
  if (type === HCI.command) return 'to-device';
  return type === HCI.event ? 'from-device' : (told ?? 'from-device');
}
