/**
 * The model's account of one destination: what its city OS has stored, refused or been told is lost, held against what the
 * devices have observed. It is checked as things come, and audited when all is healed and drained.
 */
import type { BatchHeader } from '../../shared/feed/batch.ts';
import type { Gap } from '../../shared/feed/receipt.ts';
import { type Reading, SILENT } from '../../shared/reading.ts';
import { THRESHOLDS } from './devices.ts';
import type { Observation, Observations } from './observations.ts';
import type { World } from './world.ts';

/** "known": it was taken before, with another piece of the same batch. */
export type Outcome = 'stored' | 'refused' | 'known';

interface Taken {
  readonly reading: Reading;
  readonly observation: Observation;
  /** The batch in which it was first sealed, and the place in that: a batch that is split is sealed again in parts. */
  readonly epoch: string;
  readonly number: number;
  readonly position: number;
}

interface EpochAccount {
  /** Readings in each batch, by number. */
  readonly batches: Map<number, number>;
  /** By first number; `counted` is the last of the numbers that the count is of. */
  readonly gaps: Map<number, Gap & { readonly counted: number }>;
}

interface AccountOptions {
  /** Of the destination, or of the destination and the gateway behind a hub. */
  readonly name: string;
  readonly world: World;
  readonly observations: Observations;
  /** Which readings the destination asked for. */
  accepts(reading: Pick<Reading, 'kind'>): boolean;
  /** The order in which batches were sealed is not known, since it does not say what parts are of. */
  readonly isUnordered?: boolean;
  /** Why a reading's time is wrong; undefined where it is right. */
  faultOfTime(reading: Reading, observation: Observation): string | undefined;
}

export class Account {
  readonly #options: AccountOptions;
  readonly #taken = new Map<string, Taken[]>();
  /** When it was first taken, ms since the start of the simulation. */
  readonly #known = new Map<string, number>();
  /** By epoch; the box draws names that sort as they were drawn. */
  readonly #epochs = new Map<string, EpochAccount>();
  readonly #silent: Omit<Taken, 'observation'>[] = [];
  readonly counts: Record<Outcome, number> = { stored: 0, refused: 0, known: 0 };

