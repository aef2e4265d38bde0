/** The LoRaWAN devices of a rig: they have no wires, but stations that send to the gateway's ports, and keys that it must know. */
import { FaultBoard } from '../../simulators/fault-board.ts';
import { type CityGateway, deviceTable, type LorawanCity, openCity } from '../../simulators/lorawan/city.ts';
import { lorawanIds } from '../../simulators/rig/lorawan-ids.ts';
import type { RigPlan } from '../../simulators/rig/plan.ts';
import { seedOf } from '../../simulators/rig/seed.ts';
import type { LorawanSettings } from '../../simulators/rig/settings.ts';
import { SystemClock } from '../machine/system-clock.ts';
import { splitAddress } from '../net/address.ts';
import { lorawanFaults } from './city-faults.ts';

export interface LorawanGroup {
  readonly settings: LorawanSettings;
  readonly city: LorawanCity;
  readonly faults: FaultBoard;
  /** The devices, for `machimori device add --import`. */
  readonly table: string;
  /** Of uplinks that a station heard, by device; a gateway makes a reading of each. */
  sent(): ReadonlyMap<string, number>;
}

/** What a gateway makes of Cayenne LPP without more settings. */
const KIND = 'measurement';
/** A machine that is busy is late: real time does not wait. */
const LENIENT = { toleranceMs: 500, patienceMs: 1_000, minLeadMs: 0 };

export async function openLorawanGroups({ rig, lorawan }: RigPlan): Promise<readonly LorawanGroup[]> {
  const groups: LorawanGroup[] = [];
  for (const settings of lorawan) groups.push(await openGroup(settings, rig.seed));
  return groups;
}

/** Of all groups, by device and kind. */
export function sentByLorawan(groups: readonly LorawanGroup[]): ReadonlyMap<string, ReadonlyMap<string, number>> {
  return new Map(
    groups.flatMap((group) => [...group.sent()].map(([id, count]) => [id, new Map([[KIND, count]])] as const)),
  );
}

async function openGroup(settings: LorawanSettings, seed: number): Promise<LorawanGroup> {
  const { name, udp, station, devices, gateways, perSecond, confirmed, profile } = settings;
  const faults = new FaultBoard(lorawanFaults(settings));
  const ways: CityGateway[] = [
    ...(udp === undefined ? [] : [{ protocol: 'udp' as const, ...splitAddress(udp), faults }]),
    ...(station === undefined ? [] : [{ protocol: 'station' as const, url: station, faults }]),
  ];
  const city = await openCity({
    ...{ seed: seedOf(seed, name), clock: new SystemClock('always'), devices, perSecond, confirmed, faults },
    gateways: Array.from({ length: gateways }, (_, at) => ways[at % ways.length]).filter((way) => way !== undefined),
    uplinksPerDevice: Number.POSITIVE_INFINITY,
    strictness: LENIENT,
  });
  const ids = lorawanIds(settings);
  return {
    ...{ settings, city, faults },
    table: deviceTable(
      city.devices.map((device, n) => ({ ...device, id: ids[n] ?? device.id })),
      profile,
    ),
    sent: () => new Map(city.devices.map(({ id, devEui }, n) => [ids[n] ?? id, city.sent.get(devEui)?.length ?? 0])),
  };
}
