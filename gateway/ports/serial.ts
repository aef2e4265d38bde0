/**
 * `serial`: a serial port. It survives being unplugged, and waits for a port that is not there yet.
 *
 * A reader is attached as soon as the port is open: a port without one never notices that its device is gone. The same
 * happens if the device goes just before a read: the kernel answers with no bytes, which serialport takes for "read again".
 * So the line is also asked for its speed every `watchEveryMs`, which fails once the device is gone.
 */
import { existsSync, realpathSync, statSync } from 'node:fs';
import type { SerialPort } from 'serialport';
import * as v from 'valibot';
import type { Clock } from '../../shared/clock.ts';
import { messageOf, TextError } from '../../shared/errors.ts';
import { flag, id, must, oneOf, setting, text, whole } from '../../shared/setting.ts';
import { foreign, type Text } from '../../shared/text.ts';
import { type ConnectionSurroundings, onAbort } from '../net/keep-open.ts';
import { say as net } from '../net/words.ts';
import { type Fault, fault, note, type Path } from '../words/fault.ts';
import type { PortType, StreamPort } from './port.ts';
import { reopeningPort, type Source } from './reopening.ts';
import { RTS_LEVELS, rtsSink } from './rts.ts';
import { say } from './words.ts';

const settings = v.strictObject({
  name: setting(id, say.name()),
  type: setting(v.literal('serial'), say.serial()),
  path: setting(text, say.serialPath()),
  baud: v.optional(setting(whole(300, 4_000_000), say.baud()), 9600),
  dataBits: v.optional(setting(v.picklist([5, 6, 7, 8], must(say.mustBeDataBits())), say.dataBits()), 8),
  parity: v.optional(setting(oneOf(['none', 'even', 'odd']), say.parity()), 'none'),
  stopBits: v.optional(setting(v.picklist([1, 2], must(say.mustBeStopBits())), say.stopBits()), 1),
  flowControl: v.optional(setting(flag, say.flowControl()), false),
  rtsWhenSending: v.optional(setting(oneOf(RTS_LEVELS), say.rtsWhenSending())),
});
export type SerialSettings = Omit<v.InferOutput<typeof settings>, 'type'>;

export const serial: PortType<typeof settings> = {
  name: 'serial',
  shape: 'stream',
  settings,
  check: ({ path }, at) => checkPath(path, [...at, 'path']),
  lacks: ({ path }, at) => (existsSync(path) ? [] : [note([...at, 'path'], say.notPlugged({ path }), say.findPort())]),
  line: ({ path }) => (existsSync(path) ? realpathSync(path) : path),
  open: serialPort,
};

/** Plugging a device back in should show within seconds, and asking costs next to nothing. */
const BACK_OFF = { firstMs: 250, maxMs: 4_000 };
const watchEveryMs = 1_000;

export function serialPort(settings: SerialSettings, surroundings: ConnectionSurroundings): StreamPort {
  const { name, path, rtsWhenSending } = settings;
  const session: Source['session'] = async (receiver, opened, signal) => {
    const port = await openSerial(settings);
    const over = new AbortController();
    let forget = () => {};
    try {
      return await new Promise<Text>((resolve) => {
        forget = onAbort(signal, () => resolve(net.stopped()));
        port.on('data', (chunk: Uint8Array) => receiver.bytes(chunk));
        port.on('error', (fault) => resolve(foreign(fault.message)));
        port.on('close', (fault: Error | null) =>
          resolve(fault ? say.unpluggedBecause({ why: fault.message }) : say.unplugged()),
        );
        const noRts = (fault: Error) => resolve(say.noRts({ why: plainly(fault.message) }));
        opened(rtsWhenSending === undefined ? port : rtsSink(port, rtsWhenSending, noRts));
        receiver.opened();
        void untilGone(port, surroundings.clock, over.signal).then((why) => resolve(say.unpluggedBecause({ why })));
      });
    } finally {
      forget();
      over.abort();
      await closeSerial(port);
    }
  };
  return reopeningPort({ name, path, transport: 'serial', backOff: BACK_OFF, session }, surroundings);
}

/** An open serial port, which it is up to the caller to read and close. Rejects with a TextError, "ports.in-use" if another program has it. */
export async function openSerial({
  path,
  baud,
  dataBits,
  parity,
  stopBits,
  flowControl,
}: Omit<SerialSettings, 'name' | 'rtsWhenSending'>): Promise<SerialPort> {
  const { SerialPort } = await import('serialport'); // only a gateway with such a port carries it in its memory
  const options = { path, baudRate: baud, dataBits, parity, stopBits, rtscts: flowControl, autoOpen: false };
  const port = new SerialPort(options);
  return new Promise((resolve, reject) => {
    port.open((fault) => {
      if (fault) reject(new TextError(explain(fault.message, path), fault));
      else resolve(port);
    });
  });
}

/** What udev knows of serial ports, also of some that are not there. Rejects without udevadm. */
export async function listSerial() {
  return (await import('serialport')).SerialPort.list();
}

/** Resolves with the reason when the line no longer answers; never, once the signal has aborted, and on a system that cannot be asked (ENOSYS). */
async function untilGone(port: SerialPort, clock: Clock, signal: AbortSignal): Promise<string> {
  for (;;) {
    await clock.sleep(watchEveryMs, signal);
    if (signal.aborted) return new Promise(() => {});
    const fault = await port.port?.getBaudRate().then(() => undefined, messageOf);
    if (fault?.includes('Function not implemented')) return new Promise(() => {});
    if (fault !== undefined) return fault;
  }
}

/** What can never be a serial port. */
function checkPath(path: string, at: Path): Fault[] {
  if (/^(\\\\\.\\)?COM\d+:?$/i.test(path)) return [fault(at, say.windowsPort({ path }), say.findPort())];
  const status = statSync(path, { throwIfNoEntry: false });
  return status === undefined || status.isCharacterDevice() ? [] : [fault(at, say.notSerial({ path }), say.findPort())];
}

function plainly(message: string): string {
  return message.replace(/^Error: /, '');
}

/** serialport says "Error: Permission denied, cannot open /dev/ttyUSB0"; the technician is also told what to do. */
function explain(message: string, path: string): Text {
  const why = plainly(message);
  if (existsSync(path) && !statSync(path).isCharacterDevice()) return say.notSerial({ path });
  if (/permission denied/i.test(why)) return say.noPermission({ why });
  if (/cannot lock/i.test(why)) return say.inUse({ why });
  return foreign(why);
}

export function closeSerial(port: SerialPort): Promise<void> {
  return new Promise((resolve) => {
    port.removeAllListeners();
    port.on('error', () => {}); // it is being closed because of one
    if (port.isOpen) port.close(() => resolve());
    else resolve();
  });
}
