/**
 * Where batches go.
 *
 * A destination opens a session, through which batches and gaps are sent; each is answered by a receipt or the promise
 * rejects, and the forwarder then sends the same bytes again. A session that ends is replaced by a new one.
 */
import type { Receipt } from '../../shared/feed/receipt.ts';
import type { Outgoing } from '../buffer/outgoing.ts';

export interface Session {
  /** Resolves with the receipt; rejects when the session ends or no receipt comes in time. */
  send(outgoing: Outgoing): Promise<Receipt>;
  /** Tells the destination how things stand; called now and then. */
  report(standing: Standing): Promise<void>;
  /** Resolves with the reason when the session has ended. */
  readonly ended: Promise<string>;
  close(standing: Standing): Promise<void>;
}

/** How things stand at the gateway, for the status message. */
export interface Standing {
  readonly at: number;
  readonly sealed: number;
  readonly waiting: { readonly routine: number; readonly urgent: number };
  readonly clockSynchronised: boolean;
}

export interface Destination {
  readonly name: string;
  /** Batches on their way at once. */
  readonly window: number;
  /** Bytes of batches on their way at once; a single batch may be larger. */
  readonly windowBytes: number;
  /** A lost connection is sought again after a random part of this. */
  readonly reconnectWithinMs: number;
  /** Rejects where the destination cannot be reached. */
  open(signal: AbortSignal): Promise<Session>;
}
