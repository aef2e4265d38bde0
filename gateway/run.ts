/**
 * The gateway: every stage wired once, by the shape of what a port opens, never by its type.
 *
 *   stream ──bytes──▶ stream reader: framer ──frames──▶ decoder ─┐
 *   messages ──────▶ message reader: decoder by topic ───────────┤ step: readings, rubbish, memory
 *   radio ─receptions─▶ LoRaWAN network server ◀─ register ──────┤
 *   network server ──▶ ChirpStack reader ────────────────────────┤
 *                                                                ▼
 *                     intake: policy ──▶ buffer ──batches──▶ forwarder ──▶ destination
 *                                          ▲  └──────◀─────receipts────────────┘
 *   clock set (network time, GPS) ─────────┘  held readings get their time
 *
 *   schedule (cron) ──▶ polls       activity ──▶ status, metrics       control socket ◀── command line
 */
import { setMaxListeners } from 'node:events';
import type { Place } from '../devices/device-type.ts';
import type { Moment } from '../shared/clock.ts';
import { isoTime } from '../shared/reading.ts';
import { ReadingBuffer } from './buffer/buffer.ts';
import { CodecRunner } from './codecs/runner.ts';
import { isFamily } from './config/device-family.ts';
import type { Config, DeviceConfig } from './config/settings.ts';
import type { LorawanSources } from './control/lorawan-actions.ts';
import type { DestinationConfig } from './destinations/destination.ts';
import { Forwarder } from './destinations/forwarder.ts';
import { Activity, noteHeard } from './intake/activity.ts';
import { DeviceTable } from './intake/device-table.ts';
import { Families } from './intake/families.ts';
import { Intake } from './intake/intake.ts';
import { type MessageDevice, messageReader } from './intake/message-reader.ts';
import { portLog } from './intake/port-log.ts';
import { GpsClock } from './intake/set-clock.ts';
import { Silence } from './intake/silence.ts';
import { StreamReader } from './intake/stream-reader.ts';
import { ChirpstackReader } from './lorawan/chirpstack-reader.ts';
import { followRegister } from './lorawan/follow-register.ts';
import { Network } from './lorawan/network.ts';
import { Register } from './lorawan/register.ts';
import type { Log } from './machine/log.ts';
import { RELEASED_AT } from './machine/release.ts';
import { onSchedule } from './machine/schedule.ts';
import { SystemClock } from './machine/system-clock.ts';
import { DialIn } from './net/dial-in.ts';
import { bufferOptionsOf } from './open-buffer.ts';
import type { MessagePort, NetworkServerPort, PortConfig, PortSurroundings, StreamPort } from './ports/port.ts';
import type { RadioPort } from './ports/radio.ts';
import { descriptions } from './routing/routes.ts';
import { Credentials } from './status/credentials.ts';
import { problemsOf } from './status/problems.ts';
import { serveStatus } from './status/server.ts';
import type { StatusSources } from './status/sources.ts';
import { realSurroundings, type Surroundings } from './surroundings.ts';

export interface GatewayOptions {
  readonly config: Config;
  readonly log: Log;
  readonly version: string;
  /** By default this machine, its ports and its network. */
  readonly surroundings?: Surroundings;
}

export interface Gateway {
  readonly sources: StatusSources;
  readonly buffer: ReadingBuffer;
  /** Stops the ports, commits what is pending, says goodbye. Never rejects. */
  stop(): Promise<void>;
  /** Stops the ports only, and resolves when what they had pending is in the buffer. */
  stopPorts(): Promise<void>;
}

