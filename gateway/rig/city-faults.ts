/** What can be wrong with the far end of a rig, and with LoRaWAN devices and their stations. */
import { CITY_OS_FAULTS } from '../../simulators/city-os/city-os-faults.ts';
import type { FaultKind } from '../../simulators/fault-board.ts';
import { LINK_FAULTS } from '../../simulators/link/link.ts';
import { FORWARDER_FAULTS, LORAWAN_CITY_FAULTS, STATION_FAULTS } from '../../simulators/lorawan/lorawan-faults.ts';
import { ORION_FAULTS } from '../../simulators/orion/orion-faults.ts';
import type { CitySettings, LorawanSettings } from '../../simulators/rig/settings.ts';

/** A hub is a real one: it can only be away. */
const HUB_FAULTS = CITY_OS_FAULTS.filter(({ name }) => name === 'away');

/** With those of the link before it. */
export function cityFaults(type: CitySettings['type']): readonly FaultKind[] {
  if (type === 'hub') return HUB_FAULTS;
  return [...(type === 'feed' ? CITY_OS_FAULTS : ORION_FAULTS), ...LINK_FAULTS];
}

/** One board is that of the devices and of every station. */
export function lorawanFaults({ udp, station }: LorawanSettings): readonly FaultKind[] {
  return [
    ...LORAWAN_CITY_FAULTS,
    ...(udp === undefined ? [] : FORWARDER_FAULTS),
    ...(station === undefined ? [] : STATION_FAULTS),
  ];
}
