/** What an outbox is given, and what it reports. */
import type { Compression, Encoding, Lane } from '../../shared/feed/batch.ts';
import type { Reading, Units } from '../../shared/reading.ts';
import type { Epoch } from './epoch.ts';
import type { Passage } from './passing/passage.ts';
import type { Refused } from './refused.ts';

export interface OutboxOptions {
  readonly name: string;
  readonly encoding: Encoding;
  readonly compression: Compression;
  /** While a backlog drains, every n-th routine batch sent is the newest instead of the oldest. */
  readonly freshEvery: number;
  /** Bytes of batches that may wait; beyond that this outbox drops its oldest, even if the file has room. */
  readonly maxBytes?: number;
  /** The largest batch that may be sealed, as far as is known; one of a single reading may be larger. */
  maxBatchBytes?(): number | undefined;
  /** Which readings go to this destination. */
  accepts(reading: Reading): boolean;
  /** SenML units of a device's quantities, as its birth tells them. */
  unitsOf?(device: string): Units | undefined;
}

export interface OutboxStats {
  readonly epoch: string;
  /** Highest number sealed so far, 0 before the first. */
  readonly sealed: number;
  readonly waiting: Readonly<Record<Lane, number>>;
  readonly inFlight: number;
  readonly gaps: number;
  readonly refused: number;
  /** What waits of other gateways whose file this was, by gateway: batches and gaps. None of it is in the other counts. */
  readonly ofOthers: Readonly<Record<string, number>>;
}

/** What the file holds of it. */
export interface OutboxParts {
  readonly epochs: readonly Epoch[];
  readonly refused: Refused;
  /** Only at a hub. */
  readonly passage: Passage | undefined;
  /** Puts a new current epoch into the file, unless there are too many. */
  insertEpoch(): Epoch | undefined;
  drawEpoch(): string;
}
