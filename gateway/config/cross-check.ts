/** What no single setting can know: that names are unique, that what is referred to exists, that nothing is left open. */
import { existsSync, realpathSync } from 'node:fs';
import { isCronExpression } from '../machine/schedule.ts';
import { splitAddress } from '../net/address.ts';
import { checkSecretFile, isLoopback } from '../net/exposure.ts';
import { checkLorawanPort, checkLorawanProfiles, checkProjects, takesRegisteredDevices } from './check-lorawan.ts';
import { type Fault, fault, note, suggestion } from './fault.ts';
import type { Config, DestinationConfig, DeviceConfig } from './settings.ts';
import { tenantsOf } from './settings.ts';
import type { Path } from './toml-lines.ts';

export function crossCheck(config: Config): Fault[] {
  return [
    ...duplicates(
      config.ports.map(({ name }) => name),
      'port',
      'name',
    ),
    ...duplicates(
      config.devices.map(({ id }) => id),
      'device',
      'id',
    ),
    ...duplicates(
      config.destinations.map(({ name }) => name),
      'destination',
      'name',
    ),
    ...duplicates(
      config.projects.map(({ name }) => name),
      'project',
      'name',
    ),
    ...samePaths(config),
    ...sameBrokers(config),
    ...config.devices.flatMap((device, i) => checkDevice(device, config, ['device', i])),
    ...config.ports.flatMap((port, i) => checkPort(port, config, ['port', i])),
    ...config.destinations.flatMap((destination, i) => checkDestination(destination, config, ['destination', i])),
    ...unwantedDevices(config),
    ...checkProjects(config),
    ...checkLorawanProfiles(config),
    ...checkListening(config),
    ...(config.destinations.length === 0
      ? [note(['gateway'], 'there is no destination, so readings are not sent anywhere', 'Add a [[destination]]')]
      : []),
  ];
}

function duplicates(names: readonly string[], table: string, key: string): Fault[] {
  return names.flatMap((name, i) =>
    names.indexOf(name) < i
      ? [fault([table, i, key], `another ${table} is already called "${name}"`, 'Give each a name of its own')]
      : [],
  );
}

function samePaths({ ports }: Config): Fault[] {
  const paths = ports.map((port) =>
    port.type === 'serial' ? realPath(port.path) : port.type === 'tcp' ? port.address : '',
  );
  return paths.flatMap((path, i) => {
    const first = paths.indexOf(path);
    return path !== '' && first < i
      ? [
          fault(
            ['port', i],
            `port "${ports[i]?.name}" is the same line as port "${ports[first]?.name}" (${path})`,
            'A line can only be opened once: put its devices on one port',
          ),
        ]
      : [];
  });
}

function sameBrokers({ destinations, gateway }: Config): Fault[] {
  const places = destinations.map(({ url, tenant = gateway.tenant }) => `${url} ${tenant}`);
  return destinations.flatMap(({ url }, i) =>
    places.indexOf(places[i] ?? '') < i
      ? [
          fault(
            ['destination', i, 'url'],
            `another destination already sends to ${url} under the same tenant, and so under the same topics`,
            'Make them one, with the filters of both, or give this one a tenant of its own',
          ),
        ]
      : [],
  );
}

function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

