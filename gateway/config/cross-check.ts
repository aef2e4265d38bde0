/** What no single setting can know: that names are unique, that what is referred to exists, that nothing lies open. */

import { MachimoriError } from '../../shared/errors.ts';
import { Area } from '../destinations/area.ts';
import { EVERY, takesTenant } from '../destinations/common-settings.ts';
import type { DestinationConfig } from '../destinations/destination.ts';
import { isInstalled, missing, OPTIONAL, type Optional } from '../machine/optional-packages.ts';
import { isFilter } from '../net/broker/topics.ts';
import type { PortConfig, PortDevice } from '../ports/port.ts';
import { type Fault, fault, note, type Path } from '../words/fault.ts';
import { suggestedName, suggestion } from '../words/suggestion.ts';
import { checkConsole } from './check-console.ts';
import { checkDeviceItself } from './check-device.ts';
import { checkGateway } from './check-gateway.ts';
import { checkLorawanProfiles, checkProjects } from './check-lorawan.ts';
import { checkOutputs } from './check-outputs.ts';
import { checkWatches } from './check-watch.ts';
import { checkWorker } from './check-worker.ts';
import { isFamily, isOfFamily } from './device-family.ts';
import { isHub } from './hub.ts';
import { repeats } from './repeats.ts';
import type { Config, DeviceConfig } from './settings.ts';
import { checkListKeys, checkListTimes, checkOperators, checkPlacesFrom } from './watch-over.ts';
import { say } from './words.ts';

export function crossCheck(config: Config): Fault[] {
  const { ports, devices, destinations, projects } = config;
  const site = siteOf(config);
  return [
    ...duplicates('port', 'name', ports),
    ...duplicates('device', 'id', devices),
    ...namedLikeFamilies(config),
    ...duplicates('destination', 'name', destinations),
    ...duplicates('project', 'name', projects),
    ...sameLines(config),
    ...samePlaces(config),
    ...inCircles(config),
    ...devices.flatMap((device, i) => checkDevice(device, site, ['device', i])),
    ...ports.flatMap((port, i) => [
      ...checkPort(port, site, ['port', i]),
      ...(port.portType.check?.(port.settings, ['port', i], devicesOn(port, site)) ?? []),
    ]),
    ...destinations.flatMap((destination, i) => [
      ...(destination.destinationType.check?.(destination.settings, ['destination', i]) ?? []),
      ...checkFilters(destination, config, ['destination', i]),
      ...checkArea(destination, ['destination', i, 'areaFile']),
      ...checkOperators(destination, ['destination', i]),
    ]),
    ...unwantedDevices(config),
    ...checkProjects(config),
    ...checkLorawanProfiles(config),
    ...checkGateway(config),
    ...checkConsole(config),
    ...checkWorker(config),
    ...checkWatches(config),
    ...duplicates('output', 'name', config.outputs),
    ...checkOutputs(config),
    ...checkListKeys(config),
    ...checkListTimes(config),
    ...checkPlacesFrom(config),
    ...(destinations.length === 0 ? [note(['gateway'], say.noDestination(), say.addDestination())] : []),
  ];
}

/** What this machine lacks for a configuration: optional packages, and what ports look for. */
export function lackedBy({ ports, devices, destinations }: Config, isThere = isInstalled): Fault[] {
  const packages = (needed: readonly Optional[], path: Path) =>
    needed.flatMap((which) => {
      const { what, hint } = missing(which);
      return OPTIONAL[which].names.every(isThere) ? [] : [note(path, what, hint)];
    });
  return [
    ...ports.flatMap(({ portType, settings }, i) => [
      ...packages(portType.needs?.(settings) ?? [], ['port', i, 'type']),
      ...(portType.lacks?.(settings, ['port', i]) ?? []),
    ]),
    ...devices.flatMap(({ deviceType, options }, i) =>
      packages(deviceType.readsHtml?.(options) === true ? ['html'] : [], ['device', i, 'type']),
    ),
    ...destinations.flatMap(({ destinationType, settings }, i) =>
      packages(destinationType.needs?.(settings) ?? [], ['destination', i, 'type']),
    ),
  ];
}

/** What is looked up for each device; a search through all for each would take minutes for a city. */
interface Site {
  readonly ports: ReadonlyMap<string, PortConfig>;
  /** By port, with their place among all. */
  readonly devices: ReadonlyMap<string, readonly { readonly device: DeviceConfig; readonly index: number }[]>;
  /** Topics that more than one device has, by `topicKey`. */
  readonly sharedTopics: ReadonlySet<string>;
  /** Ports that outputs have for themselves. */
  readonly outputPorts: ReadonlySet<string | undefined>;
}

