/**
 * `lora-e5`: Seeed LoRa-E5 (Wio-E5), with private LoRa nodes that send Cayenne LPP, received in the module's test mode.
 *
 * Source: Seeed, LoRa-E5 AT Command Specification V1.0 (MODE, TEST, error codes). Promise: one reading per packet of a
 * configured node, with RSSI and SNR. The module loses test mode and its radio settings when the power fails, and does not
 * say so. So it is set up when the port opens and asked for its mode after a silence of `PROBE_MS`; unless that is TEST, it
 * is set up again. A module that does not answer, or refuses test mode or reception, is tried again (see
 * `CommandSequence`).
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import { must } from '../../shared/setting.ts';
import type { Text } from '../../shared/text.ts';
import { type Decoder, type DeviceType, rubbishStep, type Step } from '../device-type.ts';
import { latin1Of } from '../framing/latin1.ts';
import { PROFILE_KINDS } from '../profile/kinds.ts';
import type { Piece } from '../signature.ts';
import { atQuestion } from './at-question.ts';
import { LinePairFramer } from './line-pair-framer.ts';
import { fromHex, isOfItsKind, nodeEntries, nodeUnits } from './lora-node.ts';
import { ModemCommands, setUpOf, setUpOption } from './modem-commands.ts';
import { framesIn, nodesOf } from './nodes-heard.ts';
import { type PrefixedNode, PrefixedNodes, prefixEntry } from './prefixed-nodes.ts';
import { say } from './words.ts';

/** A packet of 255 bytes in hexadecimal, with its prefix. */
const maxLineBytes = 576;
/** The silence after which the module is asked; a power failure costs the packets of this time. */
const PROBE_MS = 30_000;

const TEST_MODE = 'AT+MODE=TEST';
const RECEIVE = 'AT+TEST=RXLRPKT';
const ASK_MODE = 'AT+MODE';
const IN_TEST_MODE = '+MODE: TEST';

const options = v.pipe(
  v.object({
    prefix: prefixEntry,
    ...nodeEntries,
    setUp: setUpOption({
      example: 'AT+TEST=RFCFG,922,SF10,125,8,8,13,ON,OFF,OFF',
      forbidden: /^AT\+(MODE|TEST=(?!RFCFG)|RESET|FDEFAULT|LOWPOWER|UART)/i,
      why: say.mustOnlySetRadio(),
    }),
  }),
  v.check((node) => isOfItsKind(node), must(say.mustMapKind())),
);

export const loraE5: DeviceType<typeof options> = {
  name: 'lora-e5',
  summary: say.summaryLoraE5(),
  kinds: PROFILE_KINDS,
  options,
  maxDevicesPerPort: 1_000,
  units: nodeUnits,
  signature: {
    proof: 'form',
    enough: 2,
    guises: (heard) => [{ devices: nodesOf(payloadsIn(heard)) }],
    tells: (frame) => RECEIVED.test(latin1Of(frame)),
    questions: [atQuestion(ASK_MODE, /^\+MODE: (TEST|LWOTAA|LWABP)$/)],
  },
  framer: newFramer,
  decoder: (nodes) => new LoraE5Decoder(nodes, setUpOf(nodes)),
};

