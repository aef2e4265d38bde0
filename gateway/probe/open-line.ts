/** Opens a serial port, or a serial line behind TCP, for a hunt. */

import { MachimoriError, TextError, textOf } from '../../shared/errors.ts';
import { foreign } from '../../shared/text.ts';
import { carryLine, splitAddress } from '../net/address.ts';
import { reach } from '../net/reach.ts';
import { closeSerial, openSerial } from '../ports/serial.ts';
import type { HuntOptions } from './hunt.ts';
import type { OpenAt } from './line.ts';
import type { Place } from './tables.ts';
import { say } from './words.ts';

const connectWithinMs = 5_000;
const IN_USE = 'ports.in-use';

/** How a hunt opens a line; `baud`: the only speed to try. A line behind TCP is of the serial server's speed, so any one will do. */
export function lineAt(
  place: Place,
  signal: AbortSignal,
  baud?: number,
): Pick<HuntOptions, 'openAt' | 'transport'> & Partial<HuntOptions> {
  if ('address' in place) return { openAt: tcpLine(place.address, signal), transport: 'tcp', bauds: [9600] };
  return { openAt: serialLine(place.path), transport: 'serial', ...(baud !== undefined && { bauds: [baud] }) };
}

/** Rejects with a MachimoriError: "line-held" if another program, the gateway mostly, has it open; "line-closed" for all else. */
export function serialLine(path: string): OpenAt {
  return async (setting) => {
    const port = await openSerial({ path, ...setting, stopBits: 1, flowControl: false }).catch((fault) => {
      throw unusable(path, fault);
    });
    const lost = new AbortController();
    port.on('error', (fault) => lost.abort(foreign(fault.message)));
    port.on('close', (fault: Error | null) => lost.abort(fault ? foreign(fault.message) : say.unplugged()));
    return {
      lost: lost.signal,
      onBytes(listener) {
        port.on('data', listener);
        return () => port.off('data', listener);
      },
      write: (bytes) => new Promise((resolve) => port.write(Buffer.from(bytes), () => resolve())), // a fault is an event, too
      close: () => closeSerial(port),
    };
  };
}

/**
 * The speed is the serial server's. A server that closes in between is asked again by the next write, since many Modbus TCP units close after
 * each answer. Rejects as `serialLine` does.
 */
export function tcpLine(address: string, signal: AbortSignal): OpenAt {
  return async () => {
    const listeners = new Set<(bytes: Uint8Array) => void>();
    const connected = async () => {
      const socket = await reach(splitAddress(address), signal, connectWithinMs);
      carryLine(socket);
      socket.on('error', () => {}); // it closes then
      socket.on('data', (bytes) => {
        for (const listener of listeners) listener(bytes);
      });
      return socket;
    };
    let socket = await connected().catch((fault) => {
      throw unusable(`tcp://${address}`, fault);
    });
    return {
      lost: new AbortController().signal,
      onBytes(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      async write(bytes) {
        try {
          if (!socket.writable) socket = await connected();
        } catch {
          return; // nobody answers: so it is told
        }
        await new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
      },
      close: async () => void socket.destroy(),
    };
  };
}

function unusable(on: string, cause: unknown): MachimoriError {
  const isHeld = cause instanceof TextError && cause.text.code === IN_USE;
  return new MachimoriError(isHeld ? 'line-held' : 'line-closed', {
    what: textOf(cause),
    on,
    hint: isHeld ? say.stopWhoHasIt() : say.checkLine(),
    cause,
  });
}
