import fc from 'fast-check';
import { expect, test } from 'vitest';
import { H4Framer } from '../../../devices/beacon-detector/h4-framer.ts';
import type { Frame } from '../../../devices/device-type.ts';
import { bytes, extendedEvent, hex, ibeacon, legacyEvent } from './rig.ts';

const text = (frames: readonly Frame[]) => frames.map((f) => `${f.ok ? 'ok' : f.code}:${hex(f.bytes)}`);
const advertisement = hex(legacyEvent('c6:b5:45:f6:f1:8e', ibeacon, -52));
const extended = hex(extendedEvent('c6:b5:45:f6:f1:8e', ibeacon, -52));
const packets = [
  '01030c00',
  '0201200300aabbcc',
  '03010002aabb',
  advertisement,
  extended,
  '040e0401030c00',
  '05010002000a0b',
];

test('once in step packets of every type come out whole however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...packets)), fc.integer({ min: 1, max: 2_000 }), (sent, size) => {
      const framer = new H4Framer();
      const stream = bytes(advertisement + sent.join(''));
      const out: Frame[] = [];
      for (let at = 0; at < stream.length; at += size) out.push(...framer.push(stream.subarray(at, at + size)));
      expect(text(out)).toEqual([advertisement, ...sent].map((p) => `ok:${p}`));
    }),
  );
});

test('a stream that begins inside a packet is noise up to the next event that a detector expects', () => {
  const out = new H4Framer().push(bytes(`0404 ${advertisement}`));
  expect(text(out)).toEqual(['noise:0404', `ok:${advertisement}`]);
});

test('a stream out of step is noise up to the next event that a detector expects', () => {
  const out = new H4Framer().push(bytes(`00 02ff 01aa 04ff ${advertisement}${advertisement}`));
  expect(text(out)).toEqual(['noise:0002ff01aa04ff', `ok:${advertisement}`, `ok:${advertisement}`]);
});

test('a packet over the bound is noise, even if only the high bits of its length say so', () => {
  for (const long of ['0201200340aabbcc', '020120ff0f']) {
    const out = new H4Framer().push(bytes(`${advertisement}${long}${advertisement}`));
    expect(text(out)).toEqual([`ok:${advertisement}`, `noise:${long}`, `ok:${advertisement}`]);
  }
});

test('no byte is lost or invented, and the bytes held stay within the bound', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.constantFrom(...packets).map((p) => bytes(p)),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const framer = new H4Framer();
      let held = 0;
      const out = pieces.flatMap((p) => {
        const frames = framer.push(p);
        held += p.length - frames.reduce((sum, f) => sum + f.bytes.length, 0);
        expect(held).toBeLessThan(framer.maxFrameBytes);
        return frames;
      });
      expect(Buffer.concat([...out, ...framer.end()].map((f) => f.bytes))).toEqual(Buffer.concat(pieces));
    }),
  );
});
