/** Every format: what was written is read, in pieces of any size, however it is cut or damaged. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxBlockBytes } from '../../../gateway/recording/block-reader.ts';
import type { Entry, Recorded } from '../../../gateway/recording/recorded.ts';
import { formatOf, recognise } from '../../../gateway/recording/recording.ts';
import { btsnoopBlocks, type Packet, pcapBlocks, pcapngBlocks, rtac } from './encoded.ts';

const US = 1_780_000_000_123_456;

async function* inPieces(file: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.length; at += size) yield file.subarray(at, at + size);
}

async function entriesOf(file: Uint8Array, size = 65_536): Promise<Entry[]> {
  const { recording } = await recognise(inPieces(file, size));
  const entries: Entry[] = [];
  for await (const entry of recording?.entries ?? []) entries.push(entry);
  return entries;
}

const recordsOf = (entries: readonly Entry[]) => entries.flatMap((each) => ('record' in each ? [each.record] : []));
const damagesOf = (entries: readonly Entry[]) => entries.flatMap((each) => ('damage' in each ? [each.damage] : []));

/** What was said, of a line. */
interface Said {
  readonly us: number;
  readonly isFromDevice: boolean;
  readonly bytes: Uint8Array;
}

const said = fc.array(
  fc.record({
    us: fc.integer({ min: 0, max: 60_000_000 }).map((us) => US + us),
    isFromDevice: fc.boolean(),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }),
  }),
  { maxLength: 12 },
);

const asRtac = ({ us, isFromDevice, bytes }: Said): Packet => ({ us, bytes: rtac(isFromDevice ? 2 : 1, us, bytes) });
const asHci = ({ us, isFromDevice, bytes }: Said) => ({
  us,
  bytes: Buffer.concat([Uint8Array.of(isFromDevice ? 4 : 1), bytes]),
  flags: isFromDevice ? 3 : 2,
});
const asH1 = ({ us, isFromDevice, bytes }: Said) => ({ us, bytes, flags: isFromDevice ? 3 : 2 });
const asMonitored = ({ us, isFromDevice, bytes }: Said) => ({ us, bytes, flags: isFromDevice ? 3 : 2 });
const asDirected = ({ us, isFromDevice, bytes }: Said): Packet => ({
  us,
  bytes: Buffer.concat([Uint8Array.of(0, 0, 0, isFromDevice ? 1 : 0), bytes]),
});

interface Form {
  readonly name: string;
  blocks(all: readonly Said[]): readonly Buffer[];
  /** What the format adds before the bytes. */
  readonly hasType?: boolean;
}

const FORMS: readonly Form[] = [
  ...[true, false].flatMap((isLittle): Form[] => [
    {
      name: `pcapng, ${isLittle ? 'little' : 'big'}-endian`,
      blocks: (all) => pcapngBlocks({ isLittle, linkType: 250, resolution: 6 }, all.map(asRtac)),
    },
    {
      name: `pcapng in nanoseconds with an offset, ${isLittle ? 'little' : 'big'}-endian`,
      blocks: (all) => pcapngBlocks({ isLittle, linkType: 250, resolution: 9, offset: 3_600 }, all.map(asRtac)),
    },
    ...[true, false].map((isNano) => ({
      name: `pcap in ${isNano ? 'ns' : 'µs'}, ${isLittle ? 'little' : 'big'}-endian`,
      blocks: (all: readonly Said[]) => pcapBlocks({ isLittle, isNano, linkType: 250 }, all.map(asRtac)),
    })),
  ]),
  {
    name: 'pcap of Bluetooth with directions',
    blocks: (all) => pcapBlocks({ isLittle: true, isNano: false, linkType: 201 }, all.map(asDirected)),
  },
  {
    name: 'pcapng of Bluetooth',
    blocks: (all) => pcapngBlocks({ isLittle: true, linkType: 187 }, all.map(asHci)),
    hasType: true,
  },
  { name: 'btsnoop H4', blocks: (all) => btsnoopBlocks(1002, all.map(asHci)), hasType: true },
  { name: 'btsnoop H1', blocks: (all) => btsnoopBlocks(1001, all.map(asH1)), hasType: true },
  { name: 'btsnoop of the monitor', blocks: (all) => btsnoopBlocks(2001, all.map(asMonitored)), hasType: true },
];

function expected(all: readonly Said[], hasType = false): Recorded[] {
  return all.map(({ us, isFromDevice, bytes }) => ({
    at: us / 1_000,
    direction: isFromDevice ? 'from-device' : 'to-device',
    bytes: hasType ? Buffer.concat([Uint8Array.of(isFromDevice ? 4 : 1), bytes]) : bytes,
  }));
}

const plain = (records: readonly Recorded[]) =>
  records.map(({ at, direction, bytes }) => ({ at, direction, hex: Buffer.from(bytes).toString('hex') }));

