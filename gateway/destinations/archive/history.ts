/**
 * What an archive is made of, whatever the engine.
 *
 * A batch is known by (tenant, gateway, epoch, number), and a reading by its batch and its position in it (`index`). An engine
 * writes a group of batches and gaps in one transaction (judge.ts says which are new), so a reading is there once or not at all.
 */
import type { Lane, PartOf } from '../../../shared/feed/batch.ts';
import type { DeviceDescription } from '../../../shared/feed/birth.ts';
import type { Gap, Refusal } from '../../../shared/feed/receipt.ts';
import type { Quality, ReadingKind } from '../../../shared/reading.ts';
import type { Text } from '../../../shared/text.ts';

export interface Key {
  readonly tenant: string;
  readonly gateway: string;
  readonly epoch: string;
  readonly number: number;
}

/** A reading as it is stored: every text without NUL, every time and number within what both engines hold (storable.ts). */
export interface Row {
  /** Position in the batch as it came. */
  readonly index: number;
  readonly device: string;
  readonly kind: ReadingKind;
  /** Epoch ms. */
  readonly observedAt: number;
  /** JSON. */
  readonly values: string;
  readonly quality: Quality | undefined;
  readonly doubtful: readonly string[] | undefined;
  /** Its own place if it is a position, else its device's. */
  readonly lat: number | undefined;
  readonly lon: number | undefined;
}

export interface IncomingBatch extends Key {
  readonly kind: 'batch';
  readonly digest: string;
  readonly lane: Lane;
  /** Readings in it, stored or not. */
  readonly count: number;
  readonly partOf: PartOf | undefined;
  /** The readings that are to be stored. */
  readonly rows: readonly Row[];
  readonly refused: readonly Refusal[];
  /** The devices of these readings, each as its birth describes it. */
  readonly devices: ReadonlyMap<string, DeviceDescription | undefined>;
}

export interface IncomingGap extends Key {
  readonly kind: 'gap';
  readonly gap: Gap;
}

export type Incoming = IncomingBatch | IncomingGap;

/** What became of one of a group. */
export type Written =
  | { readonly outcome: 'stored' | 'repeated'; readonly refused: readonly Refusal[] }
  | { readonly outcome: 'conflict' }
  /** The database refuses all of it, and says why. */
  | { readonly outcome: 'unreadable'; readonly reason: string };

/** The database, opened and with the tables it needs. */
export interface History {
  /** Most readings of a transaction; a single batch may have more. */
  readonly maxRows: number;
  /** Whether it works beside this program, and not in its thread. */
  readonly overlaps: boolean;
  /**
   * Commits the group, which is durable when this resolves; rejects if nothing of it, or not all of it, is known to be stored. Calls
   * `isBusy` while it works beside this program.
   */
  write(group: readonly Incoming[], isBusy?: () => void): Promise<readonly Written[]>;
  /** Deletes what is older than the retention, and whatever else is due now and then. */
  tidy(): Promise<void>;
  /** Resolves with the reason when the database can no longer be used. */
  readonly ended: Promise<Text>;
  /** Ends it now: whatever is being written rejects, committed or not. */
  close(why: Text): void;
}

export function keyOf({ tenant, gateway, epoch, number }: Key): string {
  return `${tenant}\n${gateway}\n${epoch}\n${number}`;
}
