import { parseArgs } from 'node:util';
import { messageOf } from '../../shared/errors.ts';
import { readCodec } from '../codecs/codec.ts';
import type { CodecRunner } from '../codecs/runner.ts';
import type { Config } from '../config/settings.ts';
import { runnerForCommand } from './codec/sandbox.ts';
import { type Command, onlyArgument, print, printError } from './command.ts';
import { loadConfig } from './load-config.ts';

export const check: Command = {
  name: 'check',
  arguments: '<config.toml>',
  summary: 'checks a configuration; prints a line for each fault: file, line, what, mend',
  help: 'Exit code 0: it can be run (notes may be printed). 1: it cannot, or one of its codecs cannot.',
  async run(args) {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
    const file = onlyArgument(positionals, 'The configuration file');
    const config = loadConfig(file);
    if (config === undefined) return 1;
    const faults = await faultsOfCodecs(config);
    for (const fault of faults) printError(`${file}: ${fault}`);
    if (faults.length > 0) return 1;
    const { ports, devices, destinations } = config;
    print(`${file}: good. ${ports.length} ports, ${devices.length} devices, ${destinations.length} destinations.`);
    return 0;
  },
};

/** Each codec is loaded as the gateway would; none of its functions is called. */
async function faultsOfCodecs({ lorawanProfiles }: Config): Promise<readonly string[]> {
  const runner = runnerForCommand();
  const faults: string[] = [];
  try {
    for (const { name, codecFile } of lorawanProfiles.values()) {
      const why = codecFile === undefined ? undefined : await whyNot(codecFile, runner);
      if (why !== undefined) faults.push(`profile "${name}": ${why}`);
    }
  } finally {
    await runner.close();
  }
  return faults;
}

async function whyNot(codecFile: string, runner: CodecRunner): Promise<string | undefined> {
  try {
    const failed = await runner.check(readCodec(codecFile), 'check');
    return failed && `the codec cannot be run (${failed.detail.en}). Mend it; machimori codec run tries it`;
  } catch (fault) {
    return messageOf(fault);
  }
}
