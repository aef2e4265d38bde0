import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { expect, onTestFinished, vi } from 'vitest';
import { messageReader } from '../../../../gateway/intake/message-reader.ts';
import { type MqttSettings, mqttPort } from '../../../../gateway/ports/mqtt/mqtt.ts';
import { level } from '../../buffer/buffer-rig.ts';
import { IntakeRig } from '../../intake/intake-rig.ts';
import { freePort } from '../../net/free-port.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { patience, surroundings } from '../heard.ts';

export const topic = 'sensors/gauge-01';

export const until = (condition: () => void) => vi.waitFor(condition, patience);

export const defaults = {
  name: 'mqtt',
  maxClients: 3,
  maxMessageBytes: 1_000,
  protocol: '3.1.1',
  keepsSession: true,
  user: [],
} as const satisfies Partial<MqttSettings>;

/** An MQTT port before a real buffer whose commits wait for the test's clock. */
export async function running(
  settings: Partial<MqttSettings> = {},
  { topics = [topic], gateway = 'gateway-01', meet = false } = {},
) {
  const rig = new IntakeRig();
  const listen = `127.0.0.1:${await freePort()}`;
  const activity = rig.activity.addPort('mqtt', listen);
  const decode = (frame: Uint8Array) => ({ readings: [level(Number(Buffer.from(frame).toString()))] });
  const decoders = new Map(topics.map((each) => [each, { decoder: { decode }, ownTime: false }] as const));
  const { clock, intake } = rig;
  const deviceAt = (topic: string) => decoders.get(meet ? (topics[0] ?? '') : topic);
  const receiver = messageReader({ name: 'mqtt', deviceAt, activity, intake, clock, log: rig.rig.log });
  const stopping = new AbortController();
  const around = { ...surroundings(), gateway };
  const run = mqttPort({ ...defaults, user: [], listen, ...settings }, around).run(topics, receiver, stopping.signal);
  const stop = async () => {
    stopping.abort();
    await run;
  };
  onTestFinished(stop);
  return {
    rig,
    activity,
    around,
    url: `mqtt://${listen}`,
    stop,
    opened: () => until(() => expect(activity.state).toBe('open')),
  };
}

export async function client(url: string, options: Parameters<typeof connectAsync>[1] = {}): Promise<MqttClient> {
  const connected = await connectAsync(url, { reconnectPeriod: 0, ...options }, false);
  onTestFinished(() => {
    connected.end(true);
  });
  return connected;
}

/** An MQTT client that writes each byte itself. */
export async function rawClient(url: string, ...packets: readonly Uint8Array[]) {
  const socket = createConnection({ host: '127.0.0.1', port: Number(url.split(':')[2]) });
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, 'connect');
  let answer = '';
  let isClosed = false;
  socket.on('data', (bytes) => {
    answer += bytes.toString('hex');
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    isClosed = true;
  });
  for (const packet of packets) socket.write(packet);
  return {
    send: (packet: Uint8Array) => socket.write(packet),
    destroy: () => socket.destroy(),
    /** All that has been answered, in hexadecimal. */
    answered: (hex: string) => until(() => expect(answer).toContain(hex)),
    closed: () => until(() => expect(isClosed).toBe(true)),
  };
}

/** Packets as MQTT 3.1.1 (OASIS) draws them, of less than 128 bytes. */
export const packet = {
  connect: (clientId: string, { clean = true, level = 4 } = {}) =>
    packetOf(0x10, [
      ...string('MQTT'),
      level,
      clean ? 2 : 0,
      ...[0, 60],
      ...(level === 5 ? [0] : []), // no properties
      ...string(clientId),
    ]),
  subscribe: (id: number, filter: string) => packetOf(0x82, [0, id, ...string(filter), 0]),
  publish: (id: number, topic: string, payload: string, { dup = false } = {}) =>
    packetOf(dup ? 0x3c : 0x34, [...string(topic), 0, id, ...Buffer.from(payload)]),
  release: (id: number) => packetOf(0x62, [0, id]),
};

function packetOf(head: number, body: readonly number[]): Uint8Array {
  return Uint8Array.from([head, body.length, ...body]);
}

function string(text: string): number[] {
  return [0, text.length, ...Buffer.from(text)];
}

/** A real Mosquitto on a free port; it forgets everything when it ends. */
export async function openMosquitto(): Promise<string> {
  const port = await freePort();
  const file = join(temporaryFolder(), 'mosquitto.conf');
  writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
  const broker: ChildProcess = spawn('mosquitto', ['-c', file], { stdio: 'ignore' });
  onTestFinished(async () => {
    if (broker.kill()) await once(broker, 'exit');
  });
  const url = `mqtt://127.0.0.1:${port}`;
  await vi.waitFor(async () => (await connectAsync(url, { reconnectPeriod: 0 }, false)).end(), patience);
  return url;
}
