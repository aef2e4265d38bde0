/**
 * Policy at a hub: ranges and thresholds of `[[watch]]` tables, for readings of other gateways as they pass.
 *
 *   readings of a batch, by their time ──▶ newer than what was judged? ──▶ judge (policy/policy.ts) ──▶ alarms of the hub's own
 *
 * Promise: the batch passes as it came. Alarms, and what is remembered of the devices, are committed with it, so that neither is lost
 * and none is raised twice. The newest reading of a quantity counts, by its own time: what comes later and is older neither raises nor
 * clears anything, and an alarm bears the time of its reading. A reading whose time nobody vouches for (`clock-unsynchronised`), or that
 * is dated `aheadMs` ahead of this hub, is not judged: it would be the newest for years.
 *
 * Bounds: `maxJudged` devices are judged at a time; the readings of others pass unjudged, and the status says so.
 */
import type { Moment } from '../../shared/clock.ts';
import type { DeviceDescription } from '../../shared/feed/birth.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import { type Alarm, isDoubtful, type Reading } from '../../shared/reading.ts';
import type { WatchConfig } from '../config/watch-settings.ts';
import type { Intake } from '../intake/intake.ts';
import type { Memory } from '../intake/memory.ts';
import { judge, NO_STATE, type Policy, type PolicyState, type Range } from '../policy/policy.ts';
import { memoryOf, rememberedOf, toldByHub } from '../policy/told-of.ts';
import { policyOf, watchesOf } from './watches.ts';

const maxJudged = 100_000;
/** How far the clock of a gateway may be ahead. */
const aheadMs = 5 * 60_000;

export interface FeedPolicyOptions {
  readonly watches: readonly WatchConfig[];
  readonly intake: Pick<Intake, 'memoryOf' | 'names' | 'tell'>;
  describe(device: string, origin: Origin): DeviceDescription | undefined;
}

export class FeedPolicy {
  readonly #options: FeedPolicyOptions;
  readonly #watches: readonly WatchConfig[];
  /** The devices that are judged, by the key of their memory. */
  readonly #judged: Set<string>;
  /** Whether devices are left out. */
  isFull = false;

  constructor(options: FeedPolicyOptions) {
    this.#options = options;
    this.#watches = options.watches.filter(({ range, threshold }) => range.length + threshold.length > 0);
    const known = [...options.intake.names()].filter((key) => rememberedOf(key)?.device !== undefined);
    this.#judged = new Set(known);
  }

  /** Resolves when alarms and memories are on the disk; rejects as `Intake.tell` does. Undefined if nothing is watched. */
  take(from: Origin, readings: readonly Reading[], now: Moment): Promise<void> | undefined {
    if (this.#watches.length === 0) return undefined;
    const watches = watchesOf(this.#watches, from);
    if (watches.length === 0) return undefined;
    const policies = new Map<string, Policy>();
    const changes = new Map<string, Partial<Memory>>();
    const alarms: Alarm[] = [];
    for (const reading of readings.toSorted((a, b) => a.observedAt - b.observedAt)) {
      const { device, kind } = reading;
      const series = `${kind} ${device}`;
      const policy = policies.get(series) ?? policyOf(watches, reading, this.#options.describe(device, from));
      policies.set(series, policy);
      const key = memoryOf(from, device);
      const before = changes.get(key)?.policy ?? this.#options.intake.memoryOf(key)?.policy ?? NO_STATE;
      const told = judgeNewest(reading, policy, before, now);
      if (told === undefined || !this.#mayJudge(key)) continue;
      changes.set(key, { policy: told.state });
      alarms.push(...told.alarms.map((alarm) => toldByHub(alarm, from, device)));
    }
    return changes.size === 0 ? undefined : this.#options.intake.tell(alarms, changes, now, { ownTime: true });
  }

  /** Forgets the devices of a gateway that is gone. */
  keysOf({ tenant, gateway }: Origin): readonly string[] {
    const of = `${memoryOf({ tenant, gateway })}/`;
    const keys = [...this.#judged].filter((key) => key.startsWith(of));
    for (const key of keys) this.#judged.delete(key);
    this.isFull &&= keys.length === 0;
    return keys;
  }

  #mayJudge(key: string): boolean {
    if (this.#judged.has(key)) return true;
    this.isFull = this.#judged.size >= maxJudged;
    if (!this.isFull) this.#judged.add(key);
    return !this.isFull;
  }
}

/** Undefined if there is nothing in the reading to be judged, or something newer was. */
function judgeNewest(
  reading: Reading,
  policy: Policy,
  before: PolicyState,
  { wall, synchronised }: Moment,
): { readonly alarms: readonly Alarm[]; readonly state: PolicyState } | undefined {
  const { kind, observedAt, quality, values } = reading;
  if (kind === 'alarm' || quality === 'clock-unsynchronised') return undefined;
  const latest = synchronised ? wall + aheadMs : Number.POSITIVE_INFINITY;
  const checked = new Set([...policy.ranges, ...policy.thresholds].map(({ quantity }) => quantity));
  const good = [...checked].flatMap((quantity) => {
    const value = values[quantity];
    return typeof value === 'number' && !isDoubtful(reading, quantity) ? [{ quantity, value }] : [];
  });
  const isOlder = good.some(({ quantity }) => {
    const { at = Number.NEGATIVE_INFINITY } = before.last[quantity] ?? {};
    return at >= observedAt && at <= latest; // one that is dated ahead was judged while this clock was wrong
  });
  if (good.length === 0 || isOlder || observedAt > latest) return undefined;
  const judged = judge(reading, policy, before);
  const outside = rangeAlarms(reading, policy.ranges, judged.state.raised);
  const last = { ...before.last };
  for (const { quantity, value } of good) last[quantity] = { value, at: observedAt };
  return { alarms: [...judged.alarms, ...outside.alarms], state: { last, raised: outside.raised } };
}

/** A value out of its range cannot be marked in a batch that passes: it is an alarm, of each quantity. */
function rangeAlarms(reading: Reading, ranges: readonly Range[], raised: readonly string[]) {
  const { device, observedAt, values } = reading;
  const up = new Set(raised);
  const alarms = ranges.flatMap(({ quantity, min = -Infinity, max = Infinity }): Alarm[] => {
    const value = values[quantity];
    if (typeof value !== 'number' || isDoubtful(reading, quantity)) return [];
    const alarm = `${quantity} out of range`;
    const isOutside = value < min || value > max;
    if (isOutside === up.has(alarm)) return [];
    if (isOutside) up.add(alarm);
    else up.delete(alarm);
    const limit = value - min < max - value ? min : max; // the nearer one
    const state = isOutside ? 'raised' : 'cleared';
    return [{ device, kind: 'alarm', observedAt, values: { alarm, state, quantity, value, limit } }];
  });
  return { alarms, raised: [...up] };
}
