/** A wire over a serial port, with a pseudo-terminal in the place of the cable. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { closeSerial, openSerial } from '../../../gateway/ports/serial.ts';
import { openPty } from '../../../simulators/wires/pty-wire.ts';
import { openSerialWire, type SerialWireOptions } from '../../../simulators/wires/serial-wire.ts';
import { temporaryFolder } from '../../gateway/temporary-folder.ts';

const patience = { timeout: 20_000, interval: 10 };
const bytes = (text: string) => Buffer.from(text, 'latin1');
const textOf = (chunks: readonly Uint8Array[]) => Buffer.concat(chunks).toString('latin1');

/** The wire at one end of a terminal, and its other end. */
async function cabled(options: Partial<SerialWireOptions> = {}) {
  const far = await openPty({ link: join(temporaryFolder(), 'cable') });
  onTestFinished(() => far.close());
  const wire = await openSerialWire({ path: far.path, ...options });
  onTestFinished(() => wire.close());
  const [heard, heardFar]: Uint8Array[][] = [[], []];
  wire.onBytes((chunk) => heard?.push(chunk));
  far.onBytes((chunk) => heardFar?.push(chunk));
  return { far, wire, heard: () => textOf(heard ?? []), heardFar: () => textOf(heardFar ?? []) };
}

test('what is written at one end is heard at the other', async () => {
  const { far, wire, heard, heardFar } = await cabled();
  expect(wire.write(bytes('R1234\r'))).toBe(true);
  await vi.waitFor(() => expect(heardFar()).toBe('R1234\r'), patience);
  await vi.waitFor(() => expect(far.write(bytes('?'))).toBe(true), patience);
  await vi.waitFor(() => expect(heard()).toBe('?'), patience);
});

test('speed, parity and stop bits reach the port', async () => {
  const { far } = await cabled({ baud: 4800, dataBits: 7, parity: 'odd', stopBits: 2 });
  const set = execFileSync('stty', ['-a', '-F', far.path], { encoding: 'utf8' });
  expect(set).toMatch(/speed 4800 baud/);
  // A pseudo-terminal keeps eight bits and no parity whatever it is set to (Linux, pty_set_termios), but says which parity it would be.
  expect(set).toMatch(/ parodd /);
  expect(set).toMatch(/ cstopb /);
});

test('a line that goes away is opened again when it is back', async () => {
  const { far, wire, heardFar } = await cabled();
  far.unplug();
  await vi.waitFor(() => expect(wire.write(bytes('lost'))).toBe(false), patience);
  await far.replug();
  await vi.waitFor(() => expect(wire.write(bytes('b'))).toBe(true), patience);
  await vi.waitFor(() => expect(heardFar()).toBe('b'), patience);
}, 30_000);

test('with its plug pulled it takes nothing, and goes on when it is back', async () => {
  const { far, wire, heard, heardFar } = await cabled();
  wire.unplug();
  expect(wire.write(bytes('lost'))).toBe(false);
  await wire.replug();
  expect(wire.write(bytes('b'))).toBe(true);
  await vi.waitFor(() => expect(heardFar()).toBe('b'), patience);
  await vi.waitFor(() => expect(far.write(bytes('?'))).toBe(true), patience);
  await vi.waitFor(() => expect(heard()).toBe('?'), patience);
});

test('a port that is not there is told, with what to do', async () => {
  await expect(openSerialWire({ path: '/dev/serial/by-id/no-such-adapter' })).rejects.toMatchObject({
    code: 'serial-unavailable',
    on: '/dev/serial/by-id/no-such-adapter',
  });
});

const isSocatMissing = spawnSync('socat', ['-V']).error !== undefined && process.env.CI !== 'true';
if (isSocatMissing) console.warn('Skipped: no socat here. Install it with: apt-get install socat');

describe.skipIf(isSocatMissing)('through a null-modem cable of two terminals', () => {
  test("a frame reaches the gateway's own serial port", async () => {
    const folder = temporaryFolder();
    const ends = ['near', 'far'].map((name) => join(folder, name));
    const socat = spawn(
      'socat',
      ends.map((link) => `pty,raw,echo=0,link=${link}`),
    );
    onTestFinished(() => void socat.kill());
    await once(socat, 'spawn');
    await vi.waitFor(() => expect(ends.every((end) => existsSync(end))).toBe(true), patience);
    const [near = '', far = ''] = ends;
    const wire = await openSerialWire({ path: far, baud: 19_200 });
    onTestFinished(() => wire.close());
    const settings = { baud: 19_200, dataBits: 8, parity: 'none', stopBits: 1, flowControl: false } as const;
    const port = await openSerial({ path: near, ...settings });
    onTestFinished(() => closeSerial(port));
    const [heard, asked]: Uint8Array[][] = [[], []];
    port.on('data', (chunk: Uint8Array) => heard?.push(chunk));
    wire.onBytes((chunk) => asked?.push(chunk));
    wire.write(bytes('R1234\r'));
    port.write('?');
    await vi.waitFor(() => expect([textOf(heard ?? []), textOf(asked ?? [])]).toEqual(['R1234\r', '?']), patience);
  });
});
