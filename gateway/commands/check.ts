import { parseArgs } from 'node:util';
import { type Command, onlyArgument, print } from './command.ts';
import { loadConfig } from './load-config.ts';

export const check: Command = {
  name: 'check',
  arguments: '<config.toml>',
  summary: 'checks a configuration; prints a line for each fault: file, line, what, mend',
  help: 'Exit code 0: it can be run (notes may be printed). 1: it cannot.',
  async run(args) {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
    const file = onlyArgument(positionals, 'The configuration file');
    const config = loadConfig(file);
    if (config === undefined) return 1;
    const { ports, devices, destinations } = config;
    print(`${file}: good. ${ports.length} ports, ${devices.length} devices, ${destinations.length} destinations.`);
    return 0;
  },
};
