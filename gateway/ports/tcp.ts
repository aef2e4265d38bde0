/**
 * A serial server (ser2net, Moxa NPort, a converter in raw mode): bytes over TCP, `tcp://host:port`.
 *
 * TCP keep-alive finds a server that has gone without a word, since a silent sensor may send nothing for hours.
 */
import { connect } from 'node:net';
import { onAbort, type PortSurroundings } from '../net/keep-open.ts';
import { type Port, reopeningPort, type Source } from './port.ts';

export interface TcpSettings {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

const BACK_OFF = { firstMs: 250, maxMs: 30_000 };
const connectWithinMs = 10_000;
const keepAliveMs = 30_000;

export function tcpPort({ name, host, port }: TcpSettings, surroundings: PortSurroundings): Port {
  const path = `tcp://${host}:${port}`;
  const session: Source['session'] = (receiver, opened, signal) =>
    new Promise((resolve) => {
      const socket = connect({ host, port });
      let forget = () => {};
      const end = (why: string) => {
        forget();
        socket.destroy();
        resolve(why);
      };
      forget = onAbort(signal, () => end('stopped'));
      socket.setTimeout(connectWithinMs, () => end('no answer to the connection request'));
      socket.once('connect', () => {
        socket.setTimeout(0);
        socket.setKeepAlive(true, keepAliveMs);
        socket.setNoDelay(true);
        opened(socket);
        receiver.opened();
      });
      socket.on('data', (chunk) => receiver.bytes(chunk));
      socket.on('error', (fault) => end(fault.message));
      socket.on('close', () => end('the serial server closed the connection'));
    });
  return reopeningPort({ name, path, transport: 'tcp', backOff: BACK_OFF, session }, surroundings);
}
