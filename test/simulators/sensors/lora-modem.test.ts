import { expect, test } from 'vitest';
import { FaultBoard } from '../../../simulators/fault-board.ts';
import { cayenneLpp } from '../../../simulators/lorawan/cayenne-lpp.ts';
import { Random } from '../../../simulators/random.ts';
import { RYLR_FAULTS, received, simulateLoraModem } from '../../../simulators/sensors/lora-modem.ts';
import { ascii } from '../../../simulators/simulator.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { MemoryWire } from '../wires/memory-wire.ts';

test('payloads are those of the Cayenne LPP description', () => {
  const two = cayenneLpp([
    { channel: 3, type: 'temperature', value: 27.2 },
    { channel: 5, type: 'temperature', value: 25.5 },
  ]);
  expect(Buffer.from(two).toString('hex')).toBe('03670110056700ff');
  expect(Buffer.from(cayenneLpp([{ channel: 1, type: 'temperature', value: -4.1 }])).toString('hex')).toBe('0167ffd7');
});

test('each quantity has its size and step', () => {
  const payload = cayenneLpp([
    { channel: 1, type: 'distance', value: 1.234 },
    { channel: 2, type: 'voltage', value: 3.61 },
    { channel: 3, type: 'humidity', value: 60.5 },
    { channel: 4, type: 'barometer', value: 1013.2 },
    { channel: 5, type: 'illuminance', value: 800 },
  ]);
  expect(Buffer.from(payload).toString('hex')).toBe('0182000004d2' + '02740169' + '036879' + '04732794' + '05650320');
});

test('a message is printed as in the AT command guide', () => {
  expect(Buffer.from(received(50, ascii('HELLO'), -99, 40)).toString()).toBe('+RCV=50,5,HELLO,-99,40\r\n');
});

function modem() {
  const clock = new VirtualClock();
  const wire = new MemoryWire();
  const node = { periodMs: 1000, rssi: -80, snr: 8, payload: () => Uint8Array.of(0x2c, 0x0d, 0x0a) };
  const simulator = simulateLoraModem({
    clock,
    random: new Random(1),
    nodes: [
      { ...node, address: 11, kind: 'water-level' },
      { ...node, address: 12, kind: 'measurement', periodMs: 2000 },
    ],
  });
  const stop = new AbortController();
  const run = simulator.run(wire, stop.signal);
  const end = () => {
    stop.abort();
    return run;
  };
  return { clock, wire, simulator, end };
}

test('each uplink is printed with its bytes as they are and counts for its node', async () => {
  const { clock, wire, simulator, end } = modem();
  await clock.advance(4_500);
  await end();
  expect(wire.text).toMatch(/^\+READY\r\n\+RCV=11,3,,\r\n,-\d+,-?\d+\r\n\+RCV=12,3,,\r\n,/);
  expect(simulator.sentBy(11)).toEqual(new Map([['water-level', 5]]));
  expect(simulator.sentBy(12)).toEqual(new Map([['measurement', 3]]));
  expect(simulator.sentBy(13)).toEqual(new Map());
  expect(simulator.sent.get('water-level')).toBe(5);
});

test('commands are answered, settings kept, and anything else refused', async () => {
  const { wire, end } = modem();
  const ask = (text: string) => {
    const before = wire.text.length;
    for (const character of text) wire.hear(ascii(character));
    return wire.text.slice(before);
  };
  expect(ask('AT\r\n')).toBe('+OK\r\n');
  expect(ask('AT+NETWORKID=6\r\n')).toBe('+OK\r\n');
  expect(ask('AT+NETWORKID?\r\n')).toBe('+NETWORKID=6\r\n');
  expect(ask('AT+RESET\r\n')).toBe('+RESET\r\n+READY\r\n');
  expect(ask('AT\n')).toBe('+ERR=1\r\n');
  expect(ask('HELLO\r\n')).toBe('+ERR=2\r\n');
  expect(ask('AT+COFFEE=1\r\n')).toBe('+ERR=4\r\n');
  expect(ask(`AT+${'X'.repeat(5000)}\r\n`)).toMatch(/^\+ERR=\d\r\n$/);
  expect(ask('AT\r\n')).toBe('+OK\r\n');
  await end();
});

test('it says that it is ready when its power comes back, and that it is busy while it is told to', async () => {
  const clock = new VirtualClock();
  const wire = new MemoryWire();
  const faults = new FaultBoard(RYLR_FAULTS);
  const stop = new AbortController();
  const running = simulateLoraModem({ clock, random: new Random(1), nodes: [], faults }).run(wire, stop.signal);
  faults.strike('power-cycle');
  faults.strike('busy');
  wire.hear(ascii('AT\r\n'));
  expect(wire.text).toBe('+READY\r\n+READY\r\n+ERR=17\r\n');
  stop.abort();
  await running;
});
