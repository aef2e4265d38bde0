/** What can be found out on the box itself, without asking anybody over the network. */
import type { Config } from '../config/settings.ts';
import { Credentials } from '../status/credentials.ts';
import type { Status } from '../status/status.ts';
import { KEY_FOLDERS } from '../update/trusted-keys.ts';
import { examineClock, type RunProgram } from './clock.ts';
import { examineDisk } from './disk.ts';
import { bad, type Finding, good } from './finding.ts';
import { examineMachine } from './machine.ts';
import { examineReleaseKeys } from './release-keys.ts';
import { examineRunning } from './running.ts';
import { examineSerialLines } from './serial-lines.ts';
import { SystemFiles } from './system-files.ts';
import { examineVersions } from './versions.ts';
import { say } from './words.ts';

interface Here {
  /** Of the release that examines. */
  readonly version: string;
  readonly node: string;
  /** Epoch ms. */
  readonly now: number;
  readonly runProgram: RunProgram;
}

/** Each as soon as it is known. `status`: undefined if no gateway runs. */
export async function* examineHere(
  config: Config,
  status: Status | undefined,
  { version, node, now, runProgram }: Here,
): AsyncGenerator<readonly Finding[]> {
  const system = new SystemFiles('/');
  yield examineMachine(system);
  yield examineDisk(config.gateway.dataDirectory, system);
  yield examineClock(system, runProgram);
  yield examineSerialLines(config, system);
  yield [examineVersions(node)];
  const ends = new Credentials(() => config).problems(now);
  yield ends.length === 0
    ? [good('credentials', say.credentialsGood())]
    : ends.map((what) => bad('credentials', what, say.renew()));
  yield await examineReleaseKeys(KEY_FOLDERS);
  yield examineRunning(status, version, now);
}
