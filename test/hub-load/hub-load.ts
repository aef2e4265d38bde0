/**
 * `npm run hub-load -- [--gateways 1500] [--plows 270] [--detectors 1475] [--minutes 10] [--archive postgres|sqlite] [--json]`: a region
 * feeds one hub. Exit code 1 if a reading is lost or doubled.
 */
import { parseArgs } from 'node:util';
import { hubLoad } from './hub-load-run.ts';

const { values } = parseArgs({
  options: {
    gateways: { type: 'string', default: '1500' },
    plows: { type: 'string', default: '270' },
    detectors: { type: 'string', default: '1475' },
    minutes: { type: 'string', default: '10' },
    archive: { type: 'string', default: 'postgres' },
    json: { type: 'boolean', default: false },
  },
});
const outcome = await hubLoad({
  gateways: Number(values.gateways),
  plows: Number(values.plows),
  detectors: Number(values.detectors),
  seconds: Number(values.minutes) * 60,
  archive: values.archive === 'sqlite' ? 'sqlite' : 'postgres',
  report: (line) => console.error(line),
});
if (values.json) console.log(JSON.stringify(outcome));
else for (const [name, value] of Object.entries(outcome)) console.log(`${name.padEnd(18)}${JSON.stringify(value)}`);
process.exit(outcome.archived === outcome.sentReadings && outcome.doubled === 0 ? 0 : 1);
