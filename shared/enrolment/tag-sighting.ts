/**
 * An operator's tag at a detector within a window. It holds the identifier in the clear, so it lives in memory alone: the gateway seals it
 * to the operator before anything is written, and what cannot be sealed is dropped.
 */
import type { Place, TagId } from './tag-id.ts';

export interface TagSighting {
  readonly operator: string;
  readonly id: TagId;
  /** Where the detector was at `lastAt`, if it moves. Sealed with the identifier. */
  readonly place?: Place;
  /** The detector's id. */
  readonly device: string;
  /** Epoch ms, the same as `lastAt`. */
  readonly observedAt: number;
  /** dBm, if it is known: the strongest, and the mean. */
  readonly rssi?: number;
  readonly rssiMean?: number;
  /** Advertisements in the window. */
  readonly count: number;
  /** Epoch ms of the first and the last advertisement. */
  readonly firstAt: number;
  readonly lastAt: number;
}
