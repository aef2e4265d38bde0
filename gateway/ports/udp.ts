/**
 * `udp`: devices that send text lines in datagrams, such as NMEA 0183 on a boat's network or in a vehicle.
 *
 * A datagram is whole lines: one whose last line has no end gets one, so that a lost datagram spoils no other. Nothing says who sends a
 * datagram: `from` names the addresses that are heard, and even those can be forged. Nothing is written.
 */
import { BlockList, isIP } from 'node:net';
import * as v from 'valibot';
import { address, id, listOf, must, setting, text } from '../../shared/setting.ts';
import type { Text } from '../../shared/text.ts';
import { isLocal, plainAddress } from '../net/address.ts';
import { hearDatagrams, socketFor } from '../net/datagrams.ts';
import type { ConnectionSurroundings } from '../net/keep-open.ts';
import { type Fault, fault, note, type Path } from '../words/fault.ts';
import type { PortType, Receiver, StreamPort } from './port.ts';
import { keepPortOpen } from './reopening.ts';
import { trustLocal } from './trust-local.ts';
import { say } from './words.ts';

const maxSenders = 100;
const LF = 0x0a;
const CR = 0x0d;

const sender = v.pipe(
  text,
  v.check((written) => isIP(written) !== 0, must(say.mustBeIp())),
);
const settings = v.strictObject({
  name: setting(id, say.name()),
  type: setting(v.literal('udp'), say.udp()),
  listen: setting(address, say.udpListen()),
  from: v.optional(setting(listOf(sender, maxSenders), say.udpFrom()), []),
  trustLocal,
});
export type UdpSettings = Omit<v.InferOutput<typeof settings>, 'type' | 'trustLocal'>;

export const udp: PortType<typeof settings> = {
  name: 'udp',
  shape: 'stream',
  transport: 'tcp',
  settings,
  line: ({ listen }) => `udp ${listen}`,
  check,
  open: udpPort,
};

function check({ listen, from, trustLocal }: v.InferOutput<typeof settings>, path: Path): Fault[] {
  const at = [...path, 'listen'];
  if (isLocal(listen)) {
    return trustLocal ? [] : [note(path, say.openToLocal(), say.closeUdpToLocal())];
  }
  if (from.length === 0) return [fault(at, say.anySender(), say.nameSenders())];
  return [note(at, say.forgeableSender(), say.useClosedNetwork())];
}

export function udpPort({ name, listen, from }: UdpSettings, surroundings: ConnectionSurroundings): StreamPort {
  return {
    shape: 'stream',
    path: `udp://${listen}`,
    transport: 'tcp',
    run: (receiver, signal) =>
      keepPortOpen(name, () => hear(listen, from, receiver, signal), receiver, surroundings, signal),
    write: async () => {},
  };
}

function hear(listen: string, from: readonly string[], receiver: Receiver, signal: AbortSignal): Promise<Text> {
  const heard = new BlockList(); // of addresses, however they are written
  for (const each of from.map(plainAddress)) heard.addAddress(each, familyOf(each));
  return hearDatagrams(
    socketFor(listen),
    listen,
    {
      opened: () => receiver.opened(),
      datagram(bytes, { address }) {
        const sender = plainAddress(address);
        if (from.length === 0 || heard.check(sender, familyOf(sender))) return receiver.bytes(withLineEnd(bytes));
        const detail = say.unknownSender({ sender });
        receiver.turnedAway?.({ code: 'unknown-address', bytes: new Uint8Array(0), detail });
      },
    },
    signal,
  );
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

function withLineEnd(datagram: Uint8Array): Uint8Array {
  const last = datagram.at(-1);
  return last === undefined || last === LF || last === CR ? datagram : Uint8Array.of(...datagram, CR, LF);
}
