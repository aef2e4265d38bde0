import fc from 'fast-check';
import { expect, test } from 'vitest';
import { framesOf } from '../../../gateway/recording/forwarder-packets.ts';
import { LINK } from '../../../gateway/recording/link-types.ts';
import { unpack } from '../../../gateway/recording/packets.ts';
import { ethernet, ipv4, ipv6, udp } from './encoded.ts';

const said = Buffer.from('said');
const four = ipv4(udp(said));
const six = ipv6(udp(said));
const cooked = (type: number, packet: Uint8Array) =>
  Buffer.concat([Buffer.alloc(14), Buffer.from([type >> 8, type & 255]), packet]);
const cooked2 = (type: number, packet: Uint8Array) =>
  Buffer.concat([Buffer.from([type >> 8, type & 255]), Buffer.alloc(18), packet]);

test.each([
  ['Ethernet, IPv4', LINK.ethernet, ethernet(0x0800, four)],
  ['Ethernet, IPv6', LINK.ethernet, ethernet(0x86dd, six)],
  ['two VLAN tags', LINK.ethernet, ethernet(0x0800, four, [0x88a8, 0x8100])],
  ['padding after the packet', LINK.ethernet, ethernet(0x0800, Buffer.concat([four, Buffer.alloc(20)]))],
  ['options of IPv4', LINK.ethernet, ethernet(0x0800, ipv4(udp(said), { options: 3 }))],
  ['not to be fragmented', LINK.ethernet, ethernet(0x0800, ipv4(udp(said), { fragment: 0x4000 }))],
  ['Linux cooked', LINK.linuxCooked, cooked(0x0800, four)],
  ['Linux cooked v2', LINK.linuxCooked2, cooked2(0x86dd, six)],
  ['raw IPv4', LINK.raw, four],
  ['raw IPv6', LINK.raw, six],
  ['loopback of BSD', LINK.null, Buffer.concat([Buffer.from([2, 0, 0, 0]), four])],
  [
    'extension headers',
    LINK.ipv6,
    ipv6(udp(said), [
      [0, Buffer.alloc(8)],
      [60, Buffer.from([0, 1, ...Buffer.alloc(14)])],
    ]),
  ],
  ['a fragment that is all', LINK.ipv6, ipv6(udp(said), [[44, Buffer.alloc(8)]])],
])('%s: the datagram is found', (_, linkType, packet) => {
  expect(unpack(linkType, packet)).toEqual({ from: 40_000, to: 1_700, bytes: said });
});

test.each([
  ['a first fragment', LINK.raw, ipv4(udp(said), { fragment: 0x2000 }), 'fragment'],
  ['a later fragment', LINK.raw, ipv4(udp(said), { fragment: 7 }), 'fragment'],
  ['a fragment of IPv6', LINK.raw, ipv6(udp(said), [[44, Buffer.from([0, 0, 0, 1, 0, 0, 0, 0])]]), 'fragment'],
  ['TCP', LINK.raw, ipv4(udp(said), { protocol: 6 }), 'other'],
  ['ARP', LINK.ethernet, ethernet(0x0806, Buffer.alloc(28)), 'other'],
  ['a packet that was not captured whole', LINK.raw, four.subarray(0, -1), 'cut'],
] as const)('%s is told: %s', (_, linkType, packet, told) => {
  expect(unpack(linkType, packet)).toBe(told);
});

test('whatever a packet holds, nothing is thrown', () => {
  const links = fc.constantFrom(...Object.values(LINK));
  fc.assert(fc.property(links, fc.uint8Array({ maxLength: 120 }), (link, bytes) => void unpack(link, bytes)));
  fc.assert(
    fc.property(fc.nat({ max: six.length - 1 }), fc.nat({ max: 255 }), (at, byte) => {
      void unpack(
        LINK.raw,
        six.map((each, i) => (i === at ? byte : each)),
      );
    }),
  );
});

const gwmp = (identifier: number, json: string, eui = identifier === 0) =>
  Buffer.concat([Buffer.from([2, 1, 2, identifier]), Buffer.alloc(eui ? 8 : 0), Buffer.from(json)]);

test('frames are found in what a packet forwarder sends and gets', () => {
  const heard = gwmp(
    0,
    JSON.stringify({ rxpk: [{ data: 'QPF9', rssi: -80 }, { rssi: 1 }, { data: 'YPF9' }], stat: {} }),
  );
  expect(framesOf(heard)).toEqual({ direction: 'from-device', frames: ['QPF9', 'YPF9'] });
  const sent = gwmp(3, JSON.stringify({ txpk: { data: 'IPF9', freq: 923.2 } }));
  expect(framesOf(sent)).toEqual({ direction: 'to-device', frames: ['IPF9'] });
  expect(framesOf(gwmp(0, JSON.stringify({ stat: {} })))).toBe('other');
  expect(framesOf(gwmp(1, ''))).toBe('other');
  expect(framesOf(gwmp(0, '{"rxpk":[{"da'))).toBe('broken');
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => void framesOf(bytes)));
});
