/**
 * Where bytes come from.
 *
 * A port opens its source, hands over what comes, and when the source goes away opens it again, for ever, until the
 * signal aborts. Nothing a source does makes `run` reject.
 */
import type { Clock } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
import type { Log } from '../log.ts';

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

/** What a port needs beside its own settings. */
export interface PortSurroundings {
  readonly clock: Clock;
  readonly log: Log;
  /** 0 ≤ x < 1, for jitter. */
  random(): number;
}

export interface BackOff {
  readonly firstMs: number;
  readonly maxMs: number;
  /** When a session that stood has ended, the first pause is a random part of this instead. */
  readonly spreadMs?: number;
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

/**
 * Calls `stop` when the signal aborts, or at once where it has already, which a listener alone would never learn. Until the returned
 * function is called.
 */
export function onAbort(signal: AbortSignal, stop: () => void): () => void {
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return () => signal.removeEventListener('abort', stop);
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

/** A session that lasted this long makes the next back-off start afresh. */
const stableMs = 10_000;

/**
 * Runs `session` again and again until the signal aborts. A session resolves with the reason for its end, or rejects
 * where it could not begin; both lead to a pause that doubles up to `maxMs`, each drawn between half and the whole, but
 * with `spreadMs` the first after a session is drawn between nothing and that.
 */
export async function keepOpen(
  place: { readonly port: string } | { readonly destination: string },
  session: () => Promise<string>,
  { firstMs, maxMs, spreadMs }: BackOff,
  { clock, log, random, ended }: PortSurroundings & { ended(why: string): void },
  signal: AbortSignal,
): Promise<void> {
  let pauseMs = firstMs;
  while (!signal.aborted) {
    const startedAt = clock.moment().monotonic;
    let hasStood = true;
    const why = await session().catch((fault) => {
      hasStood = false;
      return messageOf(fault);
    });
    if (signal.aborted) return;
    ended(why);
    if (clock.moment().monotonic - startedAt >= stableMs) pauseMs = firstMs;
    log.warn(`${Object.values(place)[0]} is closed; it will be opened again`, { ...place, why });
    const isSpread = hasStood && spreadMs !== undefined;
    await clock.sleep(isSpread ? spreadMs * random() : pauseMs * (0.5 + random() / 2), signal);
    pauseMs = Math.min(maxMs, pauseMs * 2);
  }
}
