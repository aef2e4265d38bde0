import { once } from 'node:events';
import { createConnection } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { DialIn, goesOnWithinMs } from '../../../gateway/net/dial-in.ts';
import { tcpListen, tcpListenPort } from '../../../gateway/ports/tcp-listen.ts';
import { FaultBoard } from '../../../simulators/fault-board.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { DIAL_IN_FAULTS, openDialIn } from '../../../simulators/wires/dial-in-wire.ts';
import { freePort } from '../net/free-port.ts';
import { Heard, patience, surroundings } from './heard.ts';

const until = (condition: () => void) => vi.waitFor(condition, patience);

class Line extends Heard {
  readonly away: string[] = [];

  turnedAway({ detail }: { readonly detail?: { readonly en: string } }): void {
    this.away.push(detail?.en ?? '');
  }
}

/** Lines that share an address, each with its ear. */
async function lines(...identifications: readonly string[]) {
  const listen = `127.0.0.1:${await freePort()}`;
  const clock = new VirtualClock();
  const around = { ...surroundings(), clock, dialIn: new DialIn(clock) };
  const stop = new AbortController();
  const all = identifications.map((identification, i) => {
    const port = tcpListenPort({ name: `line-${i}`, listen, identification, heartbeat: 'ping' }, around);
    const ear = new Line();
    return { port, ear, running: port.run(ear, stop.signal) };
  });
  onTestFinished(async () => {
    stop.abort();
    await Promise.all(all.map(({ running }) => running));
  });
  const dial = async (...packets: readonly string[]) => {
    const socket = await vi.waitFor(async () => {
      const calling = createConnection({ host: '127.0.0.1', port: Number(listen.split(':')[1]) });
      await once(calling, 'connect');
      return calling;
    }, patience);
    onTestFinished(() => void socket.destroy());
    socket.setNoDelay(true);
    for (const packet of packets) {
      socket.write(packet);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return socket;
  };
  return { all, dial, clock, listen };
}

test('lines that share an address are told apart by what their caller says, and nothing of it is data', async () => {
  const { all, dial } = await lines('IMEI-1', 'IMEI-12');
  const [first, second] = all;
  await dial('IMEI-12\r\nlevel=2');
  await until(() => expect(second?.ear.text).toBe('level=2'));
  expect(first?.ear.opens).toBe(0);
  await dial('IMEI-1\nlevel=1');
  await until(() => expect(first?.ear.text).toBe('level=1'));
});

test('an identification that comes in pieces is not taken for a shorter one', async () => {
  const { all, dial } = await lines('IMEI-1', 'IMEI-12');
  const [first, second] = all;
  const slow = await dial('IMEI-1');
  await dial('IMEI-12\r\n');
  await until(() => expect(second?.ear.opens).toBe(1));
  slow.write('2\r\nlevel=2');
  await until(() => expect(second?.ear.text).toBe('level=2'));
  expect(first?.ear.opens).toBe(0);
});

test('a caller whose identification begins a longer one is heard when it does not go on, or ends its line', async () => {
  const { all, dial, clock } = await lines('IMEI-1', 'IMEI-12');
  const [first] = all;
  await dial('IMEI-1');
  await vi.waitFor(async () => {
    await clock.advance(goesOnWithinMs);
    expect(first?.ear.opens).toBe(1);
  }, patience);
  await dial('IMEI-1\r');
  await until(() => expect(first?.ear.opens).toBe(2));
});

test('a caller that says nothing is that of the line without an identification, beside others', async () => {
  const { all, dial, clock } = await lines('', 'IMEI-12');
  const [anybody, named] = all;
  await dial('IMEI-12');
  await until(() => expect(named?.ear.opens).toBe(1));
  await dial();
  await vi.waitFor(async () => {
    await clock.advance(goesOnWithinMs);
    expect(anybody?.ear.opens).toBe(1);
  }, patience);
});

test('what is written goes to the caller, and is dropped while there is none', async () => {
  const { all, dial } = await lines('dtu');
  await all[0]?.port.write(Buffer.from('nobody'));
  const socket = await dial('dtu');
  await until(() => expect(all[0]?.ear.opens).toBe(1));
  await all[0]?.port.write(Buffer.from('ask'));
  const [answer] = await once(socket, 'data');
  expect(answer.toString()).toBe('ask');
});

test('a caller that dials again takes the place of the connection that it left behind', async () => {
  const { all, dial } = await lines('dtu');
  const before = await dial('dtu');
  await until(() => expect(all[0]?.ear.opens).toBe(1));
  const ended = once(before, 'close');
  before.resume();
  await dial('dtu', 'x');
  await ended;
  await until(() => expect(all[0]?.ear.text).toBe('x'));
  expect(all[0]?.ear.opens).toBe(2);
  expect(all[0]?.ear.whys).toEqual([]);
});

test('whoever says something else is turned away at once, and it is said what they said', async () => {
  const { all, dial } = await lines('dtu');
  const socket = await dial('GET / HTTP/1.1');
  socket.resume();
  await once(socket, 'close');
  expect(all[0]?.ear.away).toEqual([expect.stringContaining('474554')]);
  expect(all[0]?.ear.opens).toBe(0);
});

test.each([
  ['ping\r\n', ''],
  ['pingping', ''],
  ['ping\r\nping\r\n', ''],
  ['\r\n', '\r\n'],
  ['ping=1\r\n', 'ping=1\r\n'],
])('of the packet %j, %j is data: heartbeats in packets of their own are dropped', async (packet, data) => {
  const { all, dial } = await lines('');
  const socket = await dial();
  await until(() => expect(all[0]?.ear.opens).toBe(1));
  socket.end(packet);
  await until(() => expect(all[0]?.ear.whys).toEqual(['the device hung up']));
  expect(all[0]?.ear.text).toBe(data);
});

test('a device that does not dial in is said to be awaited, but only where it could', async () => {
  const { all, clock, listen } = await lines('dtu');
  const taken = new Line();
  const around = { ...surroundings(), clock, dialIn: new DialIn(clock) }; // as another program would
  taken.listenTo(tcpListenPort({ name: 'taken', listen, identification: 'dtu' }, around));
  await until(() => expect(taken.whys).toEqual([expect.stringContaining('EADDRINUSE')]));
  await clock.advance(5_000);
  await until(() => expect(taken.whys.length).toBeGreaterThan(1));
  expect(taken.whys).toEqual(taken.whys.map(() => expect.stringContaining('EADDRINUSE')));
  expect(all[0]?.ear.whys).toEqual([`the device has not dialled in at ${listen}`]);
});

test('beyond loopback anybody may not call', () => {
  const faults = (settings: { listen: string; identification?: string; trustLocal?: boolean }) =>
    tcpListen.check?.({ name: 'l', type: 'tcp-listen', identification: '', trustLocal: false, ...settings }, [], []) ??
    [];
  expect(faults({ listen: '0.0.0.0:5000' }).map(({ severity }) => severity)).toEqual(['fault']);
  expect(faults({ listen: '0.0.0.0:5000', identification: 'x' }).map(({ severity }) => severity)).toEqual(['note']);
  expect(faults({ listen: '127.0.0.1:5000' }).map(({ severity }) => severity)).toEqual(['note']);
  expect(faults({ listen: '127.0.0.1:5000', trustLocal: true })).toEqual([]);
});

test('a simulated DTU is heard, also from another address while its former connection stays behind', async () => {
  const { all, clock, listen } = await lines('IMEI-1');
  const [line] = all;
  const [host = '', port] = listen.split(':');
  const faults = new FaultBoard(DIAL_IN_FAULTS);
  const dtu = openDialIn({ host, port: Number(port), registration: 'IMEI-1\r\n', clock, faults });
  onTestFinished(() => dtu.close());
  const says = (text: string) =>
    vi.waitFor(async () => {
      await clock.advance(1_000);
      expect(dtu.write(Buffer.from(text))).toBe(true);
    }, patience);
  await says('a');
  await until(() => expect(line?.ear.text).toBe('a'));
  faults.strike('address-change');
  await says('b');
  await until(() => expect(line?.ear.text).toBe('ab'));
  expect(line?.ear.away).toEqual([]);
});
