import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { Frame } from '../../../devices/device-type.ts';
import { rylr } from '../../../devices/lora-modem/rylr.ts';
import { RylrFramer } from '../../../devices/lora-modem/rylr-framer.ts';
import { latin1, momentAt, openModem, text, wallOrigin, written } from './modem-rig.ts';

const modem = (...nodes: Record<string, unknown>[]) => openModem(rylr, ...nodes);
const received = (address: number, data: string, tail = '-99,40') =>
  latin1(`+RCV=${address},${data.length},${data},${tail}`);
const binary = (hex: string) => Buffer.from(hex, 'hex').toString('latin1');

test('a message is cut by its length, whatever its data holds and however the bytes come', () => {
  const message = fc.record({
    address: fc.integer({ min: 0, max: 65_535 }),
    data: fc.uint8Array({ minLength: 1, maxLength: 240 }).map((d) => Buffer.from(d).toString('latin1')),
    rssi: fc.integer({ min: -140, max: 0 }),
    snr: fc.integer({ min: -20, max: 60 }),
  });
  const line = fc.oneof(
    message.map((m) => `+RCV=${m.address},${m.data.length},${m.data},${m.rssi},${m.snr}`),
    fc.constantFrom('+OK', '+READY', '+ERR=4', '+ADDRESS=7', '+RCV=50,5,HELLO,-99,40', '+RCV=1,4,\r\n,\n,-1,2'),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 10 }), fc.integer({ min: 1, max: 700 }), (lines, size) => {
      const framer = new RylrFramer();
      const stream = latin1(lines.map((l) => `${l}\r\n`).join(''));
      const out: Frame[] = [];
      for (let at = 0; at < stream.length; at += size) out.push(...framer.push(stream.subarray(at, at + size)));
      expect(text(out)).toEqual(lines.map((l) => `ok:${l}`));
      expect(framer.end()).toEqual([]);
    }),
  );
});

test('a message that lost bytes is rubbish, and the next one is read', () => {
  const out = new RylrFramer().push(latin1('+RCV=1,20,abc,-99,40\r\n+RCV=50,5,HELLO,-99,40\r\n'));
  expect(text(out)).toEqual(['truncated:+RCV=1,20,abc,-99,40\r\n', 'ok:+RCV=50,5,HELLO,-99,40']);
  expect(text(new RylrFramer().push(latin1('+RC+RCV=50,5,HELLO,-99,40\r\n')))).toEqual([
    'truncated:+RC',
    'ok:+RCV=50,5,HELLO,-99,40',
  ]);
  expect(text(new RylrFramer().push(latin1('\0\xff+READY\r\n')))).toEqual(['noise:\0\xff', 'ok:+READY']);
});

test('the bytes held stay within the bound, and a line over it is rubbish', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.uint8Array({ maxLength: 400 }), fc.constant(latin1('+RCV=1,200,')))), (pieces) => {
      const framer = new RylrFramer();
      for (const piece of pieces) framer.push(piece);
      const left = framer.end().reduce((sum, f) => sum + f.bytes.length, 0);
      expect(left).toBeLessThanOrEqual(framer.maxFrameBytes);
    }),
  );
  expect(new RylrFramer().push(latin1(`+${'x'.repeat(400)}`))[0]).toMatchObject({ ok: false, code: 'too-long' });
});

test('the last line of a file needs no line end', () => {
  const framer = new RylrFramer();
  expect(framer.push(latin1('+RCV=50,5,HELLO,-99,40'))).toEqual([]);
  expect(text(framer.end())).toEqual(['ok:+RCV=50,5,HELLO,-99,40']);
  framer.push(latin1('+RCV=50,5,HEL'));
  expect(text(framer.end())).toEqual(['truncated:+RCV=50,5,HEL']);
});

test("a node's message becomes a reading with its signal", () => {
  const step = modem({ address: 50 }).decode(received(50, binary('03670110056700ff')), momentAt(5));
  expect(step.readings).toEqual([
    {
      device: 'node-0',
      kind: 'measurement',
      observedAt: wallOrigin + 5,
      values: { temperature3: 27.2, temperature5: 25.5, rssi: -99, snr: 40 },
    },
  ]);
});

