/**
 * `npm run board -- [--minutes 60] [--node PATH] [--json]`: the whole of a site on a board of 512 MB, of which 160 MB and a fifth of
 * one core are the gateway's. Exit code 1 if it was started again, lost or doubled a reading, or was late with one by more than the
 * batch age; 2 for wrong usage. Linux, and the right to make a control group (root).
 */
import { parseArgs } from 'node:util';
import { runBoard } from './board-run.ts';
import { stagesText } from './lateness.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    node: { type: 'string', default: process.execPath },
    json: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) {
  console.error('Usage: board [--minutes 60] [--node /usr/bin/node] [--json]');
  process.exit(2);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const outcome = await runBoard({ minutes, node: values.node, report: (line) => console.error(line) });
const { faults, lateBy, ...figures } = outcome;
if (values.json) console.log(JSON.stringify(outcome));
else {
  for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(18)}${value}`);
  if (figures.late > 0) console.log(`${'late by'.padEnd(18)}${stagesText(lateBy)}`);
  console.log(faults.length === 0 ? 'The board held.' : `The board did not hold: ${faults.join('; ')}.`);
}
process.exit(faults.length === 0 ? 0 : 1);