function checkDevice(device: DeviceConfig, { ports, devices }: Config, path: Path): Fault[] {
  const port = ports.find(({ name }) => name === device.port);
  if (port === undefined) {
    const names = ports.map(({ name }) => name);
    return [
      fault(
        [...path, 'port'],
        `device "${device.id}" hangs on port "${device.port}", which does not exist`,
        suggestion(device.port, names),
      ),
    ];
  }
  if (takesRegisteredDevices(port)) {
    return [
      fault(
        [...path, 'port'],
        `port "${port.name}" takes LoRaWAN devices, which are not written here`,
        'Register it with: machimori device add',
      ),
    ];
  }
  const faults: Fault[] = [];
  if (port.type === 'mqtt') {
    if (device.topic === undefined) {
      faults.push(
        fault(
          path,
          `device "${device.id}" is on an MQTT port but has no topic`,
          'Add topic = "…", to which the device publishes',
        ),
      );
    } else if (/[+#]/.test(device.topic)) {
      faults.push(
        fault(
          [...path, 'topic'],
          'a topic may not hold the wildcards + and #',
          'Give each device the topic it publishes to',
        ),
      );
    } else if (
      devices.some((other) => other !== device && other.port === device.port && other.topic === device.topic)
    ) {
      faults.push(
        fault(
          [...path, 'topic'],
          `another device already has the topic "${device.topic}"`,
          'Give each device a topic of its own',
        ),
      );
    }
    if (device.deviceType.takesMessages !== true) {
      faults.push(
        fault(
          [...path, 'type'],
          `a device of type ${device.type} cannot be on an MQTT port`,
          'Use the type line with a JSON profile',
        ),
      );
    }
  } else if (device.topic !== undefined) {
    faults.push(fault([...path, 'topic'], 'only a device on an MQTT port has a topic', 'Remove it'));
  }
  if (device.schedule !== undefined && !isCronExpression(device.schedule)) {
    faults.push(
      fault(
        [...path, 'schedule'],
        `"${device.schedule}" is no cron expression`,
        'Write minute hour day month weekday: "*/10 * * * *" is every ten minutes',
      ),
    );
  }
  for (const [i, { min, max }] of device.range.entries()) {
    if (min !== undefined && max !== undefined && min > max) {
      faults.push(fault([...path, 'range', i, 'min'], 'min is above max', 'Swap them'));
    }
  }
  const alarms = device.threshold.map(({ alarm }) => alarm);
  for (const [i, alarm] of alarms.entries()) {
    if (alarms.indexOf(alarm) < i) {
      faults.push(
        fault(
          [...path, 'threshold', i, 'alarm'],
          `the device already has an alarm "${alarm}"`,
          'Give each alarm a name of its own',
        ),
      );
    }
  }
  return faults;
}

function checkPort(port: Config['ports'][number], { devices }: Config, path: Path): Fault[] {
  const own = devices.filter((device) => device.port === port.name);
  if (takesRegisteredDevices(port)) return checkLorawanPort(port, path);
  if (own.length === 0)
    return [note(path, `no device hangs on port "${port.name}"`, 'Add a [[device]] for it, or remove it')];
  if (port.type === 'mqtt') return [];
  const [first] = own;
  const stranger = own.find((device) => device.type !== first?.type);
  if (first !== undefined && stranger !== undefined) {
    const what = `port "${port.name}" has devices of two types, ${first.type} and ${stranger.type}`;
    return [
      fault(['device', devices.indexOf(stranger), 'port'], what, 'One line speaks one protocol: give them a port each'),
    ];
  }
  const most = first?.deviceType.maxDevicesPerPort ?? 0;
  return own.length > most
    ? [
        fault(
          path,
          `port "${port.name}" has ${own.length} devices, ${first?.type} allows ${most}`,
          'Give each a port of its own',
        ),
      ]
    : [];
}

function checkDestination(destination: DestinationConfig, config: Config, path: Path): Fault[] {
  const { devices, gateway, ports, projects } = config;
  /** Names that are not written here may be those of registered devices. */
  const unknown = ports.some(takesRegisteredDevices) ? note : fault;
  const faults: Fault[] = [];
  const url = URL.canParse(destination.url) ? new URL(destination.url) : undefined;
  if (url === undefined || !['mqtt:', 'mqtts:', 'ws:', 'wss:'].includes(url.protocol)) {
    faults.push(
      fault(
        [...path, 'url'],
        `"${destination.url}" is no address of a broker`,
        'Write mqtt://host:1883 or mqtts://host:8883',
      ),
    );
  } else if (url.username !== '' || url.password !== '') {
    faults.push(
      fault(
        [...path, 'url'],
        'the address holds credentials',
        'Use username and password-file, so that they stay out of logs',
      ),
    );
  } else if (
    destination.passwordFile !== undefined &&
    !/^(mqtts|wss):$/.test(url.protocol) &&
    !isLoopback(url.hostname)
  ) {
    faults.push(note([...path, 'url'], 'the password travels unencrypted', 'Use mqtts:// if the city OS offers it'));
  }
  if ((destination.certFile === undefined) !== (destination.keyFile === undefined)) {
    faults.push(fault(path, 'a client certificate needs both cert-file and key-file', 'Add the one that is missing'));
  }
  for (const key of ['passwordFile', 'caFile', 'certFile', 'keyFile'] as const) {
    faults.push(...checkSecretFile(destination[key], [...path, key], key === 'passwordFile' || key === 'keyFile'));
  }
  const ids = devices.map(({ id }) => id);
  const groups = [...new Set(devices.flatMap(({ group }) => group ?? []))];
  for (const [i, id] of destination.devices.entries()) {
    if (!ids.includes(id))
      faults.push(unknown([...path, 'devices', i], `there is no device "${id}"`, suggestion(id, ids)));
  }
  for (const [i, group] of destination.groups.entries()) {
    if (!groups.includes(group)) {
      faults.push(unknown([...path, 'groups', i], `no device is in the group "${group}"`, suggestion(group, groups)));
    }
  }
  const tenants = [
    ...new Set([
      ...devices.map(({ tenant = gateway.tenant }) => tenant),
      ...projects.map(({ name }) => name),
      ...(ports.some(takesRegisteredDevices) ? [gateway.tenant] : []),
    ]),
  ];
  for (const [i, tenant] of destination.tenants.entries()) {
    if (!tenants.includes(tenant)) {
      faults.push(
        fault([...path, 'tenants', i], `no device is of the tenant "${tenant}"`, suggestion(tenant, tenants)),
      );
    }
  }
  return faults;
}

/** Readings that no destination takes would be written and then forgotten. */
function unwantedDevices(config: Config): Fault[] {
  const { devices, destinations, gateway } = config;
  const taken = new Set(destinations.flatMap((destination) => tenantsOf(destination, config)));
  return devices.flatMap(({ id, tenant = gateway.tenant }, i) =>
    destinations.length === 0 || taken.has(tenant)
      ? []
      : [
          note(
            ['device', i, 'tenant'],
            `no destination takes the readings of "${id}", which are of the tenant "${tenant}"`,
            `Add a [[destination]] with tenant = "${tenant}"`,
          ),
        ],
  );
}

function checkListening({ status, ports }: Config): Fault[] {
  const faults: Fault[] = [];
  if (!isLoopback(splitAddress(status.listen).host)) {
    faults.push(
      fault(
        ['status', 'listen'],
        'the status has no password and may only listen on loopback',
        'Write listen = "127.0.0.1:9464"',
      ),
    );
  }
  for (const [i, port] of ports.entries()) {
    if (port.type !== 'mqtt') continue;
    const path = ['port', i];
    faults.push(...checkSecretFile(port.passwordFile, [...path, 'passwordFile'], true));
    if ((port.username === undefined) !== (port.passwordFile === undefined)) {
      faults.push(fault(path, 'username and password-file belong together', 'Add the one that is missing'));
    }
    if (port.url === undefined && !isLoopback(splitAddress(port.listen).host) && port.passwordFile === undefined) {
      faults.push(
        fault(
          [...path, 'listen'],
          'a broker that others can reach needs credentials',
          'Add username and password-file, or listen on 127.0.0.1',
        ),
      );
    }
  }
  return faults;
}
