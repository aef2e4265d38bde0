/** Each gateway of a hub as it is seen from here: when it was heard, what is missing, how late it comes. */
import type { Range } from '../../shared/feed/arrivals.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import type { SourceState } from '../buffer/passing/taken-in.ts';
import type { Authority } from './authority.ts';
import type { Births } from './births.ts';
import type { EnrolledGateways } from './enrolled-gateways.ts';
import type { HubOrders } from './hub-orders.ts';
import type { Operators } from './operators.ts';
import type { RollOut } from './roll-out.ts';
import type { Traffic } from './traffic.ts';

const dayMs = 86_400_000;
/** How long an incident is told of. */
const toldForMs = 3_600_000;

export interface HubSight {
  readonly enrolled: EnrolledGateways;
  readonly authority: Authority;
  readonly operators: Operators;
  /** The orders that it gives; absent at a gateway that is no hub. */
  readonly orders?: HubOrders | undefined;
  /** The release that it rolls out; absent as `orders`. */
  readonly rollOut?: RollOut | undefined;
  /** By which gateways know its orders: Ed25519, base64url. Throws as `orderKey` (order-key.ts). */
  readonly orderKey?: (() => string) | undefined;
  readonly births: Births;
  readonly traffic: Traffic;
  /** Of a hub that runs. */
  readonly watch?: {
    of(origin: Origin): ExpectedGateway | undefined;
    /** False for one that was never heard. `until` is epoch ms, undefined to end it. */
    maintain(origin: Origin, until: number | undefined): Promise<boolean>;
  };
  readonly policy?: { readonly isFull: boolean };
}

/** What is expected of a gateway (watch/gateway-watch.ts). */
export interface ExpectedGateway {
  readonly state: 'reporting' | 'waiting' | 'silent' | 'maintenance';
  /** How long it may be quiet, and how long it has been, ms. */
  readonly expectedMs: number;
  readonly quietMs: number;
  /** Until when nothing is raised, by its own word or the operator's, epoch ms. */
  readonly awayUntil: number | undefined;
  /** It has said goodbye, and when it comes back is not known. */
  readonly hasLeft: boolean;
}

export interface GatewaySight {
  readonly tenant: string;
  readonly gateway: string;
  readonly isHub: boolean;
  /** Epoch ms. */
  readonly enrolledAt: number;
  /** Epoch ms of the last thing heard; undefined if nothing ever was. */
  readonly heardAt: number | undefined;
  readonly lastBatchAt: number | undefined;
  /** What is expected of it; undefined until it was heard once. */
  readonly expected: ExpectedGateway | undefined;
  readonly state: 'online' | 'offline' | undefined;
  readonly software: string | undefined;
  readonly clockSynchronised: boolean | undefined;
  /** What it says is wrong with it. */
  readonly problems: number;
  /** Batches of the epochs that were heard within a day: that came, that were given up, and that are still missing. */
  readonly batches: { readonly arrived: number; readonly lost: number; readonly missing: number };
  readonly latenessMs: { readonly p50: number; readonly p99: number } | undefined;
  /** Another box sends under its name. */
  readonly hasRival: boolean;
}

/** In the order in which they were enrolled. */
export function sightOf(
  { enrolled, births, traffic, watch }: Omit<HubSight, 'authority' | 'operators'>,
  buffer: { sources(): Iterable<SourceState> },
  now: number,
): GatewaySight[] {
  if (enrolled.all.length === 0) return [];
  const epochs = new Map<string, SourceState[]>();
  for (const source of buffer.sources()) {
    const key = `${source.tenant}/${source.gateway}`;
    epochs.set(key, [...(epochs.get(key) ?? []), source]);
  }
  return enrolled.all.map(({ tenant, gateway, isHub, enrolledAt }) => {
    const origin = { tenant, gateway };
    const status = births.statusOf(origin);
    const own = epochs.get(`${tenant}/${gateway}`) ?? [];
    const sent = traffic.of(origin);
    const heard = [status?.heardAt, sent?.lastBatchAt, ...own.map(({ heardAt }) => heardAt)].filter(
      (at): at is number => at !== undefined && at <= now, // a later one is of a clock that was ahead
    );
    const rivalAt = births.rivalAt(origin);
    return {
      ...{ tenant, gateway, isHub, enrolledAt },
      expected: watch?.of(origin),
      heardAt: heard.length === 0 ? undefined : Math.max(...heard),
      lastBatchAt: sent?.lastBatchAt ?? own.at(-1)?.heardAt,
      state: status?.state,
      software: births.birthOf(origin)?.software,
      clockSynchronised: status?.clockSynchronised,
      problems: status?.problems ?? 0,
      batches: countBatches(own.filter(({ heardAt }) => now - heardAt <= dayMs)),
      latenessMs: sent?.latenessMs,
      hasRival: rivalAt !== undefined && Math.abs(now - rivalAt) <= toldForMs, // the clock may have been ahead
    };
  });
}

function countBatches(epochs: readonly SourceState[]): GatewaySight['batches'] {
  const sum = (of: (epoch: SourceState) => number) => epochs.reduce((total, epoch) => total + of(epoch), 0);
  const arrived = sum((epoch) => sizeOf(epoch.arrived));
  const lost = sum((epoch) => sizeOf(epoch.lost));
  const known = sum(({ arrived, lost }) => Math.max(arrived.at(-1)?.[1] ?? 0, lost.at(-1)?.[1] ?? 0));
  return { arrived, lost, missing: Math.max(0, known - arrived - lost) };
}

function sizeOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}
