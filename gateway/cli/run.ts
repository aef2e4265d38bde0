import { existsSync, statSync } from 'node:fs';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import type { ReadConfig } from '../config/config.ts';
import type { Config } from '../config/settings.ts';
import { LastLines } from '../machine/last-lines.ts';
import { type Log, openLog } from '../machine/log.ts';
import { readVersion } from '../machine/release.ts';
import { type ServiceManager, serviceManager } from '../machine/service-manager.ts';
import { sleep } from '../machine/sleep.ts';
import { SystemClock } from '../machine/system-clock.ts';
import { openHttp } from '../net/http.ts';
import { keepStanding, provesItself } from '../on-trial.ts';
import { bufferFileOf } from '../open-buffer.ts';
import { supportAct } from '../ordered-support.ts';
import { hubLogin, updateAct } from '../ordered-update.ts';
import type { StatusSources } from '../status/sources.ts';
import { Supervised } from '../supervise.ts';
import { RELEASES } from '../update/box-state.ts';
import { VitalSigns } from '../vital-signs.ts';
import { readAndTell } from './input.ts';
import { stopSignal, type Terminal } from './terminal.ts';
import type { Called } from './verb.ts';
import { BAD_CONFIG, type runUsage } from './verbs/gateway.ts';
import { say } from './words/run.ts';

export async function run({ args, terminal }: Called<typeof runUsage>): Promise<number> {
  const read = configToRun(args.config, terminal);
  if (read === undefined) return BAD_CONFIG;
  refuseOthersData(read.config);
  process.umask(0o077); // what the gateway makes, its socket too, is for its owner alone from the first moment
  const stop = stopSignal();
  const lines = new LastLines();
  const log = openLog(
    read.config.log.level,
    () => performance.now(),
    undefined,
    (line) => lines.add(line),
  );
  process.on('unhandledRejection', (fault) => {
    log.error('A background task failed; the gateway goes on', { fault: messageOf(fault) });
  });
  process.removeAllListeners('warning'); // Node's own writes them as text
  process.on('warning', ({ name, message }) => log.warn('Node.js warns', { warning: name, why: message }));
  const version = readVersion();
  const { dataDirectory } = read.config.gateway;
  const releases = process.env.MACHIMORI_RELEASES ?? RELEASES;
  const loginFor = (url: string) => hubLogin(gateway.gateway.config)(url);
  const update = updateAct({ releases, dataDirectory, loginFor, openHttp, clock: new SystemClock('auto'), log });
  const support = supportAct({
    config: () => gateway.gateway.config,
    sources: () => gateway.gateway.sources,
    logLines: () => lines.all,
    version,
    runtime: { node: process.versions.node, platform: process.platform, arch: process.arch },
  });
  const gateway = Supervised.start(read, { log, version, acts: { support, ...(update && { update }) } });
  const manager = serviceManager(process.env);
  const sources = () => gateway.gateway.sources;
  await manager.tell('READY=1');
  const box = { releases, dataDirectory, version, log, sources };
  void provesItself(box, stop);
  await untilStopped(manager, sources, log, stop);
  keepStanding(box);
  await manager.tell('STOPPING=1');
  await gateway.stop();
  return 0;
}

/** Tells the service manager meanwhile that the gateway is alive, as long as it makes progress. */
async function untilStopped(manager: ServiceManager, sources: () => StatusSources, log: Log, stop: AbortSignal) {
  const vitalSigns = new VitalSigns();
  while (!stop.aborted) {
    await sleep(manager.watchdogMs ?? Number.POSITIVE_INFINITY, stop);
    if (stop.aborted) return;
    const hangs = vitalSigns.look(sources());
    if (hangs === undefined) await manager.tell('WATCHDOG=1');
    else log.error('The gateway hangs; the service manager will start it again', { why: hangs });
  }
}

/** What root's gateway writes beside another user's files, that user's gateway cannot open: the service would not start again. */
function refuseOthersData(config: Config): void {
  const { dataDirectory } = config.gateway;
  const there = [bufferFileOf(config), dataDirectory].find((path) => existsSync(path));
  const owner = there === undefined ? 0 : statSync(there).uid;
  if (process.getuid?.() !== 0 || owner === 0) return;
  throw new MachimoriError('data-of-another', {
    what: say.dataOfAnother({ owner }),
    on: dataDirectory,
    hint: say.runAsOwner({ owner, file: config.file }),
  });
}

/** Also one that is not there, or that this user may not read, will not be there at the next start. */
function configToRun(file: string, terminal: Terminal): ReadConfig | undefined {
  try {
    return readAndTell(file, terminal);
  } catch (fault) {
    if (!(fault instanceof MachimoriError && fault.code === 'config-unreadable')) throw fault;
    terminal.printError(fault.text);
    return undefined;
  }
}
