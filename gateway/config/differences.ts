/**
 * What differs between two configurations, as far as a running gateway can take it up part by part: its ports with their devices, and
 * its destinations. Tables are compared as they are written; files that they name are not read.
 */
import { isHub } from './hub.ts';
import { orderKeysOf } from './order-keys.ts';
import type { Config } from './settings.ts';
import { listKeyOf } from './watch-over.ts';

export interface Differences {
  /** Something else differs, or other gateways' batches pass through: the gateway must start anew. */
  readonly isMore: boolean;
  readonly ports: Changes;
  readonly destinations: Changes;
}

/** By name. What is changed has gone in its old form and come in its new one. */
export interface Changes {
  readonly gone: readonly string[];
  readonly come: readonly string[];
}

export function differencesOf(before: Config, after: Config): Differences {
  const ports = changes(portsOf(before), portsOf(after));
  const isOutputs = [...before.outputs, ...after.outputs].some(
    ({ port }) => ports.gone.includes(port ?? '') || ports.come.includes(port ?? ''),
  );
  return {
    isMore:
      isOutputs ||
      rest(before) !== rest(after) ||
      isHub(before) ||
      isHub(after) ||
      listKeyOf(before) !== listKeyOf(after) ||
      JSON.stringify(orderKeysOf(before)) !== JSON.stringify(orderKeysOf(after)),
    ports,
    destinations: changes(destinationsOf(before), destinationsOf(after)),
  };
}

/** Each as text: the port, its devices, and the profiles that these name. */
function portsOf({ ports, devices, written }: Config): ReadonlyMap<string, string> {
  const [writtenPorts, writtenDevices, profiles] = [written.port, written.device, written.profile].map(listOf);
  return new Map(
    ports.map(({ name }, i) => {
      const own = devices.flatMap((device, n) =>
        device.port === name ? [{ ...device, written: writtenDevices?.[n] }] : [],
      );
      const named = new Set(own.map(({ profileName }) => profileName));
      const theirs = profiles?.filter((profile) => named.has(nameOf(profile)));
      return [name, JSON.stringify([writtenPorts?.[i], own.map((device) => device.written), theirs])];
    }),
  );
}

function destinationsOf({ destinations, written }: Config): ReadonlyMap<string, string> {
  const tables = listOf(written.destination);
  return new Map(destinations.map(({ name }, i) => [name, JSON.stringify(tables[i])]));
}

/** Profiles of LoRaWAN devices belong to no port. */
function rest({ written, lorawanProfiles }: Config): string {
  const { port: _, device: __, destination: ___, profile, ...others } = written;
  return JSON.stringify([others, listOf(profile).filter((each) => lorawanProfiles.has(nameOf(each)))]);
}

function changes(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Changes {
  const differ = (some: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>) =>
    [...some].flatMap(([name, text]) => (others.get(name) === text ? [] : [name]));
  return { gone: differ(before, after), come: differ(after, before) };
}

function listOf(table: unknown): readonly unknown[] {
  return Array.isArray(table) ? table : [];
}

function nameOf(profile: unknown): string {
  return String((profile as { readonly name?: unknown } | null)?.name);
}
