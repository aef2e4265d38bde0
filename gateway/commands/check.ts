import { parseArgs } from 'node:util';
import { formatFault, readConfigFile } from '../config/config.ts';
import { type Command, onlyArgument, print, printError } from './command.ts';

export const check: Command = {
  name: 'check',
  arguments: '<config.toml>',
  summary: 'checks a configuration; prints a line for each fault: file, line, what, mend',
  help: 'Exit code 0: it can be run (notes may be printed). 1: it cannot.',
  async run(args) {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true, options: {} });
    const file = onlyArgument(positionals, 'The configuration file');
    const result = readConfigFile(file);
    if (!result.ok) {
      for (const fault of result.faults) printError(formatFault(fault));
      return 1;
    }
    for (const note of result.notes) printError(formatFault(note));
    const { ports, devices, destinations } = result.config;
    print(`${file}: good. ${ports.length} ports, ${devices.length} devices, ${destinations.length} destinations.`);
    return 0;
  },
};
