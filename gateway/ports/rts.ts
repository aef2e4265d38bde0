/**
 * Half-duplex RS-485 through an adapter without automatic direction control: RTS switches its transmitter on.
 *
 * Promise: RTS has the sending level from before the first byte until the last has left the machine, and never otherwise; writes take turns.
 */
import type { Sink } from './reopening.ts';

/** What of a serial port this needs; each calls back with a fault, or without one when it is done. */
export interface RtsPort {
  set(levels: { readonly rts: boolean }, done: (fault: Error | null) => void): void;
  write(bytes: Uint8Array, done: (fault: Error | null | undefined) => void): unknown;
  drain(done: (fault: Error | null) => void): void;
}

export const RTS_LEVELS = ['high', 'low'] as const;
export type RtsLevel = (typeof RTS_LEVELS)[number];

/** Listens from now on. `failed` hears of a port that has no RTS line, or is gone. */
export function rtsSink(port: RtsPort, whenSending: RtsLevel, failed: (fault: Error) => void): Sink {
  const setTo = (isSending: boolean) =>
    called((done) => port.set({ rts: isSending === (whenSending === 'high') }, done));
  const send = async (bytes: Uint8Array) => {
    await setTo(true);
    try {
      await called((done) => port.write(bytes, done));
      await called((done) => port.drain(done));
    } finally {
      await setTo(false);
    }
  };
  let last = setTo(false).catch(failed);
  return {
    write(bytes, done) {
      last = last
        .then(() => send(bytes))
        .catch(failed)
        .then(done);
    },
  };
}

function called(start: (done: (fault?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => start((fault) => (fault ? reject(fault) : resolve())));
}
