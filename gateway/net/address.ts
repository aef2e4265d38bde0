/** Addresses as a configuration writes them, "host:port", how to listen on one, and what a line over TCP needs. */
import type { Server, Socket } from 'node:net';

/** The two parts of "host:port", an IPv6 host without its brackets. */
export function splitAddress(address: string): { readonly host: string; readonly port: number } {
  const at = address.lastIndexOf(':');
  return { host: address.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(address.slice(at + 1)) };
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Whether only this machine reaches "host:port". */
export function isLocal(address: string): boolean {
  return isLoopback(splitAddress(address).host);
}

/** A peer's address as people write it: an IPv4 address without the form that a listener on "[::]" gives it, no zone. */
export function plainAddress(address = '?'): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
}

/** Resolves when the server listens on "host:port"; rejects if it cannot. */
export function listen(server: Server, address: string): Promise<void> {
  const { host, port } = splitAddress(address);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

const keepAliveMs = 30_000;

/** For a serial line over TCP: short messages go at once, and a peer that has vanished is noticed though it sends nothing for hours. */
export function carryLine(socket: Socket): void {
  socket.setKeepAlive(true, keepAliveMs);
  socket.setNoDelay(true);
}
