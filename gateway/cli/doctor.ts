/** Examines the box, the way to the city OS and the gateway that runs: a line each, and what to do. */
import { execFile } from 'node:child_process';
import { MachimoriError } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import type { Config } from '../config/settings.ts';
import { askStatus } from '../control/client.ts';
import { examineClock, type RunProgram } from '../doctor/clock.ts';
import { examineDisk } from '../doctor/disk.ts';
import { bad, type Finding, good } from '../doctor/finding.ts';
import { examineMachine } from '../doctor/machine.ts';
import { examineNames } from '../doctor/network.ts';
import { examineRunning } from '../doctor/running.ts';
import { examineSerialLines } from '../doctor/serial-lines.ts';
import { SystemFiles } from '../doctor/system-files.ts';
import { examineVersions } from '../doctor/versions.ts';
import { say } from '../doctor/words.ts';
import { readVersion } from '../machine/release.ts';
import { Credentials } from '../status/credentials.ts';
import type { Status } from '../status/status.ts';
import { contactEach } from './check-connect.ts';
import { loadConfig } from './input.ts';
import type { Called } from './verb.ts';
import { type doctorUsage, INSTALLED_CONFIG } from './verbs/gateway.ts';
import { say as sayHere } from './words/doctor.ts';

/** For programs of the machine that do not answer. */
const programWithinMs = 5_000;

export async function doctor({ args, options, terminal }: Called<typeof doctorUsage>): Promise<number> {
  const config = loadConfig(args.config ?? INSTALLED_CONFIG, terminal);
  if (config === undefined) return 1;
  const findings: Finding[] = [];
  const status = await statusOf(config);
  for await (const each of examined(config, status, options.offline)) {
    findings.push(...each);
    if (!options.json) for (const finding of each) terminal.print(lineOf(finding));
  }
  const worst = findings.filter(({ verdict }) => verdict === 'bad').length;
  if (options.json) terminal.writeJson(JSON.stringify(findings));
  else terminal.print(worst === 0 ? sayHere.nothingBad() : sayHere.someBad({ count: worst }));
  return worst === 0 ? 0 : 1;
}

/** Each as soon as it is known. */
export async function* examined(
  config: Config,
  status: Status | undefined,
  isOffline: boolean,
): AsyncGenerator<readonly Finding[]> {
  const system = new SystemFiles('/');
  const now = Date.now();
  yield examineMachine(system);
  yield examineDisk(config.gateway.dataDirectory, system);
  yield examineClock(system, runProgram);
  yield examineSerialLines(config, system);
  yield [examineVersions(process.versions.node)];
  const ends = new Credentials(() => config).problems(now);
  yield ends.length === 0
    ? [good('credentials', say.credentialsGood())]
    : ends.map((what) => bad('credentials', what, say.renew()));
  yield examineRunning(status, readVersion(), now);
  if (isOffline) return;
  yield examineNames(config);
  for (const { isThere, what, ...whom } of await contactEach(config)) {
    const about = 'port' in whom ? `port ${whom.port}` : `destination ${whom.destination}`;
    yield [isThere ? good(about, what) : { about, verdict: 'bad', what }];
  }
}

/** Undefined if no gateway runs. */
export async function statusOf(config: Config): Promise<Status | undefined> {
  return askStatus(config).catch((fault) => {
    if (fault instanceof MachimoriError && fault.code === 'no-gateway') return undefined;
    throw fault;
  });
}

const runProgram: RunProgram = (program, args) =>
  new Promise((resolve) => {
    execFile(program, args, { timeout: programWithinMs, env: { ...process.env, LC_ALL: 'C' } }, (fault, told) =>
      resolve(fault === null ? told : undefined),
    );
  });

/** "✓ power: the supply is good". */
export function lineOf({ about, verdict, what, mend }: Finding): Text {
  const gaps = { about, what };
  if (verdict === 'good') return sayHere.good(gaps);
  if (verdict === 'unknown') return sayHere.unknown(gaps);
  if (mend === undefined) return sayHere.bad(gaps);
  return (verdict === 'bad' ? sayHere.badMend : sayHere.doubtful)({ ...gaps, mend });
}
