/** What is wrong with the gateway's own settings: where it keeps its data, where its status is read, how it is called. */
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '../../shared/errors.ts';
import { isLocal } from '../net/address.ts';
import { type Fault, fault, note, type Path } from '../words/fault.ts';
import type { Config } from './settings.ts';
import { say } from './words.ts';

export function checkGateway(config: Config): Fault[] {
  return [...checkDataDirectory(config), ...checkStatus(config), ...checkNames(config)];
}

/** Who checks may not be the gateway's user: that this one may not write there is a note only. */
function checkDataDirectory({ gateway: { dataDirectory } }: Config): Fault[] {
  const at: Path = ['gateway', 'dataDirectory'];
  if (/(^|\/)~(\/|$)/.test(dataDirectory)) return [fault(at, say.tilde({ path: dataDirectory }), say.nameFolder())];
  const there = nearestThatExists(dataDirectory);
  if (!statSync(there).isDirectory()) return [fault(at, say.noFolder({ path: there }), say.nameFolder())];
  if (isKernels(there)) return [fault(at, say.kernelFolder({ path: dataDirectory }), say.nameFolder())];
  try {
    accessSync(there, constants.W_OK | constants.X_OK);
    return [];
  } catch (cause) {
    return [note(at, say.notWritable({ path: there, why: messageOf(cause) }), say.letWrite())];
  }
}

function nearestThatExists(path: string): string {
  if (existsSync(path)) return path;
  const above = dirname(path);
  return above === path ? path : nearestThatExists(above);
}

/** /proc and /sys: file systems that have no room at all. */
function isKernels(folder: string): boolean {
  return statfsSync(folder).blocks === 0;
}

function checkStatus({ status }: Config): Fault[] {
  if (isLocal(status.listen)) return [];
  return [fault(['status', 'listen'], say.openStatus(), say.closeStatus())];
}

/** What goes into topics. NATS makes a subject of a topic, in which a dot parts levels as the slash does. */
function checkNames({ gateway, destinations }: Config): Fault[] {
  const names: readonly (readonly [Path, string | undefined])[] = [
    [['gateway', 'id'], gateway.id],
    [['gateway', 'tenant'], gateway.tenant],
    ...destinations.map(({ tenant }, i) => [['destination', i, 'tenant'], tenant] as const),
  ];
  return names.flatMap(([path, name]) =>
    name?.includes('.') ? [note(path, say.dotInTopic({ name }), say.useHyphen())] : [],
  );
}
