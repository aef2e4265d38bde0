/**
 * A port and the stages behind it, wired by the shape of what it opens, never by its type (the left of the diagram in run.ts).
 */
import type { Place } from '../devices/device-type.ts';
import type { Moment } from '../shared/clock.ts';
import type { WatchedPort } from '../shared/live-frames.ts';
import { isFamily } from './config/device-family.ts';
import { optionWords } from './config/option-words.ts';
import type { Config, DeviceConfig } from './config/settings.ts';
import type { Activity, PortActivity } from './intake/activity.ts';
import { documentReader } from './intake/document-reader.ts';
import type { Families } from './intake/families.ts';
import { type FeedReaderOptions, feedReader } from './intake/feed-reader.ts';
import type { FrameTaps, PortTap } from './intake/frame-tap.ts';
import type { Intake } from './intake/intake.ts';
import { type MessageDevice, messageReader } from './intake/message-reader.ts';
import { portLog } from './intake/port-log.ts';
import type { GpsClock } from './intake/set-clock.ts';
import type { StoreStraight } from './intake/straight.ts';
import { StreamReader } from './intake/stream-reader.ts';
import { ChirpstackReader } from './lorawan/chirpstack-reader.ts';
import type { Network } from './lorawan/network.ts';
import type { Register } from './lorawan/register.ts';
import { RELEASED_AT } from './machine/release.ts';
import { onSchedule } from './machine/schedule.ts';
import type {
  DocumentPort,
  FeedPort,
  MessagePort,
  NetworkServerPort,
  OpenPort,
  PortConfig,
  PortSurroundings,
  StreamPort,
} from './ports/port.ts';
import type { RadioPort } from './ports/radio.ts';
import { loadHtmlReader } from './ports/web/read-html.ts';
import type { Surroundings } from './surroundings.ts';

/** What a port is wired to. */
export interface Wired {
  readonly config: Config;
  readonly activity: Activity;
  readonly intake: Intake;
  readonly families: Families;
  /** Who watches what comes. */
  readonly frames: FrameTaps;
  readonly heardWithoutReading: (heard: readonly DeviceConfig[], at: number) => void;
  readonly network: Network;
  readonly register: Register;
  readonly chirpstacks: ChirpstackReader[];
  /** What a feed of other gateways meets. */
  readonly hub: Pick<FeedReaderOptions, 'buffer' | 'gateways' | 'routes' | 'isOwn' | 'takeResult'> & {
    readonly straight: StoreStraight;
  };
  /** Whose tags devices look for; absent if the gateway is told of no operators. */
  readonly operatorPatterns: Place['operatorPatterns'];
  readonly whereabouts: Place['whereabouts'];
  readonly openPort: Surroundings['openPort'];
  readonly around: PortSurroundings;
  readonly gpsClock: GpsClock;
  readonly signal: AbortSignal;
}

/** With the tap by which others see what comes. */
interface Tapped extends Wired {
  readonly tap: PortTap;
}

export function runPort(config: PortConfig, wired: Wired): Promise<void> {
  const port = wired.openPort(config, wired.around);
  if (port.shape === 'feed') return takeFeed(config, port, wired); // it has batches, and no frames
  const tap = wired.frames.open(() => watchedPort(config.name, port, wired.config));
  return runTapped(config, port, { ...wired, tap }).finally(() => tap.close());
}

function runTapped(config: PortConfig, port: Exclude<OpenPort, FeedPort>, wired: Tapped): Promise<void> {
  switch (port.shape) {
    case 'stream':
      return readStream(config, port, wired);
    case 'messages':
      return readMessages(config, port, wired);
    case 'radio':
      return hearStations(config, port, wired);
    case 'network-server':
      return followNetworkServer(config, port, wired);
    case 'documents':
      return readDocuments(config, port, wired);
  }
}

/** A stream with its devices, which are all of one type. */
async function readStream({ name }: PortConfig, port: StreamPort, wired: Tapped): Promise<void> {
  const { around, intake, tap, signal } = wired;
  const devices = devicesOn(name, wired);
  const type = devices[0]?.deviceType;
  if (type === undefined) return;
  const configured = devices.map((device) => configuredDevice(device, intake));
  const place = placeOf(port.transport, wired);
  const reader = new StreamReader({
    name,
    port,
    framer: type.framer(configured, place),
    decoder: type.decoder(configured, place),
    ownTime: devices.some(({ options }) => type.keepsOwnTime?.(options) === true),
    asksFirst: type.asksFirst,
    setClock: type.setsClock && wired.gpsClock.receiver(),
    heard: (at) => wired.heardWithoutReading(devices, at),
    tap,
    activity: showingRubbish(addPort(name, port, wired), name, wired),
    intake,
    clock: around.clock,
    log: around.log,
  });
  for (const device of devices) {
    const { id, schedule, alarmSchedule } = device;
    if (schedule !== undefined) void onSchedule(schedule, () => reader.poll(id), around, signal);
    const whileAlarmed = () => {
      if (isCrossed(device, intake)) reader.poll(id);
    };
    if (alarmSchedule !== undefined) void onSchedule(alarmSchedule, whileAlarmed, around, signal);
  }
  await reader.run(signal);
}

