/** How long a server asks to be left alone: Retry-After (RFC 9110 §10.2.3), in seconds or as a date. */

/** Nobody is left alone for longer. */
const maxMs = 24 * 3_600_000;

/** Ms from `now` (epoch ms); undefined if it does not say. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(maxMs, Math.max(0, ms));
}
