/** What a buffer is told, and what it tells. */
import type { Clock } from '../../shared/clock.ts';
import type { Log } from '../machine/log.ts';
import type { DiskSpace } from './disk-room.ts';
import type { FeedOptions, FeedStats } from './outbox.ts';

export interface BufferOptions {
  readonly file: string;
  readonly gateway: string;
  /** Changes with each boot of the machine; together with a monotonic clock that runs on across restarts. */
  readonly boot: string;
  readonly maxBytes: number;
  /** A routine batch is sealed when it would hold this many readings… */
  readonly batchReadings: number;
  /** …or when its first reading is this old and somebody is there to take it. */
  readonly batchAgeMs: number;
  /** How long readings wait for a clock that is not set before they leave, marked; only while somebody takes them. */
  readonly holdMs: number;
  readonly feeds: readonly FeedOptions[];
  readonly clock: Clock;
  readonly log: Log;
  /** Draws the name of an epoch, 16 hexadecimal digits; by default by the system's chance. */
  readonly drawEpoch?: () => string;
  /** Space of the disk that the file lies on; by default as the system says it. */
  readonly diskSpace?: () => DiskSpace;
}

export interface AppendOptions {
  /** Nobody waits for the answer: the commit may be this much later, for fewer writes. Default 0: at once. */
  readonly withinMs?: number;
  /** JSON text by device, committed in the same transaction; `remembered()` gives it back after a restart. Undefined forgets. */
  readonly remember?: ReadonlyMap<string, string | undefined>;
  /** The readings' times come from a clock that nobody had set: wall minus monotonic ms at that moment. */
  readonly unsynchronisedOffsetMs?: number;
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
  /** Why the last write failed; empty when it did not. */
  readonly fault: string;
  /** The disk, not the quota, bounds the buffer. */
  readonly isDiskShort: boolean;
  readonly feeds: Readonly<Record<string, FeedStats>>;
}

/** What became of receipts that came by hand. */
export interface ByHand {
  /** Their batches and gaps have left the disk. */
  readonly settled: number;
  /** What they answer was here and is no more: receipted before, or given up. */
  readonly gone: number;
  /** Of another gateway, or of an epoch that this buffer does not have. */
  readonly foreign: number;
}