  constructor(options: AccountOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  hasBatch({ epoch, number }: Pick<BatchHeader, 'epoch' | 'number'>): boolean {
    return this.#epoch(epoch).batches.has(number);
  }

  /** Whether a number has come, or is in a gap. */
  covers(epoch: string, number: number): boolean {
    const { batches, gaps } = this.#epochs.get(epoch) ?? { batches: new Map(), gaps: new Map() };
    return batches.has(number) || [...gaps.values()].some((gap) => gap.number <= number && number <= gap.last);
  }

  /** A batch was committed by the city OS, or refused as a whole, for the first time. */
  batch(header: BatchHeader, readings: readonly Reading[], outcomes: readonly Outcome[]): void {
    this.#epoch(header.epoch).batches.set(header.number, header.count);
    const { epoch, number, first } = header.partOf ?? { ...header, first: 0 };
    for (const [index, reading] of readings.entries()) {
      const outcome = outcomes[index] ?? 'stored';
      this.counts[outcome]++;
      if (outcome !== 'known') this.#take(reading, { epoch, number, position: first + index });
    }
  }

  gap(gap: Gap): void {
    const { gaps } = this.#epoch(gap.epoch);
    const known = gaps.get(gap.number);
    const last = Math.max(gap.last, known?.last ?? 0);
    const most = known !== undefined && known.count > gap.count ? known : { count: gap.count, counted: gap.last };
    gaps.set(gap.number, { ...gap, last, count: most.count, counted: most.counted });
  }

  /** Readings that the gateway has said are lost, beyond those that the city OS had stored before; not what it cannot know. */
  get reportedLost(): number {
    let lost = 0;
    for (const { batches, gaps } of this.#epochs.values()) {
      for (const { number, counted, count } of gaps.values()) {
        if (count === 0) continue;
        lost += count;
        for (let n = number; n <= counted; n++) lost -= batches.get(n) ?? 0;
      }
    }
    return lost;
  }

  get gapCount(): number {
    return [...this.#epochs.values()].reduce((sum, { gaps }) => sum + gaps.size, 0);
  }

  /**
   * Everything is healed and nothing waits any more: in the current epoch `sealed` numbers were given out. Of an abandoned
   * epoch some may never come.
   */
  audit(epoch: string, sealed: number, abandoned: ReadonlySet<string> = new Set()): void {
    this.#epoch(epoch);
    for (const name of this.#epochs.keys()) {
      if (!abandoned.has(name)) this.#auditNumbers(name, name === epoch ? sealed : undefined);
    }
    const missing = this.#auditReadings();
    if (this.#options.isUnordered !== true)
      for (const device of this.#options.observations.devices.keys()) this.#auditOrder(device);
    const { isDisturbed } = this.#options.observations;
    if (isDisturbed || missing.durable > 0 || this.reportedLost > 0) return; // what is lost cannot be added up or judged
    this.#auditPeople();
    this.#auditAlarms();
    if (this.#options.isUnordered !== true) this.#auditSilence();
  }

  /** What the gateway says of a silent device is raised, then cleared, and so on. */
  #auditSilence(): void {
    const { name, world, accepts } = this.#options;
    if (!accepts({ kind: 'alarm' })) return;
    const states = new Map<string, string>();
    for (const { reading, number } of this.#silent.toSorted(inOrder)) {
      const { device, values } = reading;
      const due = states.get(device) === 'raised' ? 'cleared' : 'raised';
      states.set(device, due);
      if (values.state === due) continue;
      world.violations.add('silence', `${name}: in ${number} the silence of ${device} is ${values.state}, not ${due}`);
      return;
    }
  }

  #take(reading: Reading, where: Pick<Taken, 'epoch' | 'number' | 'position'>): void {
    const { observations, world, name, accepts } = this.#options;
    if (!accepts(reading)) world.violations.add('invented', `${name} has not asked for ${describe(reading)}`);
    if (reading.values.alarm === SILENT) {
      this.#silent.push({ reading, ...where });
      return;
    }
    const device = observations.devices.get(reading.device);
    const n = device?.numberOf(reading);
    const observation = n === undefined ? undefined : observations.of(reading.device).get(n);
    if (observation !== undefined) {
      if (!this.#recognise(reading, observation, where.number)) return;
    } else if (device === undefined || reading.kind !== 'people-count') {
      world.violations.add('invented', `${name}: no device has sent ${describe(reading)}`);
      return;
    }
    const key = `${reading.device} ${reading.kind}`;
    const list = this.#taken.get(key) ?? [];
    this.#taken.set(key, list);
    list.push({ reading, ...where, observation: observation ?? NOBODYS });
  }

  /** False if it is here already, sealed once more by a copy. */
  #recognise(reading: Reading, observation: Observation, number: number): boolean {
    const { name, world, faultOfTime } = this.#options;
    const { device, kind, values } = reading;
    const key = `${device} ${observation.n} ${kind === 'alarm' ? `${values.alarm} ${values.state}` : ''}`;
    const before = this.#known.get(key);
    const { copiedAt } = observation;
    if (before !== undefined && copiedAt !== undefined && before > copiedAt) return false;
    if (before !== undefined) {
      world.violations.add('duplicated', `${name} has ${describe(reading)} twice, again in ${number}`);
    }
    this.#known.set(key, world.clock.moment().monotonic);
    const fault = faultOfTime(reading, observation);
    // In a copy that is used in a later boot it waits for the clock of a boot that is over.
    const mayBeMarked = copiedAt !== undefined && reading.quality === 'clock-unsynchronised';
    if (fault !== undefined && !mayBeMarked)
      world.violations.add('time', `${name}: ${describe(reading)}, no. ${observation.n}: ${fault}`);
    return true;
  }

  #epoch(name: string): EpochAccount {
    const known = this.#epochs.get(name) ?? { batches: new Map(), gaps: new Map() };
    this.#epochs.set(name, known);
    return known;
  }

  /** `sealed` is undefined for an epoch that is over: its last numbers are judged by their readings. */
  #auditNumbers(epoch: string, sealed: number | undefined): void {
    const { name, world } = this.#options;
    const { batches, gaps } = this.#epoch(epoch);
    const covered = new Set(batches.keys());
    for (const { number, last } of gaps.values()) for (let n = number; n <= last; n++) covered.add(n);
    const highest = [...covered].reduce((most, n) => Math.max(most, n), 0);
    const all = sealed ?? highest;
    const holes = Array.from({ length: all }, (_, i) => i + 1).filter((n) => !covered.has(n));
    if (holes.length > 0) {
      world.violations.add('numbers', `${name}: numbers ${holes.slice(0, 10)} of ${all} in ${epoch} never came`);
    }
    if (highest > all) world.violations.add('numbers', `${name}: number ${highest} came, but only ${all} were sealed`);
  }

  /** Every durable observation is here, or as many are missing as were reported as lost. */
  #auditReadings() {
    const { name, world, observations, accepts } = this.#options;
    const missing = { durable: 0, doubtful: 0 };
    const examples: string[] = [];
    for (const device of observations.devices.values()) {
      if (!accepts(device)) continue;
      const all = [...observations.of(device.id).values()];
      const durable = all.filter(({ state }) => state !== 'doubtful');
      if (device.kind === 'people-count') {
        const here = this.#of(device.id, device.kind).length;
        missing.durable += Math.max(0, durable.length - here);
        missing.doubtful += Math.max(0, all.length - Math.max(here, durable.length));
      } else {
        const gone = all.filter(({ n }) => !this.#known.has(`${device.id} ${n} `));
        const lost = gone.filter(({ state }) => state !== 'doubtful');
        missing.durable += lost.length;
        missing.doubtful += gone.length - lost.length;
        examples.push(...lost.slice(0, 3).map(({ n, at }) => `${device.id} no. ${n} (heard at ${at} ms)`));
      }
    }
    const reported = this.reportedLost;
    if (missing.durable > reported) {
      const what = `${name}: ${missing.durable} durable readings are nowhere, ${reported} reported lost: ${examples.slice(0, 5)}`;
      world.violations.add('lost', what, missing.durable - reported);
    }
    const most = missing.durable + missing.doubtful + this.#alarmsMissing();
    if (reported > most && !observations.isDisturbed) {
      world.violations.add(
        'numbers',
        `${name}: ${reported} readings are reported lost, but at most ${most} are missing`,
      );
    }
    return missing;
  }

  /** Alarms that there may have been and that are not here. */
  #alarmsMissing(): number {
    const { observations, accepts } = this.#options;
    if (!accepts({ kind: 'alarm' })) return 0;
    let most = observations.silentAlarms - this.#silent.length;
    for (const { id, kind } of observations.devices.values()) {
      // Each reading that the gateway heard can have raised or cleared each alarm, at the most.
      if (kind === 'water-level') most += observations.of(id).size * THRESHOLDS.length - this.#of(id, 'alarm').length;
    }
    return most;
  }

