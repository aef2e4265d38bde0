/** The far end of every type of port, played by simulators with code of their own, for the contract in ports.test.ts. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createWebServer } from 'node:http';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { onTestFinished, vi } from 'vitest';
import WebSocket from 'ws';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import { uploadBytes } from '../../shared/enrolment/upload.ts';
import { encodePaddedBatch } from '../../shared/feed/batch.ts';
import type { Reading } from '../../shared/reading.ts';
import { openBasicsStation } from '../../simulators/lorawan/basics-station.ts';
import { openPacketForwarder } from '../../simulators/lorawan/packet-forwarder.ts';
import { Random } from '../../simulators/random.ts';
import { openPty } from '../../simulators/wires/pty-wire.ts';
import { openTcp } from '../../simulators/wires/tcp-wire.ts';
import type { Wire } from '../../simulators/wires/wire.ts';
import { AT, levels } from '../gateway/buffer/buffer-rig.ts';
import { Broker } from '../gateway/net/broker.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { isPostgresMissing, startPostgres } from '../postgres/postgres.ts';
import { batch, close, postgresPlace, sessionAt } from './archive-rig.ts';

/** What a port is connected to. It is away when it is made. */
export interface FarEnd {
  /** As a configuration has them, in camelCase. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** It is there from now on: the port can open. */
  come(): Promise<void>;
  /** It goes, while the port is open; absent for a port that others connect to. */
  leave?(): Promise<void>;
  /** Makes the port hand over something that holds `number`; called when it is open. */
  send(number: number): Promise<void>;
  /** More, at once or from more senders, than the port's bound allows. */
  flood(): Promise<void>;
}

export interface PortSample {
  readonly type: string;
  readonly title: string;
  /** The port connects to the far end, which may leave; otherwise others connect to the port. */
  readonly connects: boolean;
  open(): Promise<FarEnd>;
}

const noise = Buffer.alloc(256 * 1024, 0x55);
const until = (condition: () => void) => vi.waitFor(condition, { timeout: 15_000, interval: 5 });

/** A number of four bytes within a frame that needs not be a real one. */
function frameOf(number: number): Uint8Array {
  const frame = Buffer.alloc(24, 0);
  frame[0] = 0x40; // unconfirmed data up (TS001-1.0.4 §4.2)
  frame.writeUInt32LE(number, 9);
  return frame;
}

export const PORT_SAMPLES: readonly PortSample[] = [
  { type: 'serial', title: 'serial', connects: true, open: serialLine },
  { type: 'tcp', title: 'tcp', connects: true, open: tcpLine },
  { type: 'tcp-listen', title: 'tcp-listen', connects: true, open: diallingDevice },
  { type: 'udp', title: 'udp', connects: false, open: datagrams },
  { type: 'mqtt', title: 'mqtt, the embedded broker', connects: false, open: ownBroker },
  { type: 'mqtt', title: 'mqtt, an existing broker', connects: true, open: () => otherBroker('mqtt') },
  { type: 'chirpstack', title: 'chirpstack', connects: true, open: () => otherBroker('chirpstack') },
  { type: 'lorawan-udp', title: 'lorawan-udp', connects: false, open: packetForwarder },
  { type: 'basics-station', title: 'basics-station', connects: false, open: basicsStation },
  { type: 'feed', title: 'feed, the embedded broker', connects: false, open: ownHub },
  { type: 'feed', title: 'feed, an existing broker', connects: true, open: () => otherBroker('feed') },
  { type: 'feed', title: 'feed, over HTTP', connects: false, open: httpHub },
  { type: 'volunteers', title: 'volunteers', connects: false, open: phones },
  ...(isPostgresMissing ? [] : [{ type: 'archive', title: 'archive', connects: true, open: followedArchive }]),
  { type: 'web', title: 'web', connects: true, open: webPage },
];

async function serialLine(): Promise<FarEnd> {
  const path = join(temporaryFolder(), 'sensor');
  let wire: Wire | undefined;
  const farEnd = lineEnd({ type: 'serial', path }, () => wire);
  return {
    ...farEnd,
    async come() {
      if (wire !== undefined) return wire.replug();
      wire = await openPty({ link: path });
      onTestFinished(() => wire?.close());
    },
  };
}

async function tcpLine(): Promise<FarEnd> {
  const port = await freePort();
  let wire: Wire | undefined;
  const farEnd = lineEnd({ type: 'tcp', address: `127.0.0.1:${port}` }, () => wire);
  return {
    ...farEnd,
    async come() {
      if (wire !== undefined) return wire.replug();
      wire = await openTcp({ port });
      onTestFinished(() => wire?.close());
    },
  };
}

function lineEnd(settings: FarEnd['settings'], wire: () => Wire | undefined): Omit<FarEnd, 'come'> {
  const write = (bytes: Uint8Array) =>
    until(() => {
      if (wire()?.write(bytes) !== true) throw new Error('nobody has the line open');
    });
  return {
    settings,
    leave: async () => wire()?.unplug(),
    send: (number) => write(Buffer.from(`<${number}>`)),
    flood: () => write(noise.subarray(0, 2_048)), // a terminal takes no more at once
  };
}

