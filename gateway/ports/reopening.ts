/** How a port opens its source again and again. */
import type { Text } from '../../shared/text.ts';
import { type BackOff, type ConnectionSurroundings, keepOpen } from '../net/keep-open.ts';
import type { Receiver, StreamPort } from './port.ts';
import { say } from './words.ts';

/** Where an open source takes bytes; `done` is called when it has them, or never will. */
export interface Sink {
  write(bytes: Uint8Array, done: () => void): unknown;
}

/** What is special about one kind of stream. */
export interface Source {
  readonly name: string;
  readonly path: string;
  readonly transport: StreamPort['transport'];
  readonly backOff: BackOff;
  /** Opens the source, reports where to write to, and resolves with the reason when it has ended. */
  session(receiver: Receiver, opened: (sink: Sink) => void, signal: AbortSignal): Promise<Text>;
}

export function reopeningPort(
  { name, path, transport, backOff, session }: Source,
  surroundings: ConnectionSurroundings,
): StreamPort {
  let open: Sink | undefined;
  let again = new AbortController();
  const opened = (sink: Sink) => {
    open = sink;
  };
  const ended = () => {
    open = undefined;
  };
  const once = async (receiver: Receiver, signal: AbortSignal): Promise<Text> => {
    again = new AbortController();
    const why = await session(receiver, opened, AbortSignal.any([signal, again.signal])).finally(ended);
    return again.signal.aborted && !signal.aborted ? say.reopened() : why;
  };
  return {
    shape: 'stream',
    path,
    transport,
    run: (receiver, signal) =>
      keepPortOpen(name, () => once(receiver, signal), receiver, surroundings, signal, backOff),
    reopen: () => again.abort(),
    write: (bytes) =>
      new Promise((resolve) => {
        if (open === undefined) resolve();
        else open.write(bytes, () => resolve()); // a failed write also ends the session, which is reported
      }),
  };
}

/** For a port that listens, or connects to a broker. */
const NETWORK_BACK_OFF: BackOff = { firstMs: 500, maxMs: 30_000 };

/** `keepOpen` for a port: its receiver hears when the source is gone. */
export function keepPortOpen(
  port: string,
  session: () => Promise<Text>,
  receiver: Pick<Receiver, 'closed'>,
  surroundings: ConnectionSurroundings,
  signal: AbortSignal,
  backOff = NETWORK_BACK_OFF,
): Promise<void> {
  return keepOpen(
    { port },
    session,
    backOff,
    { ...surroundings, ended: (why, retry) => receiver.closed(why, retry) },
    signal,
  );
}
