/**
 * A serial server (ser2net, Moxa NPort, a converter in raw mode): bytes over TCP, `tcp://host:port`.
 *
 * TCP keep-alive finds a server that has gone without a word, since a silent sensor may send nothing for hours.
 */
import { connect, type Socket } from 'node:net';
import { keepOpen, type Port, type PortSurroundings, type Receiver } from './port.ts';

export interface TcpSettings {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

const BACK_OFF = { firstMs: 250, maxMs: 30_000 };
const connectWithinMs = 10_000;
const keepAliveMs = 30_000;

export function tcpPort(settings: TcpSettings, surroundings: PortSurroundings): Port {
  let open: Socket | undefined;

  function session(receiver: Receiver, signal: AbortSignal): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect({ host: settings.host, port: settings.port });
      const end = (why: string) => {
        open = undefined;
        signal.removeEventListener('abort', stop);
        socket.destroy();
        resolve(why);
      };
      const stop = () => end('stopped');
      signal.addEventListener('abort', stop, { once: true });
      socket.setTimeout(connectWithinMs, () => end('no answer to the connection request'));
      socket.once('connect', () => {
        socket.setTimeout(0);
        socket.setKeepAlive(true, keepAliveMs);
        socket.setNoDelay(true);
        open = socket;
        receiver.opened();
      });
      socket.on('data', (chunk) => receiver.bytes(chunk));
      socket.on('error', (fault) => end(fault.message));
      socket.on('close', () => end('the serial server closed the connection'));
    });
  }

  return {
    path: `tcp://${settings.host}:${settings.port}`,
    transport: 'tcp',
    run: (receiver, signal) =>
      keepOpen(
        { port: settings.name },
        () => session(receiver, signal),
        BACK_OFF,
        { ...surroundings, ended: (why) => receiver.closed(why) },
        signal,
      ),
    write: (bytes) =>
      new Promise((resolve) => {
        if (open === undefined) resolve();
        else open.write(bytes, () => resolve()); // a failed write also closes the connection, which is reported
      }),
  };
}
