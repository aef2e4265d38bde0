/** Files of every format, written here from their specifications: a wrong reader must not hide behind a matching writer. */

export interface Packet {
  /** Microseconds since 1970. */
  readonly us: number;
  readonly bytes: Uint8Array;
  /** Of pcapng: 1 inbound, 2 outbound. */
  readonly flags?: number;
}

const number = (value: number | bigint, bytes: number, isLittle: boolean): Buffer => {
  const digits = BigInt.asUintN(8 * bytes, BigInt(value))
    .toString(16)
    .padStart(2 * bytes, '0');
  const big = Buffer.from(digits, 'hex');
  return isLittle ? big.reverse() : big;
};

const padded = (bytes: Uint8Array) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);

export interface PcapngForm {
  readonly isLittle: boolean;
  readonly linkType: number;
  /** A power of 10, as if_tsresol has it; undefined: none is written. */
  readonly resolution?: number;
  /** if_tsoffset, seconds. */
  readonly offset?: number;
}

export function pcapngBlocks({ isLittle, linkType, resolution, offset = 0 }: PcapngForm, packets: readonly Packet[]) {
  const n = (value: number | bigint, bytes: number) => number(value, bytes, isLittle);
  const block = (type: number, body: Uint8Array) =>
    Buffer.concat([n(type, 4), n(body.length + 12, 4), body, n(body.length + 12, 4)]);
  const option = (code: number, value: Uint8Array) => Buffer.concat([n(code, 2), n(value.length, 2), padded(value)]);
  const section = block(0x0a0d0d0a, Buffer.concat([n(0x1a2b3c4d, 4), n(1, 2), n(0, 2), n(-1, 8)]));
  const about = [
    ...(resolution === undefined ? [] : [option(9, Uint8Array.of(resolution))]),
    ...(offset === 0 ? [] : [option(14, n(offset, 8))]),
  ];
  const line = block(
    1,
    Buffer.concat([n(linkType, 2), n(0, 2), n(0, 4), ...about, ...(about.length ? [n(0, 4)] : [])]),
  );
  const ticks = ({ us }: Packet) =>
    ((BigInt(us) - BigInt(offset) * 1_000_000n) * 10n ** BigInt(resolution ?? 6)) / 1_000_000n;
  return [
    section,
    line,
    ...packets.map((packet) => {
      const { bytes, flags } = packet;
      const head = [n(0, 4), n(ticks(packet) >> 32n, 4), n(ticks(packet) & 0xffff_ffffn, 4)];
      const told = flags === undefined ? [] : [option(2, n(flags, 4)), n(0, 4)];
      return block(6, Buffer.concat([...head, n(bytes.length, 4), n(bytes.length, 4), padded(bytes), ...told]));
    }),
  ];
}

export function pcapBlocks(
  { isLittle, isNano, linkType }: { readonly isLittle: boolean; readonly isNano: boolean; readonly linkType: number },
  packets: readonly Packet[],
) {
  const n = (value: number, bytes: number) => number(value, bytes, isLittle);
  const magic = isNano ? 0xa1b23c4d : 0xa1b2c3d4;
  return [
    Buffer.concat([n(magic, 4), n(2, 2), n(4, 2), n(0, 4), n(0, 4), n(65_535, 4), n(linkType, 4)]),
    ...packets.map(({ us, bytes }) => {
      const fraction = (us % 1_000_000) * (isNano ? 1_000 : 1);
      const length = n(bytes.length, 4);
      return Buffer.concat([n(Math.floor(us / 1_000_000), 4), n(fraction, 4), length, length, bytes]);
    }),
  ];
}

export function btsnoopBlocks(datalink: number, packets: readonly (Packet & { readonly flags: number })[]) {
  const n = (value: number | bigint, bytes: number) => number(value, bytes, false);
  return [
    Buffer.concat([Buffer.from('btsnoop\0'), n(1, 4), n(datalink, 4)]),
    ...packets.map(({ us, bytes, flags }) => {
      const length = n(bytes.length, 4);
      return Buffer.concat([length, length, n(flags, 4), n(0, 4), n(BigInt(us) + 0x00dcddb30f2f8000n, 8), bytes]);
    }),
  ];
}

/** RTAC serial: event 1 goes to the device, 2 comes from it. */
export function rtac(event: number, us: number, bytes: Uint8Array): Uint8Array {
  const head = [number(Math.floor(us / 1_000_000), 4, false), number(us % 1_000_000, 4, false)];
  return Buffer.concat([...head, Uint8Array.of(event, 0, 0, 0), bytes]);
}

export function udp(bytes: Uint8Array, { from = 40_000, to = 1_700 } = {}): Buffer {
  const n = (value: number) => number(value, 2, false);
  return Buffer.concat([n(from), n(to), n(bytes.length + 8), n(0), bytes]);
}

export function ipv4(payload: Uint8Array, { fragment = 0, protocol = 17, options = 0 } = {}): Buffer {
  const n = (value: number) => number(value, 2, false);
  const length = 20 + 4 * options;
  const head = [Uint8Array.of(0x45 + options, 0), n(length + payload.length), n(7), n(fragment)];
  return Buffer.concat([...head, Uint8Array.of(64, protocol, 0, 0), Buffer.alloc(8 + 4 * options), payload]);
}

/** `headers`: before the payload, each with its type. */
export function ipv6(payload: Uint8Array, headers: readonly (readonly [type: number, bytes: Uint8Array])[] = []) {
  const types = [...headers.map(([type]) => type), 17];
  const between = headers.map(([, bytes], i) => Buffer.concat([Uint8Array.of(types[i + 1] ?? 17), bytes.subarray(1)]));
  const body = Buffer.concat([...between, payload]);
  const head = [Uint8Array.of(0x60, 0, 0, 0), number(body.length, 2, false), Uint8Array.of(types[0] ?? 17, 64)];
  return Buffer.concat([...head, Buffer.alloc(32), body]);
}

export function ethernet(type: number, payload: Uint8Array, tags: readonly number[] = []): Buffer {
  const n = (value: number) => number(value, 2, false);
  return Buffer.concat([Buffer.alloc(12), ...tags.flatMap((tag) => [n(tag), n(5)]), n(type), payload]);
}
