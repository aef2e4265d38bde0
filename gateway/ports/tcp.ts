/**
 * `tcp`: a serial server (ser2net, Moxa NPort, a converter in raw mode) or a Modbus TCP device.
 *
 * A receiver that asks first (a Modbus master) has a connection when it asks: most Modbus TCP units close one that is idle, and
 * some after each answer. Neither is a fault; one that closes instead of answering is.
 *
 * TCP keep-alive notices a server that vanished, since a silent sensor may send nothing for hours.
 */
import type { Socket } from 'node:net';
import * as v from 'valibot';
import { address, id, setting } from '../../shared/setting.ts';
import type { Text } from '../../shared/text.ts';
import { lostBecause } from '../net/absence.ts';
import { carryLine, splitAddress } from '../net/address.ts';
import { type ConnectionSurroundings, onAbort } from '../net/keep-open.ts';
import { reach } from '../net/reach.ts';
import { say as net } from '../net/words.ts';
import type { PortType, Receiver, StreamPort } from './port.ts';
import { reopeningPort, type Sink, type Source } from './reopening.ts';
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
  transport: 'tcp',
  settings,
  line: (settings) => settings.address,
  open: tcpPort,
};

const BACK_OFF = { firstMs: 250, maxMs: 30_000 };
const connectWithinMs = 10_000;

export function tcpPort({ name, address }: TcpSettings, surroundings: ConnectionSurroundings): StreamPort {
  const end = splitAddress(address);
  const session: Source['session'] = async (receiver, opened, signal) => {
    for (;;) {
      const socket = await reach(end, signal, connectWithinMs);
      const { why, isAsked, hasAnswered } = await connection(socket, receiver, opened, signal);
      const isFault = isAsked && !hasAnswered;
      if (receiver.asksFirst !== true || isFault || signal.aborted) return why;
      const wanted = isAsked ? Promise.resolve() : untilWritten(opened, signal);
      receiver.idle?.();
      await wanted;
      if (signal.aborted) return net.stopped();
    }
  };
  return reopeningPort({ name, path: `tcp://${address}`, transport: 'tcp', backOff: BACK_OFF, session }, surroundings);
}

interface Ended {
  readonly why: Text;
  /** Something was written to which nothing has come. */
  readonly isAsked: boolean;
  readonly hasAnswered: boolean;
}

/** An open connection, to its end. */
function connection(
  socket: Socket,
  receiver: Receiver,
  opened: (sink: Sink) => void,
  signal: AbortSignal,
): Promise<Ended> {
  return new Promise((resolve) => {
    let isAsked = false;
    let hasAnswered = false;
    let forget = () => {};
    const ended = (why: Text) => {
      forget();
      socket.destroy();
      resolve({ why, isAsked, hasAnswered });
    };
    socket.on('data', (chunk) => {
      isAsked = false;
      hasAnswered = true;
      receiver.bytes(chunk);
    });
    socket.on('error', (fault) => ended(lostBecause(fault)));
    socket.on('close', () => ended(say.tcpClosed()));
    forget = onAbort(signal, () => ended(net.stopped()));
    if (signal.aborted) return;
    carryLine(socket);
    opened({
      write(bytes, done) {
        isAsked = true;
        socket.write(bytes, () => done());
      },
    });
    receiver.opened();
  });
}

/** Resolves when somebody writes, or the signal aborts. What is written is dropped: whoever asked hears that the port opens. */
function untilWritten(opened: (sink: Sink) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const forget = onAbort(signal, resolve);
    opened({
      write(_bytes, done) {
        forget();
        resolve();
        done();
      },
    });
  });
}
