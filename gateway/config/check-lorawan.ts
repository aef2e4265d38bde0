/** What no single setting of LoRaWAN profiles and projects can know. */
import { existsSync } from 'node:fs';
import { takesTenant } from '../destinations/common-settings.ts';
import { type Fault, fault, note } from '../words/fault.ts';
import type { Config } from './settings.ts';
import { say } from './words.ts';

/** A note only: a project that deletes its codec must not keep the gateway, and with it all others, from starting. */
export function checkLorawanProfiles({ lorawanProfiles }: Config): Fault[] {
  return [...lorawanProfiles.values()].flatMap(({ codecFile, index }) =>
    codecFile === undefined || existsSync(codecFile)
      ? []
      : [note(['profile', index, 'codecFile'], say.noCodec({ file: codecFile }), say.checkPath())],
  );
}

export function checkProjects(config: Config): Fault[] {
  const { projects, destinations, gateway } = config;
  const isTaken = (tenant: string) => destinations.some((destination) => takesTenant(destination, config, tenant));
  return projects.flatMap(({ name }, i) => [
    ...(name === gateway.tenant
      ? [fault(['project', i, 'name'], say.gatewayTenant({ name }), say.ownProjectName())]
      : []),
    ...(isTaken(name)
      ? []
      : [note(['project', i], say.untakenProject({ name }), say.addTenantDestination({ tenant: name }))]),
  ]);
}
