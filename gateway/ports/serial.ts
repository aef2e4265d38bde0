/**
 * A serial port. It survives unplug and replug, and waits for a port that is not there yet.
 *
 * A reader is attached as soon as the port is open, since a port without one never notices that its device is gone.
 * Parameters are those of the line: 300–4,000,000 baud, 5–8 data bits, 1 or 2 stop bits.
 */
import { existsSync, statSync } from 'node:fs';
import type { SerialPort } from 'serialport';
import { onAbort, type PortSurroundings } from '../net/keep-open.ts';
import { type Port, reopeningPort, type Source } from './port.ts';

export interface SerialSettings {
  readonly name: string;
  readonly path: string;
  readonly baud: number;
  readonly dataBits: 5 | 6 | 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
  readonly flowControl: boolean;
}

/** Plugging a device back in should show within seconds, so the pause stays short: asking costs next to nothing. */
const BACK_OFF = { firstMs: 250, maxMs: 4_000 };

export function serialPort(settings: SerialSettings, surroundings: PortSurroundings): Port {
  const { name, path } = settings;
  const session: Source['session'] = async (receiver, opened, signal) => {
    const port = await openSerial(settings);
    let forget = () => {};
    try {
      return await new Promise<string>((resolve) => {
        forget = onAbort(signal, () => resolve('stopped'));
        port.on('data', (chunk: Uint8Array) => receiver.bytes(chunk));
        port.on('error', (fault) => resolve(fault.message));
        port.on('close', (fault: Error | null) =>
          resolve(`the device was unplugged${fault ? ` (${fault.message})` : ''}`),
        );
        opened(port);
        receiver.opened();
      });
    } finally {
      forget();
      await closeSerial(port);
    }
  };
  return reopeningPort({ name, path, transport: 'serial', backOff: BACK_OFF, session }, surroundings);
}

async function openSerial({
  path,
  baud,
  dataBits,
  parity,
  stopBits,
  flowControl,
}: SerialSettings): Promise<SerialPort> {
  const { SerialPort } = await import('serialport'); // only a gateway with such a port carries it in its memory
  const options = { path, baudRate: baud, dataBits, parity, stopBits, rtscts: flowControl, autoOpen: false };
  const port = new SerialPort(options);
  return new Promise((resolve, reject) => {
    port.open((fault) => {
      if (fault) reject(new Error(explain(fault.message, path), { cause: fault }));
      else resolve(port);
    });
  });
}

/** serialport says "Error: Permission denied, cannot open /dev/ttyUSB0"; the technician is also told what to do. */
function explain(message: string, path: string): string {
  const what = message.replace(/^Error: /, '');
  if (existsSync(path) && !statSync(path).isCharacterDevice()) return `${path} is no serial port`;
  if (/permission denied/i.test(what)) {
    return `${what}: let the gateway's user in with: usermod -aG dialout <user>, then start it again`;
  }
  if (/cannot lock/i.test(what)) return `${what}: another program has it open`;
  return what;
}

function closeSerial(port: SerialPort): Promise<void> {
  return new Promise((resolve) => {
    port.removeAllListeners();
    port.on('error', () => {}); // it is being closed because of one
    if (port.isOpen) port.close(() => resolve());
    else resolve();
  });
}
