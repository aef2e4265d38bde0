/** One moment as the gateway knows it. */
export interface Moment {
  /** Epoch milliseconds by the wall clock, right only where `synchronised`. */
  readonly wall: number;
  /** Milliseconds that only ever grow, from an origin that changes with each boot of the machine. */
  readonly monotonic: number;
  /** Whether anybody has set the wall clock: network time or a GPS fix. */
  readonly synchronised: boolean;
}

/** Time, passed in wherever it is needed, so that a test can run it. */
export interface Clock {
  moment(): Moment;
  /** Resolves after `ms` milliseconds, or at once (never rejects) when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
