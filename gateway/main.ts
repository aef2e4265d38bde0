#!/usr/bin/env node
/** The command line: `machimori <command> …`. Exit codes: 0 done, 1 it could not be done, 2 the words were off. */
import { MachimoriError } from '../shared/errors.ts';
import { type Command, print, printError, UsageError } from './cli/command.ts';
import { readVersion } from './machine/release.ts';

/** Each command is loaded when it is used, so that a gateway does not carry the simulators in its memory. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./cli/run.ts')).run,
  check: async () => (await import('./cli/check.ts')).check,
  config: async () => (await import('./cli/config.ts')).config,
  decode: async () => (await import('./cli/decode.ts')).decode,
  simulate: async () => (await import('./cli/simulate.ts')).simulate,
  demo: async () => (await import('./cli/demo/demo.ts')).demo,
  status: async () => (await import('./cli/status.ts')).status,
  refused: async () => (await import('./cli/refused.ts')).refused,
  export: async () => (await import('./cli/export.ts')).exportParcel,
  import: async () => (await import('./cli/import.ts')).importParcel,
  settle: async () => (await import('./cli/settle.ts')).settle,
  device: async () => (await import('./cli/device.ts')).device,
  project: async () => (await import('./cli/project.ts')).project,
  downlink: async () => (await import('./cli/downlink.ts')).downlink,
  codec: async () => (await import('./cli/codec/codec.ts')).codec,
};

async function usage(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  const lines = commands.map(({ name, arguments: words, summary }) => `  ${name} ${words}\n      ${summary}`);
  return ['machimori <command> …', ...lines, '', 'More about one: machimori <command> --help'].join('\n');
}

function usageOf({ name, arguments: words, summary, help }: Command): string {
  return `machimori ${name} ${words}\n  ${summary}${help === undefined ? '' : `\n\n${help}`}`;
}

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    print(await usage());
    return name === undefined ? 2 : 0;
  }
  if (name === '--version' || name === '-V') {
    print(readVersion());
    return 0;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) {
    printError(`There is no command "${name}".\n${await usage()}`);
    return 2;
  }
  const command = await load();
  if (rest.includes('--help') || rest.includes('-h')) {
    print(usageOf(command));
    return 0;
  }
  try {
    return await command.run(rest);
  } catch (fault) {
    if (fault instanceof UsageError || isParseArgsError(fault)) {
      printError(`${fault.message}.\n${usageOf(command)}`);
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
