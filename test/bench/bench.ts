/**
 * `npm run bench`: measures the gateway on this machine, each figure beside the raw limit measured in the same run.
 *
 * Takes about ten minutes. Absolute figures mean little on a shared machine; the ratios to the limits do.
 *   --json           one object with every figure
 *   --hub            the hub alone: its memory, and through a hub, into SQLite, PostgreSQL (if it is installed) and a stand-in for Orion
 *   --outages        instead: the outages alone, also one of ten minutes
 *   --detector       instead: a beacon detector's port alone
 *   --console        instead: what the console costs, and how soon its page can be used
 *   --rig            instead: how many devices a rig's process holds below one core
 *   --month          instead: 30 days (or --days N) without the city OS at 20 readings a second, and the drain: about a
 *                    quarter of an hour and 10 GB of disk
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { numberOf } from '../../gateway/cli/values.ts';
import { Random } from '../../simulators/random.ts';
import { codecCallsPerSecond, delayByHostileCodecs, memoryWithCodecs } from './codecs.ts';
import { consoleCost } from './console.ts';
import { detectorLoad, fiveOperators, WARM_UP_S } from './detector.ts';
import { hubMemory, hubToOrion, hubToPostgres, hubToSqlite, isPostgresThere } from './hub.ts';
import { cborEncoding, sqliteInserts } from './limits.ts';
import { lorawanUplinks } from './lorawan.ts';
import { drain, monthAway, mqttPort, pipeline, rawPublishes, urgentLatency, wear } from './measurements.ts';
import { listCost } from './operators-list.ts';
import { outage, storm } from './outage.ts';
import { bareLines, rigOnBrokers, rigOnTcp, rigOnTerminals, type Scale } from './rig-scale.ts';
import { cityReadings, sampleReadings } from './sample-readings.ts';
import { Site } from './site.ts';
import { bytesPerReading } from './wire-size.ts';

const PIPELINE_READINGS = 300_000;
const BACKLOG = 30_000;
const PUBLISHES = 30_000;
const SINGLE_INSERTS = 3_000;
const UPLINKS = 20_000;
const DETECTOR_S = 30;
const CONSOLE_S = 30;
/** Hundreds of tags are present for three windows. */
const MIN_SIGHTINGS = 600;
const HUB_READINGS = 200_000;
const HUB_GATEWAYS = 1_500;
/** A broker has the newest only, so it takes many devices to keep it busy. */
const CITY_DEVICES = 4_000;
const CITY_ROUNDS = 10;
/** They end an hour ago: what is ahead of the clock is believed by nobody. */
const HUB_SPAN_MS = (HUB_READINGS / 20) * 10_000 + 3_600_000;
const CODECS = 100;
/** The worst of these is told. */
const OUTAGES_S = [20, 20, 20];
const LONG_OUTAGE_S = 600;
const STORM = { seconds: 20, perSecond: 150 };
/** Devices of a rig, at one reading a second each. */
const RIG = { devices: 2_000, terminals: 2_000, most: 8_000 };
/** Round trip of a link over mobile radio. */
const FAR_MS = 100;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    hub: { type: 'boolean', default: false },
    outages: { type: 'boolean', default: false },
    detector: { type: 'boolean', default: false },
    console: { type: 'boolean', default: false },
    rig: { type: 'boolean', default: false },
    month: { type: 'boolean', default: false },
    days: { type: 'string', default: '30' },
  },
});
const figures = values.month
  ? await measureMonth(numberOf('--days', values.days))
  : values.hub
    ? await measureHub()
    : values.outages
      ? await measureOutages([...OUTAGES_S, LONG_OUTAGE_S])
      : values.detector
        ? await measureDetector()
        : values.console
          ? await measureConsole()
          : values.rig
            ? await measureRig()
            : await measure();
if (values.json) console.log(JSON.stringify(Object.fromEntries(figures.map(({ name, ...rest }) => [name, rest]))));
else for (const figure of figures) console.log(format(figure));

interface Figure {
  readonly name: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What the machine can do without the product, measured in the same run. */
  readonly limit?: number;
  readonly ratio?: number;
  readonly limitIs?: string;
}

