/**
 * Devices that have fallen silent: every device is expected to report, and one that does not is named.
 *
 * Promise: a device that has not reported for longer than it may, since it last did or since the gateway has watched for it, gets
 * the alarm "silent" (urgent, committed with the fact that it stands) within `sweepEveryMs` more; it is cleared as soon after it
 * has reported again. How long it may be quiet is its `expect-every`, else what its type or profile implies, else learned from
 * its rhythm (policy/rhythm.ts), which is remembered across restarts. Time is monotonic, so that no clock that is set makes
 * anybody silent, and begins anew with the gateway: one that was off raises nothing for that time. Nothing is raised during
 * planned maintenance or while it is away by its own word, and afterwards a device has its whole time to come back.
 *
 * At a hub the same looks after other gateways (watch/gateway-watch.ts).
 *
 * Bounds: one timer, and a few numbers a device; `maxTold` alarms a sweep, the others at the next one. What could not be written
 * is tried again at the next sweep.
 */
import type { Clock, Moment } from '../../shared/clock.ts';
import { type Alarm, SILENT } from '../../shared/reading.ts';
import { Rhythm } from '../policy/rhythm.ts';
import { silentAlarm } from '../policy/silence.ts';
import type { DeviceEntry } from './device-table.ts';
import type { Intake } from './intake.ts';
import { FORGOTTEN, type Memory } from './memory.ts';

export const sweepEveryMs = 5_000;
const maxTold = 1_000;
/** A learned time is written again when it has changed by more than this factor. */
const notable = 1.5;

export const DEVICE_STATES = ['reporting', 'waiting', 'silent', 'maintenance'] as const;
/** "waiting": it has not reported since the start, and still has time. */
export type DeviceState = (typeof DEVICE_STATES)[number];

export interface Expectation {
  readonly state: DeviceState;
  /** How long it may be quiet; 0 for ever. */
  readonly expectedMs: number;
  /** How long it has been quiet: since its last report, or since the gateway has watched for it. */
  readonly quietMs: number;
  readonly hasReported: boolean;
}

/** Who is expected to report. */
export type Watched = Pick<DeviceEntry, 'id' | 'expectEveryMs' | 'firstWithinMs' | 'provesItself'> & {
  /** It may be quiet for this long whatever its rhythm is, ms. */
  readonly leastMs?: number;
};

interface Watch {
  readonly device: Watched;
  /** When it last reported, or when the watch began; monotonic ms. */
  since: number;
  hasReported: boolean;
  readonly rhythm: Rhythm;
}

export interface SilenceOptions {
  /** Another list after each change. */
  readonly devices: { readonly all: readonly Watched[] };
  readonly intake: Pick<Intake, 'memoryOf' | 'tell'>;
  readonly clock: Clock;
  /** Whether nobody can be heard at all: time begins anew when that is over. */
  isDeaf?(): boolean;
  /** An alarm as it is told, if not under the name of the device. */
  told?(alarm: Alarm): Alarm;
}

export class Silence {
  readonly #options: SilenceOptions;
  #watches = new Map<string, Watch>();
  #watched: readonly Watched[] = [];

  constructor(options: SilenceOptions) {
    this.#options = options;
    this.#takeUp(options.clock.moment().monotonic);
  }

