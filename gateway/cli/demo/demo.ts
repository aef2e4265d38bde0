import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ReadingKind } from '../../../shared/reading.ts';
import { type CityOs, openCityOs } from '../../../simulators/city-os/city-os.ts';
import { type Fleet, openFleet } from '../../../simulators/town/fleet.ts';
import { readConfigFile } from '../../config/config.ts';
import { openLog } from '../../machine/log.ts';
import { readVersion } from '../../machine/release.ts';
import { SystemClock } from '../../machine/system-clock.ts';
import { type Gateway, startGateway } from '../../run.ts';
import { type Command, numberOf, print, printError, stopSignal, UsageError } from '../command.ts';
import { demoConfig } from './config.ts';
import { cityTable } from './table.ts';

/** Short, so that several walks past a detector are seen within a minute. */
const WINDOW_MS = 3_000;
const showEveryMs = 1_000;
/** How long the end waits for the last readings to be read, and then to be stored. */
const maxSettleMs = 10_000;
const maxDrainMs = 60_000;
const lookEveryMs = 20;

export const demo: Command = {
  name: 'demo',
  arguments: '[--seconds N] [--outage FROM:TO] [--seed N] [--json] [--keep]',
  summary: 'a small city on this machine: simulated devices → gateway → city OS, in a live table',
  help: [
    '--seconds N        ends after so many seconds (default: until Ctrl-C)',
    '--outage FROM:TO   cuts the city OS off from second FROM to second TO',
    '--seed N           the same seed gives the same city (default 1)',
    '--json             prints one JSON line at the end: what the simulators sent, what the city OS stored',
    "--keep             keeps the folder with the configuration, the buffer, the log and the city OS's database",
    'Exit code 0: nothing was lost or doubled. 1: something was.',
  ].join('\n'),
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seconds: { type: 'string' },
        outage: { type: 'string' },
        seed: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
      },
    });
    const seconds = values.seconds === undefined ? undefined : numberOf('--seconds', values.seconds);
    const outage = values.outage === undefined ? undefined : readOutage(values.outage);
    const directory = mkdtempSync(join(tmpdir(), 'machimori-demo-'));
    const signal = stopSignal(seconds);
    const clock = new SystemClock('always');
    const cityOs = await openCityOs({ file: join(directory, 'city-os.sqlite') });
    const fleet = await openFleetAnyhow({
      seed: numberOf('--seed', values.seed),
      clock,
      directory,
      windowMs: WINDOW_MS,
    });
    const gateway = openGateway(directory, fleet, cityOs);
    try {
      fleet.start();
      const show = values.json
        ? () => {}
        : () => print(cityTable(fleet, gateway, cityOs, process.stdout.isTTY === true));
      await Promise.all([cutOff(cityOs, outage, clock, signal), repeat(show, showEveryMs, clock, signal)]);
      const outcome = await finish(fleet, gateway, cityOs, clock);
      if (values.json) print(JSON.stringify(outcome));
      else for (const line of summary(outcome)) print(line);
      return outcome.lost === 0 && outcome.duplicated === 0 ? 0 : 1;
    } finally {
      await gateway.stop();
      await fleet.stop();
      await cityOs.close();
      if (values.keep) printError(`Kept: ${directory}`);
      else rmSync(directory, { recursive: true, force: true });
    }
  },
};

export interface Outcome {
  readonly sent: Readonly<Partial<Record<ReadingKind, number>>>;
  readonly stored: Readonly<Partial<Record<ReadingKind, number>>>;
  readonly lost: number;
  readonly duplicated: number;
  readonly alarms: number;
}

function readOutage(word: string): { fromS: number; toS: number } {
  const [from, to, ...rest] = word.split(':');
  if (from === undefined || to === undefined || rest.length > 0)
    throw new UsageError('--outage must be FROM:TO, such as 10:30');
  const outage = { fromS: numberOf('--outage', from), toS: numberOf('--outage', to) };
  if (outage.toS <= outage.fromS) throw new UsageError('--outage must end after it began');
  return outage;
}

