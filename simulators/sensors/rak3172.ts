/**
 * A RAK3172 module (RAKwireless, RUI3 AT Command Manual) with the nodes that it hears in P2P mode.
 *
 * It leaves the factory in LoRaWAN mode. Mode and radio settings survive a power failure, reception does not. It prints a
 * banner when it starts, and AT+NWM always restarts it. While it receives it is busy and refuses settings. Of AT+PRECV's
 * times it knows 0 and 65533 to 65535. A command longer than `maxCommandBytes` is refused.
 */

import { ascii } from '../simulator.ts';
import { type Heard, hexOf, type PrivateLoraModem, type PrivateLoraOptions } from './air-nodes.ts';
import { privateLoraModem } from './at-modem.ts';

const maxCommandBytes = 1_024;

export function simulateRak3172({
  form = 'one-line',
  ...options
}: PrivateLoraOptions & { readonly form?: 'one-line' | 'two-lines' }): PrivateLoraModem {
  return privateLoraModem({ ...options, type: 'rak3172', maxCommandBytes, busy: 'AT_BUSY_ERROR' }, (wire) => {
    const module = new Rak3172();
    return {
      start: () => {
        for (const line of module.start()) wire.write(ascii(`${line}\r\n`));
      },
      answer: (line) => module.answer(line),
      hear: (heard) => module.hears() && wire.write(form === 'one-line' ? oneLine(heard) : twoLines(heard)),
    };
  });
}

/** RUI3. */
export function oneLine({ data, rssi, snr }: Heard): Uint8Array {
  return ascii(`+EVT:RXP2P:${rssi}:${snr}:${hexOf(data)}\r\n`);
}

/** Firmware 1.0.4 and below. */
export function twoLines({ data, rssi, snr }: Heard): Uint8Array {
  return ascii(`+EVT:RXP2P, RSSI ${rssi}, SNR ${snr}\r\n+EVT:${hexOf(data)}\r\n`);
}

const STOP = 0;
const UNTIL_A_PACKET = 65_535;

class Rak3172 {
  #mode: 0 | 1 = 1;
  /** The time of the last AT+PRECV. */
  #reception = STOP;

  start(): readonly string[] {
    this.#reception = STOP;
    return [
      'RAKwireless RAK3172',
      '------------------------------------------------------',
      'Version: RUI_4.0.6_RAK3172-E',
      `Current Work Mode: ${this.#mode === 0 ? 'LoRa P2P' : 'LoRaWAN'}.`,
    ];
  }

  /** Whether a packet on the air is received. */
  hears(): boolean {
    const isListening = this.#reception !== STOP;
    if (this.#reception === UNTIL_A_PACKET) this.#reception = STOP;
    return isListening;
  }

  answer(line: string): readonly string[] {
    const command = line.trimEnd();
    if (line.length > maxCommandBytes) return ['AT_TEST_PARAM_OVERFLOW'];
    if (command === '') return [];
    if (command === 'AT') return ['OK'];
    if (command === 'ATZ') return this.start();
    const [, name, value = ''] = /^AT\+([A-Z0-9]+)=(.*)$/.exec(command) ?? [];
    if (name === 'NWM') return this.#setMode(value);
    if (name === 'PRECV') return [this.#receive(value)];
    if (name === 'P2P') return [this.#setRadio(value)];
    return [command.startsWith('AT') ? 'AT_COMMAND_NOT_FOUND' : 'AT_ERROR'];
  }

  #setMode(value: string): readonly string[] {
    if (value === '?') return [`AT+NWM=${this.#mode}`, 'OK'];
    if (value !== '0' && value !== '1') return ['AT_PARAM_ERROR'];
    this.#mode = value === '0' ? 0 : 1;
    return this.start();
  }

  #receive(value: string): string {
    if (this.#mode !== 0) return 'AT_MODE_NO_SUPPORT';
    if (!['0', '65533', '65534', '65535'].includes(value)) return 'AT_PARAM_ERROR';
    if (this.#reception !== STOP && value !== '0') return 'AT_BUSY_ERROR';
    this.#reception = Number(value);
    return 'OK';
  }

  /** Frequency, spreading factor, bandwidth, coding rate, preamble, power. */
  #setRadio(value: string): string {
    if (this.#reception !== STOP) return 'AT_BUSY_ERROR';
    const [, hz, factor] = /^(\d{9}):(\d{1,2}):\d{1,3}:[0-3]:\d{1,5}:\d{1,2}$/.exec(value) ?? [];
    const isAllowed = Number(hz) >= 150e6 && Number(hz) <= 960e6 && Number(factor) >= 5 && Number(factor) <= 12;
    return isAllowed ? 'OK' : 'AT_PARAM_ERROR';
  }
}
