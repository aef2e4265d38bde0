/** A port for LoRa gateways with LoRa Basics Station. */
import type { RegionName } from '../../devices/lorawan/region.ts';
import type { RadioPort, RadioSurroundings } from '../lorawan/radio.ts';

export interface BasicsStationSettings {
  readonly name: string;
  readonly listen: string;
  readonly stations: readonly string[];
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly caFile?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly region: RegionName;
}

export function basicsStationPort({ listen }: BasicsStationSettings, _surroundings: RadioSurroundings): RadioPort {
  return { path: `ws://${listen}`, run: () => Promise.resolve() };
}
