import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { FaultBoard } from '../../../simulators/fault-board.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { DIAL_IN_FAULTS, type DialInOptions, openDialIn } from '../../../simulators/wires/dial-in-wire.ts';
import { boardWith } from '../boards.ts';

const patience = { timeout: 10_000, interval: 5 };
const bytes = (text: string) => Buffer.from(text, 'latin1');

/** Where a gateway listens: every call that has come, and what was said in it. */
async function switchboard() {
  const calls: { readonly socket: Socket; text: string }[] = [];
  const server = createServer((socket) => {
    const call = { socket, text: '' };
    calls.push(call);
    socket.on('data', (chunk) => {
      call.text += chunk.toString('latin1');
    });
    socket.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const hangUp = () => {
    for (const { socket } of calls) socket.destroy();
  };
  onTestFinished(() => {
    server.close();
    hangUp();
  });
  return { calls, port, server, hangUp };
}

async function dialled(options: Partial<DialInOptions> = {}) {
  const board = await switchboard();
  const clock = new VirtualClock();
  const faults = options.faults ?? new FaultBoard(DIAL_IN_FAULTS);
  const own = { host: '127.0.0.1', port: board.port, clock, registration: 'IMEI-1\r\n', faults };
  const wire = openDialIn({ ...own, ...options });
  onTestFinished(() => wire.close());
  await vi.waitFor(() => expect(board.calls).toHaveLength(1), patience);
  /** It has dialled so often. */
  const calls = (count: number) =>
    vi.waitFor(async () => {
      await clock.advance(5_000);
      expect(board.calls).toHaveLength(count);
    }, patience);
  return { ...board, clock, wire, faults, called: calls };
}

test('it says who it is, then what its line says, and hears what the gateway writes', async () => {
  const { calls, wire } = await dialled();
  let asked = '';
  wire.onBytes((chunk) => {
    asked += Buffer.from(chunk).toString('latin1');
  });
  await vi.waitFor(() => expect(wire.write(bytes('R1234\r'))).toBe(true), patience);
  await vi.waitFor(() => expect(calls[0]?.text).toBe('IMEI-1\r\nR1234\r'), patience);
  calls[0]?.socket.write('?');
  await vi.waitFor(() => expect(asked).toBe('?'), patience);
});

test('it dials again when the gateway hangs up, and what it sends meanwhile is lost', async () => {
  const { calls, wire, hangUp, called } = await dialled();
  await vi.waitFor(() => expect(calls[0]?.text).toBe('IMEI-1\r\n'), patience);
  hangUp();
  await vi.waitFor(() => expect(wire.write(bytes('lost'))).toBe(false), patience);
  await called(2);
  await vi.waitFor(() => expect(calls[1]?.text).toBe('IMEI-1\r\n'), patience);
});

test('with another address it dials in while its former connection stays behind', async () => {
  const { calls, wire, faults, called } = await dialled();
  await vi.waitFor(() => expect(wire.write(bytes('a'))).toBe(true), patience);
  faults.strike('address-change');
  expect(wire.write(bytes('b'))).toBe(false);
  await called(2);
  await vi.waitFor(() => expect(wire.write(bytes('c'))).toBe(true), patience);
  await vi.waitFor(() => expect(calls.map(({ text }) => text)).toEqual(['IMEI-1\r\na', 'IMEI-1\r\nc']), patience);
  expect(calls.map(({ socket }) => socket.remoteAddress)).toEqual(['127.0.0.1', '127.0.0.2']);
  expect(calls[0]?.socket.destroyed).toBe(false);
});

test('its heartbeat comes at its pace, and not while it is told to send none', async () => {
  const { calls, clock, wire, faults } = await dialled({ heartbeat: { text: 'ping', everyMs: 1_000 } });
  await vi.waitFor(() => expect(wire.write(bytes('.'))).toBe(true), patience);
  await clock.advance(2_000);
  await vi.waitFor(() => expect(calls[0]?.text).toBe('IMEI-1\r\n.pingping'), patience);
  faults.strike('no-heartbeat');
  await clock.advance(3_000);
  wire.write(bytes('!'));
  await vi.waitFor(() => expect(calls[0]?.text).toBe('IMEI-1\r\n.pingping!'), patience);
});

test.each([
  ['wrong-registration', 'XIMEI-1\r\n.'],
  ['no-registration', '.'],
])('%s', async (name, said) => {
  const { calls, wire } = await dialled({ faults: boardWith(DIAL_IN_FAULTS, { [name]: {} }) });
  await vi.waitFor(() => expect(wire.write(bytes('.'))).toBe(true), patience);
  await vi.waitFor(() => expect(calls[0]?.text).toBe(said), patience);
});

test('without power it hangs up and dials no more, and dials when the power is back', async () => {
  const { calls, clock, wire, called } = await dialled();
  const [first] = calls;
  wire.unplug();
  await vi.waitFor(() => expect(first?.socket.destroyed).toBe(true), patience);
  await clock.advance(60_000);
  expect(calls).toHaveLength(1);
  await wire.replug();
  await called(2);
});
