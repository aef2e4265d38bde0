import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadingKind } from '../../../shared/reading.ts';
import { type CityOs, openCityOs } from '../../../simulators/city-os/city-os.ts';
import type { Fleet } from '../../../simulators/town/fleet.ts';
import { readConfigFile } from '../../config/config.ts';
import { openLog } from '../../machine/log.ts';
import { readVersion } from '../../machine/release.ts';
import { SystemClock } from '../../machine/system-clock.ts';
import { sumOf } from '../../rig/counts.ts';
import { nothingWaits } from '../../rig/under-test.ts';
import { type Gateway, startGateway } from '../../run.ts';
import { table } from '../output.ts';
import { stopSignal, type Terminal } from '../terminal.ts';
import { numberOf } from '../values.ts';
import { type Called, UsageError } from '../verb.ts';
import type { demoUsage } from '../verbs/simulate.ts';
import { say } from '../words/simulate.ts';
import { demoConfig, demoSite } from './config.ts';
import { haveOutage, type Outage, showNowAndThen, whileMoving } from './course.ts';
import { openFleetAnyhow } from './open-fleet.ts';
import { cityTable } from './table.ts';

/** Short, so that several walks past a detector are seen within a minute. */
const WINDOW_MS = 3_000;
export async function demo({ options, terminal }: Called<typeof demoUsage>): Promise<number> {
  const seconds = options.seconds === undefined ? undefined : numberOf('--seconds', options.seconds);
  const outage = readOutage(options.outage);
  const seed = numberOf('--seed', options.seed);
  if (options.city) {
    const { region } = await import('./region.ts');
    return region({ seconds, outage, seed, json: options.json, keep: options.keep }, terminal);
  }
  const directory = mkdtempSync(join(tmpdir(), 'machimori-demo-'));
  const signal = stopSignal(seconds);
  const clock = new SystemClock('always');
  const cityOs = await openCityOs({ file: join(directory, 'city-os.sqlite') });
  const fleet = await openFleetAnyhow({ seed, clock, directory, windowMs: WINDOW_MS }, terminal);
  const gateway = openGateway(directory, fleet, cityOs);
  try {
    fleet.start();
    const show = options.json ? () => {} : () => terminal.draw(cityTable(fleet, gateway, cityOs, terminal));
    await Promise.all([haveOutage(cityOs, outage, clock, signal), showNowAndThen(show, clock, signal)]);
    const outcome = await finish(fleet, gateway, cityOs, clock);
    if (options.json) terminal.writeJson(JSON.stringify(outcome));
    else summarise(outcome, terminal);
    return outcome.lost === 0 && outcome.duplicated === 0 ? 0 : 1;
  } finally {
    await gateway.stop();
    await fleet.stop();
    await cityOs.close();
    if (options.keep) terminal.printError(say.kept({ directory }));
    else rmSync(directory, { recursive: true, force: true });
  }
}

export interface Outcome {
  readonly sent: Readonly<Partial<Record<ReadingKind, number>>>;
  readonly stored: Readonly<Partial<Record<ReadingKind, number>>>;
  readonly lost: number;
  readonly duplicated: number;
  readonly alarms: number;
}

function readOutage(word: string): Outage {
  const [from, to, ...rest] = word.split(':');
  if (from === undefined || to === undefined || rest.length > 0) throw new UsageError(say.badOutage());
  const outage = { fromS: numberOf('--outage', from), toS: numberOf('--outage', to) };
  if (outage.toS <= outage.fromS) throw new UsageError(say.outageEnds());
  return outage;
}

function openGateway(directory: string, fleet: Fleet, cityOs: CityOs): Gateway {
  const file = join(directory, 'gateway.toml');
  writeFileSync(file, demoConfig(fleet, demoSite(cityOs.url)));
  const result = readConfigFile(file);
  if (!result.ok) throw new Error(`the demo's own configuration is faulty at line ${result.faults[0]?.line}`);
  const log = openLog('info', () => performance.now(), join(directory, 'gateway.log'));
  return startGateway({ config: result.config, log, version: readVersion() });
}

/** Waits until everything that was sent has arrived, and counts it. */
async function finish(fleet: Fleet, gateway: Gateway, cityOs: CityOs, clock: SystemClock): Promise<Outcome> {
  await fleet.stopSending();
  const read = gateway.sources.activity.devices;
  const isRead = () =>
    [...fleet.sentByDevice()].every(([id, sent]) => (read.get(id)?.readings ?? 0) >= sumOf(sent.values()));
  const readings = () => sumOf([...read.values()].map((device) => device.readings));
  await whileMoving(isRead, readings, clock);
  const sent = new Map([...fleet.sentByDevice()].map(([id, kinds]) => [id, new Map(kinds)]));
  await gateway.stopPorts();
  gateway.buffer.flush();
  await whileMoving(
    () => nothingWaits(gateway.buffer.stats()),
    () => sumOf(Object.values(cityOs.store.countByKind())),
    clock,
  );
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

function summarise({ sent, stored, lost, duplicated, alarms }: Outcome, terminal: Terminal): void {
  const kinds = Object.keys(sent) as ReadingKind[]; // the keys of a record by kind
  const rows = kinds.map((kind) => [kind, sent[kind] ?? 0, stored[kind] ?? 0]);
  terminal.write('');
  for (const line of table([[say.kindColumn(), say.sentColumn(), say.storedColumn()], ...rows], terminal)) {
    terminal.write(line);
  }
  terminal.print(say.outcome({ lost, duplicated, alarms }));
}
