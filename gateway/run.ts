/**
 * The gateway: every stage wired once.
 *
 *   port ──bytes──▶ framer ──frames──▶ decoder ──step──▶ intake: policy ──▶ buffer ──batches──▶ forwarder ──▶ destination
 *   serial, tcp     └──────── link ────────┘   rubbish counted               │  ▲                               │
 *   mqtt ──────────── message link ───────┘    memory with the readings      │  └───────────receipts────────────┘
 *                                                                            ▼
 *   clock set (network time, GPS) ──────────────────────────▶ held readings get their time
 *   schedule (cron) ──▶ polls          activity ──▶ status, metrics          control socket ◀── commands
 */
import { setMaxListeners } from 'node:events';
import type { Surroundings } from '../devices/device-type.ts';
import type { DeviceDescription } from '../shared/feed/birth.ts';
import { UNITS } from '../shared/reading.ts';
import { Activity } from './activity.ts';
import { Buffer } from './buffer/buffer.ts';
import { bufferOptionsOf, isWanted } from './buffer-of.ts';
import type { Config, DestinationConfig, DeviceConfig, PortConfig } from './config/settings.ts';
import { cityOs } from './destinations/city-os.ts';
import { Forwarder } from './forward.ts';
import { Intake } from './intake.ts';
import { Link } from './link.ts';
import type { Log } from './log.ts';
import { messageLink } from './message-link.ts';
import { type MqttSurroundings, runMqttPort } from './ports/mqtt.ts';
import { onSchedule } from './schedule.ts';
import type { StatusSources } from './status.ts';
import { serveStatus } from './status-server.ts';
import { type GatewaySurroundings, type LineConfig, realSurroundings } from './surroundings.ts';
import { RELEASED_AT, SystemClock } from './system-clock.ts';

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
  const buffer = Buffer.open(bufferOptionsOf(config, { clock, log, ...surroundings }));
  const activity = new Activity();
  const intake = new Intake({
    buffer,
    activity,
    log,
    policies: new Map(config.devices.map(({ id, range, threshold }) => [id, { ranges: range, thresholds: threshold }])),
    commitWithinMs: Math.min(config.buffer.commitWithin, config.buffer.batchAge), // a batch is no older than its age
    onGpsTime: (offsetMs) => clock.setFromGps(offsetMs),
  });
  const { random, connect, openLine } = surroundings;
  const ports = new AbortController();
  const all = new AbortController();
  setMaxListeners(0, ports.signal, all.signal); // one for each port and destination, however many are configured
  const own = { clock, log, random, connect };
  const wired = { config, activity, intake, openLine, surroundings: own, signal: ports.signal };
  const portsDone = Promise.all(
    config.ports.map((port) => (port.type === 'mqtt' ? runMessages(port, wired) : runLine(port, wired))),
  );
  const forwarders = config.destinations.map((destination) => {
    const epoch = () => buffer.stats().feeds[destination.name]?.epoch ?? '';
    const options = destinationOptions(destination, config, { epoch, version });
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
  };
  const restDone = Promise.all([
    ...forwarders.map((forwarder) => forwarder.run(all.signal)),
    clock.watch(() => buffer.clockSet(), all.signal),
    surroundings.serveControl(config.gateway.dataDirectory, sources, log, all.signal),
    ...(config.status.enabled ? [serveStatus(config.status.listen, sources, log, all.signal)] : []),
  ]);
  log.info('The gateway runs', {
    gateway: config.gateway.id,
    ports: config.ports.length,
    devices: config.devices.length,
    destinations: config.destinations.length,
  });
  const stopPorts = async () => {
    ports.abort();
    await portsDone;
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
  readonly surroundings: MqttSurroundings;
  readonly signal: AbortSignal;
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
  { epoch, version }: { epoch(): string; version: string },
) {
  const { name, acknowledge, window, windowSize, reconnectWithin, receiptTimeout, keepalive } = destination;
  return {
    name,
    gateway: config.gateway.id,
    tenant: destination.tenant ?? config.gateway.tenant,
    software: `machimori ${version}`,
    epoch,
    devices: config.devices.filter((device) => isWanted(device, destination, config)).map(describe),
    broker: { ...destination, keepaliveMs: keepalive },
    acknowledge,
    window,
    windowBytes: windowSize,
    reconnectWithinMs: reconnectWithin,
    receiptTimeoutMs: receiptTimeout,
  };
}

/** A device as the city OS gets to know it. */
function describe({
  id,
  type,
  deviceType,
  options,
  group,
  place,
  threshold,
  profileName,
}: DeviceConfig): DeviceDescription {
  return {
    id,
    type,
    kinds: deviceType.kinds,
    units: deviceType.units?.(options) ?? UNITS,
    ...(group !== undefined && { group }),
    ...(profileName !== undefined && { profile: profileName }),
    ...(place !== undefined && { place: Object.fromEntries(Object.entries(place).filter(([, v]) => v !== undefined)) }),
    ...(threshold.length > 0 && { thresholds: threshold }),
  };
}
