/**
 * `bluetooth`: a Bluetooth controller of the box's own (hci0), for a detector `ble-hci`.
 *
 * HCI packets go both ways as on a UART (H4: Core Spec Vol 4 Part A §2), by the kernel's user channel: it hands the whole controller over, so
 * BlueZ must leave it alone (docs/detectors.md), and the detector sets it up, notices when it goes deaf and resets it, as it does with one on a
 * serial line. Opened again, the controller has been off and on. The library is optional: decision 53.
 */
import type { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import * as v from 'valibot';
import { codeOf, messageOf, TextError } from '../../../shared/errors.ts';
import { id, must, setting } from '../../../shared/setting.ts';
import { foreign, type Text } from '../../../shared/text.ts';
import { OPTIONAL, packageMissing } from '../../machine/optional-packages.ts';
import { type ConnectionSurroundings, onAbort } from '../../net/keep-open.ts';
import { say as net } from '../../net/words.ts';
import { note } from '../../words/fault.ts';
import type { PortType, StreamPort } from '../port.ts';
import { reopeningPort, type Source } from '../reopening.ts';
import { say as portWords } from '../words.ts';
import { say } from './words.ts';

const settings = v.strictObject({
  name: setting(id, portWords.name()),
  type: setting(v.literal('bluetooth'), say.bluetooth()),
  adapter: v.optional(
    setting(v.pipe(v.string(), v.regex(/^hci\d{1,2}$/, must(say.mustBeAdapter()))), say.adapter()),
    'hci0',
  ),
});
export type BluetoothSettings = Omit<v.InferOutput<typeof settings>, 'type'>;

export const bluetooth: PortType<typeof settings> = {
  name: 'bluetooth',
  shape: 'stream',
  settings,
  needs: () => ['bluetooth'],
  lacks: ({ adapter }, at) =>
    existsSync(`/sys/class/bluetooth/${adapter}`)
      ? []
      : [note([...at, 'adapter'], say.noAdapter({ adapter }), say.listAdapters())],
  line: ({ adapter }) => adapter,
  open: bluetoothPort,
};

/** What is used of the library: each "data" is one packet, from its type byte. */
export interface HciSocket extends EventEmitter {
  bindUser(device: number): unknown;
  start(): void;
  stop(): void;
  write(packet: Buffer): void;
}
type OpenSocket = (adapter: string) => Promise<HciSocket>;

const BACK_OFF = { firstMs: 1_000, maxMs: 30_000 };
const [LIBRARY] = OPTIONAL.bluetooth.names;

export function bluetoothPort(
  { name, adapter }: BluetoothSettings,
  surroundings: ConnectionSurroundings,
  openSocket: OpenSocket = openByLibrary,
): StreamPort {
  const session: Source['session'] = async (receiver, opened, signal) => {
    const socket = await openSocket(adapter);
    let forget = () => {};
    try {
      return await new Promise<Text>((resolve, reject) => {
        forget = onAbort(signal, () => resolve(net.stopped()));
        socket.on('error', (fault: unknown) => resolve(explain(fault, adapter)));
        try {
          socket.bindUser(Number(adapter.slice('hci'.length)));
          socket.start();
        } catch (fault) {
          reject(new TextError(explain(fault, adapter), fault));
          return;
        }
        socket.on('data', (packet: Uint8Array) => receiver.bytes(packet));
        opened({
          write(packet, done) {
            socket.write(Buffer.from(packet));
            done();
          },
        });
        receiver.opened();
      });
    } finally {
      forget();
      socket.removeAllListeners();
      socket.on('error', () => {}); // it is being closed because of one
      socket.stop();
    }
  };
  return reopeningPort({ name, path: adapter, transport: 'serial', backOff: BACK_OFF, session }, surroundings);
}

async function openByLibrary(adapter: string): Promise<HciSocket> {
  let library: { loadDriver(driver: 'native'): new () => HciSocket };
  try {
    library = (await import(LIBRARY)).default; // it is CommonJS, and installed by whoever has an adapter
  } catch (fault) {
    throw packageMissing('bluetooth', adapter, fault);
  }
  try {
    const Socket = library.loadDriver('native');
    return new Socket();
  } catch (fault) {
    throw new TextError(explain(fault, adapter), fault);
  }
}

/** The library gives errno, by code or in the system's words. */
function explain(fault: unknown, adapter: string): Text {
  const why = `${codeOf(fault)} ${messageOf(fault)}`;
  if (/EPERM|EACCES|not permitted|denied/i.test(why)) return say.notPermitted();
  if (/EBUSY|busy/i.test(why)) return say.busy({ adapter });
  if (/ENODEV|no such device/i.test(why)) return say.noAdapter({ adapter });
  if (/EAFNOSUPPORT|not supported by protocol/i.test(why)) return say.noBluetooth();
  return foreign(messageOf(fault));
}
