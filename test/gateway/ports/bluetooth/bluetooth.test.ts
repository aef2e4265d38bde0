/** The box's own controller, with a stand-in for the library: no machine that runs the tests has Bluetooth. */
import { EventEmitter } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { bluetoothPort, type HciSocket } from '../../../../gateway/ports/bluetooth/bluetooth.ts';
import { Heard, patience, surroundings } from '../heard.ts';

class Socket extends EventEmitter implements HciSocket {
  readonly written: string[] = [];
  bound: number | undefined;
  isStarted = false;
  stops = 0;
  fault: Error | undefined;

  bindUser(device: number): void {
    if (this.fault !== undefined) throw this.fault;
    this.bound = device;
  }

  start(): void {
    this.isStarted = true;
  }

  stop(): void {
    this.stops++;
  }

  write(packet: Buffer): void {
    this.written.push(packet.toString('hex'));
  }
}

function site(...sockets: Socket[]) {
  const heard = new Heard();
  const waiting = [...sockets];
  const port = bluetoothPort({ name: 'own', adapter: 'hci1' }, surroundings(), async () => {
    const next = waiting.shift();
    if (next === undefined) throw new Error('no more');
    return next;
  });
  const stop = new AbortController();
  const run = port.run(heard, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await run;
  });
  return { heard, port, stop, run };
}

test('packets go both ways, and the controller is given back at the end', async () => {
  const socket = new Socket();
  const { heard, port, stop, run } = site(socket);
  await vi.waitFor(() => expect(heard.opens).toBe(1), patience);
  expect([socket.bound, socket.isStarted]).toEqual([1, true]);
  socket.emit('data', Buffer.from('\x04\x3e'));
  expect(heard.text).toBe('\x04\x3e');
  await port.write(Uint8Array.of(1, 3, 12, 0));
  expect(socket.written).toEqual(['01030c00']);
  stop.abort();
  await run;
  expect(socket.stops).toBe(1);
});

test('one that fails, or is asked for, is opened again', async () => {
  const sockets = [new Socket(), new Socket(), new Socket()];
  const { heard, port } = site(...sockets);
  await vi.waitFor(() => expect(heard.opens).toBe(1), patience);
  sockets[0]?.emit('error', new Error('Network is down'));
  await vi.waitFor(() => expect(heard.opens).toBe(2), patience);
  expect(heard.whys).toEqual(['Network is down']);
  port.reopen?.();
  await vi.waitFor(() => expect(heard.opens).toBe(3), patience);
  expect(sockets.map(({ stops }) => stops)).toEqual([1, 1, 0]);
});

test.each([
  ['Operation not permitted', /needs CAP_NET_ADMIN/],
  ['Device or resource busy', /hci1 is in use: stop bluetoothd/],
  ['No such device', /no Bluetooth controller hci1/],
  ['Address family not supported by protocol', /has no Bluetooth/],
])('"%s" is told with what to do', async (message, said) => {
  const socket = Object.assign(new Socket(), { fault: new Error(message) });
  const { heard } = site(socket);
  await vi.waitFor(() => expect(heard.whys[0]).toMatch(said), patience);
  expect(socket.stops).toBe(1);
});

test('without the library its name is told', async () => {
  const heard = new Heard();
  const stop = new AbortController();
  const run = bluetoothPort({ name: 'own', adapter: 'hci0' }, surroundings()).run(heard, stop.signal);
  await vi.waitFor(() => expect(heard.whys[0]).toContain('npm install @stoprocent/bluetooth-hci-socket'), patience);
  stop.abort();
  await run;
});
