/**
 * `tcp-listen`: a serial line behind a device that dials in over TCP: a cellular DTU, a serial server in client mode.
 *
 * The port is open while its caller is there. A caller that dials again takes the place of its former connection, which a mobile
 * network may have left behind. Lines that share an address are told apart by their identification.
 */
import type { Socket } from 'node:net';
import * as v from 'valibot';
import { address, id, must, setting, text } from '../../shared/setting.ts';
import { carryLine, isLocal } from '../net/address.ts';
import { maxIdentificationBytes } from '../net/dial-in.ts';
import { AWAITED, onAbort } from '../net/keep-open.ts';
import { type Fault, fault, note, type Path } from '../words/fault.ts';
import type { PortSurroundings, PortType, Receiver, StreamPort } from './port.ts';
import { keepPortOpen } from './reopening.ts';
import { trustLocal } from './trust-local.ts';
import { say } from './words.ts';

const settings = v.strictObject({
  name: setting(id, say.name()),
  type: setting(v.literal('tcp-listen'), say.tcpListen()),
  listen: setting(address, say.listenForCaller()),
  identification: v.optional(
    setting(
      v.pipe(text, v.check(isShort, must(say.mustBeShort({ max: maxIdentificationBytes })))),
      say.identification(),
    ),
    '',
  ),
  heartbeat: v.optional(setting(text, say.heartbeat())),
  trustLocal,
});
export type TcpListenSettings = Omit<v.InferOutput<typeof settings>, 'type' | 'trustLocal'>;

export const tcpListen: PortType<typeof settings> = {
  name: 'tcp-listen',
  shape: 'stream',
  transport: 'serial',
  settings,
  line: ({ listen, identification }) => `${listen} ${identification}`.trim(),
  check,
  open: tcpListenPort,
};

/** A device that has not dialled in after this long is said to be awaited. */
const awaitedAfterMs = 5_000;

function isShort(written: string): boolean {
  return Buffer.byteLength(written) <= maxIdentificationBytes;
}

function check({ listen, identification, trustLocal }: v.InferOutput<typeof settings>, path: Path): Fault[] {
  const at = [...path, 'listen'];
  if (isLocal(listen)) {
    const isOpen = identification === '' && !trustLocal;
    return isOpen ? [note(path, say.openToLocal(), say.closeLineToLocal())] : [];
  }
  if (identification === '') return [fault(at, say.anyCaller(), say.identifyCaller())];
  return [note(at, say.readableIdentification(), say.useClosedNetwork())];
}

export function tcpListenPort(
  { name, listen, identification, heartbeat }: TcpListenSettings,
  surroundings: PortSurroundings,
): StreamPort {
  let caller: Socket | undefined;
  const session = async (receiver: Receiver, signal: AbortSignal) => {
    const over = new AbortController();
    const line = {
      identification: Buffer.from(identification),
      listens() {
        void surroundings.clock.sleep(awaitedAfterMs, over.signal).then(() => {
          if (!over.signal.aborted && caller === undefined) receiver.closed(say.callerAwaited({ listen }), AWAITED);
        });
      },
      turnedAway: (why: Parameters<Receiver['closed']>[0]) =>
        receiver.turnedAway?.({ code: 'unknown-address', bytes: new Uint8Array(0), detail: why }),
      answered(socket: Socket, rest: Uint8Array) {
        caller?.destroy();
        caller = socket;
        connect(socket, rest);
      },
    };
    const connect = (socket: Socket, rest: Uint8Array) => {
      carryLine(socket);
      receiver.opened();
      const hear = (chunk: Uint8Array) => {
        if (chunk.length > 0 && !isHeartbeat(chunk, heartbeat)) receiver.bytes(chunk);
      };
      socket.on('data', hear);
      socket.on('close', () => {
        if (caller !== socket) return;
        caller = undefined;
        if (!signal.aborted) receiver.closed(say.callerGone(), AWAITED);
      });
      hear(rest);
    };
    const forget = onAbort(signal, () => caller?.destroy());
    try {
      return await surroundings.dialIn.answer(listen, line, signal);
    } finally {
      over.abort();
      forget();
      caller?.destroy();
    }
  };
  return {
    shape: 'stream',
    path: `tcp://${listen}`,
    transport: 'serial',
    run: (receiver, signal) => keepPortOpen(name, () => session(receiver, signal), receiver, surroundings, signal),
    write: (bytes) =>
      new Promise((resolve) => {
        if (caller === undefined) resolve();
        else caller.write(bytes, () => resolve());
      }),
  };
}

/** DTUs send it as a packet of its own; after a stall of the network several come at once. */
function isHeartbeat(chunk: Uint8Array, heartbeat: string | undefined): boolean {
  const beat = heartbeat?.trimEnd() ?? '';
  const text = Buffer.from(chunk).toString('utf8');
  return beat !== '' && text.includes(beat) && text.replaceAll(beat, '').trim() === '';
}