function newFramer(): LinePairFramer {
  return new LinePairFramer(maxLineBytes, { first: /^\+TEST: LEN:/, second: /^\+TEST: RX "/ });
}

const RECEIVED = /^\+TEST: LEN:(\d{1,3}), RSSI:(-?\d{1,3}), SNR:(-?\d{1,3})\r\n\+TEST: RX "((?:[0-9A-Fa-f]{2} ?)*)"$/;

function payloadsIn(heard: readonly Piece[]): readonly Uint8Array[] {
  return framesIn(heard, newFramer()).flatMap((frame) => dataOf(RECEIVED.exec(latin1Of(frame))?.[4]) ?? []);
}

function dataOf(digits = ''): Uint8Array | undefined {
  return fromHex(digits.replaceAll(' ', ''));
}

class LoraE5Decoder implements Decoder {
  readonly #nodes: PrefixedNodes;
  readonly #setUp: ModemCommands;
  #probe = new ModemCommands([ASK_MODE]);
  /** When the module is asked for its mode, monotonic ms; Infinity unless it receives. */
  #probeAt = Number.POSITIVE_INFINITY;

  constructor(nodes: readonly PrefixedNode[], setUp: readonly string[]) {
    this.#nodes = new PrefixedNodes(nodes);
    this.#setUp = new ModemCommands([TEST_MODE, ...setUp, RECEIVE]);
  }

  opened(at: Moment): Step {
    this.#probe = new ModemCommands([ASK_MODE]);
    this.#probeAt = Number.POSITIVE_INFINITY;
    return this.#setUp.start(at);
  }

  dueAt(): number {
    return Math.min(this.#setUp.dueAt, this.#probe.dueAt, this.#probeAt);
  }

  due(at: Moment): Step {
    if (at.monotonic >= this.#setUp.dueAt) return this.#setUp.due(at);
    if (at.monotonic >= this.#probe.dueAt) return this.#probe.due(at);
    if (at.monotonic < this.#probeAt) return {};
    this.#probeAt = Number.POSITIVE_INFINITY;
    return this.#probe.start(at);
  }

  decode(frame: Uint8Array, at: Moment): Step {
    const line = latin1Of(frame);
    const found = RECEIVED.exec(line);
    if (found) return this.#receive(found, frame, at);
    if (/^\+TEST: (LEN:|RX ")/.test(line)) return rubbishStep('truncated', frame, say.halfPacket());
    if (line === '+RESET: OK' || line === '+LOWPOWER: WAKEUP') return this.opened(at);
    const error = /^\+[A-Z]+: ERROR ?\((-\d{1,3})\)$/.exec(line)?.[1];
    if (error !== undefined) return this.#refused(error, frame, at);
    const command = this.#setUp.awaited;
    if (command !== undefined && acknowledges(line, command)) {
      if (command === RECEIVE) this.#probeAt = at.monotonic + PROBE_MS;
      return this.#setUp.proceed(at);
    }
    if (this.#probe.awaited !== undefined && line.startsWith('+MODE: ')) return this.#probed(line === IN_TEST_MODE, at);
    if (/^\+[A-Z]+: /.test(line)) return rubbishStep('unexpected', frame, say.unexpected());
    return rubbishStep('unknown-format', frame, say.notALine());
  }

  #receive([, length, rssi, snr, digits = '']: RegExpExecArray, frame: Uint8Array, at: Moment): Step {
    if (this.#probeAt !== Number.POSITIVE_INFINITY) this.#probeAt = at.monotonic + PROBE_MS;
    const data = dataOf(digits);
    if (data?.length !== Number(length)) return rubbishStep('malformed', frame, say.wrongLength());
    return this.#nodes.receive(data, { signal: { rssi: Number(rssi), snr: Number(snr) }, frame, at });
  }

  #probed(isInTestMode: boolean, at: Moment): Step {
    if (!isInTestMode) return this.opened(at);
    this.#probeAt = at.monotonic + PROBE_MS;
    return this.#probe.proceed(at);
  }

  #refused(code: string, frame: Uint8Array, at: Moment): Step {
    const command = this.#setUp.awaited;
    const meaning = ERRORS[code] ?? say.notInSpecification();
    if (command === undefined) return rubbishStep('device-error', frame, say.error({ code, meaning }));
    const step = rubbishStep('device-error', frame, say.errorAfter({ code, meaning, command }));
    if (command !== TEST_MODE && command !== RECEIVE) return { ...step, ...this.#setUp.proceed(at) };
    this.#setUp.giveUp(at);
    return step;
  }
}

/** "+MODE: TEST" to "AT+MODE=TEST", "+TEST: RFCFG F:922000000, …" to "AT+TEST=RFCFG,922,…", "+ADR: OFF" to "AT+ADR=OFF". */
function acknowledges(line: string, command: string): boolean {
  const [, name, word = ''] = /^AT\+([A-Z]+)(?:=(\w+))?/.exec(command) ?? [];
  return line.startsWith(name === 'MODE' || name === 'TEST' ? `+${name}: ${word}` : `+${name}: `);
}

const ERRORS: Readonly<Record<string, Text>> = {
  '-1': say.parameterNotAllowed(),
  '-10': say.unknownCommand(),
  '-11': say.wrongForm(),
  '-12': say.notInThisMode(),
  '-20': say.tooManyParameters(),
  '-21': say.commandTooLong(),
  '-22': say.noLineEnd(),
  '-23': say.badCharacter(),
  '-24': say.badCommand(),
};
