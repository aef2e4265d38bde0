/** Workers and gateways of a test, and what they have stored. */
import type { Postgres } from '../postgres/postgres.ts';
import { hubToml, quietToml } from './hub-rig.ts';

/** A worker: `broker` has `url` and what belongs to it. */
export function workerToml(id: string, broker: string, postgres: Pick<Postgres, 'url'>, more = ''): string {
  return hubToml(
    `
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
    ${more}`,
    id,
  );
}

/** A gateway whose device has a place, and whose batches have at most five readings. */
export function sendingToml(id: string, url: string, more = ''): string {
  return quietToml(
    { tenant: 'toyama', id, buffer: 'batch-readings = 5', device: 'place = { lat = 36.7, lon = 137.2 }' },
    `name = "city"
    url = "${url}"
    window = 32
    ${more}`,
  );
}

/** How often each reading is stored, as "gateway level": should be once. */
export async function timesStored(postgres: Postgres): Promise<ReadonlyMap<string, number>> {
  const rows = await postgres.query(
    `SELECT gateway, ("values"->>'level')::int AS level, count(*)::int AS times FROM machimori.reading GROUP BY 1, 2`,
  );
  return new Map(rows.map(({ gateway, level, times }) => [`${gateway} ${level}`, Number(times)]));
}
