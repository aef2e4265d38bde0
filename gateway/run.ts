/**
 * The gateway: every stage wired once, by the shape of what a port opens, never by its type.
 *
 *   stream ──bytes──▶ stream reader: framer ──frames──▶ decoder ─┐
 *   messages ──────▶ message reader: decoder by topic ───────────┤ step: readings, rubbish, memory
 *   radio ─receptions─▶ LoRaWAN network server ◀─ register ──────┤
 *   network server ──▶ ChirpStack reader ────────────────────────┤
 *   documents ─────▶ document reader ────────────────────────────┤
 *                                                                ▼
 *                     intake: policy ──▶ buffer ──batches──▶ forwarder ──▶ destination
 *                                          ▲  └──────◀─────receipts────────────┘
 *   feed of other gateways ──▶ feed reader ┤  batches as they came, at a hub
 *   tags of operators ──▶ sealing ─────────┤  as their operator alone can read them
 *   clock set (network time, GPS) ─────────┘  held readings get their time
 *
 *   schedule (cron) ──▶ polls       activity ──▶ status, metrics       control socket ◀── command line
 *                                                                     console ◀── browser
 */
import { setMaxListeners } from 'node:events';
import type { Moment } from '../shared/clock.ts';
import { fromBase64url } from '../shared/enrolment/base64url.ts';
import type { Origin } from '../shared/feed/topics.ts';
import { isoTime } from '../shared/reading.ts';
import { ReadingBuffer } from './buffer/buffer.ts';
import { memoryIn, rememberIn } from './buffer/remembering.ts';
import { CodecRunner } from './codecs/runner.ts';
import type { Act } from './commands/orders.ts';
import { authorityFolderOf, isHub, listTimesOf } from './config/hub.ts';
import type { Config } from './config/settings.ts';
import { hasDetectors, hearsOperators, listKeyOf } from './config/watch-over.ts';
import type { ConfigSources, Configuration } from './control/config-actions.ts';
import type { LorawanSources } from './control/lorawan-actions.ts';
import type { DestinationConfig, DestinationSurroundings } from './destinations/destination.ts';
import { Forwarder } from './destinations/forwarder.ts';
import { storeStraight } from './destinations/straight.ts';
import { AllKnown, ownKnown } from './enrolment/all-known.ts';
import { KnownOperators } from './enrolment/known-operators.ts';
import { OperatorsRetention } from './enrolment/retention.ts';
import { Sealing } from './enrolment/sealing.ts';
import { Authority } from './hub/authority.ts';
import { Births } from './hub/births.ts';
import { EnrolledGateways } from './hub/enrolled-gateways.ts';
import { adoptLists } from './hub/marked-list.ts';
import { Operators } from './hub/operators.ts';
import { refreshOperators } from './hub/refresh-operators.ts';
import { Activity, noteHeard } from './intake/activity.ts';
import { DeviceCommands } from './intake/device-commands.ts';
import { DeviceTable } from './intake/device-table.ts';
import { Families } from './intake/families.ts';
import { FrameTaps } from './intake/frame-tap.ts';
import { Intake } from './intake/intake.ts';
import { GpsClock } from './intake/set-clock.ts';
import { Silence } from './intake/silence.ts';
import { Whereabouts } from './intake/whereabouts.ts';
import { type Kept, nothingKept } from './kept.ts';
import type { ChirpstackReader } from './lorawan/chirpstack-reader.ts';
import { followRegister } from './lorawan/follow-register.ts';
import { Network } from './lorawan/network.ts';
import { Register } from './lorawan/register.ts';
import type { Log } from './machine/log.ts';
import { SystemClock } from './machine/system-clock.ts';
import { DialIn } from './net/dial-in.ts';
import { HostTurns } from './net/host-turns.ts';
import { bufferOptionsOf } from './open-buffer.ts';
import { openCommissioning } from './open-commissioning.ts';
import { consoleSight, openConsole } from './open-console.ts';
import { openAskedOrders, openHubOrders, openRollOut } from './open-hub-orders.ts';
import { openOrders } from './open-orders.ts';
import { openOutputs } from './open-outputs.ts';
import { memoryOf } from './policy/told-of.ts';
import { type Applied, Parts } from './reconfigure.ts';
import { acceptsFromOthers, HubRoutes } from './routing/hub-routes.ts';
import { describeDevice, descriptions } from './routing/routes.ts';
import type { Wired } from './run-port.ts';
import { Credentials } from './status/credentials.ts';
import { problemsOf } from './status/problems.ts';
import { serveStatus } from './status/server.ts';
import type { ConsoleStanding, StatusSources } from './status/sources.ts';
import { realSurroundings, type Surroundings } from './surroundings.ts';
import { offeredFile } from './update/offered.ts';
import { watchFeeds } from './watch/watch-feeds.ts';

