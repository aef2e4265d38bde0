/** Everything beyond the gateway under test: city OSes of any kind, each with what can be wrong with it. */
import { join } from 'node:path';
import { FaultBoard } from '../../simulators/fault-board.ts';
import { followOutage } from '../../simulators/outage.ts';
import { Random } from '../../simulators/random.ts';
import { seedOf } from '../../simulators/rig/bench.ts';
import type { RigPlan } from '../../simulators/rig/plan.ts';
import type { CitySettings } from '../../simulators/rig/settings.ts';
import type { VirtualClock } from '../../simulators/virtual-clock.ts';
import type { City, CityReading } from './city.ts';
import { cityFaults } from './city-faults.ts';
import { openCity } from './open-city.ts';
import { openVirtualCity, type VirtualCity } from './virtual/virtual-city.ts';

export interface FarEndsSurroundings {
  readonly folder: string;
  readonly clock: VirtualClock;
  readonly isVirtual: boolean;
}

export async function openFarEnds(plan: RigPlan, surroundings: FarEndsSurroundings): Promise<FarEnds> {
  const ends = new FarEnds();
  try {
    for (const settings of plan.cities) await ends.open(settings, plan, surroundings);
  } catch (fault) {
    await ends.close();
    throw fault;
  }
  return ends;
}

export interface Stored {
  /** Readings by device, as the first city has them. */
  readonly devices: ReadonlyMap<string, number>;
  readonly cities: ReadonlyMap<string, number>;
}

export class FarEnds {
  readonly cities = new Map<string, City>();
  readonly boards = new Map<string, FaultBoard>();
  /** The only one on the virtual clock. */
  virtual: VirtualCity | undefined;
  readonly #over = new AbortController();
  readonly #outages: { ended(): Promise<void> }[] = [];

  async open(settings: CitySettings, plan: RigPlan, { folder, clock, isVirtual }: FarEndsSurroundings): Promise<void> {
    const { name, type: kind, port } = settings;
    const faults = new FaultBoard(cityFaults(kind));
    const options = { folder: join(folder, name), port, faults };
    if (isVirtual) {
      const random = new Random(seedOf(plan.rig.seed, name));
      this.virtual = openVirtualCity({ ...options, clock, random });
    }
    const city = this.virtual ?? (await openCity({ kind, ...options }));
    if (kind === 'hub' || isVirtual) this.#followOutage(city, faults, clock);
    this.cities.set(name, city);
    this.boards.set(name, faults);
  }

  /** By default of the first. */
  readings(name?: string): Iterable<CityReading> {
    return this.#city(name)?.readings() ?? [];
  }

  missing(name?: string): number {
    return this.#city(name)?.missing() ?? 0;
  }

  duplicates(name?: string): number {
    return this.#city(name)?.duplicates() ?? 0;
  }

  storedOf(device: string, name?: string): number {
    const city = this.#city(name);
    return city === undefined ? 0 : (sumsOf(city).get(device) ?? 0);
  }

  stored(): Stored {
    const sums = [...this.cities].map(([name, city]) => [name, sumsOf(city)] as const);
    return {
      devices: sums[0]?.[1] ?? new Map(),
      cities: new Map(sums.map(([name, devices]) => [name, [...devices.values()].reduce((sum, n) => sum + n, 0)])),
    };
  }

  async close(): Promise<void> {
    this.#over.abort();
    for (const outage of this.#outages) await outage.ended();
    for (const city of this.cities.values()) await city.close();
    this.cities.clear();
  }

  /** For those that do not go away by themselves. */
  #followOutage(city: City, faults: FaultBoard, clock: VirtualClock): void {
    const leave = async () => {
      await city.cutOff();
      return true;
    };
    const { signal } = this.#over;
    this.#outages.push(followOutage({ faults, name: 'away', clock, signal, leave, comeBack: () => city.comeBack() }));
  }

  #city(name: string | undefined): City | undefined {
    return name === undefined ? [...this.cities.values()][0] : this.cities.get(name);
  }
}

/** Without what a gateway adds of its own. */
function sumsOf(city: City): ReadonlyMap<string, number> {
  return new Map(
    [...city.counts()].map(([device, kinds]) => [
      device,
      [...kinds].reduce((sum, [kind, n]) => (kind === 'alarm' ? sum : sum + n), 0),
    ]),
  );
}
