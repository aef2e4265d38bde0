/**
 * From a captured packet to the UDP datagram in it: Ethernet (with VLAN tags), Linux cooked captures v1 and v2, BSD loopback, raw IP; IPv4
 * (RFC 791) and IPv6 (RFC 8200). Fragments are told, not put together. Pure; whatever the bytes are, it throws nothing.
 * Bounds: `maxTags` VLAN tags, `maxHeaders` extension headers; a packet with more is "other".
 */
import { LINK } from './link-types.ts';

const maxTags = 4;
const maxHeaders = 8;

const ETHER = { ipv4: 0x0800, ipv6: 0x86dd } as const;
/** IEEE 802.1Q and 802.1ad, and the old one of providers. */
const VLAN: readonly number[] = [0x8100, 0x88a8, 0x9100];
const PROTOCOL = { udp: 17, fragment: 44 } as const;
/** Extension headers of IPv6 that tell their own length in units of 8 bytes: hop-by-hop, routing, destination. */
const EXTENSIONS: readonly number[] = [0, 43, 60];
const udpHeaderBytes = 8;

export interface Datagram {
  readonly from: number;
  readonly to: number;
  readonly bytes: Uint8Array;
}

/** "other": no UDP in it. "cut": less was captured than was sent, or a length cannot be right. */
export type Unpacked = Datagram | 'fragment' | 'cut' | 'other';

export function unpack(linkType: number, packet: Uint8Array): Unpacked {
  if (linkType === LINK.ethernet) return etherFrame(packet, 12);
  if (linkType === LINK.linuxCooked) return etherFrame(packet, 14);
  if (linkType === LINK.linuxCooked2) return ofType(wordAt(packet, 0), packet.subarray(20));
  if (linkType === LINK.null || linkType === LINK.loop) return ipPacket(packet.subarray(4));
  return ipPacket(packet);
}

/** `at`: where its type is. */
function etherFrame(packet: Uint8Array, at: number): Unpacked {
  let from = at;
  for (let tags = 0; tags <= maxTags; tags++) {
    const type = wordAt(packet, from);
    if (type === undefined || !VLAN.includes(type)) return ofType(type, packet.subarray(from + 2));
    from += 4;
  }
  return 'other';
}

function ofType(type: number | undefined, packet: Uint8Array): Unpacked {
  if (type === undefined) return 'cut';
  return type === ETHER.ipv4 || type === ETHER.ipv6 ? ipPacket(packet) : 'other';
}

function ipPacket(packet: Uint8Array): Unpacked {
  const [first] = packet;
  if (first === undefined) return 'cut';
  if (first >> 4 === 4) return ipv4(packet);
  return first >> 4 === 6 ? ipv6(packet) : 'other';
}

function ipv4(packet: Uint8Array): Unpacked {
  const header = ((packet[0] ?? 0) & 15) * 4;
  const length = wordAt(packet, 2) ?? 0;
  const fragment = wordAt(packet, 6);
  if (fragment === undefined || header < 20 || length < header || packet.length < header) return 'cut';
  if (packet[9] !== PROTOCOL.udp) return 'other';
  return (fragment & 0x3fff) === 0 ? datagram(packet.subarray(header, length)) : 'fragment'; // more to come, or not the first
}

function ipv6(packet: Uint8Array): Unpacked {
  if (packet.length < 40) return 'cut';
  const end = 40 + (wordAt(packet, 4) ?? 0);
  let next = packet[6];
  let from = 40;
  for (let headers = 0; headers <= maxHeaders; headers++) {
    if (next === PROTOCOL.udp) return datagram(packet.subarray(from, end));
    const [following, length = 0, high = 0, low = 0] = packet.subarray(from, from + 4);
    if (following === undefined) return 'cut';
    if (next === PROTOCOL.fragment) {
      if (((high << 8) | (low & 0xf9)) !== 0) return 'fragment'; // its offset, and whether more follow
      from += 8;
    } else if (EXTENSIONS.includes(next ?? -1)) from += 8 * (length + 1);
    else return 'other';
    next = following;
  }
  return 'other';
}

function datagram(bytes: Uint8Array): Unpacked {
  const [from, to, length] = [wordAt(bytes, 0), wordAt(bytes, 2), wordAt(bytes, 4)];
  if (from === undefined || to === undefined || length === undefined || length < udpHeaderBytes) return 'cut';
  return length > bytes.length ? 'cut' : { from, to, bytes: bytes.subarray(udpHeaderBytes, length) };
}

/** Big-endian; undefined beyond the end. */
function wordAt(bytes: Uint8Array, at: number): number | undefined {
  const [high, low] = bytes.subarray(at, at + 2);
  return high === undefined || low === undefined ? undefined : (high << 8) | low;
}
