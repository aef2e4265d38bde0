/**
 * A release goes to a share of the gateways first, and to more of them only while it does well: pure, from what is known to what is next.
 *
 *   stage 1 % ──all ended, pause over──▶ 10 % ──▶ 50 % ──▶ 100 % ──▶ done
 *      └── more than `stopShare` of those that ended have failed, or have gone quiet with it ──▶ stopped
 *
 * Which gateway belongs to which stage is drawn from its name and the roll-out's id, so that it stays the same and differs each time.
 * A gateway that does not answer holds its stage up no longer than `patienceMs`: it is away, and takes the release when it comes back.
 */
import { createHash } from 'node:crypto';

/** What a plan may say. */
export const maxStages = 20;
export const maxPauseMs = 31 * 86_400_000;
export const minPatienceMs = 60_000;

export interface RollOutPlan {
  readonly id: string;
  readonly version: string;
  /** Of a folder of releases, as the order `update` has it. */
  readonly url: string;
  /** Growing shares, 0 < share ≤ 1; the last is 1 unless it is to end before. */
  readonly stages: readonly number[];
  /** Between the end of a stage and the next, ms. */
  readonly pauseMs: number;
  /** How long a stage waits for gateways that do not answer, ms. */
  readonly patienceMs: number;
  /** The share of failures that is still well. */
  readonly stopShare: number;
}

/** What is known of a gateway. */
export interface SeenGateway {
  /** "tenant/gateway" */
  readonly name: string;
  readonly hasVersion: boolean;
  /** It runs a later one. */
  readonly hasNewer: boolean;
  /** It said goodbye, or its last will did. */
  readonly isOffline: boolean;
  /** Of its order of this roll-out; undefined if it has none. */
  readonly order: 'waiting' | 'done' | 'failed' | undefined;
}

export interface RollOutState {
  readonly state: 'running' | 'stopped' | 'done';
  /** Its index. */
  readonly stage: number;
  /** Since when the stage runs, and since when all of it has ended; epoch ms. */
  readonly since: number;
  readonly endedAt?: number | undefined;
}

export interface Tally {
  /** Gateways of the stages so far. */
  readonly chosen: number;
  readonly done: number;
  readonly failed: number;
  /** Done, and not online any more. */
  readonly quiet: number;
  readonly waiting: number;
  /** They run something later already, and are not asked. */
  readonly newer: number;
}

export interface RollOutStep {
  readonly state: RollOutState;
  readonly tally: Tally;
  /** To whom the update is to be ordered now. */
  readonly order: readonly string[];
}

export function nextStep(
  plan: RollOutPlan,
  before: RollOutState,
  gateways: readonly SeenGateway[],
  at: number,
): RollOutStep {
  const share = plan.stages[before.stage] ?? 1;
  const chosen = gateways.filter(({ name }) => placeOf(plan.id, name) < share);
  const tally = tallyOf(chosen);
  if (before.state !== 'running') return { state: before, tally, order: [] };
  const { done, failed, quiet, waiting } = tally;
  const bad = failed + quiet;
  if (bad > 0 && bad > plan.stopShare * (done + bad))
    return { state: { ...before, state: 'stopped' }, tally, order: [] };
  const order = chosen
    .filter(({ order, hasVersion, hasNewer }) => order === undefined && !hasVersion && !hasNewer)
    .map(({ name }) => name);
  if (order.length > 0) return { state: { ...before, endedAt: undefined }, tally, order };
  const isPatient = at - before.since < plan.patienceMs || (done === 0 && waiting > 0);
  if (waiting > 0 && isPatient) return { state: { ...before, endedAt: undefined }, tally, order: [] };
  const endedAt = before.endedAt ?? at;
  if (at - endedAt < plan.pauseMs) return { state: { ...before, endedAt }, tally, order: [] };
  const isLast = before.stage + 1 >= plan.stages.length;
  const state: RollOutState = isLast
    ? { ...before, endedAt, state: 'done' }
    : { state: 'running', stage: before.stage + 1, since: at };
  return { state, tally, order: [] };
}

/** One that runs something later has neither taken this release nor failed with it, whatever became of an order. */
function tallyOf(all: readonly SeenGateway[]): Tally {
  const chosen = all.filter(({ hasNewer }) => !hasNewer);
  const has = chosen.filter(({ order, hasVersion }) => order === 'done' || (hasVersion && order !== 'failed'));
  const quiet = has.filter(({ isOffline, order }) => isOffline && order === 'done').length;
  return {
    chosen: all.length,
    done: has.length - quiet,
    failed: chosen.filter(({ order }) => order === 'failed').length,
    quiet,
    waiting: chosen.filter(({ order, hasVersion }) => order === 'waiting' && !hasVersion).length,
    newer: all.length - chosen.length,
  };
}

/** 0 ≤ place < 1, evenly drawn. */
function placeOf(id: string, name: string): number {
  return createHash('sha256').update(`${id}\n${name}`).digest().readUInt32BE(0) / 2 ** 32;
}
