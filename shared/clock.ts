/** One moment as the gateway knows it. */
export interface Moment {
  /** Epoch milliseconds by the wall clock; correct only if `synchronised`. */
  readonly wall: number;
  /** Milliseconds that never go back; their origin changes with each boot. */
  readonly monotonic: number;
  /** Whether the wall clock has been set, by network time or a GPS fix. */
  readonly synchronised: boolean;
}

/** Time, passed in wherever it is needed, so that a test can control it. */
export interface Clock {
  moment(): Moment;
  /** Resolves after `ms` milliseconds, or as soon as the signal aborts. Never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
