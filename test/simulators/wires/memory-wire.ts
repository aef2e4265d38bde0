import type { Wire } from '../../../simulators/wires/wire.ts';

/** A wire that keeps what is written, with both ends in the test's hands. */
export class MemoryWire implements Wire {
  readonly path = 'memory';
  readonly frames: Uint8Array[] = [];
  isPlugged = true;
  readonly #listeners = new Set<(bytes: Uint8Array) => void>();

  get isOpen(): boolean {
    return this.isPlugged;
  }

  get text(): string {
    return Buffer.concat(this.frames).toString('latin1');
  }

  get hex(): string[] {
    return this.frames.map((frame) => Buffer.from(frame).toString('hex'));
  }

  write(bytes: Uint8Array): boolean {
    if (this.isPlugged) this.frames.push(bytes);
    return this.isPlugged;
  }

  onBytes(listener: (bytes: Uint8Array) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The gateway writes. */
  hear(bytes: Uint8Array): void {
    for (const listener of this.#listeners) listener(bytes);
  }

  unplug(): void {
    this.isPlugged = false;
  }

  async replug(): Promise<void> {
    this.isPlugged = true;
  }

  async close(): Promise<void> {
    this.unplug();
  }
}
