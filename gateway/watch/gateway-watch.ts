/**
 * Gateways that have fallen silent, seen from their hub: each that is enrolled and was ever heard is expected to go on.
 *
 * Promise: one that is quiet for longer than it may (`expect-every` of a `[[watch]]`, else `leastMs`, else what its rhythm teaches if that
 * is more) gets the alarm "silent" in the hub's own feed, cleared when it is heard again (intake/silence.ts). It is heard by its status,
 * which it repeats, and by batches with readings of now; not by its last will, which is the broker's word, nor by what is carried by hand.
 *
 * Nothing is raised for one that has said goodbye, nor until the end of the maintenance that it has told, nor for one that was never heard;
 * the status says of those how they are. While a door of the hub is closed nobody can be heard, and time begins anew when it is open, as it
 * does with the hub.
 *
 * Bounds: the enrolled gateways. The end of a maintenance is told by the gateway's clock and taken as a time from now, `maxMaintenanceMs`
 * at most: no clock of another box counts here.
 */
import type { Clock } from '../../shared/clock.ts';
import type { Status } from '../../shared/feed/birth.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import type { Reading } from '../../shared/reading.ts';
import type { WatchConfig } from '../config/watch-settings.ts';
import { type EnrolledGateways, userOf } from '../hub/enrolled-gateways.ts';
import type { ExpectedGateway } from '../hub/overview.ts';
import type { Intake } from '../intake/intake.ts';
import { Silence, type Watched } from '../intake/silence.ts';
import { memoryOf, rememberedOf, toldByHub } from '../policy/told-of.ts';
import { expectEveryOf } from './watches.ts';

/** A gateway tells every 30 s how it is; one that restarts, or whose link is lost for a moment, is not silent yet. */
export const leastMs = 5 * 60_000;
const maxMaintenanceMs = 366 * 86_400_000;
/** Ends that are nearer to each other are the same, told again. */
const sameEndMs = 60_000;
/** Of the absence of one that has said goodbye: the last time there is (ECMAScript, "Time Values and Time Range"). */
const FOR_EVER = 8.64e15;

export interface GatewayWatchOptions {
  readonly watches: readonly WatchConfig[];
  readonly enrolled: EnrolledGateways;
  /** Gateways that were heard in earlier runs. */
  readonly known: Iterable<Origin>;
  readonly intake: Pick<Intake, 'memoryOf' | 'names' | 'tell'>;
  readonly clock: Clock;
  /** Whether a door by which gateways come is closed. */
  isDeaf(): boolean;
}

export class GatewayWatch {
  readonly silence: Silence;
  readonly #options: GatewayWatchOptions;
  /** Those that were ever heard, by "tenant/gateway". */
  readonly #met = new Map<string, Watched>();
  #all: readonly Watched[] = [];
  #isStale = true;
  /** The time in the last status of each, by its own clock: a broker gives a retained one again. */
  readonly #statusAt = new Map<string, number>();

  constructor(options: GatewayWatchOptions) {
    this.#options = options;
    const { enrolled, intake, clock, isDeaf } = options;
    const remembered = [...intake.names()].flatMap((key) => rememberedOf(key) ?? []);
    const own = remembered.flatMap(({ origin, device }) => (device === undefined ? [origin] : []));
    for (const origin of [...options.known, ...own]) this.#meet(origin);
    const self = this;
    const devices = {
      get all() {
        return self.#listed();
      },
    };
    this.silence = new Silence({ devices, intake, clock, isDeaf, told: toldAtHub });
    if (enrolled.fault !== undefined) return;
    for (const origin of own) if (!enrolled.has(origin)) this.#part(origin);
  }

  /** A status came. */
  reported(from: Origin, status: Status): void {
    const { at } = status;
    const isLastWill = status.state === 'offline' && at === undefined;
    const user = userOf(from);
    if (isLastWill || !this.#options.enrolled.has(from)) return;
    if (at !== undefined && this.#statusAt.get(user) === at) return;
    if (typeof at === 'number') this.#statusAt.set(user, at);
    this.#heard(from);
    this.#excuse(from, this.#awayUntil(status));
  }

  /** A batch came. */
  sent(from: Origin, readings: readonly Reading[]): void {
    const { wall } = this.#options.clock.moment();
    if (readings.some(({ observedAt }) => wall - observedAt < leastMs)) this.#heard(from);
  }

  /** One is enrolled no more: what stands is cleared. Resolves when that is on the disk. */
  revoked(origin: Origin): void {
    if (this.#options.enrolled.has(origin)) return; // it was enrolled again
    this.#met.delete(userOf(origin));
    this.#statusAt.delete(userOf(origin));
    this.#isStale = true;
    this.#part(origin);
  }

  /** Undefined for one that was never heard. */
  of(origin: Origin): ExpectedGateway | undefined {
    const id = memoryOf(origin);
    const expectation = this.silence.of(id);
    const until = this.silence.awayUntil(id);
    const hasLeft = until === FOR_EVER;
    return expectation && { ...expectation, hasLeft, awayUntil: hasLeft ? undefined : until };
  }

  /** Nothing is raised for it until then, epoch ms; undefined ends the maintenance. False for one that was never heard. */
  async maintain(origin: Origin, until: number | undefined): Promise<boolean> {
    if (!this.#met.has(userOf(origin))) return false;
    await this.silence.maintain([memoryOf(origin)], until);
    return true;
  }

  #awayUntil({ state, at, maintenanceUntil }: Status): number | undefined {
    const leftMs = typeof maintenanceUntil === 'number' && typeof at === 'number' ? maintenanceUntil - at : 0;
    if (leftMs > 0) return this.#options.clock.moment().wall + Math.min(leftMs, maxMaintenanceMs);
    return state === 'offline' ? FOR_EVER : undefined;
  }

  #excuse(origin: Origin, until: number | undefined): void {
    const id = memoryOf(origin);
    const before = this.#options.intake.memoryOf(id)?.awayUntil;
    if (before === until || Math.abs((before ?? 0) - (until ?? 0)) < sameEndMs) return;
    const change = new Map([[id, { awayUntil: until }]]);
    this.#options.intake.tell([], change, this.#options.clock.moment()).catch(() => {}); // logged there
  }

  #heard(from: Origin): void {
    const id = memoryOf(from);
    if (!this.#met.has(userOf(from))) this.#meet(from);
    else if (this.silence.of(id) !== undefined) this.silence.heard(id, this.#options.clock.moment().monotonic);
  }

  #meet(origin: Origin): void {
    const { enrolled, watches } = this.#options;
    if (!enrolled.has(origin)) return;
    const expectEveryMs = expectEveryOf(watches, origin);
    this.#met.set(userOf(origin), { id: memoryOf(origin), expectEveryMs, firstWithinMs: leastMs, leastMs });
    this.#isStale = true;
  }

  #part(origin: Origin): void {
    this.silence.forget(memoryOf(origin)).catch(() => {}); // logged there; the next start tries again
  }

  /** The same list until one has come or gone; made at a sweep, so that thousands that come at once cost one list. */
  #listed(): readonly Watched[] {
    if (this.#isStale) this.#all = [...this.#met.values()];
    this.#isStale = false;
    return this.#all;
  }
}

function toldAtHub(alarm: Parameters<typeof toldByHub>[0]) {
  const about = rememberedOf(alarm.device);
  return about === undefined ? alarm : toldByHub(alarm, about.origin);
}
