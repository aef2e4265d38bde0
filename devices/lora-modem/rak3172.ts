/**
 * `rak3172`: RAK3172 and other RAKwireless modules with RUI3, with private LoRa (P2P) nodes that send Cayenne LPP.
 *
 * Sources: RAKwireless, RUI3 AT Command Manual, "LoRa P2P" (AT+NWM, AT+P2P, AT+PRECV) and "AT error table"; RAK3172 AT
 * Command Manual (deprecated, firmware 1.0.4 and below) for packets of two lines. Promise: one reading per packet of a
 * configured node, with RSSI and SNR. The modem is put into P2P mode and continuous reception when the port opens and
 * whenever it reports a start; one that does not answer, is busy or refuses to receive is tried again (see
 * `CommandSequence`). AT+NWM restarts the modem even if it changes nothing, so the mode is asked for first.
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

const ASK_MODE = 'AT+NWM=?';
const SET_P2P = 'AT+NWM=0';
const P2P_MODE = '0';
/** While it receives, the modem is busy and refuses settings. */
const STOP = 'AT+PRECV=0';
/** Until told otherwise; 65535 would stop after the first packet. */
const RECEIVE = 'AT+PRECV=65534';

const options = v.pipe(
  v.object({
    prefix: prefixEntry,
    ...nodeEntries,
    setUp: setUpOption({
      example: 'AT+P2P=922000000:10:125:0:8:13',
      forbidden: /^AT\+(NWM|PRECV|BOOT|SLEEP|ATM|APM|DTM|BAUD|PSEND)/i,
      why: say.mustOnlySetRadio(),
    }),
  }),
  v.check((node) => isOfItsKind(node), must(say.mustMapKind())),
);

export const rak3172: DeviceType<typeof options> = {
  name: 'rak3172',
  summary: say.summaryRak3172(),
  kinds: PROFILE_KINDS,
  options,
  maxDevicesPerPort: 1_000,
  units: nodeUnits,
  signature: {
    proof: 'form',
    enough: 2,
    guises: (heard) => [{ devices: nodesOf(payloadsIn(heard)) }],
    tells: (frame) => receivedIn(frame) !== undefined,
    questions: [atQuestion(ASK_MODE, /^(AT)?\+NWM[=:] ?[0-2]$/)],
  },
  framer: newFramer,
  decoder: (nodes) => new Rak3172Decoder(nodes, setUpOf(nodes)),
};

function newFramer(): LinePairFramer {
  return new LinePairFramer(maxLineBytes, { first: /^\+EVT:RXP2P, /, second: /^\+EVT:[0-9A-Fa-f]*$/ });
}

/** One line, or two: RSSI in dBm, SNR in dB, data in hexadecimal. */
const RECEIVED = [
  /^\+EVT:RXP2P:(-?\d{1,3}):(-?\d{1,3}):([0-9A-Fa-f]*)$/,
  /^\+EVT:RXP2P, RSSI (-?\d{1,3}), SNR (-?\d{1,3})\r\n\+EVT:([0-9A-Fa-f]*)$/,
];
/** The last line that it prints when it starts. */
const STARTED = /^Current Work Mode: /;
const BANNER = /^(RAKwireless |-+$|=+$|Version:|RUI_|RAK\d)/;

function receivedIn(frame: Uint8Array): RegExpExecArray | undefined {
  const line = latin1Of(frame);
  for (const form of RECEIVED) {
    const found = form.exec(line);
    if (found) return found;
  }
  return undefined;
}

function payloadsIn(heard: readonly Piece[]): readonly Uint8Array[] {
  return framesIn(heard, newFramer()).flatMap((frame) => fromHex(receivedIn(frame)?.[3] ?? '') ?? []);
}

class Rak3172Decoder implements Decoder {
  readonly #nodes: PrefixedNodes;
  readonly #setUp: ModemCommands;
  /** Its answer when it was last asked. */
  #mode: string | undefined;

  constructor(nodes: readonly PrefixedNode[], setUp: readonly string[]) {
    this.#nodes = new PrefixedNodes(nodes);
    this.#setUp = new ModemCommands([ASK_MODE, SET_P2P, STOP, ...setUp, RECEIVE]);
  }

