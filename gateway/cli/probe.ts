/** Finds out what is on a line, and says what to write into the configuration. */
import { existsSync, realpathSync } from 'node:fs';
import { MachimoriError } from '../../shared/errors.ts';
import { readConfigFile } from '../config/config.ts';
import type { Config } from '../config/settings.ts';
import { askIfRunning } from '../control/client.ts';
import { SystemClock } from '../machine/system-clock.ts';
import { hunt, type Progress } from '../probe/hunt.ts';
import { settingName } from '../probe/line.ts';
import { placeOf, portOnLine } from '../probe/line-word.ts';
import { lineAt } from '../probe/open-line.ts';
import { probeJson } from '../probe/probe-json.ts';
import { type Place, tablesOf } from '../probe/tables.ts';
import { loadConfig } from './input.ts';
import { printOutcome } from './probe-report.ts';
import { stopSignal, type Terminal } from './terminal.ts';
import { wholeNumberOf } from './values.ts';
import { type Called, UsageError } from './verb.ts';
import { INSTALLED_CONFIG } from './verbs/gateway.ts';
import type { probeUsage } from './verbs/probe.ts';
import { say } from './words/probe.ts';

/** What is left of the time for opening lines and for what is printed. */
const spareMs = 1_500;
const maxUnit = 247;

export async function probe({ args: { port }, options, terminal }: Called<typeof probeUsage>): Promise<number> {
  const place = placeOf(port);
  if (place === undefined) throw new UsageError(say.noPort({ word: port }));
  const units = unitsOf(options.units);
  const budgetMs = wholeNumberOf('--seconds', options.seconds, 5, 600) * 1_000 - spareMs;
  const baud = options.baud === undefined ? undefined : wholeNumberOf('--baud', options.baud, 300, 4_000_000);
  const file = options.config ?? (existsSync(INSTALLED_CONFIG) ? INSTALLED_CONFIG : undefined);
  const config = options.config === undefined ? quietly(file) : loadConfig(options.config, terminal);
  if (config === undefined && options.config !== undefined) return 1;
  if (config !== undefined && file !== undefined) await refuseIfHeld(config, file, port, place);
  const signal = stopSignal();
  const outcome = await hunt({
    ...lineAt(place, signal, baud),
    path: port,
    clock: new SystemClock('always'),
    signal,
    budgetMs,
    units,
    mayAsk: !options['listen-only'],
    report: (progress) => {
      if (!options.json) showProgress(progress, place, terminal);
    },
  });
  const tables = tablesOf(outcome, place);
  if (options.json) terminal.writeJson(JSON.stringify(probeJson(port, outcome, tables)));
  else printOutcome({ port, place, outcome, tables, file: file ?? 'gateway.toml', units }, terminal);
  return outcome.candidates.length > 0 ? 0 : 1;
}

/** "1-20,33" */
function unitsOf(word: string): readonly number[] {
  const units = new Set<number>();
  for (const part of word.split(',')) {
    const [, from, to = from] = /^\s*(\d{1,3})(?:-(\d{1,3}))?\s*$/.exec(part) ?? [];
    const [first, last] = [Number(from), Number(to)];
    if (from === undefined || first < 1 || last > maxUnit || first > last) throw new UsageError(say.noUnits({ word }));
    for (let unit = first; unit <= last; unit++) units.add(unit);
  }
  return [...units];
}

/** The configuration of this box, if there is one that can be read. */
function quietly(file: string | undefined): Config | undefined {
  if (file === undefined) return undefined;
  try {
    const read = readConfigFile(file);
    return read.ok ? read.config : undefined;
  } catch {
    return undefined; // its owner may not be this user: whoever holds a serial port has locked it
  }
}

/** Throws a MachimoriError "line-held" if the configuration's gateway runs and has the line as a port. */
async function refuseIfHeld(config: Config, file: string, port: string, place: Place): Promise<void> {
  const line = 'address' in place ? place.address : existsSync(place.path) ? realpathSync(place.path) : place.path;
  const held = portOnLine(config, line);
  if (held === undefined) return;
  const running = await askIfRunning(config, async () => true).catch((fault) => {
    if (fault instanceof MachimoriError && fault.code === 'denied') return undefined;
    throw fault;
  });
  if (running === undefined) return;
  const what = say.gatewayHasIt({ gateway: config.gateway.id, port: held.name });
  throw new MachimoriError('line-held', { what, on: port, hint: say.lookOrStop({ file }) });
}

function showProgress({ does, setting, bytes }: Progress, place: Place, terminal: Terminal): void {
  if ('address' in place) terminal.printError(does === 'asks' ? say.asksTcp() : say.listensTcp({ bytes }));
  else {
    const gaps = { setting: settingName(setting), bytes };
    terminal.printError(does === 'asks' ? say.asks(gaps) : say.listens(gaps));
  }
}
