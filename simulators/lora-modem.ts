/**
 * A REYAX RYLR LoRa modem (RYLR998 "LoRa AT Command Guide") with the nodes that it hears.
 *
 * It says +READY at power-up, answers AT commands, and prints `+RCV=address,length,data,RSSI,SNR` CR LF for each message,
 * whose data are bytes of any value. Each uplink of a node counts as one reading of the node's kind. A command longer than
 * `maxCommandBytes` is answered as an unknown one.
 */
import type { Clock } from '../shared/clock.ts';
import type { ReadingKind } from '../shared/reading.ts';
import type { Random } from './random.ts';
import { ascii, beats, type Sent, type Simulator, Tally } from './simulator.ts';
import type { Wire } from './wire.ts';

export interface NodeOptions {
  /** 0 to 65535. */
  readonly address: number;
  readonly kind: ReadingKind;
  readonly periodMs: number;
  /** What it sends, by seconds since the start: at most 240 bytes. */
  readonly payload: (seconds: number) => Uint8Array;
  /** Typical signal at the modem, dBm and dB. */
  readonly rssi: number;
  readonly snr: number;
}

export interface LoraModem extends Simulator {
  /** What the node of this address has sent. */
  sentBy(address: number): Sent;
}

const maxCommandBytes = 256;
const NO_LINE_END = '+ERR=1';
const NOT_AT = '+ERR=2';
const UNKNOWN_COMMAND = '+ERR=4';
const FACTORY_SETTINGS: ReadonlyMap<string, string> = new Map([
  ['ADDRESS', '0'],
  ['NETWORKID', '18'],
  ['BAND', '915000000'],
  ['PARAMETER', '9,7,1,12'],
  ['MODE', '0'],
  ['IPR', '115200'],
  ['CRFOP', '22'],
]);

export function simulateLoraModem(options: {
  readonly clock: Clock;
  readonly random: Random;
  readonly nodes: readonly NodeOptions[];
}): LoraModem {
  const { clock, random, nodes } = options;
  const all = new Tally();
  const byNode = new Map(nodes.map((node) => [node.address, new Tally()]));

  async function runNode(node: NodeOptions, wire: Wire, signal: AbortSignal): Promise<void> {
    for await (const seconds of beats(clock, node.periodMs, signal)) {
      const rssi = Math.round(random.normal(node.rssi, 2));
      const snr = Math.round(random.normal(node.snr, 1));
      if (!wire.write(received(node.address, node.payload(seconds), rssi, snr))) continue;
      all.count(node.kind);
      byNode.get(node.address)?.count(node.kind);
    }
  }

  return {
    type: 'rylr',
    sent: all.sent,
    sentBy: (address) => byNode.get(address)?.sent ?? new Map(),
    async run(wire, signal) {
      const answer = commandAnswerer();
      const stopListening = wire.onBytes((bytes) => {
        for (const line of answer(bytes)) wire.write(ascii(`${line}\r\n`));
      });
      wire.write(ascii('+READY\r\n'));
      await Promise.all(nodes.map((node) => runNode(node, wire, signal)));
      stopListening();
    },
  };
}

/** `+RCV=address,length,data,RSSI,SNR` CR LF. */
export function received(address: number, data: Uint8Array, rssi: number, snr: number): Uint8Array {
  return Uint8Array.of(...ascii(`+RCV=${address},${data.length},`), ...data, ...ascii(`,${rssi},${snr}\r\n`));
}

/** Answers to the commands that end in what is written: lines, without their ends. */
function commandAnswerer(): (bytes: Uint8Array) => readonly string[] {
  const settings = new Map(FACTORY_SETTINGS);
  let held = '';
  return (bytes) => {
    const lines = (held + Buffer.from(bytes).toString('latin1')).split('\n');
    held = lines.pop() ?? '';
    if (held.length > maxCommandBytes) held = '\r'.padEnd(maxCommandBytes, ' ');
    return lines.flatMap((line) => (line.endsWith('\r') ? answerTo(line.slice(0, -1), settings) : [NO_LINE_END]));
  };
}

function answerTo(command: string, settings: Map<string, string>): readonly string[] {
  if (!command.startsWith('AT')) return [NOT_AT];
  if (command === 'AT') return ['+OK'];
  if (command === 'AT+RESET') return ['+RESET', '+READY'];
  const [, name = '', operator, value = ''] = /^AT\+([A-Z]+)(\?|=)(.*)$/.exec(command) ?? [];
  const setting = settings.get(name);
  if (name === 'SEND' && operator === '=') return ['+OK'];
  if (setting === undefined) return [UNKNOWN_COMMAND];
  if (operator === '?') return [`+${name}=${setting}`];
  settings.set(name, value);
  return ['+OK'];
}