export interface GatewayOptions {
  readonly config: Config;
  readonly log: Log;
  readonly version: string;
  /** The file that it was read from, if that is followed (supervise.ts). */
  readonly configuration?: Configuration;
  /** Of an earlier start within this process. */
  readonly kept?: Kept;
  /** What the city may order beside what every gateway does, by action: an update, of whoever installs releases. */
  readonly acts?: Readonly<Record<string, Act>>;
  /** By default this machine, its ports and its network. */
  readonly surroundings?: Surroundings;
}

export interface Gateway {
  /** What it runs with now. */
  readonly config: Config;
  readonly sources: StatusSources;
  readonly buffer: ReadingBuffer;
  /**
   * Takes up another configuration, while what it leaves as it was runs on (reconfigure.ts). Call it again only once it has resolved.
   * Undefined if the gateway must be stopped and started with it.
   */
  apply(config: Config): Promise<Applied | undefined>;
  /** Stops the ports, commits what is pending, says goodbye. Never rejects. */
  stop(): Promise<void>;
  /** Stops the ports only, and resolves when what they had pending is in the buffer. */
  stopPorts(): Promise<void>;
}

/** Starts everything. Throws what `ReadingBuffer.open` throws; ports and destinations report their own troubles. */
export function startGateway({
  config,
  log,
  version,
  configuration,
  kept = nothingKept(),
  acts,
  surroundings = realSurroundings(),
}: GatewayOptions): Gateway {
  const clock = new SystemClock(config.clock.synchronised, surroundings.time);
  const register = Register.open(config);
  const devices = new DeviceTable(config, register.entries); // opening the buffer may seal readings of these devices
  let births: Births | undefined; // while the buffer is opened nothing is known of other gateways yet
  const describeOther = (id: string, origin: Origin) => births?.describe(id, origin);
  const listKey = listKeyOf(config);
  const heard =
    listKey === undefined
      ? undefined
      : KnownOperators.open({ ...config.gateway, key: fromBase64url(listKey) ?? new Uint8Array(), clock, log });
  const operators = Operators.open(config.gateway.dataDirectory, listTimesOf(config.watchOver));
  if (operators.fault !== undefined) log.error(operators.fault.message);
  const own = isHub(config) && hasDetectors(config) ? [() => ownKnown(operators, clock)] : [];
  const lists = [...own, ...(heard === undefined ? [] : [() => heard])];
  const known = lists.length === 0 ? undefined : new AllKnown(() => lists.map((list) => list()));
  const sealing = known && new Sealing(known, log);
  const retention = new OperatorsRetention({ known: heard, operators: isHub(config) ? operators : undefined });
  const around = { clock, log, devices, describe: describeOther, retention, ...surroundings };
  const buffer = ReadingBuffer.open(bufferOptionsOf(config, around));
  buffer.enforceBounds();
  const activity = new Activity();
  const whereabouts = new Whereabouts(devices);
  const intake = new Intake({
    buffer,
    sealing,
    activity,
    log,
    policies: { get: (id) => devices.get(id)?.policy },
    heard: (device, at) => silence.heard(device, at),
    alarmed: () => outputs.changed(),
    current(reading, at) {
      whereabouts.note(reading, at);
      sight?.note(reading, at);
    },
    commitWithinMs: Math.min(config.buffer.commitWithinMs, config.buffer.batchAgeMs), // a batch is no older than its age
  });
  const enrolled = EnrolledGateways.open(config.gateway.dataDirectory);
  if (enrolled.fault !== undefined) log.error(enrolled.fault.message);
  if (isHub(config)) adoptLists([operators, enrolled], log);
  births = new Births(buffer.remembered(), rememberIn(buffer, log), log);
  const others = isHub(config) ? othersOf(births, intake) : undefined;
  const sight = config.console.enabled
    ? consoleSight({ clock, devices, others, kept, config: () => parts.config })
    : undefined;
  const { gateways, ...feeds } = watchFeeds({
    config,
    enrolled,
    births,
    activity,
    intake,
    clock,
    city: sight?.map.city,
  });
  const isRevoked = (operator: string) => operators.isRevoked(operator);
  const isHere = (origin: Origin) => origin.gateway === gateway; // no other may be enrolled under this id
  const describe = (id: string, origin: Origin) =>
    isHere(origin) ? describeDevice(devices, id) : describeOther(id, origin);
  const families = new Families({ devices: config.devices, table: devices, intake, activity, clock });
  const silence = new Silence({ devices, intake, clock });
  const { random, connect, openHttp, openPort, orderAudit } = surroundings;
  const { id: gateway, tenant } = config.gateway;
  const ports = new AbortController();
  const all = new AbortController();
  setMaxListeners(0, ports.signal, all.signal); // one for each port and destination, however many are configured
  const hubOrders = isHub(config) ? openHubOrders({ config, buffer, clock, log, orderAudit }) : undefined;
  const rollOut = openRollOut(hubOrders, births, enrolled, { config, buffer, clock, log });
  const commands = new DeviceCommands();
  const running = () => parts.config;
  const lines = { lorawan: () => control, outputs: () => outputs, orderAudit };
  const orders = openOrders({ config, running, commands, configuration, acts, buffer, devices, clock, log, ...lines });
  const codecs = new CodecRunner({ clock, log });
  const network = new Network({ config, register, intake, clock, log, codecs, random });
  if (register.fault !== undefined) log.error(register.fault.message);
  followRegister(register, { devices, buffer, activity, network });
  const chirpstacks: ChirpstackReader[] = [];
  const lorawan = { network, register, chirpstacks };
  const frames = new FrameTaps();
  const wired: Wired = {
    config,
    activity,
    intake,
    families,
    frames,
    commands,
    heardWithoutReading: (heard, at) => {
      for (const { id } of heard) {
        silence.heard(id, at, 'sign');
        noteHeard(activity, id);
      }
    },
    ...lorawan,
    hub: {
      buffer,
      gateways,
      routes: new HubRoutes(config, describe, isRevoked),
      isOwn: isHere,
      takeResult: hubOrders && ((from, result) => hubOrders.result(from, result)),
      straight: (outgoing) => storeStraight(outgoing, config, parts.forwarders),
    },
    operatorPatterns: known && (() => known.patterns()),
    whereabouts: (device, monotonic) => whereabouts.of(device, monotonic),
    openPort,
    around: {
      clock,
      log,
      random,
      connect,
      openHttp,
      dialIn: new DialIn(clock),
      turns: new HostTurns(clock),
      tenant,
      gateway,
      plan: config.lorawan,
      gateways: enrolled,
      operators,
      offered: (path) => offeredFile(config.gateway.dataDirectory, path),
      orders: hubOrders,
      memory: memoryIn(buffer),
    },
    gpsClock: new GpsClock((offsetMs) => clock.setFromGps(offsetMs)),
    signal: ports.signal,
  };
  const isOwn = (destination: DestinationConfig) => (destination.tenant ?? tenant) === tenant;
  const acceptsFrom = (destination: DestinationConfig): DestinationSurroundings['accepts'] => {
    const accepts = acceptsFromOthers(destination, config, describe, isRevoked);
    return (reading, origin) => isHere(origin) || accepts(reading, origin);
  };
  const open = (destination: DestinationConfig, config: Config) =>
    destination.destinationType.open(destination.settings, {
      gateway,
      tenant: destination.tenant ?? tenant,
      software: `machimori ${version}`,
      epoch: () => buffer.stats().outboxes[destination.name]?.epoch ?? '',
      devices: descriptions(devices, destination, config),
      accepts: acceptsFrom(destination),
      describe,
      ...(isHub(config) && { others: births }),
      ...(heard && hearsOperators(destination, config) && { takeOperators: (signed) => void heard.take(signed) }),
      ...(orders && isOwn(destination) && { takeOrder: (message, answer) => void orders.take(message, answer) }),
      ...(hubOrders && { orderOf: openAskedOrders(hubOrders, destination, enrolled, { config, clock }) }),
      silent: () => silence.silentDevices(),
      maintenanceUntil: () => silence.allMaintainedUntil,
      problems: () => (isOwn(destination) ? problemsOf(sources) : []),
      clock,
      log,
      connect,
      openHttp,
      dataDirectory: config.gateway.dataDirectory,
    });
  const outputs = openOutputs({ config, devices, intake, silenced: kept.silenced, around: wired.around, openPort });
  const parts = new Parts({
    ...{ wired, buffer, devices, silence, signal: all.signal },
    forward: (destination, config) =>
      new Forwarder({ destination: open(destination, config), buffer, clock, log, random }),
    outboxes: (config) => bufferOptionsOf(config, around).outboxes,
  });
  const sources: StatusSources & LorawanSources & ConfigSources = {
    gateway,
    tenant,
    version,
    startedAt: clock.moment().wall,
    usage: surroundings.usage,
    credentials: new Credentials(() => parts.config),
    clock,
    activity,
    intake,
    devices,
    silence,
    buffer,
    forwarders: parts.forwarders,
    ...lorawan,
    ...(orders && { orders }),
    ...(known && sealing && { watchOver: { known, sealing } }),
    codecs,
    outputs,
    ...(configuration && { configuration, configStanding: () => configuration.standing() }),
    consoleStanding: () => consoleStanding?.(),
    hub: {
      ...{
        enrolled,
        births,
        operators,
        rollOut,
        orders: hubOrders,
        orderKey: hubOrders && (() => hubOrders.publicKey),
      },
      authority: new Authority(authorityFolderOf(config), `${tenant}/${gateway}`),
      ...feeds,
    },
  };
  let consoleStanding: (() => ConsoleStanding) | undefined;
  const commissioning = openCommissioning({
    ...{ config, clock, log, buffer, devices, parts, signal: ports.signal },
    lines: surroundings.serialLines,
    outboxes: () => bufferOptionsOf(parts.config, around).outboxes,
  });
  const control = { ...sources, status: sources, switchboard: outputs, commissioning, frames, ...sight };
  const serveConsole = () => {
    const standing = (now: () => ConsoleStanding) => {
      consoleStanding = now;
    };
    const { consolePage: pageFolder } = surroundings;
    const about = { config, sources: control, version, clock, log, standing, pageFolder };
    return openConsole(about, kept, all.signal);
  };
  let offsetMs = offsetOf(clock.moment());
  const clockSet = (newOffsetMs: number) => {
    log.info('The clock was set', { byS: (newOffsetMs - offsetMs) / 1000, now: isoTime(clock.moment().wall) });
    offsetMs = newOffsetMs;
    buffer.clockSet();
  };
  parts.start();
  const restDone = Promise.all([
    clock.watch(clockSet, all.signal),
    silence.watch(ports.signal),
    ...(sealing === undefined ? [] : [sealing.watch(clock, ports.signal)]),
    ...(isHub(config)
      ? [feeds.watch.silence.watch(ports.signal), refreshOperators(operators, clock, log, ports.signal)]
      : []),
    rollOut?.watch(ports.signal),
    network.downlinks.watch(ports.signal),
    ...(config.outputs.length > 0 ? [outputs.run(ports.signal)] : []),
    surroundings.serveControl(config.gateway.dataDirectory, control, log, all.signal),
    ...(config.console.enabled ? [serveConsole()] : []),
    ...(config.status.enabled ? [serveStatus(config.status.listen, sources, log, all.signal)] : []),
  ]);
  log.info('The gateway runs', {
    gateway,
    ports: config.ports.length,
    devices: devices.all.length,
    destinations: config.destinations.length,
  });
  const stopPorts = async () => {
    const ordersOver = orders?.stop();
    ports.abort();
    await ordersOver;
    await commissioning.prober.idle();
    await parts.portsEnded();
    await network.idle();
    await intake.idle();
    await codecs.close();
  };
  return {
    get config() {
      return parts.config;
    },
    sources,
    buffer,
    apply: (config) => parts.apply(config),
    stopPorts,
    async stop() {
      await stopPorts();
      all.abort();
      await Promise.all([restDone, parts.destinationsEnded()]);
      buffer.close();
      log.info('The gateway has stopped', { gateway });
    },
  };
}

/** What a hub's map knows of other gateways' devices beside their readings. */
function othersOf(births: Births, intake: Intake) {
  return {
    births: [...births.births()],
    devicesOf: (origin: Origin) => births.birthOf(origin)?.devices ?? [],
    describe: (device: string, origin: Origin) => births.describe(device, origin),
    alarmsOf: (device: string, origin: Origin) => intake.memoryOf(memoryOf(origin, device))?.policy.raised ?? [],
  };
}

function offsetOf({ wall, monotonic }: Moment): number {
  return wall - monotonic;
}