async function measureHub(): Promise<Figure[]> {
  console.error('measuring the memory of a hub …');
  const { idleMb, knownMb } = await hubMemory(HUB_GATEWAYS);
  const readings = sampleReadings(HUB_READINGS, Date.now() - HUB_SPAN_MS, new Random(1));
  const step = (what: string) => console.error(`measuring a hub into ${what} …`);
  step('SQLite');
  const sqlite = await hubToSqlite(readings);
  const inserts = await Site.with(async (site) => sqliteInserts(join(site.directory, 'limit.sqlite'), readings, 1000));
  const figures = [
    against('hubSqlite', 'through a hub into an archive in SQLite', sqlite, 'readings/s', {
      limit: inserts,
      limitIs: 'better-sqlite3 at FULL, 1000 rows a transaction',
    }),
  ];
  if (isPostgresThere) {
    step('PostgreSQL');
    const { readingsPerSecond, limit } = await hubToPostgres(readings);
    const beside = { limit, limitIs: 'COPY of the same rows into a table with the same indexes' };
    figures.push(
      against('hubPostgres', 'through a hub into an archive in PostgreSQL', readingsPerSecond, 'readings/s', beside),
    );
  }
  step('a stand-in for Orion');
  const orion = await hubToOrion(cityReadings(CITY_DEVICES, CITY_ROUNDS, Date.now() - 3_600_000));
  const posts = { limit: orion.limit, limitIs: 'a process that posts the same bodies' };
  figures.push(
    against('hubOrion', 'through a hub to a stand-in for Orion', orion.readingsPerSecond, 'readings/s', posts),
    { name: 'hubMemoryIdle', what: 'memory of a hub, idle', value: idleMb, unit: 'MB' },
    {
      name: 'hubMemoryKnown',
      what: `the same, ${HUB_GATEWAYS} gateways connected and heard`,
      value: knownMb,
      unit: 'MB',
    },
  );
  return figures;
}

async function measureConsole(): Promise<Figure[]> {
  console.error('measuring the console …');
  const cost = await consoleCost(CONSOLE_S);
  const mb = (name: string, what: string, value: number) => ({ name, what, value, unit: 'MB' });
  const percent = (name: string, what: string, value: number) => ({ name, what, value, unit: '% of a core' });
  const ms = (name: string, what: string, value: number) => ({ name, what, value, unit: 'ms' });
  return [
    mb('consoleWithout', 'memory, 200 devices at 20 readings/s, no console', cost.withoutMb),
    mb('consoleWith', 'the same with a console, nobody looks', cost.withMb),
    percent('consoleIdle', 'processor with a console, nobody looks', cost.idlePercent),
    percent('consoleWatched', 'the same with ten watchers', cost.watchedPercent),
    ms('consoleHeading', 'first view at a sixth of the processor: its heading after', cost.headingMs),
    ms('consoleReading', 'the same: its first reading after', cost.readingMs),
  ];
}

async function measureRig(): Promise<Figure[]> {
  const figuresOf = (name: string, where: string, { percent, mb }: Scale, limit?: Scale): Figure[] => [
    limit === undefined
      ? { name, what: `${where}, of one core`, value: percent, unit: '%' }
      : against(name, `${where}, of one core`, percent, '%', {
          limit: limit.percent,
          limitIs: 'a process that writes the same lines to as many sockets',
        }),
    { name: `${name}Memory`, what: `${where}, memory`, value: mb, unit: 'MB' },
  ];
  const step = (what: string) => console.error(`measuring ${what} …`);
  const { devices, terminals, most } = RIG;
  step(`${devices} devices on TCP`);
  const bare = await bareLines(devices);
  const onTcp = await rigOnTcp(devices);
  step('devices on a broker and on terminals');
  const onBrokers = await rigOnBrokers(devices);
  const onTerminals = await rigOnTerminals(terminals);
  let held = onTcp.percent < 100 ? devices : 0;
  for (let next = 2 * devices; held === next / 2 && next <= most; next *= 2) {
    step(`${next} devices on TCP`);
    if ((await rigOnTcp(next)).percent < 100) held = next;
  }
  return [
    ...figuresOf('rigTcp', `a rig of ${devices} devices on TCP`, onTcp, bare),
    ...figuresOf('rigBroker', `${devices} devices on two brokers of the rig`, onBrokers),
    ...figuresOf('rigTerminals', `${terminals} devices on pseudo-terminals`, onTerminals),
    { name: 'rigMost', what: `on TCP below one core, by doubling up to ${most}`, value: held, unit: 'devices' },
  ];
}

