import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Frame } from '../../../devices/device-type.ts';
import { LineFramer } from '../../../devices/framing/line-framer.ts';

const text = (frames: readonly Frame[]) => frames.map((f) => `${f.ok ? 'ok' : f.code}:${Buffer.from(f.bytes)}`);

test('lines come out whole however the bytes are cut', () => {
  const line = fc.stringMatching(/^[ -~]{1,40}$/);
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), fc.array(fc.integer({ min: 1, max: 90 })), (lines, cuts) => {
      const framer = new LineFramer(64);
      const stream = Buffer.from(lines.map((l) => `${l}\r\n`).join(''));
      const frames: Frame[] = [];
      let at = 0;
      for (const cut of [...cuts, stream.length]) {
        frames.push(...framer.push(stream.subarray(at, at + cut)));
        at += cut;
      }
      frames.push(...framer.push(stream.subarray(at)));
      expect(text(frames)).toEqual(lines.map((l) => `ok:${l}`));
    }),
  );
});

test('a line over the bound is rubbish whole, and the next line is read', () => {
  const framer = new LineFramer(16);
  const frames = framer.push(Buffer.from(`${'x'.repeat(40)}\nok\n`));
  expect(frames.filter((f) => !f.ok).reduce((sum, f) => sum + f.bytes.length, 0)).toBe(40);
  expect(text(frames.filter((f) => f.ok))).toEqual(['ok:ok']);
});

test('the last line of a file needs no line end', () => {
  const framer = new LineFramer(16);
  expect(framer.push(Buffer.from('a\nlast'))).toHaveLength(1);
  expect(text(framer.end())).toEqual(['ok:last']);
  expect(framer.end()).toEqual([]);
});

test('the rest of a line over the bound is rubbish too when the input ends in it', () => {
  const framer = new LineFramer(16);
  expect(text(framer.push(Buffer.from('x'.repeat(20))))).toEqual([`too-long:${'x'.repeat(16)}`]);
  expect(text(framer.end())).toEqual(['too-long:xxxx']);
  expect(text(framer.push(Buffer.from('ok\n')))).toEqual(['ok:ok']);
});

test('a line that is exactly as long as the bound leaves no empty rubbish behind', () => {
  expect(text(new LineFramer(4).push(Buffer.from('abcd\nok\n')))).toEqual(['too-long:abcd', 'ok:ok']);
});
