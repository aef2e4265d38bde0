/** Examines the box, the way to the city OS and the gateway that runs: a line each, and what to do. */
import { execFile } from 'node:child_process';
import { MachimoriError } from '../../shared/errors.ts';
import type { Config } from '../config/settings.ts';
import { askStatus } from '../control/client.ts';
import type { RunProgram } from '../doctor/clock.ts';
import { examineHere } from '../doctor/examine.ts';
import { type Finding, good, lineOf } from '../doctor/finding.ts';
import { examineNames } from '../doctor/network.ts';
import { readVersion } from '../machine/release.ts';
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
  const about = { version: readVersion(), node: process.versions.node, now: Date.now(), runProgram };
  yield* examineHere(config, status, about);
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
