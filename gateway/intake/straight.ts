/**
 * At a worker: a batch or gap goes straight to the destinations, and the receipt says what they have stored.
 *
 * Nothing is kept here, so that a worker may be killed: the gateway has the batch until its receipt, and sends it again to whichever
 * worker is there. Nothing is decoded here beyond the envelope; a destination of workers decodes within a receiver's bounds and answers
 * what it cannot read. A message that no destination takes is not answered, and its gateway keeps it.
 */
import type { Clock } from '../../shared/clock.ts';
import { decodeBatch } from '../../shared/feed/batch.ts';
import { decodeGap, encodeReceipt, type Receipt } from '../../shared/feed/receipt.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import type { Text } from '../../shared/text.ts';
import type { Outgoing } from '../buffer/outgoing.ts';
import { noteTurnedAway, type PortActivity } from './activity.ts';
import { ofGateway } from './its-own-name.ts';
import { say } from './words.ts';

/** Stores a message of a tenant at all destinations that take it; undefined if none does. Rejects if one of them has not stored it. */
export type StoreStraight = (outgoing: Outgoing & { readonly tenant: string }) => Promise<Receipt | undefined>;

export interface StraightOptions {
  readonly activity: PortActivity;
  readonly clock: Clock;
  isOwn(from: Origin): boolean;
  readonly store: StoreStraight;
}

const NOTHING = new Uint8Array(0);

/** The receipt's bytes. Throws a MachimoriError "bad-message". */
export async function takeStraight(
  from: Origin,
  message: 'batch' | 'gap',
  payload: Uint8Array,
  { activity, clock, isOwn, store }: StraightOptions,
): Promise<Uint8Array | undefined> {
  const outgoing = outgoingOf(from, message, payload);
  const name = `${from.tenant}/${from.gateway}`;
  const turnAway = (detail: Text): undefined => {
    noteTurnedAway(activity, { code: 'unknown-address', bytes: NOTHING, detail }, clock.moment().wall);
  };
  if (isOwn(from)) return turnAway(say.namedLikeWorker({ gateway: name }));
  const receipt = await store(outgoing);
  if (receipt === undefined) return turnAway(say.noDestinationTakes({ gateway: name, tenant: from.tenant }));
  if (outgoing.kind === 'batch' && receipt.outcome === 'stored') {
    activity.readings += outgoing.batch.count;
    activity.lastReadingAt = clock.moment().wall;
  }
  return encodeReceipt(receipt);
}

function outgoingOf(from: Origin, message: 'batch' | 'gap', payload: Uint8Array) {
  const { tenant } = from;
  if (message === 'gap') return { kind: 'gap', gap: ofGateway(from, decodeGap(payload)), tenant } as const;
  const { gateway, epoch, number, lane, count } = ofGateway(from, decodeBatch(payload).header);
  return { kind: 'batch', batch: { gateway, epoch, number, lane, count, bytes: payload }, tenant } as const;
}
