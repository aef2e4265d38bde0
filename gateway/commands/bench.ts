import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '../../simulators/random.ts';
import { cborEncoding, sqliteInserts } from '../bench/limits.ts';
import { drain, mqttPort, pipeline, rawPublishes, urgentLatency, wear } from '../bench/measurements.ts';
import { sampleReadings } from '../bench/sample-readings.ts';
import { Site } from '../bench/site.ts';
import { bytesPerReading } from '../bench/wire-size.ts';
import { type Command, print, printError } from './command.ts';

const PIPELINE_READINGS = 300_000;
const BACKLOG = 30_000;
const PUBLISHES = 30_000;
const SINGLE_INSERTS = 3_000;

export const bench: Command = {
  name: 'bench',
  arguments: '[--json]',
  summary: 'measures the gateway on this machine, each figure beside the raw limit measured in the same run',
  help: 'Takes about two minutes. Absolute figures mean little on a shared machine; the ratios to the limits do.',
  async run(args) {
    const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } });
    const figures = await measure();
    if (values.json) print(JSON.stringify(figures));
    else for (const [name, figure] of Object.entries(figures)) print(`${name.padEnd(44)} ${figure}`);
    return 0;
  },
};

async function measure(): Promise<Record<string, number>> {
  const readings = sampleReadings(PIPELINE_READINGS, Date.UTC(2026, 10, 1), new Random(1));
  const step = (what: string) => printError(`measuring ${what} …`);
  step('the limits');
  const insert = (perTransaction: number, count: number) =>
    Site.with(async (site) =>
      sqliteInserts(join(site.directory, 'limit.sqlite'), readings.slice(0, count), perTransaction),
    );
  const insertsByThousand = await insert(1000, readings.length);
  const insertsSingly = await insert(1, SINGLE_INSERTS);
  const cborReadings = cborEncoding(readings);
  const publishes = await rawPublishes(PUBLISHES);
  step('the pipeline');
  const throughPipeline = await pipeline(readings);
  step('an MQTT port');
  const port = await mqttPort(PUBLISHES);
  step('a backlog');
  const backlog = await drain(readings.slice(0, BACKLOG));
  step('the latency');
  const latency = await urgentLatency();
  step('the wear');
  const worn = await wear();
  return {
    'limit: sqlite inserts/s in thousands': insertsByThousand,
    'limit: sqlite inserts/s singly': insertsSingly,
    'limit: cbor-x readings/s': cborReadings,
    'limit: raw publishes/s': publishes,
    'pipeline to stored, readings/s': throughPipeline,
    'pipeline, ratio to sqlite in thousands': ratio(throughPipeline, insertsByThousand),
    'mqtt port, PUBACK after commit, readings/s': port.readingsPerSecond,
    'mqtt port, ratio to raw publishes': ratio(port.readingsPerSecond, publishes),
    'drain of 30,000, readings/s': backlog.readingsPerSecond,
    'fresh reading behind the backlog, ms': backlog.freshAfterMs,
    'urgent reading behind the backlog, ms': backlog.urgentAfterMs,
    'urgent latency at 200/s p50, ms': latency.p50Ms,
    'urgent latency at 200/s p99, ms': latency.p99Ms,
    'bytes on the wire/reading at 40': bytesPerReading(readings, 40, 'brotli'),
    'bytes on the wire/reading at 500': bytesPerReading(readings, 500, 'brotli'),
    'bytes on the wire/reading at 2000': bytesPerReading(readings, 2000, 'brotli'),
    'bytes written/reading at 2/s': worn.bytesPerReading,
    'commits/reading at 2/s': worn.commitsPerReading,
    'memory idle, MB': port.idleMb,
    'memory under load, MB': port.loadedMb,
  };
}

function ratio(figure: number, limit: number): number {
  return Math.round((figure / limit) * 1000) / 1000;
}
