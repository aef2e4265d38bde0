import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ReadingBuffer as Stored } from '../../../gateway/buffer/buffer.ts';
import { maxBodyBytes } from '../../../gateway/control/messages.ts';
import { serveControl } from '../../../gateway/control/server.ts';
import { controlSocketOf } from '../../../gateway/control/socket.ts';
import { Authority } from '../../../gateway/hub/authority.ts';
import { EnrolledGateways } from '../../../gateway/hub/enrolled-gateways.ts';
import { Register } from '../../../gateway/lorawan/register.ts';
import { openParcel } from '../../../shared/feed/parcel.ts';
import { collect } from '../../shared/feed/pieces.ts';
import { BufferRig, levels, numberOf, stored, takeAll } from '../buffer/buffer-rig.ts';
import { lorawanConfig } from '../lorawan/lorawan-config.ts';

const until = (condition: () => void) => vi.waitFor(condition, { timeout: 15_000, interval: 5 });

const RECEIPT = { gateway: 'gateway-01', epoch: '0123456789abcdef', number: 1, outcome: 'stored', refused: [] };

/** The control socket of a buffer in a folder of its own. */
class ControlRig {
  readonly rig = new BufferRig();
  readonly buffer: Stored = this.rig.open();
  readonly directory: string;
  readonly socket: string;
  readonly stop = new AbortController();
  readonly done: Promise<void>;

  constructor(directory?: string) {
    this.directory = directory ?? this.rig.folder;
    this.socket = controlSocketOf(this.directory);
    const sources = {
      gateway: 'gateway-01',
      tenant: 'kakogawa',
      buffer: this.buffer,
      clock: this.rig.clock,
      register: Register.open(lorawanConfig(this.rig.folder)),
      hub: {
        enrolled: EnrolledGateways.open(this.rig.folder),
        authority: new Authority(join(this.rig.folder, 'authority'), 'hub'),
      },
    };
    this.done = serveControl(this.directory, sources, this.rig.log, this.stop.signal);
    onTestFinished(async () => {
      this.stop.abort();
      await this.done;
    });
  }

  static async open(directory?: string): Promise<ControlRig> {
    const control = new ControlRig(directory);
    await until(() => expect(statSync(control.socket).mode & 0o777).toBe(0o600));
    return control;
  }

  async ask(action: string, body: string, method = 'POST') {
    const asking = request({ socketPath: this.socket, path: `/${action}`, method, agent: false });
    asking.on('error', () => {}); // after the answer; before it, `once` rejects
    asking.end(body);
    const [response] = await once(asking, 'response');
    const pieces: Uint8Array[] = [];
    for await (const piece of response) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    return { status: response.statusCode as number, bytes, text: bytes.toString('utf8') };
  }
}

test('the socket is for its owner alone, and goes with the gateway', async () => {
  const control = await ControlRig.open();
  expect(statSync(control.socket).isSocket()).toBe(true);
  control.stop.abort();
  await control.done;
  expect(existsSync(control.socket)).toBe(false);
});

test('what waits is answered as a parcel, with what was still open', async () => {
  const control = await ControlRig.open();
  await control.rig.put(control.buffer, levels(1, 25));
  const { status, bytes } = await control.ask('export', '{"destination":"city"}');
  expect(status).toBe(200);
  const parcel = await openParcel([bytes], 'the answer');
  expect(parcel.head).toMatchObject({ gateway: 'gateway-01', tenant: 'kakogawa' });
  expect((await collect(parcel.messages)).map(({ kind }) => kind)).toEqual(['batch', 'batch', 'batch']);
  expect(takeAll(control.buffer).map(numberOf)).toEqual([1, 2, 3]);
});

test('receipts settle what waits', async () => {
  const control = await ControlRig.open();
  await control.rig.put(control.buffer, levels(1, 20));
  const receipts = [...control.buffer.waiting('city')].map((outgoing) => stored(outgoing));
  const answer = await control.ask('settle', JSON.stringify({ receipts }));
  expect(JSON.parse(answer.text)).toEqual({ settled: 2, gone: 0, foreign: 0 });
  expect(takeAll(control.buffer)).toEqual([]);
});

