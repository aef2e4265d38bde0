/** The configuration of the gateway under test: written from the rig's devices, or the user's own with its places filled in. */
import { readFileSync } from 'node:fs';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import { listed } from '../../shared/text.ts';
import type { Bench, BenchDevice } from '../../simulators/rig/bench.ts';
import type { RigPlan, WirePlan } from '../../simulators/rig/plan.ts';
import { tomlOf } from '../config/toml.ts';
import { say } from './words.ts';

/** A city OS as a gateway's `[[destination]]` has it. */
export type DestinationTable = Readonly<Record<string, unknown>>;

export const SENDER = { tenant: 'rig', gateway: 'gateway-under-test' } as const;

export interface Ends {
  readonly plan: RigPlan;
  readonly bench: Bench;
  /** By name of the city. */
  readonly destinations: ReadonlyMap<string, DestinationTable>;
  /** The addresses of the cities, by name. */
  readonly urls: ReadonlyMap<string, string>;
}

/** Throws a MachimoriError "rig-configuration" if the user's file cannot be read or names what is not there. */
export function gatewayConfig(ends: Ends): string {
  const { gateway, path } = ends.plan;
  return gateway?.config === undefined ? ownConfig(ends) : filledIn(path(gateway.config), ends);
}

function ownConfig({ plan, bench, destinations }: Ends): string {
  const devices = [...bench.devices.values()];
  const opened = bench.wires;
  const wires = plan.wires.filter(({ name }) => opened.has(name));
  return tomlOf({
    gateway: { id: SENDER.gateway, tenant: SENDER.tenant, dataDirectory: 'data' },
    buffer: { batchAge: plan.gateway?.batchAge ?? '1s', commitWithin: '100ms' },
    clock: { synchronised: 'always' },
    status: { enabled: false },
    port: wires.map((wire) => ({ name: wire.name, ...portOf(wire, opened.get(wire.name)?.path ?? '') })),
    device: devices.map(deviceTable),
    destination: [...destinations].map(([name, table]) => ({ ...table, name })),
  });
}

function portOf(wire: WirePlan, path: string): Readonly<Record<string, unknown>> {
  if (wire.type === 'tcp') return { type: 'tcp', address: path.replace('tcp://', '') };
  if (wire.type === 'broker') return { type: 'mqtt', url: path };
  if (wire.type === 'mqtt') return { type: 'mqtt', listen: path.replace('mqtt://', ''), trustLocal: true };
  if (wire.type !== 'dial-in') return { type: 'serial', path };
  const { address, registration, heartbeat } = wire;
  return {
    ...{ type: 'tcp-listen', listen: address, trustLocal: true },
    ...(registration !== undefined && { identification: registration }),
    ...(heartbeat !== undefined && { heartbeat }),
  };
}

function deviceTable({
  plan: { id, wire, place, gateway },
  configured,
}: BenchDevice): Readonly<Record<string, unknown>> {
  return {
    ...{ id, type: configured.type, port: wire, ...configured.settings },
    ...(place && { place: { lat: place.lat, lon: place.lon, ...(place.name !== undefined && { name: place.name }) } }),
    ...gateway,
  };
}

/** "%wire.gauge%" becomes the wire's path and "%city.city%" the address of the city OS. */
function filledIn(file: string, { bench, urls }: Ends): string {
  const places: ReadonlyMap<string, string> = new Map([
    ...[...bench.wires].map(([name, wire]) => [`wire.${name}`, wire.path.replace('tcp://', '')] as [string, string]),
    ...[...urls].map(([name, url]) => [`city.${name}`, url] as [string, string]),
  ]);
  return readConfig(file).replaceAll(/%((?:wire|city)\.[A-Za-z0-9._-]+)%/g, (_, name: string) => {
    const value = places.get(name);
    if (value !== undefined) return value;
    const known = listed([...places.keys()].map((each) => `%${each}%`));
    throw new MachimoriError('rig-configuration', {
      what: say.noPlace({ name }),
      on: file,
      hint: say.usePlace({ known }),
    });
  });
}

function readConfig(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const what = say.configUnreadable({ why: messageOf(cause) });
    throw new MachimoriError('rig-configuration', { what, on: file, hint: say.checkConfigPath(), cause });
  }
}
