/**
 * What a report says, summed up from an archive: a query a day for the devices' rhythm, then, when it is known how long each may be quiet,
 * one for their silences.
 *
 * Bounds: `maxDevices`, `maxAlarms` and `maxGaps` in memory; how many more there are is told, not which. Peaks of alarms are looked up
 * for the first `maxPeaks`, as long as they span no more than `maxPeakSpanMs` together. A device that was not heard in the `lookBackMs`
 * before the period, nor in it, is taken as gone.
 */
import type { LookUp, LookUpRow } from '../../destinations/archive/look-up.ts';
import type { Day, Period } from '../period.ts';
import { type Episode, episodesOf } from './alarm-episodes.ts';
import { addDay, type Pause } from './availability.ts';
import { type DayRow, DeviceTally } from './device-tally.ts';
import { GatewayTally } from './gateway-tally.ts';
import { peakOf } from './peak.ts';
import * as queries from './queries.ts';

const dayMs = 86_400_000;
export const maxDevices = 50_000;
export const maxAlarms = 50_000;
export const maxGaps = 50_000;
const maxPeaks = 2_000;
const maxPeakSpanMs = 400 * dayMs;
export const lookBackDays = 31;
export const lookBackMs = lookBackDays * dayMs;
/** Days before the period that also tell of a device's rhythm, so that one that fails on the first day has one. */
const rhythmBeforeMs = 2 * dayMs;
/** Between the names of a key: no archive has one within a name (storable.ts). */
const BETWEEN = '\0';

export interface TallyOptions {
  readonly period: Period;
  /** Epoch ms. What comes after it is not known yet. */
  readonly now: number;
  /** How long a device may be quiet by its setting, ms; 0 for ever; undefined without one. */
  expectEveryMs(tenant: string, gateway: string, device: string): number | undefined;
  /** False if the archive is not given every batch, so that a number that is missing says nothing. */
  readonly hasAllBatches: boolean;
  progress(done: number, all: number): void;
}

export interface AlarmTally extends Episode {
  readonly peak: number | undefined;
}

export interface GapTally {
  readonly tenant: string;
  readonly gateway: string;
  readonly epoch: string;
  readonly first: number;
  readonly last: number;
  /** Undefined: nobody knows. */
  readonly readings: number | undefined;
  /** A gap's reason, or "missing". */
  readonly reason: string;
  readonly received: number;
}

export interface MonthTally {
  readonly until: number;
  readonly oldest: number | undefined;
  readonly hasAllBatches: boolean;
  readonly devices: readonly DeviceTally[];
  readonly gateways: readonly GatewayTally[];
  readonly alarms: readonly AlarmTally[];
  readonly gaps: readonly GapTally[];
  readonly readingsByDay: readonly number[];
  /** What did not fit, and devices that were not heard for so long that they are taken as gone. */
  readonly more: { readonly devices: number; readonly alarms: number; readonly gaps: number; readonly gone: number };
}

export async function tallyMonth(lookUp: LookUp, options: TallyOptions): Promise<MonthTally> {
  return new Tallying(lookUp, options).run();
}

class Tallying {
  readonly #lookUp: LookUp;
  readonly #options: TallyOptions;
  readonly #until: number;
  readonly #days: readonly Day[];
  readonly #devices = new Map<string, DeviceTally>();
  readonly #gateways = new Map<string, GatewayTally>();
  readonly #readingsByDay: number[];
  readonly #more = { devices: 0, alarms: 0, gaps: 0, gone: 0 };
  #done = 0;

  constructor(lookUp: LookUp, options: TallyOptions) {
    this.#lookUp = lookUp;
    this.#options = options;
    this.#until = Math.min(options.period.to, Math.max(options.now, options.period.from));
    this.#days = options.period.days;
    this.#readingsByDay = this.#days.map(() => 0);
  }

