/** No type's bytes are taken for another's, whatever the speed, and nothing is made of noise. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEVICE_TYPES } from '../../../devices/catalogue.ts';
import { linesAlike, plainLines } from '../../../devices/recognition/plain-lines.ts';
import { maxReadings, optionsOf, recognise } from '../../../devices/recognition/recognise.ts';
import { bytesOf, maxRecordedBytes, Recording } from '../../../devices/recognition/recording.ts';
import { parityOf, sevenBits } from '../../../devices/recognition/seven-bits.ts';
import type { Piece } from '../../../devices/signature.ts';
import { BAUD_RATES, plainSetting } from '../../../gateway/probe/line.ts';
import { heardOf, KINDS } from '../../gateway/probe/rig.ts';
import { bitsOf, garbled, readBits } from '../../gateway/probe/uart.ts';

const moment = (monotonic: number) => ({ wall: 1_768_446_000_000 + monotonic, monotonic, synchronised: true });
const inPieces = (bytes: Uint8Array, size = 40): Piece[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => ({
    bytes: bytes.subarray(i * size, (i + 1) * size),
    at: moment(i * 150),
  }));
const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const namesOf = (heard: readonly Piece[], types = DEVICE_TYPES) =>
  recognise(heard, types, 'serial').candidates.map(({ type }) => type);
const line = DEVICE_TYPES.filter(({ name }) => name === 'line')[0];
if (line === undefined) throw new RangeError('no type line');

/** Those that speak without being asked, for a minute and a half, with 20 % noise, and what they say. */
const SPEAKING = await Promise.all(KINDS.map(async (kind) => ({ kind, heard: await heardOf(kind, 90_000) })));

describe.each(SPEAKING.filter(({ heard }) => heard.length > 0))('what $kind.title says', ({ kind, heard }) => {
  test.each(DEVICE_TYPES.filter(({ name }) => name !== kind.type).map(({ name }) => name))(
    'is never taken for %s',
    (name) => {
      expect(
        namesOf(
          heard,
          DEVICE_TYPES.filter((type) => type.name === name),
        ),
      ).toEqual([]);
    },
  );

  test('is known beside all others', () => {
    expect(namesOf(heard)).toEqual([kind.type]);
  });

  test('is unknown at every wrong speed, to all types', () => {
    for (const to of BAUD_RATES) {
      for (const bad of ['dropped', 'passed on'] as const) {
        const wrong = BAUD_RATES.filter((from) => from !== to);
        for (const from of wrong.slice(0, 2)) {
          const pieces = heard.slice(0, 30).map(({ bytes, at }) => ({
            bytes: garbled(bytes, plainSetting(from), plainSetting(to), bad),
            at,
          }));
          expect(namesOf(pieces.filter(({ bytes }) => bytes.length > 0))).toEqual([]);
          expect(plainLines(pieces, line)).toBeUndefined();
        }
      }
    }
  });
});

test('nothing is made of random bytes, of one byte again and again, or of nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 0, maxLength: 4_000 }), fc.integer({ min: 1, max: 300 }), (bytes, size) => {
      expect(namesOf(inPieces(bytes, size))).toEqual([]);
      expect(plainLines(inPieces(bytes, size), line)).toBeUndefined();
    }),
    { numRuns: 60 },
  );
  for (const byte of [0x00, 0x0a, 0x0d, 0x2b, 0x55, 0x7f, 0x80, 0xff]) {
    expect(namesOf(inPieces(new Uint8Array(4_000).fill(byte)))).toEqual([]);
  }
});

test('one telling frame is no proof, however good', () => {
  for (const { heard } of SPEAKING) {
    const [first] = heard;
    if (first !== undefined) expect(namesOf([first])).toEqual([]);
  }
});

test('a candidate keeps few readings', () => {
  for (const { heard } of SPEAKING) {
    for (const { readings } of recognise(heard, DEVICE_TYPES, 'serial').candidates) {
      expect(readings.length).toBeLessThanOrEqual(maxReadings);
    }
  }
});

