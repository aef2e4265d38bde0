/** What no single setting of LoRaWAN, its ports, profiles and projects can know. */
import { existsSync } from 'node:fs';
import { splitAddress } from '../net/address.ts';
import { checkSecretFile, isLoopback } from '../net/exposure.ts';
import { type Fault, fault, note } from './fault.ts';
import type { PortConfig } from './port-settings.ts';
import type { Config } from './settings.ts';
import { tenantsOf } from './settings.ts';
import type { Path } from './toml-lines.ts';

type LorawanPort = Extract<PortConfig, { type: 'lorawan-udp' | 'basics-station' | 'chirpstack' }>;

/** Its devices are in the register (`machimori device`), not in the configuration. */
export function takesRegisteredDevices(port: PortConfig): port is LorawanPort {
  return port.type === 'lorawan-udp' || port.type === 'basics-station' || port.type === 'chirpstack';
}

export function checkLorawanPort(port: LorawanPort, path: Path): Fault[] {
  switch (port.type) {
    case 'lorawan-udp':
      return isLoopback(splitAddress(port.listen).host)
        ? []
        : [
            port.stations.length === 0
              ? fault(
                  [...path, 'listen'],
                  'the UDP packet forwarder knows no password, so beyond loopback its stations must be named',
                  'Add stations = ["<gateway EUI>", …], or listen on 127.0.0.1',
                )
              : note(
                  [...path, 'listen'],
                  'gateway EUIs can be forged by whoever reaches this address',
                  'Let only a private network or a VPN reach it, or use a basics-station port with TLS and a token',
                ),
          ];
    case 'basics-station': {
      const { listen, certFile, keyFile, tokenFile, caFile } = port;
      const faults = [
        ...checkSecretFile(certFile, [...path, 'certFile'], false),
        ...checkSecretFile(keyFile, [...path, 'keyFile'], true),
        ...checkSecretFile(caFile, [...path, 'caFile'], false),
        ...checkSecretFile(tokenFile, [...path, 'tokenFile'], true),
      ];
      if ((certFile === undefined) !== (keyFile === undefined)) {
        faults.push(fault(path, 'TLS needs both cert-file and key-file', 'Add the one that is missing'));
      }
      if (caFile !== undefined && certFile === undefined) {
        faults.push(fault([...path, 'caFile'], 'client certificates need TLS', 'Add cert-file and key-file'));
      }
      const hasCredentials = certFile !== undefined && (tokenFile !== undefined || caFile !== undefined);
      if (!isLoopback(splitAddress(listen).host) && !hasCredentials) {
        faults.push(
          fault(
            [...path, 'listen'],
            'what others can reach needs TLS and credentials',
            'Add cert-file, key-file and token-file (or ca-file), or listen on 127.0.0.1',
          ),
        );
      }
      return faults;
    }
    case 'chirpstack':
      return [
        ...checkSecretFile(port.passwordFile, [...path, 'passwordFile'], true),
        ...checkSecretFile(port.caFile, [...path, 'caFile'], false),
      ];
  }
}

/** A note only: a project that deletes its codec must not keep the gateway, and with it all others, from starting. */
export function checkLorawanProfiles({ lorawanProfiles }: Config): Fault[] {
  return [...lorawanProfiles.values()].flatMap(({ codecFile, index }) =>
    codecFile === undefined || existsSync(codecFile)
      ? []
      : [
          note(
            ['profile', index, 'codecFile'],
            `the codec ${codecFile} does not exist, so payloads are kept undecoded`,
            'Check the path; it is relative to this configuration',
          ),
        ],
  );
}

export function checkProjects(config: Config): Fault[] {
  const { projects, destinations, gateway } = config;
  const taken = new Set(destinations.flatMap((destination) => tenantsOf(destination, config)));
  return projects.flatMap(({ name }, i) => [
    ...(name === gateway.tenant
      ? [
          fault(
            ['project', i, 'name'],
            `"${name}" is the tenant of this gateway itself`,
            'Give the project a name of its own',
          ),
        ]
      : []),
    ...(taken.has(name)
      ? []
      : [
          note(
            ['project', i],
            `no destination takes the readings of project "${name}"`,
            `Add a [[destination]] with tenant = "${name}"`,
          ),
        ]),
  ]);
}