  async run(): Promise<MonthTally> {
    const { hasAllBatches, period } = this.#options;
    const oldest = await this.#oldest();
    await this.#meetDevices();
    for (const [index, day] of this.#days.entries()) await this.#readDay(index, day);
    for (const device of this.#devices.values()) this.#endOf(device);
    const listed = this.#listed();
    for (const [index, day] of this.#days.entries()) await this.#judgeDay(index, day, listed);
    for (const { names, readings } of listed) {
      const gateway = this.#gateway(names.tenant, names.gateway);
      gateway.devices++;
      gateway.readings += readings;
    }
    await this.#batches();
    const gaps = await this.#gaps();
    const alarms = await this.#alarms();
    const byName = (a: GatewayTally, b: GatewayTally) => compare(a.tenant, b.tenant) || compare(a.gateway, b.gateway);
    return {
      ...{ until: Math.min(this.#until, period.to), oldest, hasAllBatches, devices: listed, alarms, gaps },
      gateways: [...this.#gateways.values()].sort(byName),
      readingsByDay: this.#readingsByDay,
      more: this.#more,
    };
  }

  #rows(sql: string, ...values: (string | number)[]): AsyncGenerator<LookUpRow> {
    return this.#lookUp.rows(sql, values);
  }

  async #oldest(): Promise<number | undefined> {
    for await (const { received } of this.#rows(queries.oldestBatch(this.#lookUp.relations))) return Number(received);
    return undefined;
  }

  async #meetDevices(): Promise<void> {
    const { relations } = this.#lookUp;
    const { period, expectEveryMs } = this.#options;
    const kinds = new Map<string, string[]>();
    for await (const row of this.#rows(queries.kinds(relations))) {
      const key = keyOf(row);
      if (kinds.size < maxDevices || kinds.has(key)) kinds.set(key, [...(kinds.get(key) ?? []), String(row.kind)]);
    }
    for await (const row of this.#rows(queries.devices(relations))) {
      if (this.#devices.size >= maxDevices) {
        this.#more.devices++;
        continue;
      }
      const [tenant, gateway, device] = [String(row.tenant), String(row.gateway), String(row.device)];
      const names = {
        ...{ tenant, gateway, device, kinds: kinds.get(keyOf(row)) ?? [] },
        ...{ type: textIn(row.type), group: textIn(row.group_name), place: textIn(row.place_name) },
      };
      const tally = new DeviceTally(names, this.#days.length, expectEveryMs(tenant, gateway, device));
      this.#devices.set(keyOf(row), tally);
    }
    for await (const row of this.#rows(queries.lastReadings(relations), period.from - lookBackMs, period.from)) {
      const device = this.#devices.get(keyOf(row));
      if (device !== undefined) device.lastBefore = Number(row.last);
    }
    for await (const row of this.#rows(queries.dayOfDevices(relations), period.from - rhythmBeforeMs, period.from)) {
      this.#devices.get(keyOf(row))?.before(row as DayRow); // the columns of the query
    }
  }

  async #readDay(index: number, { from, to }: Day): Promise<void> {
    const { relations } = this.#lookUp;
    if (from < this.#until) {
      const until = Math.min(to, this.#until);
      for await (const row of this.#rows(queries.dayOfDevices(relations), from, until)) {
        this.#readingsByDay[index] = (this.#readingsByDay[index] ?? 0) + Number(row.readings);
        this.#devices.get(keyOf(row))?.day(index, row as DayRow); // the columns of the query
      }
      for await (const row of this.#rows(queries.qualities(relations), from, until)) {
        const doubtful = this.#devices.get(keyOf(row))?.doubtful;
        add(doubtful, String(row.quality), Number(row.readings));
      }
      for await (const row of this.#rows(queries.lateness(relations), from, until)) {
        const { lateness } = this.#gateway(String(row.tenant), String(row.gateway));
        add(lateness, Number(row.seconds), Number(row.readings));
      }
    }
    this.#step();
  }

  /** The silence that the period, or what is known of it, ends with. */
  #endOf(device: DeviceTally): void {
    device.judge();
    const { from } = this.#options.period;
    const last = device.last ?? device.lastBefore;
    if (last !== undefined) device.silent({ from: last, to: this.#until, isOpen: true });
    if (device.longest !== undefined) {
      device.longest = { ...device.longest, from: Math.max(from, device.longest.from) };
    }
  }

  #listed(): DeviceTally[] {
    const all = [...this.#devices.values()];
    const listed = all.filter(({ readings, lastBefore }) => readings > 0 || lastBefore !== undefined);
    this.#more.gone = all.length - listed.length;
    return listed;
  }

  async #judgeDay(index: number, day: Day, listed: readonly DeviceTally[]): Promise<void> {
    const to = Math.min(day.to, this.#until);
    const pauses = new Map<DeviceTally, Pause[]>();
    const wanted = [...this.#devices].flatMap(([key, { allowance, pauses: longest }]) =>
      allowance !== undefined && (longest[index] ?? 0) > allowance.quietMs
        ? [[...key.split(BETWEEN), allowance.quietMs]]
        : [],
    );
    if (wanted.length > 0) {
      const sql = queries.longPauses(this.#lookUp.relations);
      for await (const row of this.#rows(sql, day.from, to, JSON.stringify(wanted))) {
        const device = this.#devices.get(keyOf(row));
        if (device === undefined) continue;
        const known = pauses.get(device) ?? [];
        known.push([Number(row.since), Number(row.until)]);
        pauses.set(device, known);
      }
    }
    const { from } = this.#options.period;
    for (const [tally, devices] of this.#byGateway(listed)) {
      const sum = addDay(devices, { day, index, period: { from, until: this.#until }, pauses });
      tally.measuredMs += sum.measuredMs;
      tally.silentMs += sum.silentMs;
    }
    this.#step();
  }

  async #batches(): Promise<void> {
    const sql = queries.batchesByGateway(this.#lookUp.relations);
    for await (const row of this.#rows(sql, this.#options.period.from, this.#until)) {
      const gateway = this.#gateway(String(row.tenant), String(row.gateway));
      gateway.batches = Number(row.batches);
      gateway.refused = Number(row.refused);
    }
  }

  async #gaps(): Promise<GapTally[]> {
    const { relations } = this.#lookUp;
    const { from } = this.#options.period;
    const gaps: GapTally[] = [];
    const take = (row: LookUpRow, readings: number | undefined, reason: string) => {
      const [tenant, gateway, epoch] = [String(row.tenant), String(row.gateway), String(row.epoch)];
      const [first, last] = [Number(row.first), Number(row.last)];
      const tally = this.#gateway(tenant, gateway);
      if (readings === undefined) add(tally.missing, epoch, last - first + 1);
      else {
        const sum = tally.gaps.get(reason) ?? { numbers: 0, readings: 0 };
        tally.gaps.set(reason, { numbers: sum.numbers + last - first + 1, readings: sum.readings + readings });
      }
      if (gaps.length >= maxGaps) return void this.#more.gaps++;
      gaps.push({ tenant, gateway, epoch, first, last, readings, reason, received: Number(row.received) });
    };
    for await (const row of this.#rows(queries.gaps(relations), from, this.#until)) {
      take(row, Number(row.count), String(row.reason));
    }
    if (!this.#options.hasAllBatches) return gaps;
    for await (const row of this.#rows(queries.missing(relations), from, this.#until, from - lookBackMs)) {
      take(row, undefined, 'missing');
    }
    return gaps;
  }

  async #alarms(): Promise<AlarmTally[]> {
    const { from } = this.#options.period;
    const sql = queries.alarms(this.#lookUp.relations);
    const found: Episode[] = [];
    for await (const episode of episodesOf(this.#rows(sql, from - lookBackMs, this.#until), from)) {
      if (found.length >= maxAlarms) this.#more.alarms++;
      else found.push(episode);
    }
    found.sort((a, b) => (a.raised ?? 0) - (b.raised ?? 0));
    const alarms: AlarmTally[] = [];
    let spanMs = 0;
    for (const episode of found) {
      spanMs += (episode.cleared ?? this.#until) - (episode.raised ?? from);
      const isWithin = alarms.length < maxPeaks && spanMs <= maxPeakSpanMs;
      alarms.push({ ...episode, peak: isWithin ? await peakOf(this.#lookUp, episode, this.#until) : undefined });
    }
    return alarms;
  }

  #byGateway(listed: readonly DeviceTally[]): ReadonlyMap<GatewayTally, readonly DeviceTally[]> {
    const of = new Map<GatewayTally, DeviceTally[]>();
    for (const device of listed) {
      const gateway = this.#gateway(device.names.tenant, device.names.gateway);
      const others = of.get(gateway) ?? [];
      others.push(device);
      of.set(gateway, others);
    }
    return of;
  }

  #gateway(tenant: string, gateway: string): GatewayTally {
    const key = [tenant, gateway].join(BETWEEN);
    const tally = this.#gateways.get(key) ?? new GatewayTally(tenant, gateway);
    this.#gateways.set(key, tally);
    return tally;
  }

  #step(): void {
    this.#options.progress(++this.#done, 2 * this.#days.length);
  }
}

/** By the columns of `Relations.key`. */
function keyOf({ id, tenant, gateway, device }: LookUpRow): string {
  return id === undefined ? [tenant, gateway, device].join(BETWEEN) : String(id);
}

function textIn(cell: LookUpRow[string] | undefined): string | undefined {
  return typeof cell === 'string' && cell !== '' ? cell : undefined;
}

function add<K>(counts: Map<K, number> | undefined, key: K, count: number): void {
  counts?.set(key, (counts.get(key) ?? 0) + count);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
