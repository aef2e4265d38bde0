/** What no single setting can know: that names are unique, that what is referred to exists, that nothing lies open. */

import { tenantsOf } from '../destinations/common-settings.ts';
import { isCronExpression } from '../machine/schedule.ts';
import { isLoopback, splitAddress } from '../net/address.ts';
import type { PortConfig } from '../ports/port.ts';
import { type Fault, fault, note, type Path } from '../words/fault.ts';
import { suggestedName, suggestion } from '../words/suggestion.ts';
import { checkLorawanProfiles, checkProjects } from './check-lorawan.ts';
import type { Config, DeviceConfig } from './settings.ts';
import { say } from './words.ts';

export function crossCheck(config: Config): Fault[] {
  const { ports, devices, destinations, projects } = config;
  return [
    ...duplicates('port', 'name', ports),
    ...duplicates('device', 'id', devices),
    ...duplicates('destination', 'name', destinations),
    ...duplicates('project', 'name', projects),
    ...sameLines(config),
    ...samePlaces(config),
    ...devices.flatMap((device, i) => checkDevice(device, config, ['device', i])),
    ...ports.flatMap((port, i) => [
      ...checkPort(port, config, ['port', i]),
      ...(port.portType.check?.(port.settings, ['port', i]) ?? []),
    ]),
    ...destinations.flatMap((destination, i) => [
      ...(destination.destinationType.check?.(destination.settings, ['destination', i]) ?? []),
      ...checkFilters(destination, config, ['destination', i]),
    ]),
    ...unwantedDevices(config),
    ...checkProjects(config),
    ...checkLorawanProfiles(config),
    ...checkStatus(config),
    ...(destinations.length === 0 ? [note(['gateway'], say.noDestination(), say.addDestination())] : []),
  ];
}

function duplicates<Key extends string>(
  table: string,
  key: Key,
  rows: readonly Readonly<Record<Key, string>>[],
): Fault[] {
  const names = rows.map((row) => row[key]);
  return names.flatMap((name, i) =>
    names.indexOf(name) < i ? [fault([table, i, key], say.nameTaken({ table, name }), say.ownName())] : [],
  );
}

/** A line can only be opened once. */
function sameLines({ ports }: Config): Fault[] {
  const lines = ports.map(({ portType, settings }) => portType.line?.(settings));
  return lines.flatMap((line, i) => {
    const first = lines.indexOf(line);
    if (line === undefined || first === i) return [];
    const [name, other] = [ports[i]?.name ?? '', ports[first]?.name ?? ''];
    return [fault(['port', i], say.sameLine({ name, other, line }), say.oneOpener())];
  });
}

function samePlaces({ destinations, gateway }: Config): Fault[] {
  const places = destinations.map(({ destinationType, settings }) => destinationType.place(settings));
  const keys = destinations.map(({ tenant = gateway.tenant }, i) => `${places[i]} ${tenant}`);
  return keys.flatMap((key, i) =>
    keys.indexOf(key) < i
      ? [fault(['destination', i, 'url'], say.sameTopics({ place: places[i] ?? '' }), say.mergeDestinations())]
      : [],
  );
}

/** Whether its devices are in the register (`machimori device`), not in the configuration. */
function takesRegisteredDevices({ portType: { shape } }: PortConfig): boolean {
  return shape === 'radio' || shape === 'network-server';
}

function checkDevice(device: DeviceConfig, { ports, devices }: Config, path: Path): Fault[] {
  const port = ports.find(({ name }) => name === device.port);
  if (port === undefined) {
    const names = ports.map(({ name }) => name);
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
    ...(port.portType.shape === 'messages' ? checkTopic(device, devices, path) : []),
    ...(port.portType.shape !== 'messages' && device.topic !== undefined
      ? [fault([...path, 'topic'], say.topicElsewhere(), say.remove())]
      : []),
    ...(device.schedule !== undefined && !isCronExpression(device.schedule)
      ? [fault([...path, 'schedule'], say.notCron({ schedule: device.schedule }), say.writeCron())]
      : []),
    ...device.range.flatMap(({ min, max }, i) =>
      min !== undefined && max !== undefined && min > max
        ? [fault([...path, 'range', i, 'min'], say.upsideDown(), say.swap())]
        : [],
    ),
    ...device.threshold.flatMap(({ alarm }, i, all) =>
      all.findIndex((each) => each.alarm === alarm) < i
        ? [fault([...path, 'threshold', i, 'alarm'], say.alarmTaken({ alarm }), say.ownAlarm())]
        : [],
    ),
  ];
}

