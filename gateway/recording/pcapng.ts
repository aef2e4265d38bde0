/**
 * pcapng (draft-ietf-opsawg-pcapng), read in either byte order and written little-endian.
 *
 * Promise: what is written, Wireshark opens, and reading it gives the same. Sections, interfaces and their times are followed as the
 * blocks say; blocks that carry no bytes of a line or network are passed over. Bounds: blocks as block-reader.ts; `maxInterfaces`.
 */
import { BlockFormat, viewOf } from './block-format.ts';
import { maxBlockBytes } from './block-reader.ts';
import { entryOf, LINK, RTAC, rtacHeaderBytes } from './link-types.ts';
import { filledUp, type Option, readOptions, writeOptions } from './pcapng-options.ts';
import { type Direction, damage, type Entry, maxTime } from './recorded.ts';
import { say } from './words.ts';

const BLOCK = { section: 0x0a0d0d0a, interface: 1, oldPacket: 2, simplePacket: 3, packet: 6 } as const;
/** After damage, only one of these is taken for a block: name resolution, statistics, journals, secrets and custom ones too. */
const KNOWN: readonly number[] = [...Object.values(BLOCK), 4, 5, 9, 10, 0x0bad, 0x40000bad];
const byteOrderMagic = 0x1a2b3c4d;
const OPTION = { comment: 1, name: 2, description: 3, application: 4, flags: 2, speed: 8, resolution: 9, offset: 14 };
/** Type, length, and the length again at the end. */
const frameBytes = 12;
const maxInterfaces = 1_000;
/** Of the files that are written here. */
const snapLength = 262_144;
const MICROSECONDS = 6;

interface Interface {
  readonly linkType: number;
  readonly snapLength: number;
  readonly ticksPerSecond: bigint;
  readonly offsetSeconds: bigint;
}

export class PcapngReader extends BlockFormat {
  #isLittle = true;
  #interfaces: Interface[] = [];
  #lastAt = 0;

  constructor() {
    super(4, 0);
  }

  protected override lengthAt(held: Uint8Array, at: number, { isLost }: { readonly isLost: boolean }) {
    if (at + frameBytes > held.length) return undefined;
    const view = viewOf(held);
    const type = view.getUint32(at, true);
    const isLittle = type === BLOCK.section ? orderAt(view, at) : this.#isLittle;
    if (isLittle === undefined) return 0;
    const length = view.getUint32(at + 4, isLittle);
    if (length < frameBytes || length > maxBlockBytes || length % 4 !== 0) return 0;
    if (isLost && !KNOWN.includes(view.getUint32(at, isLittle))) return 0;
    if (at + length > held.length) return isLost ? undefined : length;
    return view.getUint32(at + length - 4, isLittle) === length ? length : 0;
  }

  protected override read(offset: number, block: Uint8Array): Entry | undefined {
    const view = viewOf(block);
    const type = view.getUint32(0, this.#isLittle);
    if (type === BLOCK.section) return this.#beginSection(view);
    if (type === BLOCK.interface) return this.#addInterface(offset, view);
    if (type === BLOCK.packet || type === BLOCK.oldPacket) return this.#packet(offset, view, type === BLOCK.packet);
    return type === BLOCK.simplePacket ? this.#simplePacket(offset, view) : undefined;
  }

  #beginSection(block: DataView): Entry | undefined {
    this.#isLittle = orderAt(block, 0) ?? this.#isLittle;
    this.#interfaces = [];
    return undefined;
  }

