#!/usr/bin/env node
/** The command line: `machimori <command> …`. Exit codes: 0 done, 1 it could not be done, 2 the words were off. */
import { MachimoriError } from '../shared/errors.ts';
import { bench } from './commands/bench.ts';
import { check } from './commands/check.ts';
import { type Command, print, printError, UsageError } from './commands/command.ts';
import { config } from './commands/config.ts';
import { decode } from './commands/decode.ts';
import { demo } from './commands/demo.ts';
import { run } from './commands/run.ts';
import { simulate } from './commands/simulate.ts';
import { status } from './commands/status.ts';
import { readVersion } from './version.ts';

const COMMANDS: readonly Command[] = [run, check, config, decode, simulate, demo, status, bench];

function usage(command?: Command): string {
  if (command !== undefined) {
    return `machimori ${command.name} ${command.arguments}\n  ${command.summary}${command.help ? `\n\n${command.help}` : ''}`;
  }
  const lines = COMMANDS.map(({ name, arguments: words, summary }) => `  ${name} ${words}\n      ${summary}`);
  return ['machimori <command> …', ...lines, '', 'More about one: machimori <command> --help'].join('\n');
}

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    print(usage());
    return name === undefined ? 2 : 0;
  }
  if (name === '--version' || name === '-V') {
    print(readVersion());
    return 0;
  }
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) {
    printError(`There is no command "${name}".\n${usage()}`);
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    print(usage(command));
    return 0;
  }
  try {
    return await command.run(rest);
  } catch (fault) {
    if (fault instanceof UsageError || isParseArgsError(fault)) {
      printError(`${fault.message}.\n${usage(command)}`);
      return 2;
    }
    if (fault instanceof MachimoriError) {
      printError(fault.message);
      return 1;
    }
    throw fault;
  }
}

function isParseArgsError(fault: unknown): fault is Error {
  return fault instanceof Error && 'code' in fault && String(fault.code).startsWith('ERR_PARSE_ARGS');
}

process.stdout.on('error', (fault: NodeJS.ErrnoException) => {
  if (fault.code === 'EPIPE') process.exit(0); // the reader (head, less) has seen enough
  throw fault;
});
process.exitCode = await main(process.argv.slice(2));
