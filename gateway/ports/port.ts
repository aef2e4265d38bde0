/**
 * Where bytes come from.
 *
 * A port opens its source, hands over what comes, and when the source goes away opens it again, for ever, until the
 * signal aborts. Nothing a source does makes `run` reject.
 */
import { type BackOff, keepOpen, type PortSurroundings } from '../net/keep-open.ts';

/** What takes a port's bytes. */
export interface Receiver {
  /** The source is open (again): whatever was half-read is void. */
  opened(): void;
  bytes(chunk: Uint8Array): void;
  /** The source is gone or could not be opened, and why. */
  closed(why: string): void;
}

export interface Port {
  /** As the technician wrote it: "/dev/ttyUSB0", "tcp://10.0.0.5:4001". */
  readonly path: string;
  readonly transport: 'serial' | 'tcp';
  run(receiver: Receiver, signal: AbortSignal): Promise<void>;
  /** Writes to the source; bytes are dropped, and the promise resolves, while it is not open. */
  write(bytes: Uint8Array): Promise<void>;
}

/** The end of an open source that takes bytes; `done` is called when it has them, or never will. */
export interface Sink {
  write(bytes: Uint8Array, done: () => void): unknown;
}

/** What is special about one way of bringing bytes here. */
export interface Source {
  readonly name: string;
  readonly path: string;
  readonly transport: Port['transport'];
  readonly backOff: BackOff;
  /** Opens it, says so with where to write to, and resolves with the reason when it has ended. */
  session(receiver: Receiver, opened: (sink: Sink) => void, signal: AbortSignal): Promise<string>;
}

/** A port that opens its source again and again. */
export function reopeningPort(
  { name, path, transport, backOff, session }: Source,
  surroundings: PortSurroundings,
): Port {
  let open: Sink | undefined;
  const opened = (sink: Sink) => {
    open = sink;
  };
  const ended = () => {
    open = undefined;
  };
  return {
    path,
    transport,
    run: (receiver, signal) =>
      keepPortOpen(
        name,
        () => session(receiver, opened, signal).finally(ended),
        receiver,
        surroundings,
        signal,
        backOff,
      ),
    write: (bytes) =>
      new Promise((resolve) => {
        if (open === undefined) resolve();
        else open.write(bytes, () => resolve()); // a failed write also ends the session, which is reported
      }),
  };
}

/** Of a port that listens, or connects to a broker. */
const NETWORK_BACK_OFF: BackOff = { firstMs: 500, maxMs: 30_000 };

/** `keepOpen` for a port: what takes what it brings hears when it is gone. */
export function keepPortOpen(
  port: string,
  session: () => Promise<string>,
  receiver: Pick<Receiver, 'closed'>,
  surroundings: PortSurroundings,
  signal: AbortSignal,
  backOff = NETWORK_BACK_OFF,
): Promise<void> {
  return keepOpen({ port }, session, backOff, { ...surroundings, ended: (why) => receiver.closed(why) }, signal);
}