/** On pseudo-terminals where there are any, else on TCP ports. */
async function openFleetAnyhow(options: Parameters<typeof openFleet>[0]): Promise<Fleet> {
  try {
    return await openFleet(options);
  } catch {
    printError('There are no pseudo-terminals here; the devices are on TCP ports instead.');
    return openFleet({ ...options, wires: 'tcp' });
  }
}

function openGateway(directory: string, fleet: Fleet, cityOs: CityOs): Gateway {
  const file = join(directory, 'gateway.toml');
  writeFileSync(file, demoConfig(fleet, cityOs.url));
  const result = readConfigFile(file);
  if (!result.ok) throw new Error(`the demo's own configuration is faulty: ${result.faults[0]?.what}`);
  const log = openLog('info', () => performance.now(), join(directory, 'gateway.log'));
  return startGateway({ config: result.config, log, version: readVersion() });
}

async function cutOff(
  cityOs: CityOs,
  outage: { fromS: number; toS: number } | undefined,
  clock: SystemClock,
  signal: AbortSignal,
): Promise<void> {
  if (outage === undefined) return;
  await clock.sleep(outage.fromS * 1000, signal);
  if (signal.aborted) return;
  await cityOs.cutOff();
  await clock.sleep((outage.toS - outage.fromS) * 1000, signal);
  await cityOs.comeBack();
}

async function repeat(action: () => void, everyMs: number, clock: SystemClock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    action();
    await clock.sleep(everyMs, signal);
  }
}

/** Lets everything that was sent arrive, and counts. */
async function finish(fleet: Fleet, gateway: Gateway, cityOs: CityOs, clock: SystemClock): Promise<Outcome> {
  const patience = new AbortController().signal;
  const until = async (isSo: () => boolean, maxMs: number) => {
    for (let waitedMs = 0; !isSo() && waitedMs < maxMs; waitedMs += lookEveryMs)
      await clock.sleep(lookEveryMs, patience);
  };
  await fleet.stopSending();
  const read = gateway.sources.activity.devices;
  await until(
    () => [...fleet.sentByDevice()].every(([id, sent]) => (read.get(id)?.readings ?? 0) >= sumOf(sent.values())),
    maxSettleMs,
  );
  const sent = new Map([...fleet.sentByDevice()].map(([id, kinds]) => [id, new Map(kinds)]));
  await gateway.stopPorts();
  gateway.buffer.flush();
  await until(() => {
    const { waiting, gaps } = gateway.buffer.stats().outboxes.city ?? { waiting: { routine: 0, urgent: 0 }, gaps: 0 };
    return waiting.routine + waiting.urgent + gaps === 0;
  }, maxDrainMs);
  return compare(sent, cityOs);
}

function compare(sent: ReadonlyMap<string, ReadonlyMap<ReadingKind, number>>, cityOs: CityOs): Outcome {
  const stored = cityOs.store.countByDevice();
  const totals = { sent: {} as Record<string, number>, stored: {} as Record<string, number> };
  let lost = 0;
  let surplus = 0;
  for (const [id, kinds] of sent) {
    for (const [kind, count] of kinds) {
      const arrived = stored.get(id)?.get(kind) ?? 0;
      totals.sent[kind] = (totals.sent[kind] ?? 0) + count;
      totals.stored[kind] = (totals.stored[kind] ?? 0) + arrived;
      lost += Math.max(0, count - arrived);
      surplus += Math.max(0, arrived - count);
    }
  }
  const alarms = cityOs.store.countByKind().alarm ?? 0;
  return { ...totals, lost, duplicated: Math.max(surplus, cityOs.store.sameReadings()), alarms };
}

function summary({ sent, stored, lost, duplicated, alarms }: Outcome): string[] {
  const kinds = Object.keys(sent) as ReadingKind[]; // the keys of a record by kind
  return [
    '',
    ...kinds.map(
      (kind) =>
        `${kind.padEnd(14)} sent 送信 ${String(sent[kind]).padStart(6)}   stored 保存 ${String(stored[kind] ?? 0).padStart(6)}`,
    ),
    `lost 欠測 ${lost}   duplicated 重複 ${duplicated}   alarms 警報 ${alarms}`,
  ];
}

function sumOf(numbers: Iterable<number>): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}