async function measure(): Promise<Figure[]> {
  console.error('measuring codecs …');
  const codecs = await measureCodecs(); // first: their memory is that of a process that has done nothing else
  const readings = sampleReadings(PIPELINE_READINGS, Date.UTC(2026, 10, 1), new Random(1));
  const step = (what: string) => console.error(`measuring ${what} …`);
  step('the limits');
  const insert = (perTransaction: number, count: number) =>
    Site.with(async (site) =>
      sqliteInserts(join(site.directory, 'limit.sqlite'), readings.slice(0, count), perTransaction),
    );
  const inThousands = {
    limit: await insert(1000, readings.length),
    limitIs: 'better-sqlite3 at FULL, 1000 rows a transaction',
  };
  const publishes = { limit: await rawPublishes(PUBLISHES), limitIs: 'raw publishes at QoS 1' };
  const singly = { limit: await insert(1, SINGLE_INSERTS), limitIs: 'better-sqlite3 at FULL, a row a transaction' };
  const encoding = { limit: cborEncoding(readings), limitIs: 'cbor-x alone' };
  step('the pipeline');
  const throughPipeline = await pipeline(readings);
  step('an MQTT port');
  const port = await mqttPort(PUBLISHES);
  step('a backlog');
  const backlog = await drain(readings.slice(0, BACKLOG), 0);
  const farBacklog = await drain(readings.slice(0, BACKLOG), FAR_MS);
  step('the latency');
  const latency = await urgentLatency();
  step('the wear');
  const worn = await wear();
  step('LoRaWAN');
  const byLpp = await lorawanUplinks(UPLINKS, 'lpp');
  const byCodec = await lorawanUplinks(UPLINKS, 'codec');
  const perCore = (name: string, what: string, value: number) => against(name, what, value, 'uplinks/s', inThousands);
  return [
    against('pipeline', 'straight into the pipeline, to stored', throughPipeline, 'readings/s', inThousands),
    against('pipelineToEncoding', 'the same, beside encoding alone', throughPipeline, 'readings/s', encoding),
    against(
      'mqttPort',
      'through an MQTT port, PUBACK after the commit',
      port.readingsPerSecond,
      'readings/s',
      publishes,
    ),
    { name: 'mqttPortCpu', what: 'the same, of a core', value: port.cpuUs, unit: 'µs/reading' },
    against('mqttPortToInserts', 'the same, beside single inserts', port.readingsPerSecond, 'readings/s', singly),
    against('drain', 'drain of a 30,000 backlog', backlog.readingsPerSecond, 'readings/s', inThousands),
    {
      name: 'freshBehindBacklog',
      what: 'a fresh reading behind it arrives after',
      value: backlog.freshAfterMs,
      unit: 'ms',
    },
    { name: 'urgentBehindBacklog', what: 'an alarm behind it arrives after', value: backlog.urgentAfterMs, unit: 'ms' },
    {
      name: 'farDrain',
      what: `drain over a ${FAR_MS} ms round trip`,
      value: farBacklog.readingsPerSecond,
      unit: 'readings/s',
    },
    {
      name: 'farFreshBehindBacklog',
      what: 'a fresh reading behind it arrives after',
      value: farBacklog.freshAfterMs,
      unit: 'ms',
    },
    {
      name: 'farUrgentBehindBacklog',
      what: 'an alarm behind it arrives after',
      value: farBacklog.urgentAfterMs,
      unit: 'ms',
    },
    { name: 'latencyP50', what: 'urgent lane at 200/s, p50', value: latency.p50Ms, unit: 'ms' },
    { name: 'latencyP99', what: 'urgent lane at 200/s, p99', value: latency.p99Ms, unit: 'ms' },
    ...[40, 500, 2000].map((count) => ({
      name: `wire${count}`,
      what: `on the wire in batches of ${count}`,
      value: bytesPerReading(readings, count, 'brotli'),
      unit: 'bytes/reading',
    })),
    {
      name: 'written',
      what: 'written to the disk at 2 readings/s',
      value: worn.bytesPerReading,
      unit: 'bytes/reading',
    },
    { name: 'syncs', what: 'fsyncs at 2 readings/s', value: worn.syncsPerReading, unit: 'fsyncs/reading' },
    {
      name: 'writtenLoaded',
      what: 'written to the disk through the MQTT port',
      value: port.writtenBytesPerReading,
      unit: 'bytes/reading',
    },
    { name: 'memoryIdle', what: 'memory, idle', value: port.idleMb, unit: 'MB' },
    { name: 'memoryLoaded', what: 'memory, under load', value: port.loadedMb, unit: 'MB' },
    perCore('lorawan', 'LoRaWAN, LPP, verified to durable, a core', byLpp.uplinksPerCoreSecond),
    perCore('lorawanByCodec', 'the same with a codec', byCodec.uplinksPerCoreSecond),
    ...codecs,
    ...(await measureDetector()),
    ...(await measureOutages(OUTAGES_S)),
    ...(await measureHub()),
  ];
}

