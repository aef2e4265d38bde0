/** `machimori report`: how a month was, for those who are answerable for it. */
import { join, resolve } from 'node:path';
import { MachimoriError } from '../../shared/errors.ts';
import { listed } from '../../shared/text.ts';
import type { Config } from '../config/settings.ts';
import type { LookUp } from '../destinations/archive/look-up.ts';
import { openLookUp } from '../destinations/archive/open-look-up.ts';
import type { ArchiveSettings } from '../destinations/archive/settings.ts';
import type { DestinationConfig } from '../destinations/destination.ts';
import { readVersion } from '../machine/release.ts';
import { NobodyThere } from '../net/absence.ts';
import { dayPeriod, isTimeZone, maxDays, monthBefore, monthPeriod, type Period } from '../report/period.ts';
import { tallyMonth } from '../report/tally/month-tally.ts';
import { writeReport } from '../report/write-report.ts';
import { loadConfig } from './input.ts';
import { Progress } from './output.ts';
import type { Terminal } from './terminal.ts';
import { type Called, UsageError } from './verb.ts';
import type { reportUsage } from './verbs/report.ts';
import { say as general } from './words/general.ts';
import { say } from './words/report.ts';

type ReportCall = Called<typeof reportUsage>;

export async function report({ args, options, terminal }: ReportCall): Promise<number> {
  const now = Date.now();
  const period = periodOf(options, now);
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  const destination = archiveOf(config, options.destination);
  const settings = destination.settings as ArchiveSettings; // of the type "archive"
  const lookUp = await openArchive(settings, config);
  try {
    const { days } = period;
    const [from, to] = [days[0]?.date ?? '', days.at(-1)?.date ?? ''];
    const folder = options.out ?? `report-${period.month ?? `${from}-${to}`}`;
    const month = await tallyMonth(lookUp, {
      ...{ period, now, hasAllBatches: takesAll(destination) },
      expectEveryMs: expectations(config),
      progress: progressOn(terminal),
    });
    const version = readVersion();
    const { retentionMs } = settings;
    const about = { period, archive: destination.name, gateway: config.gateway.id, version, madeAt: now, retentionMs };
    await writeReport(folder, month, about, terminal.language);
    const counts = { devices: month.devices.length, gateways: month.gateways.length, alarms: month.alarms.length };
    terminal.print(say.written({ folder, ...counts, from, to, zone: period.timeZone }));
    terminal.print(say.openIt({ file: resolve(join(folder, 'report.html')) }));
    return 0;
  } finally {
    await lookUp.close();
  }
}

/** Throws a UsageError. */
function periodOf({ month, from, to, 'time-zone': timeZone }: ReportCall['options'], now: number): Period {
  if (!isTimeZone(timeZone)) throw new UsageError(say.noZone({ word: timeZone }));
  const period =
    from === undefined && to === undefined ? ofMonth(month, timeZone, now) : ofDays(month, from, to, timeZone);
  if (period.from > now) {
    const name = period.month ?? period.days[0]?.date ?? '';
    throw new UsageError(say.notYet({ period: name, zone: timeZone }));
  }
  return period;
}

function ofMonth(month: string | undefined, timeZone: string, now: number): Period {
  const period = monthPeriod(month ?? monthBefore(now, timeZone), timeZone);
  if (period === undefined) throw new UsageError(say.noMonth({ word: month ?? '' }));
  return period;
}

function ofDays(month: string | undefined, from: string | undefined, to: string | undefined, timeZone: string): Period {
  if (month !== undefined) throw new UsageError(general.excludeEachOther({ first: '--month', second: '--from' }));
  if (from === undefined) throw new UsageError(general.missing({ what: '--from' }));
  const period = dayPeriod(from, to ?? from, timeZone);
  if (period === undefined) throw new UsageError(say.noDays({ max: maxDays, from, to: to ?? from }));
  return period;
}

/** Throws a MachimoriError "no-archive", or a UsageError. */
function archiveOf({ destinations, file }: Config, name: string | undefined): DestinationConfig {
  const archives = destinations.filter(({ destinationType }) => destinationType.name === 'archive');
  const [first, ...others] = archives;
  if (first === undefined) {
    throw new MachimoriError('no-archive', { what: say.noArchive(), on: file, hint: say.addArchive() });
  }
  const names = listed(archives.map((archive) => archive.name));
  if (name === undefined) {
    if (others.length > 0) throw new UsageError(say.severalArchives({ names }));
    return first;
  }
  const chosen = archives.find((archive) => archive.name === name);
  if (chosen === undefined) throw new UsageError(say.notAnArchive({ word: name, names }));
  return chosen;
}

/** Whether every batch of every gateway that it hears of reaches the archive: a hub leaves out those that it wants nothing of. */
function takesAll({ kinds, devices, groups, areaFile }: DestinationConfig): boolean {
  return kinds.length === 0 && devices.length === 0 && groups.length === 0 && areaFile === undefined;
}

/** Rejects with a MachimoriError. */
async function openArchive(settings: ArchiveSettings, { gateway }: Config): Promise<LookUp> {
  const surroundings = { dataDirectory: gateway.dataDirectory, applicationName: `machimori report ${gateway.id}` };
  try {
    return await openLookUp(settings, surroundings, new AbortController().signal);
  } catch (fault) {
    if (!(fault instanceof NobodyThere)) throw fault;
    const [what, on] = [say.away({ why: fault.text }), settings.url];
    throw new MachimoriError('archive-away', { what, on, hint: say.checkServer(), cause: fault });
  }
}

/** What the configuration says of its own devices. Other gateways' settings, and those of LoRaWAN profiles, are not in it. */
function expectations({ gateway, devices }: Config) {
  const known = new Map(devices.map(({ id, expectEveryMs }) => [id, expectEveryMs]));
  return (_: string, of: string, device: string) => (of === gateway.id ? known.get(device) : undefined);
}

function progressOn(terminal: Terminal) {
  const progress = new Progress(terminal);
  return (done: number, all: number) => progress.show(() => say.progress({ percent: Math.floor((done / all) * 100) }));
}