function siteOf({ ports, devices, outputs }: Config): Site {
  const byPort = new Map<string, { device: DeviceConfig; index: number }[]>();
  for (const [index, device] of devices.entries()) {
    const own = byPort.get(device.port) ?? [];
    byPort.set(device.port, own);
    own.push({ device, index });
  }
  const topics = devices.map(topicKey);
  return {
    ports: new Map(ports.toReversed().map((port) => [port.name, port])),
    devices: byPort,
    sharedTopics: new Set(repeats(topics).map(({ index }) => topics[index] ?? '')),
    outputPorts: new Set(outputs.map(({ port }) => port)),
  };
}

function topicKey({ port, topic }: Pick<DeviceConfig, 'port' | 'topic'>): string {
  return `${port} ${topic}`;
}

function devicesOn({ name }: PortConfig, { devices }: Site): readonly PortDevice[] {
  return (devices.get(name) ?? []).map(({ device: { id, topic }, index }) => ({ id, topic, path: ['device', index] }));
}

function duplicates<Key extends string>(
  table: string,
  key: Key,
  rows: readonly Readonly<Record<Key, string>>[],
): Fault[] {
  const names = rows.map((row) => row[key]);
  return repeats(names).map(({ index }) =>
    fault([table, index, key], say.nameTaken({ table, name: names[index] ?? '' }), say.ownName()),
  );
}

/** A device of a family might have the name too. */
function namedLikeFamilies({ devices }: Config): Fault[] {
  const families = devices.filter(isFamily);
  return devices.flatMap(({ id }, i) => {
    const family = families.find((each) => isOfFamily(id, each));
    if (family === undefined) return [];
    return [fault(['device', i, 'id'], say.namedLikeFamily({ id, family: family.id }), say.ownName())];
  });
}

/** A line can only be opened once. */
function sameLines({ ports }: Config): Fault[] {
  const lines = ports.map(({ portType, settings }) => portType.line?.(settings));
  return repeats(lines).map(({ index, first }) => {
    const [name, other, line] = [ports[index]?.name ?? '', ports[first]?.name ?? '', lines[index] ?? ''];
    return fault(['port', index], say.sameLine({ name, other, line }), say.oneOpener());
  });
}

function samePlaces({ destinations, gateway }: Config): Fault[] {
  const places = destinations.map(({ destinationType, settings }) => destinationType.place(settings));
  const keys = destinations.map(({ tenant = gateway.tenant }, i) => `${places[i]} ${tenant}`);
  return repeats(keys).map(({ index }) => {
    const what = destinations[index]?.destinationType.samePlace ?? say.samePlace;
    return fault(['destination', index, 'url'], what({ place: places[index] ?? '' }), say.mergeDestinations());
  });
}

/** What a port reads from and a destination writes to would come again for ever. */
function inCircles({ ports, destinations }: Config): Fault[] {
  const places = new Map(destinations.map((each) => [each.destinationType.place(each.settings), each.name]));
  return ports.flatMap(({ name, portType, settings }, i) => {
    const line = portType.shape === 'feed' ? portType.line?.(settings) : undefined;
    const destination = line === undefined ? undefined : places.get(line);
    if (destination === undefined) return [];
    return [fault(['port', i], say.inCircle({ name, destination }), say.otherHub())];
  });
}

/** Whether its devices are in the register (`machimori device`), not in the configuration. */
function takesRegisteredDevices({ portType: { shape } }: PortConfig): boolean {
  return shape === 'radio' || shape === 'network-server';
}

function checkDevice(device: DeviceConfig, { ports, sharedTopics }: Site, path: Path): Fault[] {
  const port = ports.get(device.port);
  if (port === undefined) {
    const names = [...ports.keys()];
    return [
      fault(
        [...path, 'port'],
        say.noPort({ device: device.id, port: device.port }),
        suggestedName(device.port, names, say.addPort()),
      ),
    ];
  }
  if (takesRegisteredDevices(port)) {
    return [fault([...path, 'port'], say.notWrittenHere({ port: port.name }), say.registerIt())];
  }
  return [
    ...(port.portType.shape === 'messages' ? checkTopic(device, sharedTopics, path) : []),
    ...(port.portType.shape !== 'messages' && device.topic !== undefined
      ? [fault([...path, 'topic'], say.topicElsewhere(), say.remove())]
      : []),
    ...checkSource(device, port, path),
    ...checkDeviceItself(device, port.portType.transport ?? 'serial', path),
  ];
}

/** Documents are for types that read them, and those read nothing else. */
function checkSource({ type, deviceType }: DeviceConfig, { portType, name }: PortConfig, path: Path): Fault[] {
  const isDocuments = portType.shape === 'documents';
  if (isDocuments === (deviceType.takesDocuments === true)) return [];
  return isDocuments
    ? [fault([...path, 'type'], say.takesNoDocuments({ type, port: name }), say.useWebTable())]
    : [fault([...path, 'port'], say.takesOnlyDocuments({ type, port: name }), say.useWebPort())];
}

