import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  encodeHead,
  encodeItem,
  maxDamaged,
  openParcel,
  type ParcelMessage,
  writeParcel,
} from '../../../shared/feed/parcel.ts';
import { hostileBytes } from './hostile.ts';
import { readParcel } from './outsider.ts';
import { anyLengths, collect, inPieces } from './pieces.ts';

const HEAD = { gateway: 'gateway-01', tenant: 'kakogawa', at: 1_768_446_000_000 };
const MESSAGES: readonly ParcelMessage[] = [
  { kind: 'gap', bytes: Uint8Array.of(1) },
  { kind: 'batch', bytes: new Uint8Array(300).fill(7) },
  { kind: 'batch', bytes: new Uint8Array(0) },
];
const parcelOf = (messages: readonly ParcelMessage[]) => Buffer.concat([...writeParcel(HEAD, messages)]);
const good = parcelOf(MESSAGES);

async function read(bytes: Uint8Array, lengths = [64]) {
  const { head, messages } = await openParcel(inPieces(bytes, lengths), 'week.parcel');
  const all: unknown[] = [];
  try {
    for await (const message of messages) all.push(message);
    return { head, messages: all, fault: undefined };
  } catch (fault) {
    return { head, messages: all, fault };
  }
}

test('what was written is read, however the bytes are cut', async () => {
  const anyMessage: fc.Arbitrary<ParcelMessage> = fc.record(
    { kind: fc.constantFrom('batch', 'gap', 'receipt'), bytes: fc.uint8Array({ maxLength: 100 }) },
    { noNullPrototype: true },
  );
  const property = fc.asyncProperty(fc.array(anyMessage), anyLengths, async (messages, lengths) => {
    expect(await read(parcelOf(messages), lengths)).toEqual({ head: HEAD, messages, fault: undefined });
  });
  await fc.assert(property);
});

test('a reader written from docs/feed.md alone reads it too', () => {
  const messages = MESSAGES.map(({ kind, bytes }) => ({ kind, hex: Buffer.from(bytes).toString('hex') }));
  expect(readParcel(good)).toEqual({ head: HEAD, messages });
});

test('a parcel that was cut short anywhere after its head is told from a whole one, and its whole messages are good', async () => {
  const from = encodeHead(HEAD).length;
  for (let length = from; length < good.length; length++) {
    const { messages, fault } = await read(good.subarray(0, length));
    expect(fault).toMatchObject({ code: 'cut-short', on: 'week.parcel' });
    expect(messages).toEqual(MESSAGES.slice(0, messages.length));
  }
});

test('a message that was changed on its way is damaged, and the others stay good', async () => {
  const changed = Buffer.from(good);
  const at = changed.indexOf(Buffer.alloc(300, 7));
  changed.writeUInt8(6, at + 100);
  const { messages, fault } = await read(changed);
  expect(messages).toEqual([MESSAGES[0], { kind: 'damaged', at: at - 7 }, MESSAGES[2]]);
  expect(fault).toBeUndefined();
});

test('no flipped bit makes another message of one, or a parcel seem whole', async () => {
  for (let bit = 0; bit < good.length * 8; bit++) {
    const flipped = good.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
    const result = await read(flipped).catch(({ code }) => ({ messages: [], fault: { code } }));
    for (const message of result.messages) {
      expect([...MESSAGES, { kind: 'damaged', at: expect.any(Number) }]).toContainEqual(message);
    }
    if (result.fault === undefined) expect(result.messages).not.toEqual(MESSAGES);
  }
});

test('a parcel that lost a message between two others is not whole', async () => {
  const gapBytes = encodeItem('gap', Uint8Array.of(1));
  const at = good.indexOf(gapBytes);
  const { fault } = await read(Buffer.concat([good.subarray(0, at), good.subarray(at + gapBytes.length)]));
  expect(fault).toMatchObject({ code: 'malformed', message: expect.stringContaining('it holds 2 messages, not 3') });
});

test('what comes after the end is left alone', async () => {
  expect(await read(Buffer.concat([good, Buffer.alloc(512)]))).toMatchObject({ messages: MESSAGES, fault: undefined });
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a text', Buffer.from('[gateway]\nid = "gateway-01"\n')],
  ['a parcel without its head', good.subarray(encodeHead(HEAD).length)],
  ['a head that was cut short', good.subarray(0, 20)],
  ['a head whose gateway would be a wildcard', Buffer.concat([...writeParcel({ ...HEAD, gateway: '+' }, [])])],
  ['a head whose tenant would be two levels', Buffer.concat([...writeParcel({ ...HEAD, tenant: 'a/b' }, [])])],
  ['noise', Buffer.alloc(100, 0xff)],
])('%s is no parcel', async (_, bytes) => {
  await expect(read(bytes)).rejects.toMatchObject({ code: 'not-a-parcel', on: 'week.parcel' });
});

test('whatever a stranger writes is read to an end or refused', async () => {
  const property = fc.asyncProperty(hostileBytes(good), anyLengths, async (bytes, lengths) => {
    const opened = await openParcel(inPieces(bytes, lengths), 'a file').catch(({ code }) => {
      expect(code).toBe('not-a-parcel');
    });
    if (opened === undefined) return;
    await collect(opened.messages).catch(({ code }) => expect(['malformed', 'cut-short']).toContain(code));
  });
  await fc.assert(property, { numRuns: 500 });
});

test('a file of single bytes is given up after so many damaged messages', async () => {
  const file = Uint8Array.from([
    ...encodeHead({ gateway: 'gw', tenant: 'city', at: 0 }),
    ...new Uint8Array(maxDamaged + 2),
  ]);
  const { messages } = await openParcel([file], 'noise.parcel');
  let damaged = 0;
  const reading = async () => {
    for await (const { kind } of messages) damaged += kind === 'damaged' ? 1 : 0;
  };
  await expect(reading()).rejects.toThrow(`more than ${maxDamaged} messages are damaged`);
  expect(damaged).toBe(maxDamaged);
});