describe.each(FORMS)('$name', ({ blocks, hasType }) => {
  test('what was said is read, with its time and direction, in pieces of any size', async () => {
    await fc.assert(
      fc.asyncProperty(said, fc.integer({ min: 1, max: 500 }), async (all, size) => {
        const entries = await entriesOf(Buffer.concat(blocks(all)), size);
        expect(plain(recordsOf(entries))).toEqual(plain(expected(all, hasType)));
        expect(damagesOf(entries)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  test('cut anywhere, all that came before is there, and where it ends is said', async () => {
    const all = [0, 1, 2].map((i) => ({ us: US + i, isFromDevice: i !== 1, bytes: Uint8Array.of(1, 2, 3, 4, i) }));
    const whole = blocks(all);
    const file = Buffer.concat(whole);
    const begins = whole.map((_, i) => Buffer.concat(whole.slice(0, i)).length);
    const packetsFrom = whole.length - all.length;
    for (let length = begins[packetsFrom] ?? 0; length < file.length; length++) {
      const entries = await entriesOf(file.subarray(0, length));
      const before = begins.filter((at) => at <= length).length - 1;
      expect(plain(recordsOf(entries))).toEqual(plain(expected(all.slice(0, before - packetsFrom), hasType)));
      const isAtBlock = begins.includes(length);
      expect(damagesOf(entries).map(({ offset, what }) => [offset, what.code])).toEqual(
        isAtBlock ? [] : [[begins[before], 'recording.cut']],
      );
    }
  });

  test('a length that cannot be is told with its offset, and reading goes on after it', async () => {
    const all = Array.from({ length: 6 }, (_, i) => ({
      us: US + i,
      isFromDevice: true,
      bytes: Uint8Array.from({ length: 40 }, (_, at) => (at * 7 + i) % 256),
    }));
    const whole = blocks(all).map((block) => Buffer.from(block));
    const broken = whole.length - 4;
    const at = Buffer.concat(whole.slice(0, broken)).length;
    whole[broken]?.fill(0xff, 0, 16);
    const entries = await entriesOf(Buffer.concat(whole), 100);
    const kept = all.filter((_, i) => i !== 2);
    expect(plain(recordsOf(entries))).toEqual(plain(expected(kept, hasType)));
    expect(damagesOf(entries).map(({ offset, what }) => [offset, what.code])).toEqual([[at, 'recording.damaged']]);
  });

  test('whatever bytes follow its head, nothing is thrown, and no length takes memory', async () => {
    const [head = Buffer.alloc(0), ...rest] = blocks([]);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), fc.integer({ min: 1, max: 300 }), async (noise, size) => {
        const entries = await entriesOf(Buffer.concat([head, ...rest, noise]), size);
        const bytes = recordsOf(entries).reduce((sum, record) => sum + record.bytes.length, 0);
        expect(bytes).toBeLessThanOrEqual(noise.length + entries.length);
      }),
      { numRuns: 50 },
    );
  });
});

test('a block of a gigabyte is damage, not memory', async () => {
  const [head = Buffer.alloc(0), line = Buffer.alloc(0)] = pcapngBlocks({ isLittle: true, linkType: 250 }, []);
  const huge = Buffer.alloc(64);
  huge.writeUInt32LE(6, 0);
  huge.writeUInt32LE(1 << 30, 4);
  const entries = await entriesOf(Buffer.concat([head, line, huge]));
  expect(damagesOf(entries)).toMatchObject([{ offset: 48 }]);
  expect(1 << 30).toBeGreaterThan(maxBlockBytes);
});

test('a time that no calendar has is damage', async () => {
  const us = 400_000_000_000 * 1_000_000;
  const packet = { us, bytes: rtac(2, US, Uint8Array.of(1)) };
  const entries = await entriesOf(
    Buffer.concat(pcapngBlocks({ isLittle: true, linkType: 250, resolution: 0 }, [packet])),
  );
  expect([recordsOf(entries), damagesOf(entries).map(({ what }) => what.code)]).toEqual([[], ['recording.bad-time']]);
});

test('the last microseconds of the year 9999 are not rounded into the next', async () => {
  const end = Date.UTC(10_000, 0, 1) * 1_000;
  const packets = [end - 1_000, end - 1, end].map((us) => ({ us, bytes: rtac(2, US, Uint8Array.of(1)) }));
  const entries = await entriesOf(
    Buffer.concat(pcapngBlocks({ isLittle: true, linkType: 250, resolution: 6 }, packets)),
  );
  expect([recordsOf(entries).length, damagesOf(entries).length]).toEqual([1, 2]);
});

test('two sections follow each other, each in its own byte order', async () => {
  const all = (us: number) => [asRtac({ us, isFromDevice: true, bytes: Uint8Array.of(9) })];
  const file = Buffer.concat([
    ...pcapngBlocks({ isLittle: true, linkType: 250 }, all(US)),
    ...pcapngBlocks({ isLittle: false, linkType: 250 }, all(US + 1)),
  ]);
  expect(recordsOf(await entriesOf(file)).map(({ at }) => at)).toEqual([US / 1_000, (US + 1) / 1_000]);
});

test('what a recorder lost is told, and control lines are no bytes', async () => {
  const events = [0, 5].map((event) => ({ us: US, bytes: rtac(event, US, new Uint8Array(0)) }));
  const entries = await entriesOf(Buffer.concat(pcapngBlocks({ isLittle: true, linkType: 250 }, events)));
  expect(damagesOf(entries).map(({ what }) => what.code)).toEqual(['recording.data-lost']);
});

test('formats are known by their first bytes, and other files are handed on whole', async () => {
  expect(formatOf(Buffer.from('{"class":"VERSION","release":"3.25"}\n'))).toBe('gpsd-log');
  expect(formatOf(Buffer.from('$GPGGA,120000'))).toBe('gpsd-log');
  expect(formatOf(Buffer.from('R1234\rR1235\r'))).toBeUndefined();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 50 }), async (bytes, size) => {
      const pieces: Uint8Array[] = [];
      for await (const piece of (await recognise(inPieces(bytes, size))).pieces) pieces.push(piece);
      expect(Buffer.concat(pieces)).toEqual(Buffer.from(bytes));
    }),
  );
});
