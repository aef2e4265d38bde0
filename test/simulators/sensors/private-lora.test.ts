/** What the modems print and answer, held against their manuals. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../simulators/random.ts';
import type { PrefixedNode } from '../../../simulators/sensors/air-nodes.ts';
import { AT_MODEM_FAULTS } from '../../../simulators/sensors/at-modem.ts';
import { simulateE220 } from '../../../simulators/sensors/e220.ts';
import { bothLines, simulateLoraE5 } from '../../../simulators/sensors/lora-e5.ts';
import { oneLine, simulateRak3172, twoLines } from '../../../simulators/sensors/rak3172.ts';
import { ascii, type Simulator } from '../../../simulators/simulator.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { scheduledBoard } from '../boards.ts';
import { MemoryWire } from '../wires/memory-wire.ts';

const HEARD = { data: Uint8Array.of(0x01, 0xab), rssi: -54, snr: 9 };
const NODE: PrefixedNode = {
  prefix: '0b',
  kind: 'water-level',
  periodMs: 1_000,
  payload: () => Uint8Array.of(0x01),
  rssi: -80,
  snr: 8,
};

type Options = Parameters<typeof simulateRak3172>[0];

/** A modem that is running, its wire in the test's hands. */
function running<S extends Simulator>(simulate: (options: Options) => S, failsAtS: readonly number[] = []) {
  const clock = new VirtualClock();
  const failures = failsAtS.map((atS) => ({ fault: 'power-cycle', atS }));
  const faults = scheduledBoard(AT_MODEM_FAULTS, failures, clock);
  const wire = new MemoryWire();
  const simulator = simulate({ clock, random: new Random(1), nodes: [NODE], faults });
  const stop = new AbortController();
  const run = simulator.run(wire, stop.signal);
  const ask = (text: string) => {
    const before = wire.text.length;
    for (const character of `${text}\r\n`) wire.hear(ascii(character));
    return wire.text.slice(before);
  };
  const end = () => {
    stop.abort();
    return run;
  };
  return { clock, wire, faults, simulator, ask, end };
}

test('packets are printed as in the manuals', () => {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
  expect(text(oneLine(HEARD))).toBe('+EVT:RXP2P:-54:9:01AB\r\n');
  expect(text(twoLines(HEARD))).toBe('+EVT:RXP2P, RSSI -54, SNR 9\r\n+EVT:01AB\r\n');
  expect(text(bothLines(HEARD))).toBe('+TEST: LEN:2, RSSI:-54, SNR:9\r\n+TEST: RX "01AB"\r\n');
});

describe('RAK3172', () => {
  test('hears nothing before it is in P2P mode and told to receive, nor after the power has failed', async () => {
    const { clock, wire, simulator, ask, end } = running(simulateRak3172, [5.5]);
    expect(wire.text).toMatch(/^RAKwireless RAK3172\r\n[\s\S]*Current Work Mode: LoRaWAN\.\r\n$/);
    expect(ask('AT+PRECV=65534')).toBe('AT_MODE_NO_SUPPORT\r\n');
    expect(ask('AT+NWM=?')).toBe('AT+NWM=1\r\nOK\r\n');
    expect(ask('AT+NWM=0')).toMatch(/Current Work Mode: LoRa P2P\.\r\n$/);
    expect(ask('AT+P2P=922000000:10:125:0:8:13')).toBe('OK\r\n');
    await clock.advance(2_500);
    expect(simulator.sent.size).toBe(0);
    expect(ask('AT+PRECV=65534')).toBe('OK\r\n');
    await clock.advance(2_000);
    expect(wire.text).toMatch(/\+EVT:RXP2P:-\d+:-?\d+:0B01\r\n$/);
    await clock.advance(5_000);
    expect(wire.text).toMatch(/Current Work Mode: LoRa P2P\.\r\n$/);
    expect(simulator.sentBy('0b')).toEqual(new Map([['water-level', 3]]));
    await end();
  });

  test('receives one packet if set to 65535', async () => {
    const { clock, simulator, ask, end } = running(simulateRak3172);
    ask('AT+NWM=0');
    ask('AT+PRECV=65535');
    await clock.advance(4_500);
    expect(simulator.sentBy('0b')).toEqual(new Map([['water-level', 1]]));
    await end();
  });

  test('refuses what it does not know, and settings while it receives', async () => {
    const { ask, end } = running(simulateRak3172);
    ask('AT+NWM=0');
    expect(ask('AT')).toBe('OK\r\n');
    expect(ask('AT+COFFEE=1')).toBe('AT_COMMAND_NOT_FOUND\r\n');
    expect(ask('HELLO')).toBe('AT_ERROR\r\n');
    expect(ask('AT+P2P=1:2:3')).toBe('AT_PARAM_ERROR\r\n');
    expect(ask('AT+PRECV=65534')).toBe('OK\r\n');
    expect(ask('AT+P2P=922000000:10:125:0:8:13')).toBe('AT_BUSY_ERROR\r\n');
    expect(ask('X'.repeat(5_000))).toBe('AT_TEST_PARAM_OVERFLOW\r\n');
    expect(ask('AT+PRECV=0')).toBe('OK\r\n');
    await end();
  });
});