/** An address on which something else listens until `come`. */
async function takenAddress(): Promise<{ readonly port: number; free(): Promise<void> }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  const free = async () => {
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  };
  onTestFinished(free);
  return { port, free };
}

/** A DTU that dials in, and again while it is switched on. */
async function diallingDevice(): Promise<FarEnd> {
  const { port, free } = await takenAddress();
  let socket: Socket | undefined;
  let isOn = false;
  const dial = () => {
    const calling = createConnection({ host: '127.0.0.1', port });
    calling.on('error', () => {});
    calling.on('connect', () => {
      calling.write('869487060000001\r\n');
      socket = calling;
    });
    calling.on('close', () => {
      if (socket === calling) socket = undefined;
      if (isOn) setTimeout(dial, 20);
    });
    calling.resume();
    onTestFinished(() => {
      isOn = false;
      calling.destroy();
    });
  };
  return {
    settings: { type: 'tcp-listen', listen: `127.0.0.1:${port}`, identification: '869487060000001' },
    async come() {
      await free();
      isOn = true;
      dial();
    },
    async leave() {
      isOn = false;
      socket?.destroy();
    },
    async send(number) {
      await until(() => {
        if (socket === undefined) throw new Error('it has not got through');
      });
      socket?.write(`<${number}>`);
    },
    flood: async () => void socket?.write(noise),
  };
}