/** Starts everything. Throws what `ReadingBuffer.open` throws; ports and destinations report their own troubles. */
export function startGateway({ config, log, version, surroundings = realSurroundings() }: GatewayOptions): Gateway {
  const clock = new SystemClock(config.clock.synchronised, surroundings.time);
  const register = Register.open(config);
  const devices = new DeviceTable(config, register.entries); // opening the buffer may seal readings of these devices
  const buffer = ReadingBuffer.open(bufferOptionsOf(config, { clock, log, devices, ...surroundings }));
  buffer.enforceBounds();
  const activity = new Activity();
  const intake = new Intake({
    buffer,
    activity,
    log,
    policies: { get: (id) => devices.get(id)?.policy },
    heard: (device, at) => silence.heard(device, at),
    commitWithinMs: Math.min(config.buffer.commitWithinMs, config.buffer.batchAgeMs), // a batch is no older than its age
  });
  const families = new Families({ devices: config.devices, table: devices, intake, activity, clock });
  const silence = new Silence({ devices, intake, clock });
  const { random, connect, openPort } = surroundings;
  const { tenant } = config.gateway;
  const ports = new AbortController();
  const all = new AbortController();
  setMaxListeners(0, ports.signal, all.signal); // one for each port and destination, however many are configured
  const codecs = new CodecRunner({ clock, log });
  const network = new Network({ config, register, intake, clock, log, codecs, random });
  if (register.fault !== undefined) log.error(register.fault.message);
  followRegister(register, { devices, buffer, activity, network });
  const chirpstacks: ChirpstackReader[] = [];
  const lorawan = { network, register, chirpstacks };
  const wired: Wired = {
    config,
    activity,
    intake,
    families,
    heardByFrame: (heard, at) => {
      for (const { id } of heard) {
        silence.heard(id, at);
        noteHeard(activity, id);
      }
    },
    ...lorawan,
    openPort,
    around: {
      clock,
      log,
      random,
      connect,
      dialIn: new DialIn(clock),
      tenant,
      gateway: config.gateway.id,
      plan: config.lorawan,
    },
    gpsClock: new GpsClock((offsetMs) => clock.setFromGps(offsetMs)),
    signal: ports.signal,
  };
  const portsDone = Promise.all(config.ports.map((port) => runPort(port, wired)));
  const isOwn = ({ tenant }: DestinationConfig) => tenant === undefined || tenant === config.gateway.tenant;
  const open = (destination: DestinationConfig) =>
    destination.destinationType.open(destination.settings, {
      gateway: config.gateway.id,
      tenant: destination.tenant ?? config.gateway.tenant,
      software: `machimori ${version}`,
      epoch: () => buffer.stats().outboxes[destination.name]?.epoch ?? '',
      devices: descriptions(devices, destination, config),
      silent: () => silence.silentDevices(),
      problems: () => (isOwn(destination) ? problemsOf(sources) : []),
      clock,
      log,
      connect,
    });
  const forwarders = config.destinations.map(
    (destination) => new Forwarder({ destination: open(destination), buffer, clock, log, random }),
  );
  const sources: StatusSources & LorawanSources = {
    gateway: config.gateway.id,
    tenant: config.gateway.tenant,
    version,
    startedAt: clock.moment().wall,
    usage: surroundings.usage,
    credentials: new Credentials(config),
    clock,
    activity,
    intake,
    devices,
    silence,
    buffer,
    forwarders,
    ...lorawan,
    codecs,
  };
  let offsetMs = offsetOf(clock.moment());
  const clockSet = (newOffsetMs: number) => {
    log.info('The clock was set', { byS: (newOffsetMs - offsetMs) / 1000, now: isoTime(clock.moment().wall) });
    offsetMs = newOffsetMs;
    buffer.clockSet();
  };
  const restDone = Promise.all([
    ...forwarders.map((forwarder) => forwarder.run(all.signal)),
    clock.watch(clockSet, all.signal),
    silence.watch(ports.signal),
    network.downlinks.watch(ports.signal),
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

function offsetOf({ wall, monotonic }: Moment): number {
  return wall - monotonic;
}

/** What a port is wired to. */
interface Wired {
  readonly config: Config;
  readonly activity: Activity;
  readonly intake: Intake;
  readonly families: Families;
  readonly heardByFrame: (heard: readonly DeviceConfig[], at: number) => void;
  readonly network: Network;
  readonly register: Register;
  readonly chirpstacks: ChirpstackReader[];
  readonly openPort: Surroundings['openPort'];
  readonly around: PortSurroundings;
  readonly gpsClock: GpsClock;
  readonly signal: AbortSignal;
}

function runPort(config: PortConfig, wired: Wired): Promise<void> {
  const port = wired.openPort(config, wired.around);
  switch (port.shape) {
    case 'stream':
      return readStream(config, port, wired);
    case 'messages':
      return readMessages(config, port, wired);
    case 'radio':
      return hearStations(config, port, wired);
    case 'network-server':
      return followNetworkServer(config, port, wired);
  }
}

/** A stream with its devices, which are all of one type. */
async function readStream({ name }: PortConfig, port: StreamPort, wired: Wired): Promise<void> {
  const { around, intake, signal } = wired;
  const devices = devicesOn(name, wired);
  const type = devices[0]?.deviceType;
  if (type === undefined) return;
  const configured = devices.map((device) => configuredDevice(device, intake));
  const place = placeOf(port.transport);
  const reader = new StreamReader({
    name,
    port,
    framer: type.framer(configured, place),
    decoder: type.decoder(configured, place),
    ownTime: devices.some(({ options }) => type.keepsOwnTime?.(options) === true),
    asksFirst: type.asksFirst,
    setClock: type.setsClock && wired.gpsClock.receiver(),
    heard: type.isHeardByFrames && ((at) => wired.heardByFrame(devices, at)),
    activity: addPort(name, port, wired),
    intake,
    clock: around.clock,
    log: around.log,
  });
  for (const { id, schedule } of devices) {
    if (schedule !== undefined) void onSchedule(schedule, () => reader.poll(id), around, signal);
  }
  await reader.run(signal);
}

/** Messages, each of a device by its topic. */
async function readMessages({ name }: PortConfig, port: MessagePort, wired: Wired): Promise<void> {
  const { around, intake, families, gpsClock, signal } = wired;
  const deviceOf = (device: DeviceConfig): MessageDevice => {
    const { deviceType, options } = device;
    return {
      decoder: deviceType.decoder([configuredDevice(device, intake)], placeOf('message')),
      ownTime: deviceType.keepsOwnTime?.(options) === true,
      setClock: deviceType.setsClock && gpsClock.receiver(),
    };
  };
  const configured = new Map(devicesOn(name, wired).map((device) => [device.topic ?? '', deviceOf(device)]));
  const met = new WeakMap<DeviceConfig, MessageDevice>();
  const meet = (topic: string) => {
    const member = families.meet(name, topic);
    if (member === undefined || !('deviceType' in member)) return member;
    const device = met.get(member) ?? { ...deviceOf(member), heard: (at: Moment) => families.heard(member.id, at) };
    met.set(member, device);
    return device;
  };
  const { clock, log } = around;
  const options = { name, activity: addPort(name, port, wired), intake, clock, log };
  const receiver = messageReader({ ...options, deviceAt: (topic) => configured.get(topic) ?? meet(topic) });
  await port.run([...configured.keys(), ...families.topicsOn(name)], receiver, signal);
}

/** LoRa gateways. Their devices are in the register. */
async function hearStations({ name }: PortConfig, port: RadioPort, wired: Wired): Promise<void> {
  const { network, signal } = wired;
  await port.run(network.receiver(addPort(name, port, wired), signal), signal);
}

/** Another network server. Its devices are in the register, marked as such. */
async function followNetworkServer({ name }: PortConfig, port: NetworkServerPort, wired: Wired): Promise<void> {
  const { around, network, register, intake, chirpstacks, signal } = wired;
  const reader = new ChirpstackReader({
    port: name,
    application: port.application,
    register,
    intake,
    payloads: network.payloads,
    limits: network.limits,
    activity: addPort(name, port, wired),
    clock: around.clock,
    log: around.log,
    notBefore: RELEASED_AT,
    meet: (stranger) => network.strangers.meet(stranger),
    publish: port.publish,
  });
  chirpstacks.push(reader);
  await port.run(reader, signal);
}

function addPort(name: string, { path }: { readonly path: string }, { activity, around }: Wired) {
  return activity.addPort(name, path, portLog(name, around));
}

function devicesOn(port: string, { config, activity }: Wired): readonly DeviceConfig[] {
  const devices = config.devices.filter((device) => device.port === port && !isFamily(device));
  for (const { id, type } of devices) activity.addDevice(id, type, port);
  return devices;
}

function configuredDevice({ id, options }: DeviceConfig, intake: Intake) {
  const remembered = intake.rememberedBy(id);
  return { id, options, ...(remembered !== undefined && { remembered }) };
}

function placeOf(transport: Place['transport']): Place {
  return { transport, notBefore: RELEASED_AT };
}
