/** How long to wait after a request that the broker did not take, ms. */

const firstMs = 1_000;
export const maxPauseMs = 60_000;
/** The longest that a broker's own wish is followed. */
const maxRetryAfterMs = 3_600_000;
const maxDoublings = 10;

/** After so many failures in a row, doubling up to `longestMs`; longer if the broker wishes so. `wall`: epoch ms now. */
export function pauseMs(
  failures: number,
  retryAfter: string | undefined,
  wall: number,
  longestMs = maxPauseMs,
): number {
  const own = Math.min(longestMs, firstMs * 2 ** Math.min(Math.max(0, failures - 1), maxDoublings));
  return Math.max(own, Math.min(maxRetryAfterMs, retryAfterMs(retryAfter, wall) ?? 0));
}

/** Seconds, or a date (RFC 9110 §10.2.3). */
function retryAfterMs(written: string | undefined, wall: number): number | undefined {
  if (written === undefined) return undefined;
  if (/^\d+$/.test(written.trim())) return Number(written) * 1_000;
  const at = Date.parse(written);
  return Number.isNaN(at) ? undefined : Math.max(0, at - wall);
}