async function measureDetector(): Promise<Figure[]> {
  console.error('measuring a beacon detector …');
  const operators = await fiveOperators();
  const unsealed = await detectorLoad(DETECTOR_S, new Random(1), []);
  const load = await detectorLoad(DETECTOR_S, new Random(1), operators);
  for (const { readings, tags } of [unsealed, load]) {
    if (readings < MIN_SIGHTINGS || tags < MIN_SIGHTINGS)
      throw new Error('the detector has not sighted what was there');
  }
  if (unsealed.sealed.length > 0 || load.sealed.length < load.tags)
    throw new Error(`${load.sealed.length} of ${load.tags} sightings were sealed`);
  const what = '2,000 advertisements/s at a detector, of one core';
  const { listBytes, bytesADay, messages } = await listCost(operators);
  return [
    { name: 'detector', what: `${what}, no operator taken up`, value: unsealed.percent, unit: '%' },
    { name: 'detectorSealing', what: `${what}, all five operators' tags sealed`, value: load.percent, unit: '%' },
    {
      name: 'detectorSealed',
      what: 'sightings that were sealed meanwhile',
      value: Math.round((load.sealed.length / (DETECTOR_S + WARM_UP_S)) * 10) / 10,
      unit: 'sightings/s',
    },
    {
      name: 'wireSealed500',
      what: 'sealed, on the wire in batches of 500',
      value: bytesPerReading(load.sealed, 500, 'brotli'),
      unit: 'bytes/sighting',
    },
    { name: 'listBytes', what: 'a signed list of five operators', value: listBytes, unit: 'bytes' },
    {
      name: 'listADay',
      what: `the same at an edge that is connected all day, ${messages} times`,
      value: bytesADay,
      unit: 'bytes/day',
    },
  ];
}

async function measureOutages(lengths: readonly number[]): Promise<Figure[]> {
  const outages: Figure[] = [];
  for (const seconds of new Set(lengths)) {
    console.error(`measuring an outage of ${seconds} s …`);
    const [worst] = (await Promise.all(lengths.filter((each) => each === seconds).map(outage))).toSorted(
      (a, b) => b.freshAfterMs - a.freshAfterMs,
    );
    if (worst === undefined) continue;
    const plain = { limit: worst.plainAfterMs, limitIs: 'mqtt.js alone, reconnecting every second' };
    const what = `after an outage of ${seconds} s a fresh reading arrives after`;
    outages.push(against(`freshAfter${seconds}s`, what, worst.freshAfterMs, 'ms', plain));
  }
  console.error('measuring a storm …');
  const limited = await storm(STORM.seconds, STORM.perSecond);
  const unlimited = await storm(STORM.seconds, undefined);
  const figure = (name: string, what: string, value: number, unit: string) => ({ name, what, value, unit });
  return [
    ...outages,
    figure('storm', '1,500 return to a broker that lets 150/s in', limited.mostPerSecond, 'at most in a second'),
    figure('stormAllBack', 'all of them are back after', limited.allBackMs, 'ms'),
    figure('stormUnlimited', '1,500 return to one that takes all', unlimited.mostPerSecond, 'at most in a second'),
    figure('stormUnlimitedAllBack', 'all of them are back after', unlimited.allBackMs, 'ms'),
  ];
}

async function measureCodecs(): Promise<Figure[]> {
  const { withOneMb, withAllMb, beforeMb, firstCallMs } = await memoryWithCodecs(CODECS);
  const calls = await codecCallsPerSecond();
  const { loopMs, hangMs } = await delayByHostileCodecs();
  const figure = (name: string, what: string, value: number, unit: string) => ({ name, what, value, unit });
  return [
    figure('codecCalls', 'codec calls, warm', calls, 'calls/s'),
    figure('codecFirstCall', 'the first call, worker and sandbox included', firstCallMs, 'ms'),
    figure('codecMemory', 'memory of the first codec', Math.round(withOneMb - beforeMb), 'MB'),
    figure('codecsMemory', `memory of ${CODECS} codecs`, Math.round(withAllMb - beforeMb), 'MB'),
    figure('codecLoopDelay', 'longest delay of the rest while a codec loops', loopMs, 'ms'),
    figure('codecHangDelay', 'the same while one hangs in a built-in', hangMs, 'ms'),
  ];
}

async function measureMonth(days: number): Promise<Figure[]> {
  const month = await monthAway(days, (what) => console.error(what));
  const figure = (name: string, what: string, value: number, unit: string) => ({ name, what, value, unit });
  return [
    figure('readings', `${days} days away at 20 readings/s`, month.readings, 'readings'),
    figure('buffered', 'take on the disk', month.megabytes, 'MB'),
    figure('dropped', 'dropped for want of space', month.droppedBatches, 'batches'),
    figure('drain', 'drain', month.readingsPerSecond, 'readings/s'),
    figure('memoryBefore', 'memory before the drain', month.mbBefore, 'MB'),
    figure('memoryDraining', 'at most during it', month.mbDraining, 'MB'),
  ];
}

function against(
  name: string,
  what: string,
  value: number,
  unit: string,
  limit: { limit: number; limitIs: string },
): Figure {
  return { name, what, value, unit, ...limit, ratio: Math.round((value / limit.limit) * 1000) / 1000 };
}

function format({ what, value, unit, limit, limitIs, ratio }: Figure): string {
  const beside = limit === undefined ? '' : `   limit ${limit} (${limitIs}), ratio ${ratio}`;
  return `${what.padEnd(46)} ${String(value).padStart(8)} ${unit}${beside}`;
}
