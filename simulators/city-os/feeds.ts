/**
 * What the city OS knows about each feed: what has arrived, what is missing, who is online.
 *
 * A feed is one epoch of one gateway's numbering under one tenant. At most `maxFeeds` are tracked; the one that ended first is
 * forgotten for another. If none has ended, messages of further feeds are turned away, and the gateway keeps them.
 */
import { Arrivals, type Range } from '../../shared/feed/arrivals.ts';
import type { Birth, Status } from '../../shared/feed/birth.ts';
import type { Gap } from '../../shared/feed/receipt.ts';
import type { Text } from '../../shared/text.ts';
import { say } from '../words.ts';
import type { StoredBatch } from './store.ts';

/** Identifies a feed: the topic's tenant, the message's gateway and epoch. */
export interface FeedId {
  readonly tenant: string;
  readonly gateway: string;
  readonly epoch: string;
}

export interface FeedStatus extends FeedId {
  /** "unknown" before its first status; "ended" once the gateway has announced another epoch. */
  readonly state: 'online' | 'offline' | 'unknown' | 'ended';
  readonly storedBatches: number;
  readonly storedReadings: number;
  /** Batches that arrived again after they had been stored. */
  readonly repeatedBatches: number;
  /** Batches with the number of another that is stored: the gateway was set back or copied while it ran. */
  readonly conflicts: number;
  /** The gateway announced this epoch after a later one: two boxes speak in its name. */
  readonly hasRival: boolean;
  /** Numbers up to the highest known that neither arrived nor are in a gap. */
  readonly missing: readonly Range[];
  readonly gaps: readonly Gap[];
  /** The gateway's last description of itself. */
  readonly birth: Birth | undefined;
}

interface Feed extends FeedId {
  state: FeedStatus['state'];
  readonly arrivals: Arrivals;
  /** Highest number that the gateway reports as sealed. */
  sealed: number;
  storedBatches: number;
  storedReadings: number;
  repeatedBatches: number;
  conflicts: number;
  hasRival: boolean;
  /** By first number. */
  readonly gaps: Map<number, Gap>;
  birth: Birth | undefined;
}

const maxFeeds = 10_000;

export class Feeds {
  readonly #feeds = new Map<string, Feed>();
  readonly #report: (what: Text) => void;

  /** `report` is told once for each feed that turns out to have a rival, or conflicts. */
  constructor(report: (what: Text) => void = () => {}) {
    this.#report = report;
  }

  /** Whether the feed is known, or there is room for it. */
  hasRoomFor(id: FeedId): boolean {
    return this.#find(id) !== undefined;
  }

  batchStored({ number, readings, ...id }: StoredBatch): void {
    const feed = this.#find(id);
    if (feed === undefined) return;
    feed.arrivals.add(number);
    feed.storedBatches++;
    feed.storedReadings += readings;
  }

  batchRepeated(id: FeedId): void {
    const feed = this.#find(id);
    if (feed !== undefined) feed.repeatedBatches++;
  }

  batchInConflict(id: FeedId): void {
    const feed = this.#find(id);
    if (feed === undefined) return;
    if (feed.conflicts === 0) this.#report(say.conflict(feed));
    feed.conflicts++;
  }

  gapStored(tenant: string, gap: Gap): void {
    const feed = this.#find({ ...gap, tenant });
    feed?.arrivals.add(gap.number, gap.last);
    feed?.gaps.set(gap.number, gap);
  }

  /** A gateway that announces an epoch has ended the earlier ones. */
  born(tenant: string, birth: Birth): void {
    const feed = this.#find({ ...birth, tenant });
    if (feed === undefined) return;
    if (feed.state === 'ended' && !feed.hasRival) {
      feed.hasRival = true;
      this.#report(say.rival(feed));
    }
    if (feed.state === 'ended') feed.state = 'unknown';
    feed.birth = birth;
    for (const other of this.#feeds.values()) {
      if (other !== feed && other.tenant === tenant && other.gateway === birth.gateway) other.state = 'ended';
    }
  }

  reported(tenant: string, status: Status): void {
    const feed = this.#find({ ...status, tenant });
    if (feed === undefined) return;
    feed.state = status.state;
    feed.sealed = Math.max(feed.sealed, status.sealed ?? 0);
  }

  /** Every feed, the most recently heard first. */
  status(): FeedStatus[] {
    return [...this.#feeds.values()].reverse().map(({ arrivals, sealed, gaps, ...feed }) => ({
      ...feed,
      missing: arrivals.missing(Math.max(sealed, arrivals.ranges().at(-1)?.[1] ?? 0)),
      gaps: [...gaps.values()],
    }));
  }

  #find({ tenant, gateway, epoch }: FeedId): Feed | undefined {
    const key = `${tenant}/${gateway}/${epoch}`;
    const known = this.#feeds.get(key);
    if (known !== undefined) return known;
    if (this.#feeds.size >= maxFeeds && !this.#forgetEnded()) return undefined;
    const feed: Feed = {
      tenant,
      gateway,
      epoch,
      state: 'unknown',
      arrivals: new Arrivals(),
      sealed: 0,
      storedBatches: 0,
      storedReadings: 0,
      repeatedBatches: 0,
      conflicts: 0,
      hasRival: false,
      gaps: new Map(),
      birth: undefined,
    };
    this.#feeds.set(key, feed);
    return feed;
  }
  #forgetEnded(): boolean {
    for (const [key, { state }] of this.#feeds) {
      if (state === 'ended') return this.#feeds.delete(key);
    }
    return false;
  }
}
