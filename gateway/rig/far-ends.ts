/** Everything beyond the gateway under test: city OSes of any kind, each with what can be wrong with it. */
import { join } from 'node:path';
import { codeOf, MachimoriError } from '../../shared/errors.ts';
import type { Misbehaviour } from '../../simulators/city-os/city-os-faults.ts';
import { FaultBoard } from '../../simulators/fault-board.ts';
import { type Link, openLink } from '../../simulators/link/link.ts';
import { followOutage } from '../../simulators/outage.ts';
import { Random } from '../../simulators/random.ts';
import type { RigPlan } from '../../simulators/rig/plan.ts';
import { seedOf } from '../../simulators/rig/seed.ts';
import type { CitySettings } from '../../simulators/rig/settings.ts';
import type { VirtualClock } from '../../simulators/virtual-clock.ts';
import type { City, CityReading, Sender } from './city.ts';
import { cityFaults } from './city-faults.ts';
import { sumOf } from './counts.ts';
import { openCity } from './open-city.ts';
import { openVirtualCity, type VirtualCity, type VirtualCityOptions } from './virtual/virtual-city.ts';
import { say } from './words.ts';

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
  readonly #links: Link[] = [];

  async open(settings: CitySettings, plan: RigPlan, surroundings: FarEndsSurroundings): Promise<void> {
    const { name, type } = settings;
    const random = new Random(seedOf(plan.rig.seed, name));
    const faults = new FaultBoard(cityFaults(type));
    const folder = join(surroundings.folder, name);
    const city = surroundings.isVirtual
      ? this.#openVirtual({ folder, faults, random, clock: surroundings.clock }, settings)
      : await this.#openReal({ folder, faults, random }, settings);
    if (type === 'hub' || surroundings.isVirtual) this.#followOutage(city, faults, surroundings.clock);
    this.cities.set(name, city);
    this.boards.set(name, faults);
  }

  #openVirtual(options: VirtualCityOptions, settings: CitySettings): City {
    this.virtual = openVirtualCity({ ...options, misbehaviour: refusing(settings) });
    return this.virtual;
  }

  /** Behind a link of its own, at whose port a gateway finds it; a hub names its own port when it enrols. */
  async #openReal(
    options: { readonly folder: string; readonly faults: FaultBoard; readonly random: Random },
    settings: CitySettings,
  ): Promise<City> {
    const { type: kind, port, tls } = settings;
    if (kind === 'hub') return openCity({ kind, ...options, port });
    const certificates = tls ? { certificateFolder: join(options.folder, 'certificates') } : {};
    const feed = kind === 'feed' ? { ...certificates, misbehaviour: refusing(settings) } : {};
    const city = await openCity({ kind, ...options, ...feed });
    try {
      const link = await openLink({ ...options, toPort: Number(new URL(city.url).port), port });
      this.#links.push(link);
      return behind(city, link);
    } catch (cause) {
      await city.close();
      if (codeOf(cause) !== 'EADDRINUSE') throw cause;
      const on = `127.0.0.1:${port}`;
      throw new MachimoriError('port-taken', { what: say.portTaken(), on, hint: say.otherPort(), cause });
    }
  }

  /** By default of the first. */
  readings(name?: string): Iterable<CityReading> {
    return this.#city(name)?.readings() ?? [];
  }

  missing(name?: string): number {
    return this.#city(name)?.missing() ?? 0;
  }

  refused(name?: string): ReadonlyMap<string, number> {
    return this.#city(name)?.refused() ?? new Map();
  }

  alike(name?: string): number {
    return this.#city(name)?.duplicates() ?? 0;
  }

  /** Readings by device. */
  storedBy(name?: string): ReadonlyMap<string, number> {
    const city = this.#city(name);
    return city === undefined ? new Map() : sumsOf(city);
  }

  stored(): Stored {
    const sums = [...this.cities].map(([name, city]) => [name, sumsOf(city)] as const);
    return {
      devices: sums[0]?.[1] ?? new Map(),
      cities: new Map(sums.map(([name, devices]) => [name, sumOf(devices.values())])),
    };
  }

  async close(): Promise<void> {
    this.#over.abort();
    for (const outage of this.#outages) await outage.ended();
    for (const link of this.#links.splice(0)) await link.close();
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

/** The same at the near end of a link. */
function behind(city: City, { port }: Link): City {
  const url = new URL(city.url);
  url.port = String(port);
  const near = url.href.replace(/\/$/, '');
  return Object.create(city, {
    url: { value: near },
    destination: { value: (sender: Sender) => ({ ...city.destination(sender), url: near }) },
  });
}

/** Readings that fit one of the rules are refused, for the rule's reason. */
function refusing({ refuse }: CitySettings): Misbehaviour {
  if (refuse.length === 0) return {};
  return {
    refuse({ device, kind, values }) {
      const rule = refuse.find((each) => {
        const value = each.quantity === undefined ? undefined : values[each.quantity];
        return (
          (each.device === undefined || each.device === device) &&
          (each.kind === undefined || each.kind === kind) &&
          (each.quantity === undefined || typeof value === 'number') &&
          (each.above === undefined || Number(value) > each.above) &&
          (each.below === undefined || Number(value) < each.below)
        );
      });
      return rule?.reason;
    },
  };
}

/** Without what a gateway adds of its own. */
function sumsOf(city: City): ReadonlyMap<string, number> {
  return new Map(
    [...city.counts()].map(([device, kinds]) => [device, sumOf(kinds.values()) - (kinds.get('alarm') ?? 0)]),
  );
}
