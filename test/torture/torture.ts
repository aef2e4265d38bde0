/**
 * `npm run torture -- [--kills 100] [--seed S] [--gateways 2] [--json]`: kills real gateways at random moments under load and
 * counts where every acknowledged reading is. Exit code 1 where one is lost or stored twice.
 *
 * Progress and the seed go to standard error; the outcome is the one line on standard output, as JSON with --json.
 */
import { parseArgs } from 'node:util';
import { torture } from './torture-run.ts';

const reportEvery = 20;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    gateways: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
});
const kills = Number(values.kills);
const seed = Number(values.seed);
const gateways = Number(values.gateways);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

console.error(`Seed ${seed}: the same plan again with --kills ${kills} --gateways ${gateways} --seed ${seed}`);
const startedAt = performance.now();
const outcome = await torture({
  kills,
  seed,
  gateways,
  onKill: (n) => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    if (n % reportEvery === 0) console.error(`${n} of ${kills} kills in ${seconds} s`);
  },
});
const { appended, stored, waiting, refused, gaps, lost, duplicated } = outcome;
console.log(
  values.json
    ? JSON.stringify(outcome)
    : `${outcome.kills} kills, ${appended} readings acknowledged: ${stored} stored, ${refused} refused, ${waiting} waiting, ${gaps} in gaps, ${lost} lost; ${duplicated} stored twice`,
);
process.exitCode = lost === 0 && duplicated === 0 ? 0 : 1;
