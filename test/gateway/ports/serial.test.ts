import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { serialPort } from '../../../gateway/ports/serial.ts';
import { openPty } from '../../../simulators/wires/pty-wire.ts';
import type { Wire } from '../../../simulators/wires/wire.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { Heard, surroundings } from './heard.ts';

const line = { name: 'river', baud: 9600, dataBits: 8, parity: 'none', stopBits: 1, flowControl: false } as const;

async function plugIn(path: string): Promise<Wire> {
  const wire = await openPty({ link: path });
  onTestFinished(() => wire.close());
  return wire;
}

const bytes = (text: string) => Buffer.from(text, 'latin1');

test('bytes come in and go out', async () => {
  const path = join(temporaryFolder(), 'gauge');
  const wire = await plugIn(path);
  let asked = '';
  wire.onBytes((chunk) => {
    asked += Buffer.from(chunk).toString('latin1');
  });
  const heard = new Heard();
  const port = serialPort({ ...line, path }, surroundings());
  heard.listenTo(port);
  await heard.until(() => expect(wire.write(bytes('R1234\r'))).toBe(true));
  await heard.until(() => expect(heard.text).toBe('R1234\r'));
  await port.write(bytes('\x01\x03\xff'));
  await heard.until(() => expect(asked).toBe('\x01\x03\xff'));
});

test('a port survives unplug and replug', async () => {
  const path = join(temporaryFolder(), 'gauge');
  const wire = await plugIn(path);
  const heard = new Heard();
  heard.listenTo(serialPort({ ...line, path }, surroundings()));
  await heard.until(() => expect(wire.write(bytes('1'))).toBe(true));
  await heard.until(() => expect(heard.text).toBe('1'));
  wire.unplug();
  await heard.until(() => expect(heard.whys.length).toBeGreaterThan(0));
  await wire.replug();
  await heard.until(() => expect(wire.write(bytes('2'))).toBe(true));
  await heard.until(() => expect(heard.text).toBe('12'));
  expect(heard.opens).toBe(2);
  expect(heard.whys[0]).toContain('the device was unplugged');
});

test('a port that is not there yet is opened when it appears', async () => {
  const path = join(temporaryFolder(), 'gauge');
  const heard = new Heard();
  heard.listenTo(serialPort({ ...line, path }, surroundings()));
  await heard.until(() => expect(heard.whys.length).toBeGreaterThan(0));
  expect(heard.whys[0]).toContain('No such file or directory');
  const wire = await plugIn(path);
  await heard.until(() => expect(wire.write(bytes('here'))).toBe(true));
  await heard.until(() => expect(heard.text).toBe('here'));
});

test('what is written while the port is closed is dropped', async () => {
  const port = serialPort({ ...line, path: '/nowhere' }, surroundings());
  await expect(port.write(bytes('x'))).resolves.toBeUndefined();
});

test('a port that is stopped closes its line, so that another can open it', async () => {
  const path = join(temporaryFolder(), 'gauge');
  const wire = await plugIn(path);
  const first = new Heard();
  const stop = first.listenTo(serialPort({ ...line, path }, surroundings()));
  await first.until(() => expect(first.opens).toBe(1));
  await stop();
  const second = new Heard();
  second.listenTo(serialPort({ ...line, path }, surroundings()));
  await second.until(() => expect(wire.write(bytes('x'))).toBe(true));
  await second.until(() => expect(second.text).toBe('x'));
  expect(second.whys).toEqual([]);
  expect(first.text).toBe('');
});

test('a plug that is pulled just before a read is noticed, and the port opens again', async () => {
  const path = join(temporaryFolder(), 'gauge');
  const wire = await plugIn(path);
  const heard = new Heard();
  let pulls = 0;
  const bytesOf = heard.bytes.bind(heard);
  heard.bytes = (chunk) => {
    bytesOf(chunk);
    if (pulls++ === 0) wire.unplug(); // before the stream asks for more: the read finds the terminal hung up
  };
  heard.listenTo(serialPort({ ...line, path }, surroundings()));
  await heard.until(() => expect(wire.write(bytes('R1234\r'))).toBe(true));
  await heard.until(() => expect(heard.whys[0]).toMatch(/^the device was unplugged/));
  await wire.replug();
  await heard.until(() => expect(wire.write(bytes('R1235\r'))).toBe(true));
  await heard.until(() => expect(heard.text).toContain('R1235\r'));
});

test('a path that is no serial port is said to be none', async () => {
  const folder = temporaryFolder();
  const heard = new Heard();
  heard.listenTo(serialPort({ ...line, path: folder }, surroundings()));
  await heard.until(() => expect(heard.whys[0]).toBe(`${folder} is not a serial port`));
});

test.each([0, 1, 5, 20])('a port that is stopped %i turns after it was started ends', async (turns) => {
  const path = join(temporaryFolder(), 'gauge');
  await plugIn(path);
  const stop = new AbortController();
  const run = serialPort({ ...line, path }, surroundings()).run({ opened() {}, bytes() {}, closed() {} }, stop.signal);
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
  stop.abort();
  await run;
});
