/**
 * The gateway: every stage wired once.
 *
 *   port ──bytes──▶ framer ──frames──▶ decoder ──step──▶ intake: policy ──▶ buffer ──batches──▶ forwarder ──▶ destination
 *   serial, tcp     └──────── link ────────┘   rubbish counted               │  ▲                               │
 *   mqtt ──────────── message link ───────┘    memory with the readings      │  └───────────receipts────────────┘
 *                                                                            ▼
 *   clock set (network time, GPS) ──────────────────────────▶ held readings get their time
 *   stations ──lorawan-udp, basics-station──▶ network server ──step──▶ intake      register (devices), codecs (payloads)
 *   ChirpStack ──chirpstack──▶ ChirpStack link ──step──▶ intake
 *   schedule (cron) ──▶ polls          activity ──▶ status, metrics          control socket ◀── commands
 */

import { setMaxListeners } from 'node:events';
import type { Surroundings } from '../devices/device-type.ts';
import { Buffer } from './buffer/buffer.ts';
import { CodecRunner } from './codecs/runner.ts';
import type { PortConfig, RadioPortConfig } from './config/port-settings.ts';
import type { Config, DestinationConfig, DeviceConfig } from './config/settings.ts';
import { cityOs } from './destinations/city-os/city-os.ts';
import { Forwarder } from './destinations/forwarder.ts';
import { Activity } from './intake/activity.ts';
import { DeviceTable } from './intake/device-table.ts';
import { Intake } from './intake/intake.ts';
import { messageLink } from './intake/message-reader.ts';
import { Link } from './intake/stream-reader.ts';
import { ChirpstackLink } from './lorawan/chirpstack-reader.ts';
import { followRegister } from './lorawan/follow-register.ts';
import { Network } from './lorawan/network.ts';
import { Register } from './lorawan/register.ts';
import type { Log } from './machine/log.ts';
import { RELEASED_AT } from './machine/release.ts';
import { onSchedule } from './machine/schedule.ts';
import { SystemClock } from './machine/system-clock.ts';
import { bufferOptionsOf } from './open-buffer.ts';
import { chirpstackPort } from './ports/chirpstack/chirpstack.ts';
import { type MqttSurroundings, runMqttPort } from './ports/mqtt.ts';
import { descriptions } from './routing/routes.ts';
import { serveStatus } from './status/server.ts';
import type { StatusSources } from './status/status.ts';
import { type GatewaySurroundings, type LineConfig, realSurroundings } from './surroundings.ts';

export interface GatewayOptions {
  readonly config: Config;
  readonly log: Log;
  readonly version: string;
  /** By default this machine, its lines and its network. */
  readonly surroundings?: GatewaySurroundings;
}

export interface Gateway {
  readonly sources: StatusSources;
  readonly buffer: Buffer;
  /** Stops the ports, commits what is pending, says goodbye. Never rejects. */
  stop(): Promise<void>;
  /** Stops the ports only, and resolves when what they had pending is in the buffer. */
  stopPorts(): Promise<void>;
}

/** Starts everything. Throws what `Buffer.open` throws; ports and destinations report their own troubles. */
export function startGateway({ config, log, version, surroundings = realSurroundings() }: GatewayOptions): Gateway {
  const clock = new SystemClock(config.clock.synchronised, surroundings.time);
  const register = Register.open(config);
  const devices = new DeviceTable(config, register.entries); // the buffer may seal what is of them when it is opened
  const buffer = Buffer.open(bufferOptionsOf(config, { clock, log, devices, ...surroundings }));
  const activity = new Activity();
  const intake = new Intake({
    buffer,
    activity,
    log,
    policies: { get: (id) => devices.get(id)?.policy },
    commitWithinMs: Math.min(config.buffer.commitWithin, config.buffer.batchAge), // a batch is no older than its age
    onGpsTime: (offsetMs) => clock.setFromGps(offsetMs),
  });
  const { random, connect, openLine, openRadio } = surroundings;
  const ports = new AbortController();
  const all = new AbortController();
  setMaxListeners(0, ports.signal, all.signal); // one for each port and destination, however many are configured
  const own = { clock, log, random, connect };
  const codecs = new CodecRunner({ clock, log });
  const network = new Network({ config, register, intake, clock, log, codecs, random });
  if (register.fault !== undefined) log.error(register.fault.message);
  followRegister(register, { devices, buffer, activity, network });
  const chirpstacks: ChirpstackLink[] = [];
  const lorawan = { network, register, chirpstacks };
  const wired = { config, activity, intake, openLine, openRadio, ...lorawan, surroundings: own, signal: ports.signal };
  const portsDone = Promise.all(config.ports.map((port) => runPort(port, wired)));
  const forwarders = config.destinations.map((destination) => {
    const epoch = () => buffer.stats().feeds[destination.name]?.epoch ?? '';
    const options = destinationOptions(destination, config, { epoch, version, devices });
    return new Forwarder({ destination: cityOs({ ...options, clock, log, connect }), buffer, clock, log, random });
  });
  const sources = {
    gateway: config.gateway.id,
    tenant: config.gateway.tenant,
    version,
    startedAt: clock.moment().wall,
    clock,
    activity,
    buffer,
    forwarders,
    ...lorawan,
    codecs,
  };
  const restDone = Promise.all([
    ...forwarders.map((forwarder) => forwarder.run(all.signal)),
    clock.watch(() => buffer.clockSet(), all.signal),
    surroundings.serveControl(config.gateway.dataDirectory, { ...sources, status: sources }, log, all.signal),
    ...(config.status.enabled ? [serveStatus(config.status.listen, sources, log, all.signal)] : []),
  ]);
  log.info('The gateway runs', {
    gateway: config.gateway.id,
    ports: config.ports.length,
    devices: devices.all.length,
    destinations: config.destinations.length,
  });
  const stopPorts = async () => {
    ports.abort();
    await portsDone;
    await network.idle();
    await codecs.close();
  };
  return {
    sources,
    buffer,
    stopPorts,
    async stop() {
      await stopPorts();
      all.abort();
      await restDone;
      buffer.close();
      log.info('The gateway has stopped', { gateway: config.gateway.id });
    },
  };
}