test('a modem that is busy refuses every command, and a deaf one says nothing', async () => {
  const { clock, wire, faults, ask, end } = running(simulateRak3172);
  faults.strike('busy');
  expect(ask('AT+NWM=0')).toBe('AT_BUSY_ERROR\r\n');
  faults.clear();
  expect(ask('AT+NWM=?')).toBe('AT+NWM=1\r\nOK\r\n'); // it has not obeyed
  ask('AT+NWM=0');
  ask('AT+PRECV=65534');
  await clock.advance(1_500);
  const before = wire.text.length;
  faults.strike('deaf');
  expect(ask('AT')).toBe('');
  await clock.advance(5_000);
  expect(wire.text.length).toBe(before);
  await end();
});

describe('LoRa-E5', () => {
  test('hears what it was set to in test mode, and silently loses all settings when the power fails', async () => {
    const { clock, wire, simulator, ask, end } = running(simulateLoraE5, [2.5]);
    expect(wire.text).toBe('');
    expect(ask('AT+TEST=RXLRPKT')).toBe('+TEST: ERROR(-12)\r\n');
    expect(ask('AT+MODE=TEST')).toBe('+MODE: TEST\r\n');
    expect(ask('AT+TEST=RFCFG,922.4,SF10,125,8,8,13,ON,OFF,OFF')).toBe(
      '+TEST: RFCFG F:922400000, SF10, BW125K, TXPR:8, RXPR:8, POW:13dBm, CRC:ON, IQ:OFF, NET:OFF\r\n',
    );
    expect(ask('AT+TEST=RXLRPKT')).toBe('+TEST: RXLRPKT\r\n');
    await clock.advance(2_000);
    expect(wire.text).toMatch(/\+TEST: LEN:2, RSSI:-\d+, SNR:-?\d+\r\n\+TEST: RX "0B01"\r\n$/);
    const printed = wire.text.length;
    await clock.advance(3_000);
    expect(wire.text.length).toBe(printed);
    expect(ask('AT+MODE')).toBe('+MODE: LWABP\r\n');
    expect(simulator.sentBy('0b')).toEqual(new Map([['water-level', 3]])); // at 0, 1 and 2 s
    await end();
  });

  test('refuses what it does not know', async () => {
    const { ask, end } = running(simulateLoraE5);
    expect(ask('AT')).toBe('+AT: OK\r\n');
    expect(ask('AT+COFFEE')).toBe('+AT: ERROR(-10)\r\n');
    expect(ask('AT+MODE=COFFEE')).toBe('+MODE: ERROR(-1)\r\n');
    expect(ask('X'.repeat(5_000))).toBe('+AT: ERROR(-21)\r\n');
    await end();
  });
});

describe('E220', () => {
  const hear = (wire: MemoryWire, hex: string) => {
    const before = wire.frames.length;
    for (const byte of Buffer.from(hex.replaceAll(' ', ''), 'hex')) wire.hear(Uint8Array.of(byte));
    return wire.hex.slice(before);
  };

  test('puts out packets as they are, with their RSSI plus 256, and radiates what is written to it', async () => {
    const { clock, wire, simulator, end } = running(simulateE220);
    await clock.advance(1_500);
    expect(wire.hex[0]).toMatch(/^0b01[0-9a-f]{2}$/);
    expect(wire.frames[0]?.[2]).toBeGreaterThan(256 - 100);
    expect(hear(wire, 'c10008')).toEqual([]);
    expect(simulator.radiated).toEqual([0xc1, 0x00, 0x08]);
    expect(simulator.sentBy('0b')).toEqual(new Map([['water-level', 2]]));
    await end();
  });

  test('answers register commands in configuration mode, in which it hears nothing', async () => {
    const { clock, wire, simulator, end } = running(simulateE220);
    simulator.setMode('configuration');
    expect(hear(wire, 'c10008')).toEqual(['c100080000620100800000']);
    expect(hear(wire, 'c00401 0a')).toEqual(['c104010a']);
    expect(hear(wire, 'c20501 00')).toEqual(['c1050100']);
    expect(hear(wire, 'c10009')).toEqual(['ffffff']);
    expect(hear(wire, '414243')).toEqual(['ffffff']);
    await clock.advance(2_500);
    expect(simulator.sent.size).toBe(0);
    simulator.setMode('normal');
    await clock.advance(1_000);
    expect(wire.hex.at(-1)).toBe('0b01'); // the RSSI byte was switched off
    await end();
  });
});
