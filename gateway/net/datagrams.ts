/** A UDP socket that hears until the signal aborts. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { Text } from '../../shared/text.ts';
import { splitAddress } from './address.ts';
import { onAbort } from './keep-open.ts';
import { say } from './words.ts';

/** A socket for "host:port", not bound yet. */
export function socketFor(address: string): Socket {
  return createSocket(splitAddress(address).host.includes(':') ? 'udp6' : 'udp4');
}

/** Binds it and hears; resolves when it has been stopped, and rejects if the address cannot be had or is lost. */
export function hearDatagrams(
  socket: Socket,
  address: string,
  hearing: { opened(): void; datagram(bytes: Uint8Array, from: RemoteInfo): void },
  signal: AbortSignal,
): Promise<Text> {
  return new Promise((resolve, reject) => {
    let forget = () => {};
    let fault: Error | undefined;
    socket.on('listening', () => {
      hearing.opened();
      forget = onAbort(signal, () => socket.close());
    });
    socket.on('error', (thrown) => {
      fault = thrown;
      socket.close();
    });
    socket.on('close', () => {
      forget();
      if (fault === undefined) resolve(say.stopped());
      else reject(fault);
    });
    socket.on('message', (bytes, from) => hearing.datagram(bytes, from));
    const { host, port } = splitAddress(address);
    socket.bind(port, host);
  });
}
