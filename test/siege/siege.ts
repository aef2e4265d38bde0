/**
 * `npm run siege -- [--minutes 10] [--seed S] [--attack NAME] [--json]`: hostile clients at every door of a gateway that runs as
 * its unit runs it, while an honest device and honest stations go on. Exit code 1 if it was started again, took 200 MB, let the
 * honest device wait (p99) for a second, or lost uplinks.
 *
 * Progress and the seed go to standard error; the outcome is the one line on standard output, as JSON with --json.
 */
import { parseArgs } from 'node:util';
import { ATTACKS } from './attacks.ts';
import { type Phase, siege } from './siege-run.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    attack: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
const attacks = ATTACKS.filter(({ name }) => values.attack === undefined || name === values.attack);
if (!(minutes > 0) || !Number.isInteger(seed) || attacks.length === 0) {
  console.error(
    `Usage: siege [--minutes 10] [--seed 1] [--attack ${ATTACKS.map(({ name }) => name).join('|')}] [--json]`,
  );
  process.exit(2);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

console.error(`Seed ${seed}, ${minutes} minutes`);
const outcome = await siege({ minutes, seed, attacks, onPhase: report });
const { verdict, p50Ms, p99Ms, maxMs, maxRssMb, restarts, uplinksSent, uplinksStored } = outcome;
console.log(
  values.json
    ? JSON.stringify(outcome)
    : `${verdict} The honest device waited ${p50Ms} ms (p50), ${p99Ms} ms (p99), at most ${maxMs} ms; ${maxRssMb} MB; started again ${restarts} times; ${uplinksStored} of ${uplinksSent} uplinks stored.`,
);
process.exit(outcome.held ? 0 : 1);

function report({
  attack,
  seconds,
  connections,
  bytes,
  turnedAway,
  p50Ms,
  p99Ms,
  maxMs,
  maxRssMb,
  restarts,
}: Phase): void {
  const tally = `${connections} connections, ${(bytes / 1e6).toFixed(1)} MB, ${turnedAway} turned away`;
  const honest = `p50 ${p50Ms}, p99 ${p99Ms}, max ${maxMs} ms`;
  console.error(`${attack} (${seconds} s): ${tally}; ${honest}; ${maxRssMb} MB; ${restarts} restarts`);
}
