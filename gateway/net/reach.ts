/**
 * A TCP connection to whoever listens at an address, found within two seconds after the network is back.
 *
 * The system repeats a lost connection request after 1, 3, 7 and 15 s, so an attempt that began during an outage may sleep through
 * its end. Another attempt is begun beside it every `againMs`, and the first to be answered is taken: each has all of `withinMs`, so
 * that a slow network is reached too. A name's addresses are tried in turn. Bound: `withinMs / againMs` attempts at once, and one
 * question for the name, since a resolver that hangs cannot be interrupted.
 */
import { lookup } from 'node:dns/promises';
import { connect, type Socket } from 'node:net';
import { TextError, textOf } from '../../shared/errors.ts';
import { NobodyThere } from './absence.ts';
import { onAbort } from './keep-open.ts';
import { say } from './words.ts';

const againMs = 2_000;
/** How long an address has before the next one of the same name is tried beside it. */
const nextAddressMs = 300;

export interface End {
  readonly host: string;
  readonly port: number;
}

/** Rejects with `NobodyThere`, or when the signal aborts. */
export function reach({ host, port }: End, signal: AbortSignal, withinMs = 15_000): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const trying = new Set<Socket>();
    const timers: NodeJS.Timeout[] = [];
    let isOver = false;
    let forget = () => {};
    const end = () => {
      isOver = true;
      forget();
      for (const timer of timers) clearTimeout(timer);
      for (const socket of trying) socket.destroy();
    };
    const give = (fault: Error) => {
      end();
      reject(fault);
    };
    const later = (ms: number, action: () => void) => timers.push(setTimeout(action, ms));
    const tryAll = (addresses: readonly string[]) => {
      const failed = new Set<string>();
      let next = 0;
      const attempt = () => {
        if (isOver) return;
        const address = addresses[next++ % addresses.length] ?? host;
        const socket = connect({ host: address, port });
        trying.add(socket);
        socket.once('connect', () => {
          trying.delete(socket);
          end();
          resolve(socket);
        });
        socket.on('error', (fault) => {
          trying.delete(socket);
          failed.add(address);
          if (isOver) return;
          if (failed.size >= addresses.length) give(new NobodyThere(textOf(fault), fault));
          else if (next < addresses.length) attempt();
        });
        if (next < addresses.length) later(nextAddressMs, () => next < addresses.length && attempt());
      };
      attempt();
      for (let at = againMs; at < withinMs; at += againMs) later(at, attempt);
    };
    forget = onAbort(signal, () => give(new TextError(say.stopped())));
    if (isOver) return;
    later(withinMs, () => give(new NobodyThere(say.noAnswer())));
    lookup(host, { all: true }).then(
      (found) => isOver || tryAll([...new Set(found.map(({ address }) => address))]),
      (fault) => isOver || give(new NobodyThere(textOf(fault), fault)),
    );
  });
}
