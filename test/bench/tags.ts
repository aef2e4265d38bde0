/**
 * How fast an operator's service answers over many sightings in PostgreSQL: a cluster of its own, filled in SQL, then asked over HTTP.
 *
 *   npm run build-tools && node build/test/bench/tags.js [sightings] [tags] [quiet]
 *
 * With "quiet" it asks only once the machine's load (of one minute) has fallen below 1, and says how high it was.
 *
 * Prints the size, p50, p99 and the slowest of each question in ms, and the plans. The server has 32 MB of shared buffers, so most of the
 * table is beyond its memory.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as v from 'valibot';
import { withUnits } from '../../gateway/config/case.ts';
import { giveToken } from '../../gateway/destinations/tags/accounts.ts';
import { Audit } from '../../gateway/destinations/tags/audit.ts';
import { BETWEEN, NEWEST } from '../../gateway/destinations/tags/postgres/sightings.ts';
import { tagsType } from '../../gateway/destinations/tags/tags.ts';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import { openHttp } from '../../gateway/net/http.ts';
import { connectMqtt } from '../../gateway/net/mqtt-connection.ts';
import { newKeyFile } from '../gateway/destinations/tags/key-file.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { startPostgres } from '../postgres/postgres.ts';

const sightings = Number(process.argv[2] ?? 5_000_000);
const tags = Number(process.argv[3] ?? 5_000);
const waitsForQuiet = process.argv[4] === 'quiet';
const days = 30;
const questions = 2_000;
const schema = 'bench';

async function timed(name: string, work: () => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  for (let n = 0; n < questions; n++) {
    const at = performance.now();
    await work();
    times.push(performance.now() - at);
  }
  times.sort((a, b) => a - b);
  const at = (part: number) => times[Math.floor(part * (times.length - 1))]?.toFixed(1);
  console.log(`${name}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, slowest ${at(1)} ms of ${questions}`);
}

const postgres = await startPostgres();
const folder = mkdtempSync(join(tmpdir(), 'machimori-'));
try {
  const enrolledFile = join(folder, 'tags.csv');
  const rows = Array.from({ length: tags }, (_, n) => `T-${n},raw:${n.toString(16).padStart(8, '0')},2026-04-01,`);
  writeFileSync(enrolledFile, `tag,identifier,opt_in,consent\n${rows.join('\n')}\n`, { mode: 0o600 });
  const accountsFile = join(folder, 'accounts');
  const token = giveToken(accountsFile, 'bench');
  const listen = `127.0.0.1:${await freePort()}`;
  const { keyFile: operatorKeyFile } = await newKeyFile(folder);
  const written = {
    ...{ name: 'alsok', type: 'tags', operators: ['alsok'], retention: '60d', url: postgres.url, schema },
    ...{ operatorKeyFile, enrolledFile, accountsFile, listen, perMinute: 100_000 },
  };
  const settings = v.parse(tagsType.settings, withUnits(tagsType.settings, written));
  const clock = new SystemClock('always');
  const destination = tagsType.open(settings, {
    ...{
      gateway: 'operator-01',
      tenant: 'alsok',
      software: 'bench',
      dataDirectory: folder,
      clock,
      connect: connectMqtt,
      openHttp,
    },
    ...{
      epoch: () => '',
      devices: () => [],
      accepts: () => true,
      describe: () => undefined,
      silent: () => [],
      problems: () => [],
    },
    log: { debug() {}, info() {}, warn: console.warn, error: console.error },
  });
  await (await destination.open(new AbortController().signal)).close({
    at: 0,
    sealed: 0,
    waiting: { routine: 0, urgent: 0 },
    clockSynchronised: true,
  });

  const began = performance.now();
  const today = Math.floor(Date.now() / 86_400_000);
  await postgres.query(`INSERT INTO ${schema}.tag (name) SELECT 'T-' || n FROM generate_series(0, ${tags - 1}) n`);
  await postgres.query(
    `INSERT INTO ${schema}.detector (tenant, gateway, device, place_name, lat, lon)
       SELECT 'kakogawa', 'gateway-' || n % 50, 'detector-' || n, 'place ' || n, 34.7 + random() / 10, 134.8 + random() / 10
       FROM generate_series(1, 1475) n`,
  );
  for (let day = today - days; day < today; day++) {
    const [from, to] = [day, day + 1].map((each) => new Date(each * 86_400_000).toISOString());
    const name = `sighting_${from?.slice(0, 10).replaceAll('-', '_')}`;
    await postgres.query(
      `CREATE TABLE IF NOT EXISTS ${schema}.${name} PARTITION OF ${schema}.sighting FOR VALUES FROM ('${from}') TO ('${to}')`,
    );
    await postgres.query(
      `INSERT INTO ${schema}.sighting (at, first_at, batch, lat, lon, tag, index, detector, accuracy, rssi, count, is_phone)
       SELECT t, t - interval '10 seconds', n / 500, 34.7 + random() / 10, 134.8 + random() / 10, 1 + floor(random() * ${tags})::int,
         n % 500, 1 + floor(random() * 1475)::int, NULL, -60 - random() * 30, 3, false
       FROM (SELECT n, '${from}'::timestamptz + n * interval '1 day' / ${Math.ceil(sightings / days)} AS t
             FROM generate_series(0, ${Math.ceil(sightings / days) - 1}) n) s`,
    );
  }
  await postgres.query(`VACUUM ANALYZE ${schema}.sighting`);
  const [size] = await postgres.query(
    `SELECT count(*)::float8 AS rows, pg_size_pretty(sum(pg_total_relation_size(inhrelid))) AS size FROM pg_inherits WHERE inhparent = '${schema}.sighting'::regclass`,
  );
  console.log(
    `${sightings} sightings of ${tags} tags, ${size?.rows} days, ${size?.size}, filled in ${Math.round((performance.now() - began) / 1000)} s`,
  );

  while (waitsForQuiet && (loadavg()[0] ?? 0) >= 1) await setTimeout(5_000);
  console.log(`load: ${loadavg()[0]?.toFixed(1)}`);
  const session = await destination.open(new AbortController().signal);
  const authorization = `Basic ${Buffer.from(`bench:${token}`).toString('base64')}`;
  const ask = async (path: string) => {
    const answer = await fetch(`http://${listen}/v1/tags/T-${Math.floor(Math.random() * tags)}/${path}`, {
      headers: { authorization },
    });
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
  };
  const window = (hours: number) => {
    const from = (today - 1 - Math.floor(Math.random() * (days - 2))) * 86_400_000;
    return `path?from=${from}&to=${from + hours * 3_600_000}`;
  };
  for (const [name, path] of [
    ['last', () => 'last'],
    ['path of a day', () => window(24)],
    ['path of a week', () => `path?from=${(today - 8) * 86_400_000}&to=${(today - 1) * 86_400_000}`],
  ] as const) {
    await timed(name, () => ask(path()));
  }
  const client = await postgres.client();
  const day = (n: number) => new Date((today - n) * 86_400_000).toISOString();
  const tag = () => `T-${Math.floor(Math.random() * tags)}`;
  for (const mode of ['force_generic_plan', 'force_custom_plan']) {
    await client.query(`SET plan_cache_mode = ${mode}; SET TIME ZONE 'UTC'`);
    await timed(`last, the database alone, ${mode}`, () =>
      client.query({ name: 'last', text: NEWEST(`"${schema}"`), values: [tag(), 64] }),
    );
    await timed(`path of a day, the database alone, ${mode}`, () =>
      client.query({ name: 'path', text: BETWEEN(`"${schema}"`), values: [tag(), day(9), day(8), 10_001] }),
    );
  }
  const audit = new Audit(folder, 'alone');
  const entry = { who: 'bench', address: '127.0.0.1', asked: 'last', tag: 'T-1', outcome: 'asked' } as const;
  await timed('the audit alone', () => audit.append({ at: new Date().toISOString(), ...entry }));
  for (const [sql, values] of [
    [NEWEST(`"${schema}"`), ['T-7', 64]],
    [BETWEEN(`"${schema}"`), ['T-7', day(3), day(2), 10_001]],
  ] as const) {
    const plan = await postgres.query(`EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) ${sql}`, values);
    console.log(plan.map((row) => row['QUERY PLAN']).join('\n'));
  }
  await session.close({ at: 0, sealed: 0, waiting: { routine: 0, urgent: 0 }, clockSynchronised: true });
} finally {
  await postgres.remove();
  rmSync(folder, { recursive: true, force: true });
}
