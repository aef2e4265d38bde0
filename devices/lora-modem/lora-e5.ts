/**
 * Seeed LoRa-E5 (Wio-E5): private LoRa nodes that send Cayenne LPP, heard in the module's test mode.
 *
 * Source: Seeed, LoRa-E5 AT Command Specification V1.0 (MODE, TEST, error codes). Promise: one reading a packet of a
 * configured node, with RSSI and SNR. The module forgets test mode and its radio settings when the power
 * fails and says nothing of it. So it is set up when the port opens, and asked for its mode whenever nothing was heard
 * for `PROBE_MS`: where that is no longer TEST it is set up again. A module that does not answer is tried again (see
 * `CommandSequence`), and so is one that refuses test mode or reception.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import type { Decoder, DeviceType, Step } from '../device-type.ts';
import { latin1Of } from '../framing/latin1.ts';
import { PROFILE_KINDS } from '../profile/kinds.ts';
import { LinePairFramer } from './line-pair-framer.ts';
import { fromHex, isOfItsKind, mappedUnits, NOT_OF_ITS_KIND, nodeEntries } from './lora-node.ts';
import { ModemCommands, setUpOf, setUpOption } from './modem-commands.ts';
import { type PrefixedNode, PrefixedNodes, prefixEntry } from './prefixed-nodes.ts';
import { rubbishStep } from './rubbish-step.ts';

/** A packet of 255 bytes in hexadecimal, and what stands before it. */
const maxLineBytes = 576;
/** After so long a silence it is asked; a power failure costs the packets of this time. */
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
      why: 'must set the radio and nothing else: mode and reception are seen to, and these commands are sent after each start',
    }),
  }),
  v.check((node) => isOfItsKind(node), NOT_OF_ITS_KIND),
);

export const loraE5: DeviceType<typeof options> = {
  name: 'lora-e5',
  summary: {
    en: 'Seeed LoRa-E5 (Wio-E5) modem on a serial port, with nodes that send Cayenne LPP',
    ja: 'Seeed LoRa-E5（Wio-E5）モデム（Cayenne LPPを送信するノード）',
  },
  kinds: PROFILE_KINDS,
  options,
  maxDevicesPerPort: 1_000,
  units: mappedUnits,
  framer: () => new LinePairFramer(maxLineBytes, { first: /^\+TEST: LEN:/, second: /^\+TEST: RX "/ }),
  decoder: (nodes) => new LoraE5Decoder(nodes, setUpOf(nodes)),
};

const RECEIVED = /^\+TEST: LEN:(\d{1,3}), RSSI:(-?\d{1,3}), SNR:(-?\d{1,3})\r\n\+TEST: RX "((?:[0-9A-Fa-f]{2} ?)*)"$/;

class LoraE5Decoder implements Decoder {
  readonly #nodes: PrefixedNodes;
  readonly #setUp: ModemCommands;
  #probe = new ModemCommands([ASK_MODE]);
  /** Monotonic ms at which the module is asked for its mode; Infinity unless it receives. */
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
    if (/^\+TEST: (LEN:|RX ")/.test(line)) return rubbishStep('truncated', frame, 'not both lines of a packet');
    if (line === '+RESET: OK' || line === '+LOWPOWER: WAKEUP') return this.opened(at);
    const error = /^\+[A-Z]+: ERROR ?\((-\d{1,3})\)$/.exec(line)?.[1];
    if (error !== undefined) return this.#refused(error, frame, at);
    const command = this.#setUp.awaited;
    if (command !== undefined && acknowledges(line, command)) {
      if (command === RECEIVE) this.#probeAt = at.monotonic + PROBE_MS;
      return this.#setUp.proceed(at);
    }
    if (this.#probe.awaited !== undefined && line.startsWith('+MODE: ')) return this.#probed(line === IN_TEST_MODE, at);
    if (/^\+[A-Z]+: /.test(line)) return rubbishStep('unexpected', frame, 'an answer to no command');
    return rubbishStep('unknown-format', frame, 'not a line of the module');
  }

  #receive([, length, rssi, snr, digits = '']: RegExpExecArray, frame: Uint8Array, at: Moment): Step {
    if (this.#probeAt !== Number.POSITIVE_INFINITY) this.#probeAt = at.monotonic + PROBE_MS;
    const data = fromHex(digits.replaceAll(' ', ''));
    if (data?.length !== Number(length)) return rubbishStep('malformed', frame, 'the data does not have its length');
    return this.#nodes.receive(data, { signal: { rssi: Number(rssi), snr: Number(snr) }, frame, at });
  }

  #probed(isInTestMode: boolean, at: Moment): Step {
    if (!isInTestMode) return this.opened(at);
    this.#probeAt = at.monotonic + PROBE_MS;
    return this.#probe.proceed(at);
  }

  #refused(code: string, frame: Uint8Array, at: Moment): Step {
    const command = this.#setUp.awaited;
    const meaning = `error ${code}, ${ERRORS[code] ?? 'not in the specification'}`;
    if (command === undefined) return rubbishStep('device-error', frame, meaning);
    const step = rubbishStep('device-error', frame, `${meaning} (after ${command})`);
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

const ERRORS: Readonly<Record<string, string>> = {
  '-1': 'a parameter is not allowed',
  '-10': 'unknown command',
  '-11': 'the command has the wrong form',
  '-12': 'not in this mode',
  '-20': 'too many parameters',
  '-21': 'the command is too long',
  '-22': 'no line end after the command',
  '-23': 'a character that is not allowed',
  '-24': 'the command is too long, has no line end or a character that is not allowed',
};
