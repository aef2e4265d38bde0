/**
 * What the model sees at the broker between gateways and hub: each gateway's traffic, the hub's promises, and births.
 *
 * The heart of it: whatever the hub has answered for must have come to the city OS, or be in a gap, when everything is over.
 */
import { maxEpochs, type SourceState } from '../../../gateway/buffer/passing/taken-in.ts';
import { decodeBirth } from '../../../shared/feed/birth.ts';
import { decodeReceipt, type Receipt } from '../../../shared/feed/receipt.ts';
import { type Origin, parseTopic } from '../../../shared/feed/topics.ts';
import type { Account } from '../account.ts';
import { idOf, nameOf, type SessionWatch } from '../session-watch.ts';
import type { Observer } from '../virtual-broker.ts';
import type { World } from '../world.ts';
import type { RivalWatch } from './rival-watch.ts';

interface Answered {
  readonly origin: Origin;
  readonly receipt: Receipt;
  /** Ms since the start of the simulation. */
  readonly at: number;
}

export class FeedWatch implements Observer {
  readonly #world: World;
  readonly #rivals: RivalWatch;
  /** Of each gateway, by "tenant/gateway". */
  readonly #sessions: ReadonlyMap<string, SessionWatch>;
  /** What the hub has answered for, by the batch or gap; of each the first receipt, and of a gap the one that goes furthest. */
  readonly #answered = new Map<string, Answered>();

  constructor(world: World, rivals: RivalWatch, sessions: ReadonlyMap<string, SessionWatch>) {
    this.#world = world;
    this.#rivals = rivals;
    this.#sessions = sessions;
  }

  published(session: number, topic: string, payload: Uint8Array): void {
    if (parseTopic(topic)?.message === 'receipt') this.#promised(topic, decodeReceipt(payload));
    else this.#of(topic)?.published(session, topic, payload);
  }

  publishedByOther(topic: string, payload: Uint8Array): void {
    this.#of(topic)?.publishedByOther(topic, payload);
  }

  heard(session: number, topic: string, payload: Uint8Array, client: string): void {
    const about = parseTopic(topic);
    if (about?.message === 'receipt') this.#of(topic)?.heard(session, topic, payload);
    // A gateway hears its own birth too.
    if (about?.message === 'birth' && client.startsWith('machimori:')) this.#rivals.heard(about, decodeBirth(payload));
  }

  /** Since when a batch has been on the hub's disk, at the latest; infinity if it has not answered for it. Ms since the start. */
  storedAt(id: string): number {
    return this.#answered.get(id)?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Everything is over: what was answered for is there. */
  audit(accountOf: (origin: Origin) => Account | undefined): void {
    const gone = [...this.#answered.values()].filter(({ origin, receipt: { epoch, number, last = number } }) => {
      const account = accountOf(origin);
      for (let n = number; n <= last; n++) if (account?.covers(epoch, n) !== true) return true;
      return false;
    });
    if (gone.length === 0) return;
    const named = gone
      .slice(0, 5)
      .map(({ origin, receipt: { epoch, number } }) => `${nameOf(origin)} ${epoch} ${number}`);
    this.#world.violations.add('lost', `the hub answered for ${named}, which are nowhere`, gone.length);
  }

  /** What was answered for is known as long as its epoch is, so that it is not taken in a second time. */
  auditKnown(sources: Iterable<SourceState>): void {
    const known = new Map([...sources].map((source) => [`${nameOf(source)} ${source.epoch}`, source]));
    for (const { origin, receipt } of this.#answered.values()) {
      const { epoch, number, last } = receipt;
      const source = known.get(`${nameOf(origin)} ${epoch}`);
      const ranges = (last === undefined ? source?.arrived : source?.lost) ?? [];
      const isKnown = ranges.some(([from, to]) => from <= number && (last ?? number) <= to);
      // One that was forgotten may have begun again, with what came later.
      const isForgotten = [...known.values()].filter((each) => nameOf(each) === nameOf(origin)).length >= maxEpochs;
      if (isKnown || isForgotten) continue;
      this.#world.violations.add('duplicated', `the hub would take in ${nameOf(origin)} ${epoch} ${number} again`);
      return;
    }
  }

  #promised(topic: string, receipt: Receipt): void {
    const { tenant = '', gateway = '' } = parseTopic(topic) ?? {};
    const id = idOf(topic, receipt);
    if (receipt.outcome !== 'stored' || receipt.refused.length > 0 || receipt.gateway !== gateway) {
      this.#world.violations.add('numbers', `the hub answered ${id} with ${receipt.outcome}, as of ${receipt.gateway}`);
    }
    const before = this.#answered.get(id);
    if (before !== undefined && (receipt.last ?? 0) <= (before.receipt.last ?? 0)) return;
    this.#answered.set(id, { origin: { tenant, gateway }, receipt, at: this.#world.clock.moment().monotonic });
  }

  #of(topic: string): SessionWatch | undefined {
    const origin = parseTopic(topic);
    return origin && this.#sessions.get(nameOf(origin));
  }
}
