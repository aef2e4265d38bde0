import { parseArgs } from 'node:util';
import { printDefaultConfig } from '../config/print-default.ts';
import { type Command, print } from './command.ts';

export const config: Command = {
  name: 'config',
  arguments: '',
  summary: 'prints the whole default configuration, with a comment on every setting',
  async run(args) {
    parseArgs({ args: [...args], options: {} });
    print(printDefaultConfig('en').trimEnd());
    return 0;
  },
};
