import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Frame } from '../../../devices/device-type.ts';
import { crc16 } from '../../../devices/modbus/crc16.ts';
import { ModbusFramer } from '../../../devices/modbus/modbus-framer.ts';
import { bytes, hex } from './bench.ts';

const text = (frames: readonly Frame[]) => frames.map((f) => `${f.ok ? 'ok' : f.code}:${hex(f.bytes)}`);

// The read of MODBUS V1.1b3 §6.3 (registers 108 to 110) and an answer to it, from unit 0x11, each with its CRC.
const request = '1103006b00037687';
const answer = '110306ae415652434049ad';
const exception = '0a8102b053';
const mbap = '000100000007110304ae415652';

test("the CRC is that of the specification's check value", () => {
  expect(crc16(Buffer.from('123456789'))).toBe(0x4b37);
});

test('frames come out whole however the bytes are cut', () => {
  const frames = fc.array(fc.constantFrom(request, answer, exception), { maxLength: 12 });
  fc.assert(
    fc.property(frames, fc.constantFrom('rtu', 'auto'), fc.integer({ min: 1, max: 300 }), (sent, framing, size) => {
      const framer = new ModbusFramer(framing === 'rtu' ? 'rtu' : 'auto');
      const stream = bytes(sent.join(''));
      const out: Frame[] = [];
      for (let at = 0; at < stream.length; at += size) out.push(...framer.push(stream.subarray(at, at + size)));
      expect(text(out)).toEqual(sent.map((f) => `ok:${f}`));
    }),
  );
});

test('MBAP frames are found on auto and on tcp, byte by byte', () => {
  for (const framing of ['auto', 'tcp'] as const) {
    const framer = new ModbusFramer(framing);
    const out = [...bytes(mbap + mbap)].flatMap((byte) => framer.push(Uint8Array.of(byte)));
    expect(text(out)).toEqual([`ok:${mbap}`, `ok:${mbap}`]);
  }
});

test('noise before an answer does not hold it back, even where it looks like the start of a long frame', () => {
  expect(text(new ModbusFramer('rtu').push(bytes(`01 03 f0 ${answer}`)))).toEqual(['truncated:0103f0', `ok:${answer}`]);
  expect(text(new ModbusFramer('rtu').push(bytes(`ff fe ${answer}`)))).toEqual(['noise:fffe', `ok:${answer}`]);
});

test('a frame with a wrong checksum is rubbish and the next one is read', () => {
  const out = new ModbusFramer('rtu').push(bytes(`110306ae415652434049ae${answer}`));
  expect(out[0]).toMatchObject({ ok: false, code: 'bad-checksum' });
  expect(text(out).at(-1)).toBe(`ok:${answer}`);
});

test('an MBAP header that is not sane is slid over', () => {
  expect(text(new ModbusFramer('tcp').push(bytes(`ffffff ${mbap}`)))).toEqual(['noise:ffffff', `ok:${mbap}`]);
});

test('no byte is lost, none invented, and the bytes held stay within the bound', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.constantFrom(request, answer, exception, mbap).map((f) => bytes(f)),
  );
  fc.assert(
    fc.property(fc.array(piece), fc.constantFrom('rtu', 'tcp', 'auto'), (pieces, framing) => {
      const framer = new ModbusFramer(framing as 'rtu' | 'tcp' | 'auto'); // fast-check widens the constants
      let held = 0;
      const out = pieces.flatMap((p) => {
        const frames = framer.push(p);
        held += p.length - frames.reduce((sum, f) => sum + f.bytes.length, 0);
        expect(held).toBeLessThanOrEqual(framer.maxFrameBytes);
        return frames;
      });
      expect(Buffer.concat([...out, ...framer.end()].map((f) => f.bytes))).toEqual(Buffer.concat(pieces));
      expect(framer.end()).toEqual([]);
    }),
  );
});
