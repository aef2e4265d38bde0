/** A serial line without a kernel: what the device writes reaches whoever has the near end open, at once and whole. */

import { foreign, type Text } from '../../../shared/text.ts';
import type { Sleeper } from '../../../simulators/virtual-clock.ts';
import type { Wire } from '../../../simulators/wires/wire.ts';
import type { ConnectionSurroundings } from '../../net/keep-open.ts';
import type { Receiver, StreamPort } from '../../ports/port.ts';
import { reopeningPort, type Sink } from '../../ports/reopening.ts';

interface NearEnd {
  readonly receiver: Receiver;
  readonly reader: Sleeper;
  hangUp(why: Text): void;
}

const BACK_OFF = { firstMs: 250, maxMs: 4_000 };

export class VirtualWire implements Wire {
  readonly path: string;
  readonly #delivered: () => void;
  readonly #listeners = new Set<(bytes: Uint8Array) => void>();
  #near: NearEnd | undefined;
  #isPlugged = true;
  /** The device at the far end writes nothing. */
  isMute = false;
  /** How often somebody began to listen. */
  opens = 0;

  /** `delivered` is called for each frame that somebody will hear, before it is heard. */
  constructor(path: string, delivered: () => void = () => {}) {
    this.path = path;
    this.#delivered = delivered;
  }

  write(bytes: Uint8Array): boolean {
    if (this.isMute || this.#near === undefined || this.#near.reader.isGone) return false;
    this.#delivered();
    this.#near.receiver.bytes(bytes);
    return true;
  }

  onBytes(listener: (bytes: Uint8Array) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get isOpen(): boolean {
    return this.#near !== undefined && !this.#near.reader.isGone;
  }

  unplug(): void {
    this.#isPlugged = false;
    this.#near?.hangUp(foreign('the device was unplugged'));
  }

  async replug(): Promise<void> {
    this.#isPlugged = true;
  }

  async close(): Promise<void> {
    this.unplug();
  }

  /** The near end, as a gateway has it for as long as it is not gone. */
  port(name: string, reader: Sleeper, surroundings: ConnectionSurroundings): StreamPort {
    const session = (receiver: Receiver, opened: (sink: Sink) => void, signal: AbortSignal) =>
      this.#session({ receiver, reader }, opened, signal);
    return reopeningPort({ name, path: this.path, transport: 'serial', backOff: BACK_OFF, session }, surroundings);
  }

  async #session(end: Omit<NearEnd, 'hangUp'>, opened: (sink: Sink) => void, signal: AbortSignal): Promise<Text> {
    if (!this.#isPlugged) throw new Error('No such file or directory');
    const why = await new Promise<Text>((resolve) => {
      this.#near = { ...end, hangUp: resolve };
      this.opens++;
      signal.addEventListener('abort', () => resolve(foreign('stopped')), { once: true });
      opened({
        write: (bytes, done) => {
          for (const listener of this.#listeners) listener(bytes);
          done();
        },
      });
      end.receiver.opened();
    });
    this.#near = undefined;
    return why;
  }
}
