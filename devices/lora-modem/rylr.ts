/**
 * `rylr`: Reyax RYLR LoRa modem, with private LoRa nodes that send Cayenne LPP.
 *
 * Source: REYAX, LoRa AT Command Guide for RYLR998/RYLR498 and RYLR896/RYLR406. Promise: one reading per message of a
 * configured node, with RSSI and SNR. The modem is set up when the port opens and whenever it reports a start; one that does
 * not answer is tried again (see `CommandSequence`). An incomplete message is rubbish.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import { must, setting, whole } from '../../shared/setting.ts';
import type { Text } from '../../shared/text.ts';
import { type ConfiguredDevice, type Decoder, type DeviceType, rubbishStep, type Step } from '../device-type.ts';
import { latin1Of } from '../framing/latin1.ts';
import { PROFILE_KINDS } from '../profile/kinds.ts';
import type { Guess, Piece } from '../signature.ts';
import { atQuestion } from './at-question.ts';
import { isOfItsKind, nodeEntries, nodeUnits, payloadOf, readNode } from './lora-node.ts';
import { ModemCommands, setUpOf, setUpOption } from './modem-commands.ts';
import { framesIn } from './nodes-heard.ts';
import { RylrFramer } from './rylr-framer.ts';
import { say } from './words.ts';

const options = v.pipe(
  v.object({
    address: v.optional(setting(whole(0, 65_535), say.address())),
    ...nodeEntries,
    setUp: setUpOption({
      example: 'AT+NETWORKID=18',
      forbidden: /^AT\+(RESET|FACTORY)/i,
      why: say.mustNotRestart(),
    }),
  }),
  v.check((node) => isOfItsKind(node), must(say.mustMapKind())),
);

type Node = ConfiguredDevice<v.InferOutput<typeof options>>;

export const rylr: DeviceType<typeof options> = {
  name: 'rylr',
  summary: say.summaryRylr(),
  kinds: PROFILE_KINDS,
  options,
  maxDevicesPerPort: 1_000,
  units: nodeUnits,
  signature: {
    proof: 'form',
    enough: 2,
    guises: (heard) => [{ devices: addressesIn(heard) }],
    tells: (frame) => latin1Of(frame).startsWith('+RCV='),
    questions: [atQuestion('AT+ADDRESS?', /^\+ADDRESS=\d{1,5}$/)],
  },
  framer: () => new RylrFramer(),
  decoder: (nodes) => new RylrDecoder(nodes),
};

const maxNodesHeard = 16;

/** A node for each address that was heard; one that takes any if none was, or too many were. */
function addressesIn(heard: readonly Piece[]): readonly Guess[] {
  const addresses = new Set<number>();
  for (const frame of framesIn(heard, new RylrFramer())) {
    const address = /^\+RCV=(\d{1,5}),/.exec(latin1Of(frame))?.[1];
    if (address !== undefined && Number(address) <= 65_535) addresses.add(Number(address));
  }
  if (addresses.size === 0 || addresses.size > maxNodesHeard) return [{}];
  return [...addresses].toSorted((a, b) => a - b).map((address) => ({ address }));
}

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
    if (line.startsWith('+')) return rubbishStep('unexpected', frame, say.unexpected());
    return rubbishStep('unknown-format', frame, say.notALine());
  }

  #receive(frame: Uint8Array, line: string, at: Moment): Step {
    const head = /^\+RCV=(\d{1,5}),(\d{1,3}),/.exec(line);
    const dataAt = head?.[0].length ?? 0;
    const dataEnd = dataAt + Number(head?.[2]);
    const tail = /^,(-?\d{1,4}),(-?\d{1,3}(?:\.\d{1,2})?)$/.exec(line.slice(dataEnd));
    if (!head || !tail) return rubbishStep('malformed', frame, say.lengthMismatch());
    const address = Number(head[1]);
    const node = this.#byAddress.get(address) ?? this.#anyOther;
    if (!node) return rubbishStep('unknown-address', frame, say.unknownNode({ address }));
    const payload = payloadOf(node.options, frame.subarray(dataAt, dataEnd));
    if (!payload) return rubbishStep('malformed', frame, say.notHex(), node.id);
    return readNode(node, payload, { signal: { rssi: Number(tail[1]), snr: Number(tail[2]) }, frame, at });
  }
}

/** "+OK", or the specific answer that some commands have: "+IPR=9600" to "AT+IPR=9600". */
function acknowledges(line: string, command: string): boolean {
  const [name = ''] = command.slice('AT'.length).split(/[=?]/);
  return line === '+OK' || line === name || line.startsWith(`${name}=`);
}

const ERRORS: Readonly<Record<number, Text>> = {
  1: say.noLineEnd(),
  2: say.notAt(),
  3: say.noEquals(),
  4: say.unknownCommand(),
  5: say.dataLengthWrong(),
  10: say.sendingTimedOut(),
  11: say.receivingTimedOut(),
  12: say.receivedCrc(),
  13: say.tooMuchToSend(),
  14: say.flashFailed(),
  15: say.unknownFailure(),
  17: say.stillSending(),
  18: say.badPreamble(),
  19: say.receivedHeader(),
  20: say.badPowerSaving(),
};

/** Errors that the modem reports unasked, about a message on the air. */
const RECEPTION_ERRORS: ReadonlySet<number> = new Set([11, 12, 19]);

function errorText(code: number, command: string | undefined): Text {
  const meaning = ERRORS[code] ?? say.notInGuide();
  return command === undefined ? say.error({ code, meaning }) : say.errorAfter({ code, meaning, command });
}
