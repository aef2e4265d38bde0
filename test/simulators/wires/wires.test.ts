import { once } from 'node:events';
import { existsSync, mkdtempSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SerialPort } from 'serialport';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openPty } from '../../../simulators/wires/pty-wire.ts';
import { openTcp } from '../../../simulators/wires/tcp-wire.ts';
import type { Wire } from '../../../simulators/wires/wire.ts';

let directory: string;
const wires: Wire[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'wires-'));
});
afterEach(async () => {
  for (const wire of wires.splice(0)) await wire.close();
  rmSync(directory, { recursive: true });
});

const bytes = (text: string) => Buffer.from(text, 'latin1');
const patience = { timeout: 10_000, interval: 5 };

async function pluggedIn(): Promise<Wire> {
  const wire = await openPty({ link: join(directory, 'gauge') });
  wires.push(wire);
  return wire;
}

async function openPort(path: string) {
  const port = new SerialPort({ path, baudRate: 9600 });
  const heard: Buffer[] = [];
  port.on('data', (chunk: Buffer) => heard.push(chunk));
  await once(port, 'open');
  return { port, heard: () => Buffer.concat(heard).toString('latin1') };
}

const allBytes = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte));

test('a pseudo-terminal carries every byte both ways, and no echo', async () => {
  const wire = await pluggedIn();
  let asked = '';
  wire.onBytes((chunk) => {
    asked += Buffer.from(chunk).toString('latin1');
  });
  const { port, heard } = await openPort(wire.path);
  await vi.waitFor(() => expect(wire.write(bytes(allBytes))).toBe(true), patience);
  await vi.waitFor(() => expect(heard()).toBe(allBytes), patience);
  port.write(bytes(allBytes));
  await vi.waitFor(() => expect(asked).toBe(allBytes), patience);
  expect(heard()).toBe(allBytes);
  port.close();
  await once(port, 'close');
});

test('bytes written while nobody has the port open are lost', async () => {
  const wire = await pluggedIn();
  expect(wire.write(bytes('nobody hears this\n'))).toBe(false);
  const { port, heard } = await openPort(wire.path);
  await vi.waitFor(() => expect(wire.write(bytes('first\n'))).toBe(true), patience);
  await vi.waitFor(() => expect(heard()).toBe('first\n'), patience);
  port.close();
  await once(port, 'close');
  expect(wire.write(bytes('nobody hears this either\n'))).toBe(false);
});

test('pulling the plug closes the port, and putting it back brings the link back', async () => {
  const wire = await pluggedIn();
  const { port } = await openPort(wire.path);
  const terminal = readlinkSync(wire.path);
  const closed = once(port, 'close');
  await vi.waitFor(() => expect(wire.write(bytes('x'))).toBe(true), patience);
  wire.unplug();
  await closed;
  expect(existsSync(wire.path)).toBe(false);
  expect(wire.write(bytes('x'))).toBe(false);
  await wire.replug();
  expect(readlinkSync(wire.path)).toMatch(/^\/dev\//);
  const again = await openPort(wire.path);
  await vi.waitFor(() => expect(wire.write(bytes('back\n'))).toBe(true), patience);
  await vi.waitFor(() => expect(again.heard()).toBe('back\n'), patience);
  expect(terminal).toMatch(/^\/dev\//);
  again.port.close();
  await once(again.port, 'close');
});

test('a link that was left behind is replaced; one to a device, or a file, is not', async () => {
  const link = join(directory, 'gauge');
  for (const target of ['../../ttyUSB0', '/dev/ttyUSB0', directory]) {
    symlinkSync(target, link);
    await expect(openPty({ link })).rejects.toMatchObject({ code: 'link-taken' });
    expect(readlinkSync(link)).toBe(target);
    rmSync(link);
  }
  writeFileSync(link, '');
  await expect(openPty({ link })).rejects.toMatchObject({ code: 'link-taken' });
  rmSync(link);
  symlinkSync('/dev/pts/999', link);
  expect((await pluggedIn()).path).toBe(link);
  expect(readlinkSync(link)).not.toBe('/dev/pts/999');
});

test('a serial server gives the same line to every client and takes what each writes', async () => {
  const wire = await openTcp();
  wires.push(wire);
  expect(wire.write(bytes('nobody hears this'))).toBe(false);
  let asked = '';
  wire.onBytes((chunk) => {
    asked += Buffer.from(chunk).toString('latin1');
  });
  const clients = [await openClient(wire.path), await openClient(wire.path)];
  for (const { socket } of clients) socket.write('?');
  await vi.waitFor(() => expect(asked).toBe('??'), patience);
  expect(wire.write(bytes('R1234\r'))).toBe(true);
  for (const { heard } of clients) await vi.waitFor(() => expect(heard()).toBe('R1234\r'), patience);
});

test('a serial server that is unplugged hangs up and comes back on the same port', async () => {
  const wire = await openTcp();
  wires.push(wire);
  const { path } = wire;
  const { socket } = await openClient(path);
  const closed = once(socket, 'close');
  wire.unplug();
  await closed;
  await expect(openClient(path)).rejects.toThrow('ECONNREFUSED');
  await wire.replug();
  expect(wire.path).toBe(path);
  const again = await openClient(path);
  await vi.waitFor(() => expect(wire.write(bytes('x'))).toBe(true), patience);
  again.socket.destroy();
});

test('a unit that closes idle connections hangs up, and is there for the next one', async () => {
  const wire = await openTcp({ closesIdleAfterMs: 50 });
  wires.push(wire);
  const { socket } = await openClient(wire.path);
  await once(socket, 'close');
  const again = await openClient(wire.path);
  await vi.waitFor(() => expect(wire.write(bytes('x'))).toBe(true), patience);
  again.socket.destroy();
});

async function openClient(path: string) {
  const { hostname, port } = new URL(path);
  const socket = connect(Number(port), hostname);
  const heard: Buffer[] = [];
  socket.on('data', (chunk) => heard.push(chunk));
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  return { socket, heard: () => Buffer.concat(heard).toString('latin1') };
}
