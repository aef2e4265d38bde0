/**
 * `tcp`: a serial server (ser2net, Moxa NPort, a converter in raw mode) or a Modbus TCP device.
 *
 * TCP keep-alive notices a server that vanished, since a silent sensor may send nothing for hours.
 */
import { connect } from 'node:net';
import * as v from 'valibot';
import { address, id, setting } from '../../shared/setting.ts';
import { foreign, type Text } from '../../shared/text.ts';
import { splitAddress } from '../net/address.ts';
import { type ConnectionSurroundings, onAbort } from '../net/keep-open.ts';
import { say as net } from '../net/words.ts';
import type { PortType, StreamPort } from './port.ts';
import { reopeningPort, type Source } from './reopening.ts';
import { say } from './words.ts';

const settings = v.strictObject({
  name: setting(id, say.name()),
  type: setting(v.literal('tcp'), say.tcp()),
  address: setting(address, say.tcpAddress()),
});
export type TcpSettings = Omit<v.InferOutput<typeof settings>, 'type'>;

export const tcp: PortType<typeof settings> = {
  name: 'tcp',
  shape: 'stream',
  settings,
  line: (settings) => settings.address,
  open: tcpPort,
};

const BACK_OFF = { firstMs: 250, maxMs: 30_000 };
const connectWithinMs = 10_000;
const keepAliveMs = 30_000;

export function tcpPort({ name, address }: TcpSettings, surroundings: ConnectionSurroundings): StreamPort {
  const { host, port } = splitAddress(address);
  const path = `tcp://${address}`;
  const session: Source['session'] = (receiver, opened, signal) =>
    new Promise((resolve) => {
      const socket = connect({ host, port });
      let forget = () => {};
      const end = (why: Text) => {
        forget();
        socket.destroy();
        resolve(why);
      };
      forget = onAbort(signal, () => end(net.stopped()));
      socket.setTimeout(connectWithinMs, () => end(say.noTcpAnswer()));
      socket.once('connect', () => {
        socket.setTimeout(0);
        socket.setKeepAlive(true, keepAliveMs);
        socket.setNoDelay(true);
        opened(socket);
        receiver.opened();
      });
      socket.on('data', (chunk) => receiver.bytes(chunk));
      socket.on('error', (fault) => end(foreign(fault.message)));
      socket.on('close', () => end(say.tcpClosed()));
    });
  return reopeningPort({ name, path, transport: 'tcp', backOff: BACK_OFF, session }, surroundings);
}
