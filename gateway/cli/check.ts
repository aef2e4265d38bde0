import { textOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import { readCodec } from '../codecs/codec.ts';
import type { CodecRunner } from '../codecs/runner.ts';
import type { Config } from '../config/settings.ts';
import { runnerForCodecs } from './codec/sandbox.ts';
import { loadConfig } from './input.ts';
import type { Terminal } from './terminal.ts';
import type { Called } from './verb.ts';
import type { checkUsage } from './verbs/gateway.ts';
import { say } from './words/run.ts';

export async function check({ args, terminal }: Called<typeof checkUsage>): Promise<number> {
  const file = args.config;
  const config = loadConfig(file, terminal);
  if (config === undefined) return 1;
  const faults = await faultsOfCodecs(file, config, terminal);
  for (const fault of faults) terminal.printError(fault);
  if (faults.length > 0) return 1;
  const { ports, devices, destinations } = config;
  terminal.print(
    say.checkGood({ file, ports: ports.length, devices: devices.length, destinations: destinations.length }),
  );
  return 0;
}

/** Loads each codec as the gateway would, without calling its functions. */
async function faultsOfCodecs(file: string, { lorawanProfiles }: Config, terminal: Terminal): Promise<readonly Text[]> {
  const runner = runnerForCodecs(terminal);
  const faults: Text[] = [];
  try {
    for (const { name: profile, codecFile } of lorawanProfiles.values()) {
      const why = codecFile === undefined ? undefined : await faultOf(codecFile, runner);
      if (why !== undefined) faults.push(say.codecFault({ file, profile, why }));
    }
  } finally {
    await runner.close();
  }
  return faults;
}

async function faultOf(codecFile: string, runner: CodecRunner): Promise<Text | undefined> {
  try {
    const failed = await runner.check(readCodec(codecFile), 'check');
    return failed && say.codecCannotRun({ why: failed.detail });
  } catch (fault) {
    return textOf(fault);
  }
}