  /** A device has reported, or has shown by something else that it works; `at` is monotonic ms. */
  heard(device: string, at: number, by: 'reading' | 'sign' = 'reading'): void {
    if (!this.#watches.has(device)) this.#takeUp(at); // it may have been met just now
    const watch = this.#watches.get(device);
    if (watch === undefined || (by === 'reading' && watch.device.provesItself)) return;
    watch.since = at;
    watch.hasReported = true;
    watch.rhythm.beat(at);
  }

  /** Undefined for a device that is not watched yet. */
  of(device: string): Expectation | undefined {
    const watch = this.#watches.get(device);
    return watch === undefined ? undefined : this.#expectation(watch, this.#options.clock.moment());
  }

  *silentDevices(): Generator<string> {
    for (const [id] of this.silent()) yield id;
  }

  /** Those that are silent. */
  *silent(): Generator<readonly [device: string, Expectation]> {
    const now = this.#options.clock.moment();
    for (const [id, watch] of this.#watches) {
      const expectation = this.#expectation(watch, now);
      if (expectation.state === 'silent') yield [id, expectation];
    }
  }

  /** Nothing is raised for these devices until then, epoch ms; undefined ends the maintenance. Resolves when it is on the disk. */
  maintain(devices: readonly string[], until: number | undefined): Promise<void> {
    const changes = new Map(devices.map((id) => [id, { maintenanceUntil: until }]));
    return this.#options.intake.tell([], changes, this.#options.clock.moment());
  }

  /** Until when it is away or maintained, epoch ms; undefined if it is neither now. */
  awayUntil(device: string): number | undefined {
    const until = restsUntil(this.#options.intake.memoryOf(device));
    return until > this.#options.clock.moment().wall ? until : undefined;
  }

  /** Until when all are maintained, epoch ms; undefined if one is not, or there is none. */
  get allMaintainedUntil(): number | undefined {
    const ends = [...this.#watches.keys()].map((id) => this.#options.intake.memoryOf(id)?.maintenanceUntil ?? 0);
    const first = ends.reduce((least, end) => Math.min(least, end), Number.POSITIVE_INFINITY);
    return first > this.#options.clock.moment().wall && Number.isFinite(first) ? first : undefined;
  }

  /** It is watched no more: what stands is cleared, and nothing of it is remembered. Resolves when that is on the disk. */
  async forget(id: string): Promise<void> {
    const { intake, clock } = this.#options;
    const memory = intake.memoryOf(id);
    if (memory === undefined) return;
    const now = clock.moment();
    const alarm = this.#alarm(id, 'cleared', { at: now.wall, quietMs: 0, expectedMs: 0 });
    await intake.tell(isUp(memory) ? [alarm] : [], new Map([[id, FORGOTTEN]]), now);
  }

  /** Looks after everybody until the signal aborts. */
  async watch(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      await clock.sleep(sweepEveryMs, signal);
      if (!signal.aborted) void this.sweep().catch(() => {}); // the intake has logged it, and the next sweep tries again
    }
  }

  /** Raises and clears what is due. Rejects with the buffer's error. */
  async sweep(): Promise<void> {
    const { intake, clock, isDeaf } = this.#options;
    const now = clock.moment();
    this.#takeUp(now.monotonic);
    const hearsNobody = isDeaf?.() === true;
    const alarms: Alarm[] = [];
    const changes = new Map<string, Partial<Memory>>();
    for (const [id, watch] of this.#watches) {
      if (alarms.length >= maxTold) break;
      const memory = intake.memoryOf(id);
      if (hearsNobody || isResting(memory, now)) watch.since = now.monotonic;
      const { expectedMs, quietMs } = this.#expectation(watch, now);
      const state = due(memory, watch, { expectedMs, quietMs });
      const learnedMs = watch.rhythm.expectedMs;
      if (state !== undefined) {
        alarms.push(this.#alarm(id, state, { at: now.wall, quietMs, expectedMs }));
        changes.set(id, { policy: withSilent(memory, state) });
      }
      if (learnedMs !== undefined && isNotable(learnedMs, memory?.quietMs)) {
        changes.set(id, { ...changes.get(id), quietMs: learnedMs });
      }
    }
    if (changes.size > 0) await intake.tell(alarms, changes, now);
  }

  #alarm(...about: Parameters<typeof silentAlarm>): Alarm {
    const alarm = silentAlarm(...about);
    return this.#options.told?.(alarm) ?? alarm;
  }

  /** New devices are watched from now on, and those that are gone are forgotten. */
  #takeUp(now: number): void {
    const { devices, intake } = this.#options;
    if (devices.all === this.#watched) return;
    this.#watched = devices.all;
    const begin = (device: Watched): Watch => {
      const rhythm = new Rhythm(intake.memoryOf(device.id)?.quietMs);
      return { device, since: now, hasReported: false, rhythm };
    };
    const before = this.#watches;
    this.#watches = new Map(
      this.#watched.map((device) => {
        const known = before.get(device.id);
        return [device.id, known === undefined ? begin(device) : { ...known, device }];
      }),
    );
  }

  #expectation(watch: Watch, now: Moment): Expectation {
    const memory = this.#options.intake.memoryOf(watch.device.id);
    const quiet = { quietMs: Math.max(0, now.monotonic - watch.since), expectedMs: expectedMs(watch) };
    return { state: stateOf(memory, watch, quiet, now), ...quiet, hasReported: watch.hasReported };
  }
}

/** One that has reported again is silent no more, though its alarm is cleared at the next sweep. */
function stateOf(
  memory: Memory | undefined,
  watch: Watch,
  quiet: Pick<Expectation, 'expectedMs' | 'quietMs'>,
  now: Moment,
): DeviceState {
  if (isResting(memory, now)) return 'maintenance';
  if (isUp(memory) && due(memory, watch, quiet) !== 'cleared') return 'silent';
  return watch.hasReported ? 'reporting' : 'waiting';
}

function expectedMs({ device, rhythm }: Watch): number {
  const learnedMs = rhythm.expectedMs ?? Math.max(device.firstWithinMs, rhythm.guessedMs);
  return device.expectEveryMs ?? Math.max(learnedMs, device.leastMs ?? 0);
}

function due(
  memory: Memory | undefined,
  { hasReported }: Watch,
  { expectedMs, quietMs }: Pick<Expectation, 'expectedMs' | 'quietMs'>,
): 'raised' | 'cleared' | undefined {
  const isSilent = expectedMs > 0 && quietMs > expectedMs;
  if (isUp(memory)) return expectedMs === 0 || (hasReported && !isSilent) ? 'cleared' : undefined;
  return isSilent ? 'raised' : undefined;
}

function isUp(memory: Memory | undefined): boolean {
  return memory?.policy.raised.includes(SILENT) === true;
}

function withSilent(memory: Memory | undefined, state: 'raised' | 'cleared'): Memory['policy'] {
  const { last = {}, raised = [] } = memory?.policy ?? {};
  const others = raised.filter((alarm) => alarm !== SILENT);
  return { last, raised: state === 'raised' ? [...others, SILENT] : others };
}

function isResting(memory: Memory | undefined, { wall }: Moment): boolean {
  return restsUntil(memory) > wall;
}

function restsUntil({ maintenanceUntil = 0, awayUntil = 0 }: Partial<Memory> = {}): number {
  return Math.max(maintenanceUntil, awayUntil);
}

function isNotable(learnedMs: number, rememberedMs: number | undefined): boolean {
  return rememberedMs === undefined || learnedMs > rememberedMs * notable || learnedMs * notable < rememberedMs;
}
