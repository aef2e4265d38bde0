/** Workers and gateways of a test, and what they have stored. */
import type { Postgres } from '../postgres/postgres.ts';

/** A worker: `broker` has `url` and what belongs to it. */
export function workerToml(id: string, broker: string, postgres: Pick<Postgres, 'url'>, more = ''): string {
  return `
    [gateway]
    id = "${id}"
    tenant = "region"
    [buffer]
    batch-age = "100ms"
    [clock]
    synchronised = "always"
    [status]
    enabled = false
    [[port]]
    name = "gateways"
    type = "feed"
    share = "workers"
    trust-broker = true
    ${broker}
    [[destination]]
    name = "history"
    type = "archive"
    url = "${postgres.url}"
    tenants = ["*"]
    reconnect-within = "200ms"
    ${more}`;
}

/** A gateway whose only device, "gauge-01", is never heard: its readings are put into the buffer. */
export function sendingToml(id: string, url: string, more = ''): string {
  return `
    [gateway]
    id = "${id}"
    tenant = "toyama"
    [buffer]
    batch-age = "50ms"
    batch-readings = 5
    [clock]
    synchronised = "always"
    [status]
    enabled = false
    [[port]]
    name = "line"
    type = "tcp"
    address = "127.0.0.1:9"
    [[device]]
    id = "gauge-01"
    type = "line"
    port = "line"
    profile = { format = "json", fields = [{ from = "level", quantity = "level" }] }
    place = { lat = 36.7, lon = 137.2 }
    [[destination]]
    name = "city"
    type = "city-os"
    url = "${url}"
    reconnect-within = "200ms"
    receipt-timeout = "2s"
    window = 32
    ${more}`;
}

/** How often each reading is stored, as "gateway level": should be once. */
export async function timesStored(postgres: Postgres): Promise<ReadonlyMap<string, number>> {
  const rows = await postgres.query(
    `SELECT gateway, ("values"->>'level')::int AS level, count(*)::int AS times FROM machimori.reading GROUP BY 1, 2`,
  );
  return new Map(rows.map(({ gateway, level, times }) => [`${gateway} ${level}`, Number(times)]));
}
