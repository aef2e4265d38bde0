/**
 * A REYAX RYLR LoRa modem (RYLR998 "LoRa AT Command Guide") with the nodes that it hears.
 *
 * It prints +READY at power-up, answers AT commands, and prints `+RCV=address,length,data,RSSI,SNR` CR LF for each message,
 * whose data may be any bytes. Its settings survive a power failure. Each uplink of a node counts as one reading of the
 * node's kind. A command longer than `maxCommandBytes` is answered as unknown.
 */
import type { Clock } from '../../shared/clock.ts';
import { FaultBoard, type FaultKind } from '../fault-board.ts';
import type { Random } from '../random.ts';
import { ascii, type Sent, type Simulator } from '../simulator.ts';
import { type AirNode, AirNodes } from './air-nodes.ts';
import { AT_MODEM_FAULTS, answerCommands, commandLines } from './at-modem.ts';

export interface NodeOptions extends AirNode {
  /** 0 to 65535. */
  readonly address: number;
}

export interface LoraModem extends Simulator {
  /** What the node of this address has sent. */
  sentBy(address: number): Sent;
}

const maxCommandBytes = 256;
const NO_LINE_END = '+ERR=1';
const NOT_AT = '+ERR=2';
const UNKNOWN_COMMAND = '+ERR=4';
/** "Last TX was not completed". */
const BUSY = '+ERR=17';
const FACTORY_SETTINGS: ReadonlyMap<string, string> = new Map([
  ['ADDRESS', '0'],
  ['NETWORKID', '18'],
  ['BAND', '915000000'],
  ['PARAMETER', '9,7,1,12'],
  ['MODE', '0'],
  ['IPR', '115200'],
  ['CRFOP', '22'],
]);

export const RYLR_FAULTS: readonly FaultKind[] = AT_MODEM_FAULTS;

export function simulateLoraModem(options: {
  readonly clock: Clock;
  readonly random: Random;
  readonly nodes: readonly NodeOptions[];
  readonly faults?: FaultBoard;
}): LoraModem {
  const { faults = new FaultBoard(RYLR_FAULTS) } = options;
  const air = new AirNodes(options);
  return {
    type: 'rylr',
    sent: air.sent,
    sentBy: (address) => air.sentBy((node) => node.address === address),
    async run(wire, signal) {
      const settings = new Map(FACTORY_SETTINGS);
      const start = () => wire.write(ascii('+READY\r\n'));
      const stopListening = answerCommands(wire, faults, {
        cut: commandLines(maxCommandBytes, 'too long'),
        answer: (line) => answerTo(line, settings),
        start,
        busy: BUSY,
      });
      start();
      await air.run(({ data, rssi, snr }, { address }) => {
        return !faults.get('deaf') && wire.write(received(address, data, rssi, snr));
      }, signal);
      stopListening();
    },
  };
}

/** `+RCV=address,length,data,RSSI,SNR` CR LF. */
export function received(address: number, data: Uint8Array, rssi: number, snr: number): Uint8Array {
  return Uint8Array.of(...ascii(`+RCV=${address},${data.length},`), ...data, ...ascii(`,${rssi},${snr}\r\n`));
}

function answerTo(line: string, settings: Map<string, string>): readonly string[] {
  if (line.length > maxCommandBytes) return [UNKNOWN_COMMAND];
  if (!line.endsWith('\r')) return [NO_LINE_END];
  const command = line.slice(0, -1);
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
