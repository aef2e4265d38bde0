/**
 * Orders of the city's on their way to devices: by the line that is open for their readings, so that nothing else speaks on it meanwhile.
 *
 * Promise: an order is encoded by its device's type before anything is written, and refused if it cannot be; what was written and not answered
 * before its line ended is "interrupted". Bounds: those of the type's decoder, which answers each command in time.
 */
import type { Answered, DeviceOrder, Encoded } from '../../devices/device-type.ts';
import type { DeviceConfig } from '../config/settings.ts';

/** A line that takes commands (stream-reader.ts). */
export interface CommandLine {
  /** Resolves with what became of it; undefined if the line ended first. */
  command(device: string, encoded: Extract<Encoded, { ok: true }>): Promise<Answered | undefined>;
}

export class DeviceCommands {
  readonly #lines = new Map<string, CommandLine>();

  /** A port's line is open, until the returned function is called. */
  open(port: string, line: CommandLine): () => void {
    this.#lines.set(port, line);
    return () => {
      if (this.#lines.get(port) === line) this.#lines.delete(port);
    };
  }

  /** Whether the device does it, as it is configured. */
  does(action: string, { deviceType, options, port }: DeviceConfig): boolean {
    return this.#lines.has(port) && deviceType.commands?.(options).includes(action) === true;
  }

  /** Undefined if its line ended before it was answered. */
  async run({ id, deviceType, options, port }: DeviceConfig, order: DeviceOrder): Promise<Answered | undefined> {
    const encoded = deviceType.command?.(order, options);
    if (encoded?.ok !== true) return encoded && { outcome: 'refused', reason: encoded.reason, text: encoded.text };
    return this.#lines.get(port)?.command(id, encoded);
  }
}