  /** A device's readings were sealed as they were observed; those that waited for the clock among themselves. */
  #auditOrder(device: string): void {
    const { name, world, observations } = this.#options;
    const keepsOwnTime = observations.devices.get(device)?.keepsOwnTime === true;
    for (const [key, list] of this.#taken) {
      if (!key.startsWith(`${device} `) || list[0]?.observation === NOBODYS) continue;
      const last = new Map<string, Taken>();
      for (const taken of list.toSorted(inOrder)) {
        const { n, boot, synchronised, copiedAt } = taken.observation;
        if (copiedAt !== undefined && last.size > 0) continue; // a copy of the file may have sealed it again
        const waited = synchronised || keepsOwnTime ? '' : `boot ${boot}`;
        const before = last.get(waited);
        if (before !== undefined && before.observation.n > n) {
          const where = `${before.number}.${before.position} and ${taken.number}.${taken.position}`;
          world.violations.add('order', `${name}: ${key} no. ${before.observation.n} stands before ${n}, in ${where}`);
        }
        last.set(waited, taken);
      }
    }
  }

  /** What the counters' readings add up to is what passed between the first and the last line heard. */
  #auditPeople(): void {
    const { name, world, observations, accepts } = this.#options;
    for (const { id, kind } of observations.devices.values()) {
      if (kind !== 'people-count' || !accepts({ kind })) continue;
      const heard = [...observations.of(id).keys()];
      const passed = (heard.at(-1) ?? 0) - (heard[0] ?? 0);
      const sum = (quantity: string) =>
        this.#of(id, kind).reduce((people, { reading }) => people + Number(reading.values[quantity]), 0);
      if (sum('entered') !== passed || sum('left') !== 3 * passed) {
        const what = `${name}: ${id} counted ${sum('entered')} in and ${sum('left')} out, not ${passed} and ${3 * passed}`;
        world.violations.add(sum('entered') > passed ? 'duplicated' : 'lost', what);
      }
    }
  }

  /** The alarms are those that the stored readings give, judged once more. */
  #auditAlarms(): void {
    const { name, world, observations, accepts } = this.#options;
    if (!accepts({ kind: 'alarm' }) || !accepts({ kind: 'water-level' })) return;
    for (const { id, kind } of observations.devices.values()) {
      if (kind !== 'water-level') continue;
      const expected = alarmsOf(this.#of(id, kind));
      const found = this.#of(id, 'alarm').map(({ reading, observation }) => alarmKey(observation.n, reading.values));
      const odd = [
        ...expected.filter((key) => !found.includes(key)),
        ...found.filter((key) => !expected.includes(key)),
      ];
      if (odd.length > 0) {
        const what = `${name}: ${id} should have ${expected.length} alarms and has ${found.length}: ${odd.slice(0, 5)}`;
        world.violations.add(found.length < expected.length ? 'lost' : 'invented', what, odd.length);
      }
    }
  }

  #of(device: string, kind: Reading['kind']): readonly Taken[] {
    return this.#taken.get(`${device} ${kind}`) ?? [];
  }
}

