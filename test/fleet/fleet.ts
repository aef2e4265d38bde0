/**
 * `npm run fleet -- [--boxes 10000] [--seconds 120] [--processes 3] [--mosquitto LINE]… [--json]`: a fleet of boxes before one Mosquitto, three
 * workers and PostgreSQL, quiet and after power cuts. Exit code 1 if a batch is lost or doubled. `ulimit -n` must be twice the
 * boxes.
 */
import { parseArgs } from 'node:util';
import { runFleet } from './fleet-run.ts';

const { values } = parseArgs({
  options: {
    boxes: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '120' },
    processes: { type: 'string', default: '3' },
    mosquitto: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
  },
});
const [boxes, seconds, processes] = [Number(values.boxes), Number(values.seconds), Number(values.processes)];
if (![boxes, seconds, processes].every((each) => each > 0)) {
  console.error(
    'Usage: fleet [--boxes 10000] [--seconds 120] [--processes 3] [--mosquitto "max_queued_messages 0"] [--json]',
  );
  process.exit(2);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const report = (line: string) => console.error(line);
const outcome = await runFleet({ boxes, seconds, processes, mosquitto: values.mosquitto, report });
if (values.json) console.log(JSON.stringify(outcome));
else for (const [name, value] of Object.entries(outcome)) console.log(`${name.padEnd(18)}${JSON.stringify(value)}`);
process.exit(outcome.archived === outcome.sealed && outcome.doubled === 0 ? 0 : 1);
