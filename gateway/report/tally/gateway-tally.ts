/** What a month tells of one gateway: what it sent, how late, and what will never come. Memory: some thousand steps of lateness. */

/** Part of a gateway's arrivals. */
export const PERCENTILES = [0.5, 0.95, 0.99] as const;

export class GatewayTally {
  readonly tenant: string;
  readonly gateway: string;
  devices = 0;
  readings = 0;
  batches = 0;
  refused = 0;
  measuredMs = 0;
  silentMs = 0;
  /** Lost, by reason: numbers of batches, and readings. */
  readonly gaps = new Map<string, { numbers: number; readings: number }>();
  /** Numbers that did not come, by epoch. */
  readonly missing = new Map<string, number>();
  /** Seconds → readings. */
  readonly lateness = new Map<number, number>();

  constructor(tenant: string, gateway: string) {
    this.tenant = tenant;
    this.gateway = gateway;
  }

  get available(): number | undefined {
    return this.measuredMs > 0 ? 1 - this.silentMs / this.measuredMs : undefined;
  }

  /** Seconds, rounded down to the steps of the query; undefined if nothing arrived. */
  latenessAt(part: number): number | undefined {
    return quantile(this.lateness, part);
  }
}

/** The least value that at least this part of all is not above; undefined of nothing. */
export function quantile(counts: ReadonlyMap<number, number>, part: number): number | undefined {
  const sorted = [...counts].sort(([a], [b]) => a - b);
  const all = sorted.reduce((sum, [, count]) => sum + count, 0);
  let below = 0;
  for (const [value, count] of sorted) {
    below += count;
    if (below >= all * part) return value;
  }
  return undefined;
}