function checkTopic(device: DeviceConfig, sharedTopics: ReadonlySet<string>, path: Path): Fault[] {
  const { id, topic, type, deviceType } = device;
  const at = [...path, 'topic'];
  const faults: Fault[] = [];
  if (topic === undefined) faults.push(fault(path, say.noTopic({ device: id }), say.addTopic()));
  else if (topic.includes('#') || !isFilter(topic)) faults.push(fault(at, say.wildcards(), say.publishedTopic()));
  else if (sharedTopics.has(topicKey(device))) faults.push(fault(at, say.topicTaken({ topic }), say.ownTopic()));
  if (deviceType.takesMessages !== true) {
    faults.push(fault([...path, 'type'], say.takesNoMessages({ type }), say.useLine()));
  }
  return faults;
}

function checkPort(port: PortConfig, { devices, outputPorts }: Site, path: Path): Fault[] {
  if (takesRegisteredDevices(port) || port.portType.shape === 'feed' || outputPorts.has(port.name)) return [];
  const own = devices.get(port.name) ?? [];
  const first = own[0]?.device;
  if (first === undefined) return [note(path, say.idlePort({ port: port.name }), say.addDevice())];
  if (port.portType.shape === 'messages') return [];
  const stranger = own.find(({ device }) => device.type !== first.type);
  if (stranger !== undefined) {
    const what = say.twoTypes({ port: port.name, first: first.type, second: stranger.device.type });
    return [fault(['device', stranger.index, 'port'], what, say.portEach())];
  }
  const most = first.deviceType.maxDevicesPerPort;
  const what = say.tooManyDevices({ port: port.name, count: own.length, type: first.type, most });
  return own.length > most ? [fault(path, what, say.ownPort())] : sameAddresses(own);
}

function sameAddresses(own: readonly { readonly device: DeviceConfig; readonly index: number }[]): Fault[] {
  const addresses = own.map(({ device: { deviceType, options } }) => deviceType.address?.(options)?.toString());
  return repeats(addresses).flatMap(({ index, first }) => {
    const [device, other] = [own[index], own[first]];
    if (device === undefined || other === undefined) return [];
    const what = say.sameAddress({ device: device.device.id, other: other.device.id, address: addresses[index] ?? '' });
    return [note(['device', device.index], what, say.ownAddress())];
  });
}

function checkFilters(destination: Config['destinations'][number], config: Config, path: Path): Fault[] {
  const { devices, gateway, ports, projects } = config;
  const hasRegister = ports.some(takesRegisteredDevices);
  /** Names that are not written here may be those of registered devices, or of a family's. */
  if (isHub(config)) return []; // other gateways have devices, groups and tenants that are named nowhere here
  const unknown = hasRegister || devices.some(isFamily) ? note : fault;
  const ids = new Set(devices.map(({ id }) => id));
  const groups = [...new Set(devices.flatMap(({ group }) => group ?? []))];
  const tenants = [
    ...new Set([
      ...devices.map(({ tenant = gateway.tenant }) => tenant),
      ...projects.map(({ name }) => name),
      ...(hasRegister ? [gateway.tenant] : []),
    ]),
  ];
  return [
    ...destination.devices.flatMap((device, i) =>
      ids.has(device) ? [] : [unknown([...path, 'devices', i], say.noDevice({ device }), suggestion(device, [...ids]))],
    ),
    ...destination.groups.flatMap((group, i) =>
      groups.includes(group)
        ? []
        : [unknown([...path, 'groups', i], say.emptyGroup({ group }), suggestion(group, groups))],
    ),
    ...destination.tenants.flatMap((tenant, i) =>
      tenant === EVERY || tenants.includes(tenant)
        ? []
        : [fault([...path, 'tenants', i], say.emptyTenant({ tenant }), suggestion(tenant, tenants))],
    ),
  ];
}

function checkArea({ areaFile }: DestinationConfig, path: Path): Fault[] {
  try {
    if (areaFile !== undefined) Area.read(areaFile);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof MachimoriError)) throw thrown;
    return [fault(path, thrown.what, thrown.hint)];
  }
}

/** Readings that no destination takes would be written and then forgotten. */
function unwantedDevices(config: Config): Fault[] {
  const { devices, destinations, gateway } = config;
  const isTaken = (tenant: string) => destinations.some((destination) => takesTenant(destination, config, tenant));
  return devices.flatMap(({ id, tenant = gateway.tenant }, i) =>
    destinations.length === 0 || isTaken(tenant)
      ? []
      : [note(['device', i, 'tenant'], say.untaken({ device: id, tenant }), say.addTenantDestination({ tenant }))],
  );
}