interface Wired {
  readonly config: Config;
  readonly activity: Activity;
  readonly intake: Intake;
  readonly openLine: GatewaySurroundings['openLine'];
  readonly openRadio: GatewaySurroundings['openRadio'];
  readonly network: Network;
  readonly register: Register;
  readonly chirpstacks: ChirpstackLink[];
  readonly surroundings: MqttSurroundings;
  readonly signal: AbortSignal;
}

function runPort(port: PortConfig, wired: Wired): Promise<void> {
  switch (port.type) {
    case 'mqtt':
      return runMessages(port, wired);
    case 'lorawan-udp':
    case 'basics-station':
      return runRadio(port, wired);
    case 'chirpstack':
      return runChirpstack(port, wired);
    default:
      return runLine(port, wired);
  }
}

/** A port to which LoRa gateways talk; its devices are those of the register. */
async function runRadio(settings: RadioPortConfig, wired: Wired): Promise<void> {
  const { surroundings, network, signal, config } = wired;
  const port = wired.openRadio(settings, config.lorawan, surroundings);
  await port.run(network.receiver(wired.activity.addPort(settings.name, port.path), signal), signal);
}

/** A ChirpStack; its devices are those of the register that say so. */
async function runChirpstack(settings: Extract<PortConfig, { type: 'chirpstack' }>, wired: Wired): Promise<void> {
  const { surroundings, network, register, intake, signal, config } = wired;
  const port = chirpstackPort(settings, config.gateway.id, surroundings);
  const link = new ChirpstackLink({
    port: settings.name,
    application: settings.application,
    register,
    intake,
    payloads: network.payloads,
    limits: network.limits,
    activity: wired.activity.addPort(settings.name, port.path),
    ...surroundings,
    notBefore: RELEASED_AT,
    meet: (stranger) => network.strangers.meet(stranger),
    publish: port.publish,
  });
  wired.chirpstacks.push(link);
  await port.run(link, signal);
}

/** A serial or TCP port with its devices, which are all of one type. */
async function runLine(settings: LineConfig, wired: Wired): Promise<void> {
  const { surroundings, intake, signal } = wired;
  const devices = devicesOn(settings.name, wired);
  const type = devices[0]?.deviceType;
  if (type === undefined) return;
  const port = wired.openLine(settings, surroundings);
  const configured = devices.map((device) => configuredDevice(device, intake));
  const place = surroundingsOf(port.transport);
  const link = new Link({
    name: settings.name,
    port,
    framer: type.framer(configured, place),
    decoder: type.decoder(configured, place),
    ownTime: devices.some(({ options }) => type.keepsOwnTime?.(options) === true),
    activity: wired.activity.addPort(settings.name, port.path),
    intake,
    clock: surroundings.clock,
    log: surroundings.log,
  });
  for (const { id, schedule } of devices) {
    if (schedule !== undefined) onSchedule(schedule, () => link.poll(id), signal);
  }
  await link.run(signal);
}

async function runMessages(settings: Extract<PortConfig, { type: 'mqtt' }>, wired: Wired): Promise<void> {
  const { surroundings, intake, signal } = wired;
  const decoders = new Map(
    devicesOn(settings.name, wired).map((device) => {
      const { deviceType, options, topic = '' } = device;
      const decoder = deviceType.decoder([configuredDevice(device, intake)], surroundingsOf('message'));
      return [topic, { decoder, ownTime: deviceType.keepsOwnTime?.(options) === true }] as const;
    }),
  );
  const activity = wired.activity.addPort(settings.name, settings.url ?? `mqtt://${settings.listen}`);
  const receiver = messageLink({ decoders, activity, intake, clock: surroundings.clock });
  await runMqttPort(settings, [...decoders.keys()], receiver, surroundings, signal);
}

function devicesOn(port: string, { config, activity }: Wired): readonly DeviceConfig[] {
  const devices = config.devices.filter((device) => device.port === port);
  for (const { id, type } of devices) activity.addDevice(id, type, port);
  return devices;
}

function configuredDevice({ id, options }: DeviceConfig, intake: Intake) {
  const remembered = intake.rememberedBy(id);
  return { id, options, ...(remembered !== undefined && { remembered }) };
}

function surroundingsOf(transport: Surroundings['transport']): Surroundings {
  return { transport, notBefore: RELEASED_AT };
}

function destinationOptions(
  destination: DestinationConfig,
  config: Config,
  { epoch, version, devices }: { epoch(): string; version: string; devices: DeviceTable },
) {
  const { name, acknowledge, window, windowSize, reconnectWithin, receiptTimeout, keepalive } = destination;
  return {
    name,
    gateway: config.gateway.id,
    tenant: destination.tenant ?? config.gateway.tenant,
    software: `machimori ${version}`,
    epoch,
    devices: descriptions(devices, destination, config),
    broker: { ...destination, keepaliveMs: keepalive },
    acknowledge,
    window,
    windowBytes: windowSize,
    reconnectWithinMs: reconnectWithin,
    receiptTimeoutMs: receiptTimeout,
  };
}
