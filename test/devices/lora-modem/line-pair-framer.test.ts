import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LinePairFramer } from '../../../devices/lora-modem/line-pair-framer.ts';
import { latin1, text } from './modem-rig.ts';

const framer = () => new LinePairFramer(64, { first: /^signal/, second: /^data/ });

test('two lines that belong together are one frame, however the bytes come', () => {
  const stream = latin1('+OK\r\nsignal -54\r\ndata 01\r\n\r\nsignal -60\ndata 02\n+OK\r\n');
  fc.assert(
    fc.property(fc.integer({ min: 1, max: stream.length }), (size) => {
      const cutter = framer();
      const frames = [];
      for (let at = 0; at < stream.length; at += size) frames.push(...cutter.push(stream.subarray(at, at + size)));
      expect(text([...frames, ...cutter.end()])).toEqual([
        'ok:+OK',
        'ok:signal -54\r\ndata 01',
        'ok:signal -60\r\ndata 02',
        'ok:+OK',
      ]);
    }),
  );
});

test('lines that miss their other half come alone', () => {
  const lines = 'data 00\nsignal 1\nsignal 2\n+OK\nsignal 3\n';
  const cutter = framer();
  expect(text(cutter.push(latin1(lines)))).toEqual(['ok:data 00', 'ok:signal 1', 'ok:signal 2', 'ok:+OK']);
  expect(text(cutter.end())).toEqual(['ok:signal 3']);
});

test('a data line that is too long is rubbish, and the signal before it comes alone', () => {
  expect(text(framer().push(latin1(`signal 1\ndata ${'0'.repeat(80)}\nsignal 2\ndata 1\n`)))).toEqual([
    'ok:signal 1',
    expect.stringContaining('too-long:data'),
    expect.stringContaining('too-long:0'),
    'ok:signal 2\r\ndata 1',
  ]);
});
