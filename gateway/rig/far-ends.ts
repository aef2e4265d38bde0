/** Everything beyond the gateway under test, and the LoRaWAN devices before it, which have no wires. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FaultBoard } from '../../simulators/fault-board.ts';
import { type CityGateway, deviceTable, type LorawanCity, openCity as openLorawanCity } from '../../simulators/lorawan/city.ts';
import { Random } from '../../simulators/random.ts';
import { seedOf } from '../../simulators/rig/bench.ts';
import type { RigPlan } from '../../simulators/rig/plan.ts';
import type { CitySettings, LorawanSettings } from '../../simulators/rig/settings.ts';
import type { VirtualClock } from '../../simulators/virtual-clock.ts';
import { SystemClock } from '../machine/system-clock.ts';
import { splitAddress } from '../net/address.ts';
import type { City, CityReading } from './city.ts';
import { openCity } from './open-city.ts';
import { openVirtualCity, type VirtualCity } from './virtual/virtual-city.ts';

export interface FarEnds {
  readonly cities: ReadonlyMap<string, City>;
  /** The only one on the virtual clock. */
  readonly virtual: VirtualCity | undefined;
  readonly lorawan: ReadonlyMap<string, LorawanGroup>;
  /** Of a city; undefined if there is none of this name. */
  boardOf(name: string): FaultBoard | undefined;
  clear(): void;
  readings(city?: string): Iterable<CityReading>;
  /** Of devices, and of cities, by name. */
  stored(): { readonly counts: ReadonlyMap<string, number>; readonly all: ReadonlyMap<string, number> };
  startLorawan(): void;
  stopLorawan(): Promise<void>;
  lorawanSent(): ReadonlyMap<string, ReadonlyMap<string, number>>;
  close(): Promise<void>;
}

export interface LorawanGroup {
  readonly city: LorawanCity;
  /** The devices as a table for `machimori device add --import`. */
  readonly table: string;
}
