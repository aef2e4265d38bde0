/**
 * The simulation from the command line: `npm run simulate-faults -- --seeds 200 [--from 1] [--hours 8] [--hub]
 * [--json]`, and `-- --seed 42` to replay one with everything that happens in it. With --hub every seed has a hub. Ends with 1 where a seed has broken a promise.
 */
import { parseArgs } from 'node:util';
import { type Report, SeedFailed, simulate } from './simulate.ts';
import type { Promised } from './violations.ts';

/** The machine's real time: how fast the simulation is. */
const startedAt = performance.now();
const reportEveryMs = 5_000;
/** Of a failing seed in a long run: events that are printed before what was broken. */
const maxHistoryLines = 30;

interface Totals {
  seeds: number;
  simulatedHours: number;
  kills: number;
  restarts: number;
  powerCuts: number;
  faults: number;
  observed: number;
  stored: number;
  refused: number;
  gaps: number;
  reportedLost: number;
  ordersGiven: number;
  ordersActed: number;
  ordersRefused: number;
  forgedOrders: number;
  lost: number;
  duplicated: number;
  failed: number;
}

const totals: Totals = {
  seeds: 0,
  simulatedHours: 0,
  kills: 0,
  restarts: 0,
  powerCuts: 0,
  faults: 0,
  observed: 0,
  stored: 0,
  refused: 0,
  gaps: 0,
  reportedLost: 0,
  ordersGiven: 0,
  ordersActed: 0,
  ordersRefused: 0,
  forgedOrders: 0,
  lost: 0,
  duplicated: 0,
  failed: 0,
};

function add({ simulatedHours, observed, stored, refused, gaps, reportedLost, orders, struck }: Report): void {
  totals.simulatedHours += simulatedHours;
  totals.observed += observed;
  totals.stored += stored;
  totals.refused += refused;
  totals.gaps += gaps;
  totals.reportedLost += reportedLost;
  totals.ordersGiven += orders.given;
  totals.ordersActed += orders.acted;
  totals.ordersRefused += orders.refused;
  totals.forgedOrders += orders.attacks;
  totals.kills += struck.kill ?? 0;
  totals.restarts += struck.restart ?? 0;
  totals.powerCuts += struck['power-cut'] ?? 0;
  totals.faults += Object.values(struck).reduce((sum, count) => sum + count, 0);
}

function addFailure({ seed, violations, history, hint }: SeedFailed, isVerbose: boolean): void {
  const count = (which: Promised) =>
    violations.reduce((sum, { promised, count }) => sum + (promised === which ? count : 0), 0);
  totals.lost += count('lost');
  totals.duplicated += count('duplicated');
  totals.failed++;
  const lines = [
    ...(isVerbose ? [] : history.slice(-maxHistoryLines)),
    `seed ${seed} FAILED`,
    ...violations.map(({ promised, what }) => `  ${promised}: ${what}`),
    `  ${hint?.en}`,
  ];
  console.error(lines.join('\n'));
}

function hoursAMinute(): number {
  return Math.round(totals.simulatedHours / ((performance.now() - startedAt) / 60_000));
}

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    hours: { type: 'string' },
    hub: { type: 'boolean' },
    json: { type: 'boolean', default: false },
  },
});
const isReplay = values.seed !== undefined;
const first = Number(values.seed ?? values.from);
const last = isReplay ? first : first + Number(values.seeds) - 1;
let current = first;
if (!isReplay) Error.stackTraceLimit = 0; // what is thrown on the way is thrown often, and its stack is seldom read
process.on('unhandledRejection', (fault) => {
  console.error(
    `seed ${current} FAILED\n  sound: nobody waited for this failure: ${fault instanceof Error ? fault.stack : fault}`,
  );
  console.error(`  Replay it: npm run simulate-faults -- --seed ${current}`);
  process.exit(1);
});

let reportedAt = startedAt;
for (let seed = first; seed <= last; seed++) {
  current = seed;
  totals.seeds++;
  try {
    const report = await simulate(seed, {
      ...(values.hours !== undefined && { hours: Number(values.hours) }),
      hub: values.hub,
      ...(isReplay && { print: (line) => console.log(line) }),
    });
    add(report);
    if (isReplay) console.log(JSON.stringify(report));
  } catch (fault) {
    if (!(fault instanceof SeedFailed)) throw fault;
    addFailure(fault, isReplay);
  }
  if (performance.now() - reportedAt > reportEveryMs && !values.json) {
    reportedAt = performance.now();
    console.error(
      `seed ${seed}: ${Math.round(totals.simulatedHours)} simulated hours, ${hoursAMinute()} a minute, ${totals.failed} failed`,
    );
  }
}
totals.simulatedHours = Math.round(totals.simulatedHours);
if (values.json) console.log(JSON.stringify({ ...totals, hoursAMinute: hoursAMinute() }));
else console.log(`${hoursAMinute()} simulated hours a minute\n${JSON.stringify(totals)}`);
process.exitCode = totals.failed > 0 ? 1 : 0;
