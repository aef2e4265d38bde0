/**
 * Reyax RYLR LoRa modem: private LoRa nodes that send Cayenne LPP.
 *
 * Source: REYAX, LoRa AT Command Guide for RYLR998/RYLR498 and RYLR896/RYLR406. Promise: one reading a message of a
 * configured node, with RSSI and SNR. The modem is set up when the port opens and whenever it says that it has started;
 * one that does not answer is tried again (see `CommandSequence`). What a node sends that is not whole is rubbish.
 */
import type { Moment } from '../../shared/clock.ts';
import type { ConfiguredDevice, Decoder, DeviceType, Step } from '../device-type.ts';
import { latin1Of } from '../framing/latin1.ts';
import { PROFILE_KINDS } from '../profile/kinds.ts';
import { mappedUnits, payloadOf, readNode } from './lora-node.ts';
import { ModemCommands, setUpOf } from './modem-commands.ts';
import { rubbishStep } from './rubbish-step.ts';
import { RylrFramer } from './rylr-framer.ts';
import { type RylrOptions, rylrOptions } from './rylr-options.ts';

type Node = ConfiguredDevice<RylrOptions>;

export const rylr: DeviceType<typeof rylrOptions> = {
  name: 'rylr',
  summary: {
    en: 'Reyax RYLR LoRa modem on a serial port, with nodes that send Cayenne LPP',
    ja: 'Reyax RYLR LoRaモデム（Cayenne LPPを送信するノード）',
  },
  kinds: PROFILE_KINDS,
  options: rylrOptions,
  maxDevicesPerPort: 1_000,
  units: mappedUnits,
  framer: () => new RylrFramer(),
  decoder: (nodes) => new RylrDecoder(nodes),
};

class RylrDecoder implements Decoder {
  readonly #byAddress = new Map<number, Node>();
  readonly #anyOther: Node | undefined;
  readonly #setUp: ModemCommands;

  constructor(nodes: readonly Node[]) {
    for (const node of nodes) if (node.options.address !== undefined) this.#byAddress.set(node.options.address, node);
    this.#anyOther = nodes.find(({ options }) => options.address === undefined);
    this.#setUp = new ModemCommands(setUpOf(nodes));
  }

  opened(at: Moment): Step {
    return this.#setUp.start(at);
  }

  dueAt(): number {
    return this.#setUp.dueAt;
  }

  due(at: Moment): Step {
    return this.#setUp.due(at);
  }

  decode(frame: Uint8Array, at: Moment): Step {
    const line = latin1Of(frame);
    if (line.startsWith('+RCV=')) return this.#receive(frame, line, at);
    if (line === '+READY') return this.opened(at);
    const error = /^\+ERR=(\d+)$/.exec(line);
    const command = this.#setUp.awaited;
    if (error) {
      const code = Number(error[1]);
      const refused = RECEPTION_ERRORS.has(code) ? undefined : command;
      const step = rubbishStep('device-error', frame, errorText(code, refused));
      return refused === undefined ? step : { ...step, ...this.#setUp.proceed(at) };
    }
    if (command !== undefined && acknowledges(line, command)) return this.#setUp.proceed(at);
    if (line.startsWith('+')) return rubbishStep('unexpected', frame, 'an answer to no command');
    return rubbishStep('unknown-format', frame, 'not a line of the modem');
  }

  #receive(frame: Uint8Array, line: string, at: Moment): Step {
    const head = /^\+RCV=(\d{1,5}),(\d{1,3}),/.exec(line);
    const dataAt = head?.[0].length ?? 0;
    const dataEnd = dataAt + Number(head?.[2]);
    const tail = /^,(-?\d{1,4}),(-?\d{1,3}(?:\.\d{1,2})?)$/.exec(line.slice(dataEnd));
    if (!head || !tail) return rubbishStep('malformed', frame, 'the length does not fit the line');
    const address = Number(head[1]);
    const node = this.#byAddress.get(address) ?? this.#anyOther;
    if (!node) return rubbishStep('unknown-address', frame, `node ${address} is not configured`);
    const payload = payloadOf(node.options, frame.subarray(dataAt, dataEnd));
    if (!payload) return rubbishStep('malformed', frame, 'the data is not hexadecimal text', node.id);
    return readNode(node, payload, { signal: { rssi: Number(tail[1]), snr: Number(tail[2]) }, frame, at });
  }
}

/** "+OK", or the answer that some commands have of their own: "+IPR=9600" to "AT+IPR=9600". */
function acknowledges(line: string, command: string): boolean {
  const [name = ''] = command.slice('AT'.length).split(/[=?]/);
  return line === '+OK' || line === name || line.startsWith(`${name}=`);
}

const ERRORS: Readonly<Record<number, string>> = {
  1: 'no line end after the command',
  2: 'the command does not begin with AT',
  3: 'no "=" in the command',
  4: 'unknown command',
  5: 'the data does not have the length given',
  10: 'sending took too long',
  11: 'receiving took too long',
  12: 'CRC error of a received message',
  13: 'more than 240 bytes to send',
  14: 'could not write the flash memory',
  15: 'unknown failure',
  17: 'the last message was not sent yet',
  18: 'preamble value not allowed',
  19: 'header error of a received message',
  20: 'time of the power saving mode not allowed',
};

/** What the modem says of its own accord, about a message on the air. */
const RECEPTION_ERRORS: ReadonlySet<number> = new Set([11, 12, 19]);

function errorText(code: number, command: string | undefined): string {
  const meaning = `error ${code}, ${ERRORS[code] ?? 'not in the command guide'}`;
  return command === undefined ? meaning : `${meaning} (after ${command})`;
}
