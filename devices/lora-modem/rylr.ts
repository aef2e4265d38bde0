/**
 * Reyax RYLR LoRa modem: private LoRa nodes that send Cayenne LPP.
 *
 * Source: REYAX, LoRa AT Command Guide for RYLR998/RYLR498 and RYLR896/RYLR406. Promise: one reading a message of a
 * configured node, with RSSI and SNR. The modem is set up when the port opens and whenever it says that it has started;
 * one that does not answer is tried again (see `CommandSequence`). What a node sends that is not whole is rubbish.
 */
import type { Moment } from '../../shared/clock.ts';
import type { Reading } from '../../shared/reading.ts';
import { CommandSequence } from '../command-sequence.ts';
import type { ConfiguredDevice, Decoder, DeviceType, Rubbish, RubbishCode, Step } from '../device-type.ts';
import { hasQuantitiesOf, PROFILE_KINDS } from '../kind-quantities.ts';
import { type LppValue, lppUnit, parseLpp } from './cayenne-lpp.ts';
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
  units: ({ map }) =>
    Object.fromEntries(
      map.flatMap(({ type, quantity }) => {
        const unit = type === undefined ? undefined : lppUnit(type);
        return unit === undefined ? [] : [[quantity, unit] as const];
      }),
    ),
  framer: () => new RylrFramer(),
  decoder: (nodes) => new RylrDecoder(nodes),
};

class RylrDecoder implements Decoder {
  readonly #byAddress = new Map<number, Node>();
  readonly #anyOther: Node | undefined;
  readonly #setUp: CommandSequence<string>;

  constructor(nodes: readonly Node[]) {
    for (const node of nodes) if (node.options.address !== undefined) this.#byAddress.set(node.options.address, node);
    this.#anyOther = nodes.find(({ options }) => options.address === undefined);
    this.#setUp = new CommandSequence(nodes.find(({ options }) => options.setUp.length > 0)?.options.setUp ?? []);
  }

  opened(at: Moment): Step {
    return toWrite(this.#setUp.start(at.monotonic));
  }

  dueAt(): number {
    return this.#setUp.dueAt;
  }

  due(at: Moment): Step {
    const { unanswered, send } = this.#setUp.due(at.monotonic);
    const rubbish: Rubbish[] =
      unanswered === undefined
        ? []
        : [{ code: 'no-answer', bytes: new Uint8Array(0), detail: `no answer to ${unanswered}` }];
    return { ...(rubbish.length > 0 ? { rubbish } : {}), ...toWrite(send) };
  }

  decode(frame: Uint8Array, at: Moment): Step {
    const line = Buffer.from(frame.buffer, frame.byteOffset, frame.length).toString('latin1');
    if (line.startsWith('+RCV=')) return this.#receive(frame, line, at);
    if (line === '+READY') return this.opened(at);
    const error = /^\+ERR=(\d+)$/.exec(line);
    const command = this.#setUp.awaited;
    if (error) {
      const code = Number(error[1]);
      const refused = RECEPTION_ERRORS.has(code) ? undefined : command;
      const step = rubbishStep('device-error', frame, errorText(code, refused));
      return refused === undefined ? step : { ...step, ...toWrite(this.#setUp.proceed(at.monotonic)) };
    }
    if (command !== undefined && acknowledges(line, command)) return toWrite(this.#setUp.proceed(at.monotonic));
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
    const data = frame.subarray(dataAt, dataEnd);
    const payload = node.options.payload === 'lpp' ? data : fromHexText(line.slice(dataAt, dataEnd));
    const parsed = payload ? parseLpp(payload) : { ok: false as const, detail: 'the data is not hexadecimal text' };
    if (!parsed.ok) return rubbishStep('malformed', frame, parsed.detail, node.id);
    return { readings: [nodeReading(node, parsed.values, { rssi: Number(tail[1]), snr: Number(tail[2]) }, at.wall)] };
  }
}

/** A payload without the quantities of the node's kind (its battery alone, say) is a measurement. */
function nodeReading(
  { id, options }: Node,
  lpp: readonly LppValue[],
  radio: { readonly rssi: number; readonly snr: number },
  observedAt: number,
): Reading {
  const values: Record<string, number> = {};
  const unused = new Set(options.map);
  for (const { channel, name, value } of lpp) {
    const mapped = [...unused].find((m) => m.channel === channel && (m.type ?? name) === name);
    if (mapped) unused.delete(mapped);
    values[mapped?.quantity ?? `${name}${channel}`] = value;
  }
  const kind = hasQuantitiesOf(options.kind, (quantity) => quantity in values) ? options.kind : 'measurement';
  return { device: id, kind, observedAt, values: { ...values, ...radio } } as Reading; // `hasQuantitiesOf` has just looked
}

function fromHexText(text: string): Uint8Array | undefined {
  const hex = text.trim();
  return /^([0-9a-f]{2})+$/i.test(hex) ? Uint8Array.from(Buffer.from(hex, 'hex')) : undefined;
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

function toWrite(command: string | undefined): Step {
  return command === undefined ? {} : { write: [Uint8Array.from(Buffer.from(`${command}\r\n`, 'latin1'))] };
}

function rubbishStep(code: RubbishCode, bytes: Uint8Array, detail: string, device?: string): Step {
  return { rubbish: [{ code, bytes, detail, ...(device === undefined ? {} : { device }) }] };
}
