/**
 * An EBYTE E220-900T22S(JP) module (data sheet: operating modes, register control) with the nodes that it hears.
 *
 * In normal mode (M0 and M1 low) packets come out as they are, each followed by its RSSI plus 256 if REG3 bit 7 is set;
 * whatever is written is transmitted. In configuration mode (both high) it hears nothing and answers register commands, and
 * invalid ones with FF FF FF. Registers survive a power failure, which goes unnoticed. A packet takes `ON_AIR_MS`; another
 * that begins meanwhile is not heard.
 */

import { FaultBoard, type FaultKind } from '../fault-board.ts';
import type { Sent } from '../simulator.ts';
import type { Wire } from '../wires/wire.ts';
import { AirNodes, type PrivateLoraModem, type PrivateLoraOptions, withPrefix } from './air-nodes.ts';
import { say } from './words.ts';

/** ADDH, ADDL, REG0 to REG3, CRYPT_H, CRYPT_L: 9,600 baud, 13 dBm, with the RSSI byte. */
const REGISTERS = [0x00, 0x00, 0x62, 0x01, 0x00, 0x80, 0x00, 0x00];
const REG3 = 5;
/** About ten bytes at SF10 in 125 kHz. */
const ON_AIR_MS = 300;
const WRITE = 0xc0;
const READ = 0xc1;
const WRITE_UNTIL_POWER_FAILS = 0xc2;

export const E220_FAULTS: readonly FaultKind[] = [{ name: 'deaf', meaning: say.deafModem() }];

export interface E220 extends PrivateLoraModem {
  /** What was written in normal mode and so transmitted. */
  readonly radiated: readonly number[];
  /** Sets M0 and M1. */
  setMode(mode: 'normal' | 'configuration'): void;
  readonly registers: readonly number[];
}

export function simulateE220(options: PrivateLoraOptions): E220 {
  const { faults = new FaultBoard(E220_FAULTS) } = options;
  const air = new AirNodes(options);
  const registers = [...REGISTERS];
  const radiated: number[] = [];
  let mode = 'normal';
  let freeAt = 0;
  return {
    type: 'e220',
    sent: air.sent,
    sentBy: (prefix): Sent => air.sentBy((node) => node.prefix === prefix),
    radiated,
    registers,
    setMode(next) {
      mode = next;
    },
    async run(wire: Wire, signal) {
      const answer = registerCommands(registers);
      const stopListening = wire.onBytes((bytes) => {
        if (faults.get('deaf')) return;
        if (mode === 'normal') radiated.push(...bytes);
        else for (const reply of answer(bytes)) wire.write(reply);
      });
      await air.run(({ data, rssi }, node) => {
        const now = options.clock.moment().monotonic;
        if (mode !== 'normal' || now < freeAt || faults.get('deaf')) return false;
        freeAt = now + ON_AIR_MS;
        const tail = ((registers[REG3] ?? 0) & 0x80) === 0 ? [] : [rssi + 256];
        return wire.write(Uint8Array.of(...withPrefix(node, data), ...tail));
      }, signal);
      stopListening();
    },
  };
}

/** Answers the commands at the end of the written bytes; holds less than one command. */
function registerCommands(registers: number[]): (bytes: Uint8Array) => readonly Uint8Array[] {
  let held: readonly number[] = [];
  return (bytes) => {
    const replies: Uint8Array[] = [];
    held = [...held, ...bytes];
    while (held.length >= 3) {
      const [head = 0, address = 0, length = 0] = held;
      const isRead = head === READ;
      const isWrite = head === WRITE || head === WRITE_UNTIL_POWER_FAILS;
      if ((!isRead && !isWrite) || length === 0 || address + length > registers.length) {
        replies.push(Uint8Array.of(0xff, 0xff, 0xff));
        held = [];
        break;
      }
      const size = isRead ? 3 : 3 + length;
      if (held.length < size) break;
      if (isWrite) registers.splice(address, length, ...held.slice(3, size));
      replies.push(Uint8Array.of(READ, address, length, ...registers.slice(address, address + length)));
      held = held.slice(size);
    }
    return replies;
  };
}