async function datagrams(): Promise<FarEnd> {
  const taken = createSocket('udp4');
  taken.bind(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address();
  const sender = createSocket('udp4');
  onTestFinished(() => void sender.close());
  const send = (bytes: Uint8Array) =>
    new Promise<void>((resolve) => sender.send(bytes, port, '127.0.0.1', () => resolve()));
  return {
    settings: { type: 'udp', listen: `127.0.0.1:${port}`, trustLocal: true },
    come: () => new Promise<void>((resolve) => taken.close(() => resolve())),
    send: (number) => send(Buffer.from(`<${number}>`)),
    flood: () => send(noise.subarray(0, 60_000)),
  };
}

function ownBroker(): Promise<FarEnd> {
  return clientsOf('mqtt', 'sensors/1');
}

function ownHub(): Promise<FarEnd> {
  return clientsOf('feed', 'machimori/v1/kakogawa/gateway-01/batch');
}

async function clientsOf(type: string, topic: string): Promise<FarEnd> {
  const { port, free } = await takenAddress();
  const url = `mqtt://127.0.0.1:${port}`;
  const client = async () => {
    const login = type === 'feed' ? { username: 'kakogawa/gateway-01', password: 'secret' } : {};
    const connected = await connectAsync(url, { reconnectPeriod: 0, ...login }, false);
    onTestFinished(() => {
      connected.end(true);
    });
    return connected;
  };
  return {
    settings: { type, listen: `127.0.0.1:${port}`, maxClients: 3 },
    come: free,
    async send(number) {
      const device = await client();
      await device.publishAsync(topic, `<${number}>`, { qos: 1 });
      await device.endAsync();
    },
    async flood() {
      const sockets = await Promise.allSettled(Array.from({ length: 12 }, client));
      for (const { value } of sockets.filter((each) => each.status === 'fulfilled')) value.end(true);
    },
  };
}

async function httpHub(): Promise<FarEnd> {
  const { port, free } = await takenAddress();
  const post = (body: Uint8Array | string) =>
    fetch(`http://127.0.0.1:${port}/v1/kakogawa/gateway-01/batch`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('kakogawa/gateway-01:secret')}`, connection: 'close' },
      body,
    });
  return {
    settings: { type: 'feed', httpListen: `127.0.0.1:${port}`, maxMessageBytes: '64kB' },
    come: free,
    async send(number) {
      await post(`<${number}>`);
    },
    async flood() {
      await Promise.allSettled(Array.from({ length: 8 }, () => post(noise)));
    },
  };
}

async function phones(): Promise<FarEnd> {
  const { port, free } = await takenAddress();
  const post = (body: Uint8Array) =>
    fetch(`http://127.0.0.1:${port}/v1/sightings`, { method: 'POST', headers: { connection: 'close' }, body });
  const name = { gateway: 'phone-00112233445566778899aabbccddeeff', epoch: '00112233445566aa', number: 1 };
  const about = { lane: 'routine', count: 1, encoding: 'columns', compression: 'none' } as const;
  return {
    settings: { type: 'volunteers', listen: `127.0.0.1:${port}` },
    come: free,
    async send(number) {
      await post(encodePaddedBatch({ ...name, ...about }, Buffer.from(`<${number}>`), uploadBytes));
    },
    async flood() {
      await Promise.allSettled(Array.from({ length: 8 }, () => post(noise)));
    },
  };
}

const TOPICS = {
  mqtt: 'sensors/1',
  chirpstack: 'application/a/device/70b3d57ed0001a2b/event/up',
  feed: 'machimori/v1/kakogawa/gateway-01/batch',
};

async function otherBroker(type: keyof typeof TOPICS): Promise<FarEnd> {
  const port = await freePort();
  const topic = TOPICS[type];
  let broker: Broker | undefined;
  const send = async (number: number) => {
    await until(() => {
      if (broker?.connections !== 1) throw new Error('the port is not connected');
    });
    broker?.publish(topic, Buffer.from(JSON.stringify({ fCnt: number, data: `<${number}>` })));
  };
  return {
    settings: { type, url: `mqtt://127.0.0.1:${port}` },
    async come() {
      broker = await Broker.open({ port });
    },
    leave: async () => broker?.close(),
    send,
    async flood() {
      broker?.publish(topic, noise);
    },
  };
}

/** An archive that a worker writes. */
async function followedArchive(): Promise<FarEnd> {
  const postgres = await startPostgres();
  onTestFinished(() => postgres.remove());
  const place = postgresPlace(postgres);
  await close(await sessionAt(place, { settings: { relayed: true } }));
  await postgres.stop();
  let sent = 0;
  const store = async (...readings: readonly Reading[]) => {
    const session = await sessionAt(place);
    await session.send(batch(readings, { number: ++sent, gateway: 'gateway-02' }));
    await close(session);
  };
  return {
    settings: { type: 'archive', ...place.settings, everyMs: '100ms', from: 'beginning' },
    come: () => postgres.start(),
    leave: () => postgres.stop(),
    send: (number) =>
      store({ device: 'gauge-01', kind: 'measurement', observedAt: AT, values: { said: `<${number}>` } }),
    flood: () => store(...levels(1, 25_000)),
  };
}

/** A page that says one thing after another. */
async function webPage(): Promise<FarEnd> {
  const port = await freePort();
  const waiting: (string | Buffer)[] = [];
  let body: string | Buffer = 'nothing yet';
  const server = createWebServer((_, response) => {
    const isNew = waiting.length > 0;
    body = waiting.shift() ?? body;
    if (isNew || body === 'nothing yet') response.end(body);
    else response.writeHead(304).end();
  });
  const leave = async () => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  onTestFinished(leave);
  return {
    settings: { type: 'web', url: `http://127.0.0.1:${port}/levels`, everyMs: '1s', maxSizeBytes: '64kB' },
    async come() {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    leave,
    send: async (number) => void waiting.push(`<${number}>`),
    flood: async () => void waiting.push(noise),
  };
}

async function packetForwarder(): Promise<FarEnd> {
  const taken = createSocket('udp4');
  taken.bind(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address();
  const server = { host: '127.0.0.1', port };
  const forwarder = async (gatewayEui: string) => {
    const opened = await openPacketForwarder({
      gatewayEui,
      server,
      clock: new SystemClock('always'),
      random: new Random(1),
    });
    onTestFinished(() => opened.close());
    return opened;
  };
  let station: Awaited<ReturnType<typeof forwarder>> | undefined;
  return {
    settings: { type: 'lorawan-udp', listen: `127.0.0.1:${port}` },
    async come() {
      await new Promise<void>((resolve) => taken.close(() => resolve()));
    },
    async send(number) {
      station ??= await forwarder('aa555a0000000101');
      station.hear(heard(number));
    },
    /** Invented stations, more than the port knows. */
    async flood() {
      const socket = createSocket('udp4');
      for (let i = 0; i < 400; i++) {
        const eui = Buffer.alloc(8);
        eui.writeUInt32BE(i + 1, 4);
        socket.send(Buffer.concat([Buffer.from([2, 0, i & 0xff, 2]), eui]), port, '127.0.0.1');
      }
      await new Promise<void>((resolve) => socket.close(() => resolve()));
    },
  };
}

async function basicsStation(): Promise<FarEnd> {
  const { port, free } = await takenAddress();
  const url = `ws://127.0.0.1:${port}`;
  let station: ReturnType<typeof openBasicsStation> | undefined;
  return {
    settings: { type: 'basics-station', listen: `127.0.0.1:${port}` },
    come: free,
    async send(number) {
      if (station === undefined) {
        station = openBasicsStation({
          gatewayEui: 'aa555a0000000101',
          url,
          clock: new SystemClock('always'),
          random: new Random(1),
          retryMs: 50,
        });
        const opened = station;
        onTestFinished(() => opened.close());
      }
      await until(() => {
        if (station?.isConnected !== true) throw new Error('the station is not connected');
      });
      station.hear(heard(number));
    },
    /** A message larger than any. */
    async flood() {
      const socket = new WebSocket(`${url}/router-aa555a0000000199`);
      await once(socket, 'open');
      socket.send('x'.repeat(100_000));
      await once(socket, 'close');
    },
  };
}

function heard(number: number) {
  return {
    phyPayload: frameOf(number),
    frequencyHz: 923_200_000,
    spreadingFactor: 10,
    bandwidthKhz: 125,
    dataRate: 2,
    channel: 0,
    endedAtMs: performance.now(),
    rssi: -80,
    snr: 5,
  };
}