test('channels are mapped to the quantities of a kind', () => {
  const gauge = modem({ address: 7, kind: 'water-level', map: [{ channel: 1, quantity: 'level' }] });
  expect(gauge.decode(received(7, binary('0182000004d2')), momentAt(0)).readings?.[0]).toMatchObject({
    kind: 'water-level',
    values: { level: 1.234, rssi: -99, snr: 40 },
  });
  expect(gauge.decode(received(7, binary('0274014a')), momentAt(0)).readings?.[0]).toMatchObject({
    kind: 'measurement',
    values: { voltage2: 3.3 },
  });
  const map = [
    { channel: 1, type: 'lat', quantity: 'lat' },
    { channel: 1, type: 'lon', quantity: 'lon' },
  ];
  const plow = modem({ address: 7, kind: 'position', map });
  expect(plow.decode(received(7, binary('018806765ff2960a0003e8')), momentAt(0)).readings?.[0]).toMatchObject({
    kind: 'position',
    values: { lat: 42.3519, lon: -87.9094, altitude1: 10 },
  });
});

test('a kind without its quantities is refused', () => {
  for (const kind of ['water-level', 'position', 'people-count']) {
    expect(v.safeParse(rylr.options, { kind }).success).toBe(false);
  }
});

test('hexadecimal text is read if the node sends it', () => {
  const decoder = modem({ address: 7, payload: 'lpp-hex' });
  expect(decoder.decode(received(7, '03670110'), momentAt(0)).readings?.[0]?.values).toMatchObject({
    temperature3: 27.2,
  });
  expect(decoder.decode(received(7, '0367011'), momentAt(0)).rubbish?.[0]?.code).toBe('malformed');
});

test('a node that is not configured is rubbish, unless a device stands for every other node', () => {
  const data = binary('03670110');
  expect(modem({ address: 7 }).decode(received(8, data), momentAt(0)).rubbish?.[0]).toMatchObject({
    code: 'unknown-address',
    detail: { en: 'node 8 is not configured' },
  });
  expect(modem({ address: 7 }, {}).decode(received(8, data), momentAt(0)).readings?.[0]?.device).toBe('node-1');
});

test('what a node sends that is not whole is malformed, for its device', () => {
  expect(modem({ address: 7 }).decode(received(7, binary('036701')), momentAt(0)).rubbish?.[0]).toMatchObject({
    code: 'malformed',
    device: 'node-0',
    detail: { en: 'temperature of channel 3 is cut short' },
  });
});

test('the modem is set up command by command, when the port opens and when the modem starts', () => {
  const decoder = modem({ address: 1 }, { address: 2, setUp: ['AT+NETWORKID=18', 'AT+BAND=920600000'] });
  expect(written(decoder.opened?.(momentAt(0)))).toEqual(['AT+NETWORKID=18\r\n']);
  expect(written(decoder.decode(latin1('+OK'), momentAt(10)))).toEqual(['AT+BAND=920600000\r\n']);
  expect(decoder.decode(latin1('+OK'), momentAt(20))).toEqual({});
  expect(decoder.dueAt?.()).toBe(Number.POSITIVE_INFINITY);
  expect(written(decoder.decode(latin1('+READY'), momentAt(5_000)))).toEqual(['AT+NETWORKID=18\r\n']);
});

test('a command that is refused or not answered is reported, and does not stop the others', () => {
  const decoder = modem({ setUp: ['AT+NETWORKID=99', 'AT+BAND=920600000'] });
  decoder.opened?.(momentAt(0));
  const refused = decoder.decode(latin1('+ERR=4'), momentAt(10));
  expect(refused.rubbish?.[0]).toMatchObject({
    code: 'device-error',
    detail: { en: 'error 4, unknown command (after AT+NETWORKID=99)' },
  });
  expect(written(refused)).toEqual(['AT+BAND=920600000\r\n']);
  for (const now of [1_010, 2_010, 3_010]) {
    expect(decoder.due?.(momentAt(now)).rubbish?.[0]).toMatchObject({ code: 'no-answer' });
  }
  expect(written(decoder.due?.(momentAt(33_010)))).toEqual(['AT+NETWORKID=99\r\n']);
});

test('an error of the radio is a device error at any time, and no answer to a command', () => {
  const decoder = modem({ setUp: ['AT+NETWORKID=18', 'AT+BAND=920600000'] });
  decoder.opened?.(momentAt(0));
  expect(written(decoder.decode(latin1('+ERR=12'), momentAt(1)))).toEqual([]);
  expect(modem({}).decode(latin1('+ERR=12'), momentAt(0)).rubbish?.[0]).toMatchObject({
    code: 'device-error',
    detail: { en: 'error 12, CRC error in a received message' },
  });
});

test('no line throws, and only a whole message gives a reading', () => {
  const decoder = modem({});
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 290 }),
        fc.string().map((s) => latin1(`+RCV=${s}`)),
      ),
      (line) => {
        for (const { values } of decoder.decode(line, momentAt(0)).readings ?? [])
          expect(values).toHaveProperty('rssi');
      },
    ),
  );
});