function checkTopic(device: DeviceConfig, devices: readonly DeviceConfig[], path: Path): Fault[] {
  const { id, topic, type, deviceType } = device;
  const at = [...path, 'topic'];
  const faults: Fault[] = [];
  const isTaken = devices.some((other) => other !== device && other.port === device.port && other.topic === topic);
  if (topic === undefined) faults.push(fault(path, say.noTopic({ device: id }), say.addTopic()));
  else if (/[+#]/.test(topic)) faults.push(fault(at, say.wildcards(), say.publishedTopic()));
  else if (isTaken) faults.push(fault(at, say.topicTaken({ topic }), say.ownTopic()));
  if (deviceType.takesMessages !== true) {
    faults.push(fault([...path, 'type'], say.takesNoMessages({ type }), say.useLine()));
  }
  return faults;
}

function checkPort(port: PortConfig, { devices }: Config, path: Path): Fault[] {
  if (takesRegisteredDevices(port)) return [];
  const own = devices.filter((device) => device.port === port.name);
  const [first] = own;
  if (first === undefined) return [note(path, say.idlePort({ port: port.name }), say.addDevice())];
  if (port.portType.shape === 'messages') return [];
  const stranger = own.find((device) => device.type !== first.type);
  if (stranger !== undefined) {
    const what = say.twoTypes({ port: port.name, first: first.type, second: stranger.type });
    return [fault(['device', devices.indexOf(stranger), 'port'], what, say.portEach())];
  }
  const most = first.deviceType.maxDevicesPerPort;
  const what = say.tooManyDevices({ port: port.name, count: own.length, type: first.type, most });
  return own.length > most ? [fault(path, what, say.ownPort())] : [];
}

function checkFilters(destination: Config['destinations'][number], config: Config, path: Path): Fault[] {
  const { devices, gateway, ports, projects } = config;
  const hasRegister = ports.some(takesRegisteredDevices);
  /** Names that are not written here may be those of registered devices. */
  const unknown = hasRegister ? note : fault;
  const ids = devices.map(({ id }) => id);
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
      ids.includes(device) ? [] : [unknown([...path, 'devices', i], say.noDevice({ device }), suggestion(device, ids))],
    ),
    ...destination.groups.flatMap((group, i) =>
      groups.includes(group)
        ? []
        : [unknown([...path, 'groups', i], say.emptyGroup({ group }), suggestion(group, groups))],
    ),
    ...destination.tenants.flatMap((tenant, i) =>
      tenants.includes(tenant)
        ? []
        : [fault([...path, 'tenants', i], say.emptyTenant({ tenant }), suggestion(tenant, tenants))],
    ),
  ];
}

/** Readings that no destination takes would be written and then forgotten. */
function unwantedDevices(config: Config): Fault[] {
  const { devices, destinations, gateway } = config;
  const taken = new Set(destinations.flatMap((destination) => tenantsOf(destination, config)));
  return devices.flatMap(({ id, tenant = gateway.tenant }, i) =>
    destinations.length === 0 || taken.has(tenant)
      ? []
      : [note(['device', i, 'tenant'], say.untaken({ device: id, tenant }), say.addTenantDestination({ tenant }))],
  );
}

function checkStatus({ status }: Config): Fault[] {
  if (isLoopback(splitAddress(status.listen).host)) return [];
  return [fault(['status', 'listen'], say.openStatus(), say.closeStatus())];
}