  #addInterface(offset: number, block: DataView): Entry | undefined {
    if (block.byteLength < 20) return damage(offset, say.badBlock());
    if (this.#interfaces.length === maxInterfaces) return damage(offset, say.manyInterfaces({ max: maxInterfaces }));
    const options = readOptions(block, 16, block.byteLength - 4, this.#isLittle);
    const resolution = options.find(({ code, value }) => code === OPTION.resolution && value.length === 1)?.value[0];
    const seconds = options.find(({ code, value }) => code === OPTION.offset && value.length === 8)?.value;
    this.#interfaces.push({
      linkType: block.getUint16(8, this.#isLittle),
      snapLength: block.getUint32(12, this.#isLittle),
      ticksPerSecond: ticksPerSecond(resolution ?? MICROSECONDS),
      offsetSeconds: seconds === undefined ? 0n : viewOf(seconds).getBigInt64(0, this.#isLittle),
    });
    return undefined;
  }

  #packet(offset: number, block: DataView, isEnhanced: boolean): Entry | undefined {
    if (block.byteLength < 32) return damage(offset, say.badBlock());
    const found =
      this.#interfaces[isEnhanced ? block.getUint32(8, this.#isLittle) : block.getUint16(8, this.#isLittle)];
    if (found === undefined) return damage(offset, say.noInterface());
    const length = block.getUint32(20, this.#isLittle);
    const end = 28 + length;
    if (end > block.byteLength - 4) return damage(offset, say.badBlock());
    const ticks = (BigInt(block.getUint32(12, this.#isLittle)) << 32n) | BigInt(block.getUint32(16, this.#isLittle));
    const at = timeOf(ticks, found);
    if (at < 0 || at > maxTime) return damage(offset, say.badTime());
    const options = readOptions(block, 28 + filledUp(length), block.byteLength - 4, this.#isLittle);
    const flags = options.find(({ code, value }) => code === OPTION.flags && value.length === 4)?.value;
    const direction = flags && directionOf(viewOf(flags).getUint32(0, this.#isLittle));
    return this.#take({ offset, linkType: found.linkType, at, direction, bytes: bytesOf(block, 28, end) });
  }

  /** It has no time: that of the one before it is as good as any. */
  #simplePacket(offset: number, block: DataView): Entry | undefined {
    const [first] = this.#interfaces;
    if (block.byteLength < 16) return damage(offset, say.badBlock());
    if (first === undefined) return damage(offset, say.noInterface());
    const original = block.getUint32(8, this.#isLittle);
    const held = Math.min(original, first.snapLength || original, block.byteLength - 16);
    return this.#take({ offset, linkType: first.linkType, at: this.#lastAt, bytes: bytesOf(block, 12, 12 + held) });
  }

  #take(captured: Parameters<typeof entryOf>[0]): Entry | undefined {
    this.#lastAt = captured.at;
    return entryOf(captured);
  }
}

/** Whether the section at `at` is little-endian; undefined if it is no section. */
function orderAt(view: DataView, at: number): boolean | undefined {
  if (view.getUint32(at + 8, true) === byteOrderMagic) return true;
  return view.getUint32(at + 8, false) === byteOrderMagic ? false : undefined;
}

/** The lower seven bits are a negative power of 10, or of 2 if the highest is set (§4.2). */
function ticksPerSecond(resolution: number): bigint {
  return (resolution & 0x80 ? 2n : 10n) ** BigInt(resolution & 0x7f);
}

/** Epoch ms, to the microsecond. */
function timeOf(ticks: bigint, { ticksPerSecond, offsetSeconds }: Interface): number {
  return Number((ticks * 1_000_000n) / ticksPerSecond + offsetSeconds * 1_000_000n) / 1_000;
}

/** Bits 0 and 1: 01 is inbound, 10 outbound (§4.3.1). */
function directionOf(flags: number): Direction | undefined {
  return ([undefined, 'from-device', 'to-device', undefined] as const)[flags & 3];
}

function bytesOf(view: DataView, from: number, to: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + from, to - from);
}

/** A line as a recording names it. */
export interface LineDescription {
  /** "/dev/ttyUSB0", "tcp://10.0.0.5:4001", or a port of a gateway. */
  readonly name: string;
  /** "9600 8N1". */
  readonly settings: string;
  /** Bits per second, if the line has a speed. */
  readonly baud?: number | undefined;
}

/** How a recording begins: its section and its one interface. `application`: "machimori 1.2.3". */
export function recordingHead({ name, settings, baud }: LineDescription, application: string): Uint8Array {
  const section = new Uint8Array(16);
  const view = viewOf(section);
  view.setUint32(0, byteOrderMagic, true);
  view.setUint16(4, 1, true); // version 1.0
  view.setBigInt64(8, -1n, true); // of a length that is not known yet
  const about = [text(OPTION.comment, `${name} ${settings}`.trim()), text(OPTION.application, application)];
  const line = new Uint8Array(8);
  viewOf(line).setUint16(0, LINK.rtacSerial, true);
  viewOf(line).setUint32(4, snapLength, true);
  const speed = new Uint8Array(8);
  viewOf(speed).setBigUint64(0, BigInt(baud ?? 0), true);
  const described = [
    text(OPTION.name, name),
    text(OPTION.description, settings),
    ...(baud === undefined ? [] : [{ code: OPTION.speed, value: speed }]),
    { code: OPTION.resolution, value: Uint8Array.of(MICROSECONDS) },
  ];
  const blocks = [block(BLOCK.section, section, about), block(BLOCK.interface, line, described)];
  return Buffer.concat(blocks);
}

/** Bytes of the line, or what happened to it: an event of `RTAC` without bytes, said in `comment`. `at`: epoch ms. */
export function rtacBlock(event: number, at: number, bytes: Uint8Array, comment?: string): Uint8Array {
  const microseconds = Math.round(at * 1_000);
  const length = rtacHeaderBytes + bytes.length;
  const body = new Uint8Array(20 + filledUp(length));
  const view = viewOf(body);
  view.setUint32(4, Math.floor(microseconds / 2 ** 32), true);
  view.setUint32(8, microseconds % 2 ** 32, true);
  view.setUint32(12, length, true);
  view.setUint32(16, length, true);
  view.setUint32(20, Math.floor(microseconds / 1_000_000)); // the pseudo-header is big-endian
  view.setUint32(24, microseconds % 1_000_000);
  body[28] = event;
  body.set(bytes, 20 + rtacHeaderBytes);
  const flags = event === RTAC.received ? 1 : event === RTAC.sent ? 2 : 0;
  const options = [{ code: OPTION.flags, value: Uint8Array.of(flags, 0, 0, 0) }];
  return block(BLOCK.packet, body, comment === undefined ? options : [...options, text(OPTION.comment, comment)]);
}

function block(type: number, body: Uint8Array, options: readonly Option[]): Uint8Array {
  const written = writeOptions(options);
  const bytes = new Uint8Array(frameBytes + body.length + written.length);
  const view = viewOf(bytes);
  view.setUint32(0, type, true);
  view.setUint32(4, bytes.length, true);
  bytes.set(body, 8);
  bytes.set(written, 8 + body.length);
  view.setUint32(bytes.length - 4, bytes.length, true);
  return bytes;
}

/** Shortened to what fits: a name may be a stranger's. */
function text(code: number, value: string): Option {
  return { code, value: new TextEncoder().encode(value.slice(0, maxTextCharacters)) };
}

const maxTextCharacters = 1_000;
