/** What a buffer is given, and what it reports. */
import type { Clock } from '../../shared/clock.ts';
import type { Reading } from '../../shared/reading.ts';
import type { Log } from '../machine/log.ts';
import type { DiskSpace } from './disk-room.ts';
import type { OutboxOptions, OutboxStats } from './outbox-options.ts';

export interface BufferOptions {
  readonly file: string;
  readonly gateway: string;
  /** Changes with each boot of the machine. Within a boot the monotonic clock runs on across restarts. */
  readonly boot: string;
  readonly maxBytes: number;
  /** A routine batch is sealed once it holds this many readings… */
  readonly batchReadings: number;
  /** …or once its first reading is this old and someone is there to take it. */
  readonly batchAgeMs: number;
  /** How long readings wait for an unset clock before they leave, marked. Applies only while someone takes them. */
  readonly holdMs: number;
  readonly outboxes: readonly OutboxOptions[];
  /** Whether batches of other gateways come, as at a hub (default false). */
  readonly takesIn?: boolean;
  /** By default readings wait for as long as it takes. */
  readonly retention?: Retention | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Draws the name of an epoch: 16 hexadecimal digits. Random by default. */
  readonly drawEpoch?: () => string;
  /** Space on the disk that holds the file. Asks the system by default. */
  readonly diskSpace?: () => DiskSpace;
}

/** How long readings may wait here (sifting/expiry.ts). */
export interface Retention {
  /** By what it judges: another object whenever that has changed; undefined while nobody knows. */
  rules(): object | undefined;
  /** For how long a reading may be kept after it was observed, ms; undefined: for as long as it takes. */
  of(reading: Reading): number | undefined;
}

export interface AppendOptions {
  /** How much later the commit may come, to save writes. Default 0: at once. */
  readonly withinMs?: number;
  /** JSON text by device, committed with the readings; `remembered()` returns it after a restart. Undefined forgets. */
  readonly remember?: ReadonlyMap<string, string | undefined> | undefined;
  /** Set if the readings were timed by a clock nobody had set: wall minus monotonic ms at that moment. */
  readonly unsynchronisedOffsetMs?: number;
}

/** What may be taken; anything by default. */
export interface TakeRoom {
  readonly bytes?: number;
  readonly urgentOnly?: boolean;
}

/** What waits for the group commit. */
export interface Pending {
  readonly readings: readonly Reading[];
  readonly options: AppendOptions;
  /** Monotonic ms. */
  readonly at: number;
  resolve(): void;
  reject(fault: Error): void;
}

export interface BufferStats {
  readonly file: string;
  readonly usedBytes: number;
  readonly maxBytes: number;
  readonly open: number;
  readonly held: number;
  readonly appended: number;
  readonly commits: number;
  readonly dropped: number;
  /** Why the last write failed, in the system's words ("SQLITE_FULL"); empty if it succeeded. */
  readonly fault: string;
  /** For how long the oldest append has waited for its commit. */
  readonly pendingMs: number;
  /** The disk, not the quota, limits the buffer. */
  readonly isDiskShort: boolean;
  readonly outboxes: Readonly<Record<string, OutboxStats>>;
}

/** What happened to receipts carried to the gateway by hand. */
export interface ByHand {
  /** Their batches and gaps have left the disk. */
  readonly settled: number;
  /** What they answer was here once: receipted before, or given up. */
  readonly gone: number;
  /** From another gateway, or an epoch this buffer does not have. */
  readonly foreign: number;
}