function inOrder(a: Omit<Taken, 'observation'>, b: Omit<Taken, 'observation'>): number {
  return a.epoch.localeCompare(b.epoch) || a.number - b.number || a.position - b.position;
}

/** Stands for the observation of a reading that carries no number. */
const NOBODYS: Observation = { n: 0, at: 0, boot: 0, synchronised: true, state: 'doubtful' };

/** With hysteresis, as docs and settings say it: raised when reached, cleared when gone back past the other limit. */
function alarmsOf(levels: readonly Taken[]): string[] {
  const alarms: string[] = [];
  for (const { alarm, raise, clear } of THRESHOLDS) {
    const sign = raise > clear ? 1 : -1;
    let isUp = false;
    for (const { reading, observation } of levels.toSorted((a, b) => a.observation.n - b.observation.n)) {
      const level = Number(reading.values.level);
      const crosses = isUp ? sign * level < sign * clear : sign * level >= sign * raise;
      if (!crosses) continue;
      isUp = !isUp;
      alarms.push(alarmKey(observation.n, { alarm, state: isUp ? 'raised' : 'cleared' }));
    }
  }
  return alarms;
}

function alarmKey(n: number, { alarm, state }: Readonly<Record<string, unknown>>): string {
  return `no. ${n} ${alarm} ${state}`;
}

function describe({ device, kind, quality, values, observedAt }: Reading): string {
  const time = new Date(observedAt).toISOString();
  return `${device} ${kind} ${JSON.stringify(values).slice(0, 60)} of ${time}${quality === undefined ? '' : ` (${quality})`}`;
}