test.each([
  ['an unknown action', 'format-disk', '{}', /no action "format-disk"/],
  ['a name of every object', 'constructor', '{}', /no action "constructor"/],
  ['no JSON', 'export', '{', /not JSON/],
  ['no parameters', 'export', 'null', /Expected Object/],
  ['a parameter too many', 'drop-refused', '{"everything":true}', /everything/],
  ['numbers that are none', 'drop-refused', '{"ids":["1"]}', /Expected number/],
  ['too many receipts', 'settle', JSON.stringify({ receipts: Array(201).fill(RECEIPT) }), /Invalid length/],
  ['an unknown destination', 'export', '{"destination":"moon"}', /There are: city/],
  ['a body that is too long', 'settle', ' '.repeat(maxBodyBytes + 1), /longer than/],
])('%s is refused with a reason, and the gateway goes on', async (_, action, body, says) => {
  const control = await ControlRig.open();
  const answer = await control.ask(action, body);
  expect(answer.status).toBe(400);
  const { what, hint } = JSON.parse(answer.text);
  expect(`${what.en}. ${hint.en}`).toMatch(says);
  expect(what.ja + hint.ja).toMatch(/[ぁ-ん]/);
  expect((await control.ask('list-refused', '{}')).status).toBe(200);
});

test('what is no POST changes nothing', async () => {
  const control = await ControlRig.open();
  expect(await control.ask('drop-refused', '', 'GET')).toMatchObject({ status: 400 });
});

test('a ninth connection is turned away, and there is room again when one ends', async () => {
  const control = await ControlRig.open();
  const open = async () => {
    const socket = connect(control.socket);
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  };
  const held: Socket[] = [];
  for (let i = 0; i < 8; i++) held.push(await open());
  const ninth = await open();
  await once(ninth, 'close');
  for (const socket of held) socket.destroy();
  await vi.waitFor(async () => expect((await control.ask('list-refused', '{}')).status).toBe(200), { timeout: 15_000 });
});

test('a command that goes away while it is answered leaves the gateway as it was', async () => {
  const control = await ControlRig.open();
  for (let n = 0; n < 200; n++) await control.rig.put(control.buffer, levels(n * 100, n * 100 + 99));
  const asking = request({ socketPath: control.socket, path: '/export', method: 'POST', agent: false });
  asking.on('error', () => {});
  asking.end('{"destination":"city"}');
  const [response] = await once(asking, 'response');
  response.destroy();
  await until(() => expect(control.rig.log.at('warn')).toHaveLength(1));
  expect((await control.ask('list-refused', '{}')).status).toBe(200);
});

test('a socket that a killed process has left is replaced', async () => {
  const rig = new BufferRig();
  const path = controlSocketOf(rig.folder);
  const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => console.log('listens'))`;
  const killed = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(killed.stdout, 'data');
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  expect(existsSync(path)).toBe(true);
  const control = await ControlRig.open(rig.folder);
  expect((await control.ask('list-refused', '{}')).status).toBe(200);
});

test('a socket that answers is left to its owner, and the gateway goes on without', async () => {
  const rig = new BufferRig();
  const other = createServer().listen(controlSocketOf(rig.folder));
  await once(other, 'listening');
  const control = new ControlRig(rig.folder);
  await control.done;
  expect(control.rig.log.at('warn')).toMatchObject([{ fields: { path: control.socket } }]);
  const socket = connect(control.socket);
  await once(socket, 'connect');
  socket.destroy();
  other.close();
  await once(other, 'close');
});

test('a path that is too long for a socket is said clearly, and the gateway goes on without', async () => {
  const rig = new BufferRig();
  const directory = join(rig.folder, 'd'.repeat(107 - rig.folder.length));
  mkdirSync(directory);
  const control = new ControlRig(directory);
  await control.done;
  expect(control.rig.log.at('warn')).toMatchObject([
    { fields: { fault: expect.stringMatching(/has 1\d\d bytes, a socket's at most 107: shorten data-directory/) } },
  ]);
});

test('the status is answered as the gateway has it; without a gateway there is none', async () => {
  const control = await ControlRig.open();
  const answer = await control.ask('status', '{}');
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.text)).toMatchObject({ code: 'no-gateway', hint: { code: 'control.start-it' } });
});