test('every guise of every type is one that its options take', () => {
  for (const type of DEVICE_TYPES) {
    for (const { devices } of type.signature?.guises([]) ?? []) {
      for (const guess of devices) expect(() => optionsOf(type, guess)).not.toThrow();
    }
  }
});

test('a type without a line, and no other, has no signature', () => {
  expect(DEVICE_TYPES.filter(({ signature }) => signature === undefined).map(({ name }) => name)).toEqual([
    'web-table',
  ]);
});

describe('a recording', () => {
  test('keeps the newest bytes and never more than its bound', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), fc.integer({ min: 1, max: 120 }), (chunks, max) => {
        const recording = new Recording(max);
        for (const [i, bytes] of chunks.entries()) {
          recording.add(bytes, moment(i));
          expect(recording.pieces.reduce((sum, piece) => sum + piece.bytes.length, 0)).toBeLessThanOrEqual(max);
        }
        const all = chunks.flatMap((bytes) => [...bytes]);
        const kept = bytesOf(recording.pieces);
        expect(recording.heardBytes).toBe(all.length);
        expect([...kept]).toEqual(kept.length === 0 ? [] : all.slice(-kept.length));
      }),
    );
  });

  test('of megabytes stays small', () => {
    const recording = new Recording();
    for (let i = 0; i < 500; i++) recording.add(new Uint8Array(10_000), moment(i));
    expect(bytesOf(recording.pieces, Number.POSITIVE_INFINITY).length).toBeLessThanOrEqual(maxRecordedBytes);
  });
});

describe('seven bits with parity', () => {
  const text = fc.string({ minLength: 40, maxLength: 200, unit: 'grapheme-ascii' });

  test('are told from eight without, and give the text', () => {
    fc.assert(
      fc.property(text, fc.constantFrom('even', 'odd'), (written, parity) => {
        const sent = Uint8Array.from(written, (character) => character.charCodeAt(0));
        const setting = { baud: 1200, dataBits: 7, parity } as const;
        const came = readBits(bitsOf(sent, setting), 1, plainSetting(1200), 'passed on');
        fc.pre(came.some((byte) => byte > 0x7f) && came.some((byte) => byte < 0x80));
        expect(parityOf(inPieces(came))).toBe(parity);
        expect(bytesOf(sevenBits(inPieces(came)))).toEqual(sent);
        expect(parityOf(inPieces(sent))).toBeUndefined();
      }),
    );
  });
});

describe('plain lines', () => {
  const name = fc.stringMatching(/^[A-Za-z]{1,8}$/);
  const number = fc.double({ min: -999, max: 999, noNaN: true }).map((value) => value.toFixed(2));

  test('give a profile that reads every number of every line', () => {
    const keyed = fc.uniqueArray(name, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(keyed, fc.constantFrom('=', ': ', ' '), fc.infiniteStream(number), (keys, sign, numbers) => {
        const sent = Array.from({ length: 8 }, () => keys.map(() => String(numbers.next().value)));
        const lines = sent.map((values) => keys.map((key, i) => `${key}${sign}${values[i]}`).join('; '));
        const found = plainLines(inPieces(ascii(`${lines.join('\r\n')}\r\n`)), line);
        expect(found).toMatchObject({ alike: 7 });
        const devices = [{ id: 'a', options: optionsOf(line, { profile: found?.profile }) }];
        const decoder = line.decoder(devices, { transport: 'serial' });
        for (const [i, text] of lines.entries()) {
          const { readings, rubbish } = decoder.decode(ascii(text), moment(0));
          expect(rubbish).toBeUndefined();
          const read = Object.values(readings?.[0]?.values ?? {}).map((value) => Number(value) + 0); // no negative zero
          expect(read).toEqual(sent[i]?.map((value) => Number(value) + 0));
        }
      }),
      { numRuns: 50 },
    );
  });

  test('are counted while they are too few', () => {
    const heard = inPieces(ascii('T=1\nT=2\nT=3\n'));
    expect(plainLines(heard, line)).toBeUndefined();
    expect(linesAlike(heard)).toBe(2);
  });
});
