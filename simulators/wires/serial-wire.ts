/**
 * A wire over a real serial port of this machine: a gateway hangs on the other end of a null-modem cable, or of an RS-485 pair.
 *
 * A line that goes away (its USB adapter is pulled) is opened again every `RETRY_MS` until it is back. The port is asked for its speed as
 * often, since a reader does not always notice that its device is gone. `write` says whether the port took the bytes: nobody can know
 * whether a cable is in at the far end. Pulling the plug closes the port, after which the line is idle; it cannot pull a cable. Bound:
 * `maxQueuedBytes` that the port has not sent yet; a frame beyond it is lost.
 */
import { SerialPort } from 'serialport';
import type { Clock } from '../../shared/clock.ts';
import { MachimoriError, textOf } from '../../shared/errors.ts';
import { systemClock } from '../system-clock.ts';
import type { Wire } from './wire.ts';
import { say } from './words.ts';

export interface SerialWireOptions {
  /** "/dev/ttyUSB0", or better a link in /dev/serial/by-id. */
  readonly path: string;
  /** Default 9600. */
  readonly baud?: number;
  /** Default 8. */
  readonly dataBits?: 5 | 6 | 7 | 8;
  /** Default none. */
  readonly parity?: 'none' | 'even' | 'odd';
  /** Default 1. */
  readonly stopBits?: 1 | 2;
  readonly clock?: Clock;
}

const RETRY_MS = 1_000;
const maxQueuedBytes = 64 * 1024;

/** Throws a MachimoriError "serial-unavailable" if the port cannot be opened now. */
export async function openSerialWire(options: SerialWireOptions): Promise<Wire> {
  const wire = new SerialWire(options);
  await wire.replug();
  return wire;
}

class SerialWire implements Wire {
  readonly path: string;
  readonly #options: SerialWireOptions;
  readonly #clock: Clock;
  readonly #listeners = new Set<(bytes: Uint8Array) => void>();
  #port: SerialPort | undefined;
  #plugged: AbortController | undefined;
  #keeping = Promise.resolve();

  constructor(options: SerialWireOptions) {
    this.path = options.path;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Whether our own end is open. */
  get isOpen(): boolean {
    return this.#port?.isOpen === true;
  }

  write(bytes: Uint8Array): boolean {
    const port = this.#port;
    if (port?.isOpen !== true || port.writableLength > maxQueuedBytes) return false;
    port.write(Buffer.from(bytes));
    return true;
  }

  onBytes(listener: (bytes: Uint8Array) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  unplug(): void {
    this.#plugged?.abort();
    this.#plugged = undefined;
    this.#port = undefined;
  }

  async replug(): Promise<void> {
    if (this.#plugged !== undefined) return;
    await this.#keeping;
    const port = await this.#open();
    const plugged = new AbortController();
    this.#plugged = plugged;
    this.#keeping = this.#keepOpen(port, plugged.signal);
  }

  async close(): Promise<void> {
    this.unplug();
    this.#listeners.clear();
    await this.#keeping;
  }

  async #keepOpen(first: SerialPort, signal: AbortSignal): Promise<void> {
    for (let port: SerialPort | undefined = first; !signal.aborted; ) {
      if (port === undefined) await this.#clock.sleep(RETRY_MS, signal);
      else await this.#use(port, signal);
      port = signal.aborted ? undefined : await this.#open().catch(() => undefined); // it is not back yet
    }
  }

  /** Until the port is gone or the signal aborts; closes it. */
  async #use(port: SerialPort, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const isOver = AbortSignal.any([signal, over.signal]);
    this.#port = port;
    port.on('data', (bytes: Uint8Array) => {
      for (const listener of this.#listeners) listener(bytes);
    });
    port.on('close', () => over.abort());
    port.on('error', () => over.abort());
    while (!isOver.aborted) {
      await this.#clock.sleep(RETRY_MS, isOver);
      if (!isOver.aborted) await port.port?.getBaudRate().catch(() => over.abort());
    }
    if (this.#port === port) this.#port = undefined;
    await closed(port);
  }

  #open(): Promise<SerialPort> {
    const { path, baud: baudRate = 9600, dataBits = 8, parity = 'none', stopBits = 1 } = this.#options;
    const port = new SerialPort({ path, baudRate, dataBits, parity, stopBits, autoOpen: false });
    return new Promise((resolve, reject) => {
      port.open((cause) => {
        if (cause === null) return resolve(port);
        const what = say.noSerial({ why: textOf(cause) });
        reject(new MachimoriError('serial-unavailable', { what, on: path, hint: say.otherSerial(), cause }));
      });
    });
  }
}

function closed(port: SerialPort): Promise<void> {
  return new Promise((resolve) => {
    port.removeAllListeners();
    port.on('error', () => {}); // it is being closed because of one
    if (port.isOpen) port.close(() => resolve());
    else resolve();
  });
}