/** Messages, each of a device by its topic. */
async function readMessages({ name }: PortConfig, port: MessagePort, wired: Tapped): Promise<void> {
  const { around, intake, families, gpsClock, tap, signal } = wired;
  const deviceOf = (device: DeviceConfig): MessageDevice => {
    const { deviceType, options } = device;
    return {
      decoder: deviceType.decoder([configuredDevice(device, intake)], placeOf('message', wired)),
      ownTime: deviceType.keepsOwnTime?.(options) === true,
      setClock: deviceType.setsClock && gpsClock.receiver(),
      works: ({ monotonic }) => wired.heardWithoutReading([device], monotonic),
    };
  };
  const configured = new Map(devicesOn(name, wired).map((device) => [device.topic ?? '', deviceOf(device)]));
  const met = new WeakMap<DeviceConfig, MessageDevice>();
  const meet = (topic: string) => {
    const member = families.meet(name, topic);
    if (member === undefined || !('deviceType' in member)) return member;
    const device = met.get(member) ?? { ...deviceOf(member), heard: (at: Moment) => families.heard(member, at) };
    met.set(member, device);
    return device;
  };
  const { clock, log } = around;
  const activity = showingRubbish(addPort(name, port, wired), name, wired);
  const options = { name, tap, activity, intake, clock, log };
  const receiver = messageReader({ ...options, deviceAt: (topic) => configured.get(topic) ?? meet(topic) });
  await port.run([...configured.keys(), ...families.topicsOn(name)], receiver, signal);
  await receiver.end();
}

/** Documents, each about all devices on the port, which are of one type. */
async function readDocuments({ name }: PortConfig, port: DocumentPort, wired: Tapped): Promise<void> {
  const { around, intake, activity, tap, signal } = wired;
  const devices = devicesOn(name, wired);
  const type = devices[0]?.deviceType;
  if (type === undefined) return;
  const isHtml = devices.some(({ options }) => type.readsHtml?.(options) === true);
  const place = { ...placeOf('message', wired), ...(isHtml && { readHtml: await loadHtmlReader() }) };
  const configured = devices.map((device) => configuredDevice(device, intake));
  const receiver = documentReader({
    name,
    decoder: type.decoder(configured, place),
    devices: devices.map(({ id }) => id),
    tap,
    activity,
    port: addPort(name, port, wired),
    intake,
    clock: around.clock,
    log: around.log,
  });
  await port.run(receiver, signal);
}

/** LoRa gateways. Their devices are in the register. */
async function hearStations({ name }: PortConfig, port: RadioPort, wired: Tapped): Promise<void> {
  const { network, tap, signal } = wired;
  await port.run(network.receiver(addPort(name, port, wired), signal, tap), signal);
}

/** Another network server. Its devices are in the register, marked as such. */
async function followNetworkServer({ name }: PortConfig, port: NetworkServerPort, wired: Tapped): Promise<void> {
  const { around, network, register, intake, chirpstacks, tap, signal } = wired;
  const reader = new ChirpstackReader({
    port: name,
    application: port.application,
    register,
    intake,
    payloads: network.payloads,
    limits: network.limits,
    recentUplinks: network.recentUplinks,
    tap,
    activity: addPort(name, port, wired),
    clock: around.clock,
    log: around.log,
    notBefore: RELEASED_AT,
    meet: (stranger) => network.strangers.meet(stranger),
    publish: port.publish,
  });
  chirpstacks.push(reader);
  await port.run(reader, signal);
  chirpstacks.splice(chirpstacks.indexOf(reader), 1);
}

/** Other gateways. */
async function takeFeed({ name, portType }: PortConfig, port: FeedPort, wired: Wired): Promise<void> {
  const { around, hub, signal } = wired;
  const { clock, log } = around;
  const activity = addPort(name, port, wired);
  activity.fetches = portType.fetches ?? false;
  const straight = port.isWorker ? hub.straight : undefined;
  const { accepts } = port;
  await port.run(feedReader({ name, activity, clock, log, ...hub, straight, accepts }), signal);
}

function addPort(name: string, { path }: { readonly path: string }, { activity, around }: Wired) {
  return activity.addPort(name, path, portLog(name, around));
}

/** Not of a port with a detector. */
function showingRubbish(activity: PortActivity, port: string, { config }: Wired): PortActivity {
  activity.showsRubbish = !hearsStrangers(port, config);
  return activity;
}

/** What a detector hears of strangers' devices has their addresses in it. */
function hearsStrangers(port: string, { devices }: Config): boolean {
  return devices.some((device) => device.port === port && device.deviceType.kinds.includes('sighting'));
}

/** The port as it is told to whoever watches it. */
function watchedPort(name: string, port: Exclude<OpenPort, FeedPort>, config: Config): WatchedPort {
  const transport = port.shape === 'stream' ? port.transport : 'message';
  const devices = config.devices.filter((device) => device.port === name);
  return {
    ...{ name, shape: port.shape },
    devices: devices.map((device) => ({ id: device.id, type: device.type, ...optionWords(device, transport) })),
    isWithheld: hearsStrangers(name, config),
    asks: devices.some(({ deviceType }) => deviceType.asksFirst === true),
  };
}

function devicesOn(port: string, { config, activity }: Wired): readonly DeviceConfig[] {
  const devices = config.devices.filter((device) => device.port === port && !isFamily(device));
  for (const { id, type } of devices) activity.addDevice(id, type, port);
  return devices;
}

/** Whether an alarm of its thresholds stands. */
function isCrossed({ id, threshold }: DeviceConfig, intake: Intake): boolean {
  const raised = intake.memoryOf(id)?.policy.raised ?? [];
  return threshold.some(({ alarm }) => raised.includes(alarm));
}

function configuredDevice({ id, options }: DeviceConfig, intake: Intake) {
  const remembered = intake.rememberedBy(id);
  return { id, options, ...(remembered !== undefined && { remembered }) };
}

function placeOf(transport: Place['transport'], { operatorPatterns, whereabouts }: Wired): Place {
  return { transport, notBefore: RELEASED_AT, operatorPatterns, whereabouts };
}
