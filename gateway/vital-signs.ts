/**
 * Whether the gateway makes progress, for the service manager's watchdog: what hangs is started again, what only fails is told by the status.
 *
 * That it looks at all shows that timers fire. Beyond that nothing may wait to be committed for `maxPendingMs`, although a commit takes less than a
 * minute to be due, and a port that is not open must be tried: an attempt that neither succeeds nor fails for `maxAttemptMs` hangs.
 */

import { AWAITED, type Retry } from './net/keep-open.ts';
import type { StatusSources } from './status/sources.ts';

const maxPendingMs = 180_000;
const maxAttemptMs = 1_800_000;

interface Closed {
  readonly retry: Retry | undefined;
  /** Since when nothing has changed, monotonic ms. */
  readonly since: number;
}

type Sources = Pick<StatusSources, 'activity' | 'buffer' | 'clock'>;

export class VitalSigns {
  /** Ports that are not open, by name. */
  #closed: ReadonlyMap<string, Closed> = new Map();

  /** What hangs, for the log; undefined if all moves. Look at least once a minute. */
  look({ activity, buffer, clock }: Sources): string | undefined {
    const { monotonic, wall } = clock.moment();
    const closed = new Map<string, Closed>();
    for (const [name, { state, retry }] of activity.ports) {
      if (state === 'open' || retry === AWAITED || (retry !== undefined && retry.at > wall)) continue;
      const before = this.#closed.get(name);
      closed.set(name, before?.retry === retry && before !== undefined ? before : { retry, since: monotonic });
    }
    this.#closed = closed;
    const { pendingMs } = buffer.stats();
    if (pendingMs > maxPendingMs) return `readings have waited ${Math.round(pendingMs / 1_000)} s for a commit`;
    for (const [name, { since }] of closed) {
      if (monotonic - since > maxAttemptMs)
        return `port "${name}" has not been tried for ${Math.round((monotonic - since) / 1_000)} s`;
    }
    return undefined;
  }
}
