/**
 * `npm run simulate-town -- [--seed N] [--tags 500] [--detectors 1475] [--volunteers 200] [--strangers 20000] [--minutes 6] [--json]`: a town
 * with watch-over. Exit code 1 if a tag was missed, found wrongly, or anything leaked; 2 if the words were wrong.
 */
import { parseArgs } from 'node:util';
import { runTown } from './town-run.ts';

const BOUNDS = {
  seed: { from: 0, to: 2 ** 32 - 1, usually: '1' },
  tags: { from: 1, to: 10_000, usually: '500' },
  detectors: { from: 2, to: 3_000, usually: '1475' },
  volunteers: { from: 0, to: 2_000, usually: '200' },
  strangers: { from: 0, to: 200_000, usually: '20000' },
  minutes: { from: 2, to: 60, usually: '6' },
} as const;
type Name = keyof typeof BOUNDS;
const NAMES = Object.keys(BOUNDS) as Name[]; // these are its keys
/** Of what is found, so many are named. */
const maxNamed = 20;

function readOptions(): { readonly json: boolean; readonly numbers: Record<Name, number> } {
  const numbersAs = Object.fromEntries(
    NAMES.map((name) => [name, { type: 'string' as const, default: BOUNDS[name].usually }]),
  );
  const { values }: { values: Readonly<Record<string, string | boolean | undefined>> } = parseArgs({
    options: { ...numbersAs, json: { type: 'boolean', default: false } },
  });
  const numbers = Object.fromEntries(
    NAMES.map((name) => {
      const { from, to } = BOUNDS[name];
      const value = /^\d+$/.test(String(values[name])) ? Number(values[name]) : Number.NaN;
      if (!(value >= from && value <= to))
        throw new RangeError(`--${name} must be a whole number from ${from} to ${to}`);
      return [name, value];
    }),
  ) as Record<Name, number>; // each name has got a number
  return { json: values.json === true, numbers };
}

let options: ReturnType<typeof readOptions>;
try {
  options = readOptions();
} catch (fault) {
  console.error(fault instanceof Error ? fault.message : String(fault));
  process.exit(2);
}
const startedAt = performance.now();
const { verdict, leaks } = await runTown({ ...options.numbers, report: (line) => console.error(line) });
console.error(`${Math.round((performance.now() - startedAt) / 1_000)} s`);
for (const { what, where } of leaks.slice(0, maxNamed)) console.error(`leaked: ${what}, in ${where}`);
if (options.json) console.log(JSON.stringify(verdict));
else for (const [name, value] of Object.entries(verdict)) console.log(`${name.padEnd(22)}${value}`);
const {
  missed,
  wrongPlace,
  wrongOperator,
  strangers,
  leaks: leaked,
  leaksAfterRevocation,
  leaksAfterRetention,
} = verdict;
const faults = [missed, wrongPlace, wrongOperator, strangers, leaked, leaksAfterRevocation, leaksAfterRetention];
process.exit(faults.every((count) => count === 0) ? 0 : 1);
