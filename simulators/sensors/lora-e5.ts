/**
 * A Seeed LoRa-E5 (Wio-E5) module (LoRa-E5 AT Command Specification V1.0) with the nodes that it hears in test mode.
 *
 * It starts in LoRaWAN mode without saying so, and loses mode, radio settings and reception when the power fails. It receives
 * only what RFCFG set it to. A command has at most `maxCommandBytes` (error -21).
 */

import { ascii } from '../simulator.ts';
import { type Heard, hexOf, type PrivateLoraModem, type PrivateLoraOptions } from './air-nodes.ts';
import { privateLoraModem } from './at-modem.ts';

const maxCommandBytes = 528;
const BUSY = '+AT: LoRaWAN modem is busy';

export function simulateLoraE5(options: PrivateLoraOptions): PrivateLoraModem {
  return privateLoraModem({ ...options, type: 'lora-e5', maxCommandBytes, busy: BUSY }, (wire) => {
    let module = new LoraE5();
    return {
      start: () => {
        module = new LoraE5();
      },
      answer: (line) => module.answer(line),
      hear: (heard) => module.hears && wire.write(bothLines(heard)),
    };
  });
}

export function bothLines({ data, rssi, snr }: Heard): Uint8Array {
  return ascii(`+TEST: LEN:${data.length}, RSSI:${rssi}, SNR:${snr}\r\n+TEST: RX "${hexOf(data)}"\r\n`);
}

const MODES = ['TEST', 'LWOTAA', 'LWABP'];

class LoraE5 {
  #mode = 'LWABP';
  #isSet = false;
  #isReceiving = false;

  get hears(): boolean {
    return this.#isReceiving && this.#isSet;
  }

  answer(line: string): readonly string[] {
    const command = line.trimEnd();
    if (line.length > maxCommandBytes) return ['+AT: ERROR(-21)'];
    if (command === '') return [];
    if (command === 'AT') return ['+AT: OK'];
    const [, name, value] = /^AT\+([A-Z]+)(?:=(.*))?$/.exec(command) ?? [];
    if (name === 'MODE') return [`+MODE: ${this.#setMode(value)}`];
    if (name === 'TEST') return [`+TEST: ${this.#test(value ?? '')}`];
    return [command.startsWith('AT+') ? '+AT: ERROR(-10)' : '+AT: ERROR(-11)'];
  }

  #setMode(value: string | undefined): string {
    if (value === undefined) return this.#mode;
    if (!MODES.includes(value)) return 'ERROR(-1)';
    this.#mode = value;
    this.#isReceiving = false;
    return value;
  }

  #test(value: string): string {
    if (this.#mode !== 'TEST') return 'ERROR(-12)';
    const settings = value.startsWith('RFCFG,') ? value.split(',') : undefined;
    if (settings) return this.#setRadio(settings);
    if (value !== 'RXLRPKT' && value !== 'STOP') return 'ERROR(-1)';
    this.#isReceiving = value === 'RXLRPKT';
    return value;
  }

  #setRadio(settings: readonly string[]): string {
    const [, mhz = '', factor = '', kHz = '', txPreamble, rxPreamble, dbm, crc, iq, net] = settings;
    const isAllowed = Number(mhz) > 0 && /^SF([7-9]|1[0-2])$/.test(factor) && ['125', '250', '500'].includes(kHz);
    if (settings.length !== 10 || !isAllowed) return 'ERROR(-1)';
    this.#isSet = true;
    this.#isReceiving = false;
    const hz = Math.round(Number(mhz) * 1e6);
    return `RFCFG F:${hz}, ${factor}, BW${kHz}K, TXPR:${txPreamble}, RXPR:${rxPreamble}, POW:${dbm}dBm, CRC:${crc}, IQ:${iq}, NET:${net}`;
  }
}
