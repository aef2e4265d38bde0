import type { SealedBatch } from '../../shared/feed/batch.ts';
import type { Gap } from '../../shared/feed/receipt.ts';

/** What a destination has to send next. */
export type Outgoing = (
  | { readonly kind: 'batch'; readonly batch: SealedBatch }
  | { readonly kind: 'gap'; readonly gap: Gap }
) & {
  /** Of the gateway that it came from, at a hub; absent if it was sealed here. */
  readonly tenant?: string;
  /** Where it waits, if it came from another gateway; for the buffer alone. */
  readonly place?: number;
};

/** A batch to send. */
export type OutgoingBatch = Outgoing & { readonly kind: 'batch' };

/** Applies to memory what a transaction has just committed. */
export type Apply = () => void;
