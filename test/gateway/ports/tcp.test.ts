import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { tcpPort } from '../../../gateway/ports/tcp.ts';
import { openTcp } from '../../../simulators/wires/tcp-wire.ts';
import type { Wire } from '../../../simulators/wires/wire.ts';
import { freePort } from '../net/free-port.ts';
import { Heard, surroundings } from './heard.ts';

async function serve(port?: number): Promise<Wire> {
  const wire = await openTcp(port === undefined ? {} : { port });
  onTestFinished(() => wire.close());
  return wire;
}

function portTo(path: string) {
  return tcpPort({ name: 'river', address: new URL(path).host }, surroundings());
}

const bytes = (text: string) => Buffer.from(text, 'latin1');

test('bytes come in and go out', async () => {
  const wire = await serve();
  let asked = '';
  wire.onBytes((chunk) => {
    asked += Buffer.from(chunk).toString('latin1');
  });
  const heard = new Heard();
  const port = portTo(wire.path);
  expect(port.path).toBe(wire.path);
  heard.listenTo(port);
  await heard.until(() => expect(wire.write(bytes('R1234\r'))).toBe(true));
  await heard.until(() => expect(heard.text).toBe('R1234\r'));
  await port.write(bytes('\x01\x03\xff'));
  await heard.until(() => expect(asked).toBe('\x01\x03\xff'));
});

test('a serial server that restarts is connected to again', async () => {
  const wire = await serve();
  const heard = new Heard();
  heard.listenTo(portTo(wire.path));
  await heard.until(() => expect(wire.write(bytes('1'))).toBe(true));
  await heard.until(() => expect(heard.text).toBe('1'));
  wire.unplug();
  await heard.until(() => expect(heard.whys.length).toBeGreaterThan(0));
  await wire.replug();
  await heard.until(() => expect(wire.write(bytes('2'))).toBe(true));
  await heard.until(() => expect(heard.text).toBe('12'));
  expect(heard.opens).toBe(2);
});

test('a serial server that is not up yet is connected to when it is', async () => {
  const number = await freePort();
  const heard = new Heard();
  heard.listenTo(portTo(`tcp://127.0.0.1:${number}`));
  await heard.until(() => expect(heard.whys[0]).toContain('ECONNREFUSED'));
  const wire = await serve(number);
  await heard.until(() => expect(wire.write(bytes('up'))).toBe(true));
  await heard.until(() => expect(heard.text).toBe('up'));
});

test('a port that its device wants opened again hangs up and calls again, and says why', async () => {
  const wire = await serve();
  const heard = new Heard();
  const port = portTo(wire.path);
  port.reopen?.(); // not open yet: nothing to close
  heard.listenTo(port);
  await heard.until(() => expect(wire.write(bytes('1'))).toBe(true));
  await heard.until(() => expect(heard.text).toBe('1'));
  port.reopen?.();
  await heard.until(() => expect(heard.whys).toEqual(['it is opened again because its device asked for that']));
  await heard.until(() => expect(heard.opens).toBe(2));
  await heard.until(() => expect(wire.write(bytes('2'))).toBe(true));
  await heard.until(() => expect(heard.text).toBe('12'));
});

test('a port that is stopped hangs up, and what is written then is dropped', async () => {
  const wire = await serve();
  const heard = new Heard();
  const port = portTo(wire.path);
  const stop = heard.listenTo(port);
  await heard.until(() => expect(wire.write(bytes('x'))).toBe(true));
  await stop();
  await heard.until(() => expect(wire.write(bytes('x'))).toBe(false));
  await expect(port.write(bytes('x'))).resolves.toBeUndefined();
  expect(heard.whys).toEqual([]);
});

/** A server that does to each connection what it is told; gives its address, and how many there were. */
async function serverThat(does: (socket: Socket) => void) {
  const server = createServer((socket) => {
    served.connections++;
    socket.on('error', () => {});
    does(socket);
  });
  const served = { connections: 0, path: '' };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  served.path = `tcp://127.0.0.1:${address === null || typeof address === 'string' ? 0 : address.port}`;
  return served;
}

/** A receiver that asks first. */
class Asking extends Heard {
  readonly asksFirst = true;
  idles = 0;

  idle(): void {
    this.idles++;
  }
}

test('a unit that closes an idle connection is connected to when it is asked again, and nothing is said', async () => {
  const unit = await serverThat((socket) => {
    socket.once('data', () => {
      socket.write('answer');
      setTimeout(() => socket.end(), 20);
    });
  });
  const heard = new Asking();
  const port = portTo(unit.path);
  heard.listenTo(port);
  for (let n = 1; n <= 3; n++) {
    await heard.until(() => expect(heard.opens).toBe(n));
    await port.write(bytes('ask'));
    await heard.until(() => expect(heard.idles).toBe(n));
    expect(unit.connections).toBe(n); // and not again by itself
    await port.write(bytes('open'));
  }
  await heard.until(() => expect(heard.opens).toBe(4));
  expect(heard.text).toBe('answer'.repeat(3));
  expect(heard.whys).toEqual([]);
});

test('one that closes with a question open is connected to at once if it had answered before, else it is closed', async () => {
  const unit = await serverThat((socket) => {
    if (unit.connections > 1) return void socket.once('data', () => socket.end());
    socket.once('data', () => {
      socket.write('answer');
      socket.once('data', () => socket.end());
    });
  });
  const heard = new Asking();
  const port = portTo(unit.path);
  heard.listenTo(port);
  await heard.until(() => expect(heard.opens).toBe(1));
  await port.write(bytes('1'));
  await heard.until(() => expect(heard.text).toBe('answer'));
  await port.write(bytes('2'));
  await heard.until(() => expect(heard.opens).toBe(2));
  expect(heard).toMatchObject({ idles: 1, whys: [] });
  await port.write(bytes('2'));
  await heard.until(() => expect(heard.whys).toEqual(['the serial server closed the connection']));
});

test('a port that is idle can be stopped', async () => {
  const unit = await serverThat((socket) => socket.end());
  const heard = new Asking();
  const stop = heard.listenTo(portTo(unit.path));
  await heard.until(() => expect(heard.idles).toBe(1));
  await stop();
});
