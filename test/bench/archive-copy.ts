/**
 * By hand: how fast the archive in PostgreSQL takes batches, beside a raw COPY of the same rows into the same table in the same run.
 *
 *   npm run build-tools && node build/test/bench/archive-copy.js [--readings 100000] [--window 32] [--fsync]
 *
 * Load on the machine changes from second to second, so the two are measured by turns, and the median of the ratios counts.
 * It starts a cluster of its own. The raw COPY is one statement in one transaction, with bytes that were made before.
 */

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { from as copyFrom } from 'pg-copy-streams';
import * as v from 'valibot';
import { compress } from '../../gateway/buffer/compress.ts';
import type { Outgoing } from '../../gateway/buffer/outgoing.ts';
import { numberOf } from '../../gateway/cli/values.ts';
import { archiveType } from '../../gateway/destinations/archive/archive.ts';
import { incomingOf } from '../../gateway/destinations/archive/incoming.ts';
import { COPY_COLUMNS, chunksOf } from '../../gateway/destinations/archive/postgres/copy-rows.ts';
import type { DestinationSurroundings, Session } from '../../gateway/destinations/destination.ts';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import { encodeBatch, encodeBody } from '../../shared/feed/batch.ts';
import { Random } from '../../simulators/random.ts';
import { LogBook } from '../gateway/machine/log-book.ts';
import { startPostgres } from '../postgres/postgres.ts';
import { sampleReadings } from './sample-readings.ts';

const READINGS_PER_BATCH = 500;
/** The first only warms up. */
const ROUNDS = 8;

const { values } = parseArgs({
  options: {
    readings: { type: 'string', default: '100000' },
    window: { type: 'string', default: '32' },
    fsync: { type: 'boolean', default: false },
  },
});
const count = numberOf('--readings', values.readings);
const window = numberOf('--window', values.window);
const EPOCH = '0011223344556677';

function batches(): Outgoing[] {
  const all = sampleReadings(count, Date.now() - 3_600_000, new Random(1));
  return Array.from({ length: Math.ceil(count / READINGS_PER_BATCH) }, (_, i): Outgoing => {
    const readings = all.slice(i * READINGS_PER_BATCH, (i + 1) * READINGS_PER_BATCH);
    const id = { gateway: 'gateway-01', epoch: EPOCH, number: i + 1, lane: 'routine', count: readings.length } as const;
    const { body, doubts } = encodeBody('columns', readings);
    const header = { ...id, encoding: 'columns', compression: 'brotli', doubts } as const;
    return { kind: 'batch', batch: { ...id, bytes: encodeBatch(header, compress(body, 'brotli')) } };
  });
}

const postgres = await startPostgres({ isDurable: values.fsync });
try {
  const clock = new SystemClock('always');
  const surroundings = {
    ...{
      gateway: 'gateway-01',
      tenant: 'kakogawa',
      software: 'bench',
      clock,
      log: new LogBook(),
      dataDirectory: '/tmp',
    },
    ...{ accepts: () => true, describe: () => undefined },
  } as unknown as DestinationSurroundings; // all that an archive asks for
  const all = batches();
  const ratios: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const schema = `round_${round}`;
    const settings = v.parse(archiveType.settings, { name: 'a', type: 'archive', url: postgres.url, schema, window });
    const session = await archiveType.open(settings, surroundings).open(new AbortController().signal);
    const ours = await perSecond(() => sendAll(session, all));
    await session.close({ at: 0, sealed: 0, waiting: { routine: 0, urgent: 0 }, clockSynchronised: true });

    const decoded = all.map((each, i) => {
      const batch = incomingOf(each, { personal: false }, surroundings);
      if (batch.kind !== 'batch') throw new Error('not a batch');
      return { batch, rows: batch.rows, id: 1_000_000 + i };
    });
    const bytes = [...chunksOf(decoded)];
    await postgres.query(`CREATE TABLE ${schema}.raw (LIKE ${schema}.reading)`);
    const client = await postgres.client();
    await client.query("SET TIME ZONE 'UTC'");
    const copy = (table: string) => () =>
      pipeline(
        Readable.from(bytes),
        client.query(copyFrom(`COPY ${schema}.${table} ${COPY_COLUMNS} FROM STDIN (FORMAT binary)`)),
      );
    const raw = await perSecond(copy('reading'));
    const plain = await perSecond(copy('raw'));
    await client.end();
    if (round > 1) ratios.push(ours / raw);
    const figures = { perSecond: ours, rawCopy: raw, rawCopyWithoutIndex: plain };
    const rounded = Object.entries(figures).map(([name, value]) => [name, Math.round(value)]);
    console.log(
      JSON.stringify({ round, window, ...Object.fromEntries(rounded), ratio: Number((ours / raw).toFixed(2)) }),
    );
  }
  const median = ratios.toSorted((a, b) => a - b)[Math.floor(ratios.length / 2)];
  console.log(JSON.stringify({ medianRatio: Number(median?.toFixed(2)) }));
} finally {
  await postgres.remove();
}

/** As the forwarder does: so many on their way, the next with each receipt. */
async function sendAll(session: Session, all: readonly Outgoing[]): Promise<void> {
  let next = 0;
  const one = async () => {
    for (let outgoing = all[next++]; outgoing !== undefined; outgoing = all[next++]) {
      const { outcome } = await session.send(outgoing);
      if (outcome !== 'stored') throw new Error(outcome);
    }
  };
  await Promise.all(Array.from({ length: window }, one));
}

async function perSecond(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (count * 1000) / (performance.now() - began);
}