  opened(at: Moment): Step {
    this.#mode = undefined;
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
    const found = receivedIn(frame);
    if (found) return this.#receive(found, frame, at);
    if (/^\+EVT:(RXP2P, |[0-9A-Fa-f]*$)/.test(line)) return rubbishStep('truncated', frame, say.halfPacket());
    if (line.startsWith('+EVT:')) return this.#event(line, frame, at);
    if (STARTED.test(line)) return this.#started(at);
    if (BANNER.test(line)) return {};
    return this.#answer(line, frame, at);
  }

  #receive([, rssi, snr, digits]: RegExpExecArray, frame: Uint8Array, at: Moment): Step {
    const data = fromHex(digits ?? '');
    if (!data) return rubbishStep('malformed', frame, say.oddHex());
    return this.#nodes.receive(data, { signal: { rssi: Number(rssi), snr: Number(snr) }, frame, at });
  }

  #event(line: string, frame: Uint8Array, at: Moment): Step {
    const failure = /^\+EVT:RXP2P (RECEIVE )?(TIMEOUT|ERROR.*)$/.exec(line)?.[2];
    if (failure === undefined) return rubbishStep('unknown-format', frame, say.notAPacket());
    const step = rubbishStep('device-error', frame, say.receptionFailed({ failure: failure.toLowerCase() }));
    // Continuous reception does not time out: something else has set the modem.
    return failure === 'TIMEOUT' && this.#setUp.awaited === undefined ? { ...step, ...this.opened(at) } : step;
  }

  /** Expected after setting the mode; otherwise the power has failed. */
  #started(at: Moment): Step {
    return this.#setUp.awaited === SET_P2P ? this.#setUp.proceed(at) : this.opened(at);
  }

  #answer(line: string, frame: Uint8Array, at: Moment): Step {
    const awaited = this.#setUp.awaited;
    if (line === awaited) return {}; // its echo (ATE)
    const mode = /^(?:AT)?(?:\+NWM[=:] ?)?([0-2])$/.exec(line)?.[1];
    if (mode !== undefined && awaited === ASK_MODE) {
      this.#mode = mode;
      return {};
    }
    if (line === 'OK' && awaited !== undefined && this.#isDone(awaited)) {
      return awaited === ASK_MODE && this.#mode === P2P_MODE ? this.#setUp.skip(at) : this.#setUp.proceed(at);
    }
    if (/^AT_[A-Z_]+$/.test(line)) return this.#refused(line, frame, at);
    if (line === 'OK' || mode !== undefined) return rubbishStep('unexpected', frame, say.unexpected());
    return rubbishStep('unknown-format', frame, say.notALine());
  }

  /**
   * Whether an OK belongs to this command. After a restart an earlier command's OK may still come: the mode must have been
   * reported first, and the command that sets it is done when the modem reports its start.
   */
  #isDone(awaited: string): boolean {
    return awaited === ASK_MODE ? this.#mode !== undefined : awaited !== SET_P2P;
  }

  #refused(error: string, frame: Uint8Array, at: Moment): Step {
    const command = this.#setUp.awaited;
    const fault = { code: error, meaning: ERRORS[error] ?? say.undocumented() };
    if (command === undefined) return rubbishStep('device-error', frame, say.atError(fault));
    const step = rubbishStep('device-error', frame, say.atErrorAfter({ ...fault, command }));
    if (error !== 'AT_BUSY_ERROR' && command !== RECEIVE) return { ...step, ...this.#setUp.proceed(at) };
    this.#setUp.giveUp(at);
    return step;
  }
}

const ERRORS: Readonly<Record<string, Text>> = {
  AT_ERROR: say.commandFailed(),
  AT_PARAM_ERROR: say.parameterNotAllowed(),
  AT_BUSY_ERROR: say.radioBusy(),
  AT_TEST_PARAM_OVERFLOW: say.commandTooLong(),
  AT_RX_ERROR: say.commandLost(),
  AT_MODE_NO_SUPPORT: say.notInWorkMode(),
  AT_COMMAND_NOT_FOUND: say.unknownCommand(),
  AT_UNSUPPORTED_BAND: say.unsupportedBand(),
};
