#!/usr/bin/env node
/** The command line: `machimori <command> …`. Exit codes: 0 done, 1 it could not be done, 2 wrong usage. */
import { tellFault } from './cli/tell-fault.ts';
import { openTerminal, type Terminal } from './cli/terminal.ts';
import { say } from './cli/words/general.ts';
import { readVersion } from './machine/release.ts';
import { nameSources } from './machine/traces.ts';
import { isLanguage, languageOfSystem, takeLanguage } from './words/language.ts';

async function main(args: readonly string[]): Promise<number> {
  const { asked, rest } = takeLanguage(args);
  const terminal = openTerminal(isLanguage(asked) ? asked : languageOfSystem(process.env));
  if (asked !== undefined && !isLanguage(asked)) {
    terminal.printError(say.badLanguage({ word: asked }));
    return 2;
  }
  const [verb, file = '-'] = rest;
  if (verb === 'run' && rest.length === 2 && !file.startsWith('-')) return runGateway(file, terminal);
  const [{ runProgram }, { VERBS }] = await Promise.all([import('./cli/program.ts'), import('./cli/verbs.ts')]);
  return runProgram(rest, { verbs: VERBS, terminal, version: readVersion });
}

/** As the verb `run` with a file and nothing else does it; a gateway that runs for years does not carry the other verbs with it. */
async function runGateway(config: string, terminal: Terminal): Promise<number> {
  try {
    const { run } = await import('./cli/run.ts');
    return await run({ args: { config }, options: {}, terminal });
  } catch (fault) {
    return tellFault(fault, terminal);
  }
}

nameSources();
process.stdout.on('error', (fault: NodeJS.ErrnoException) => {
  if (fault.code === 'EPIPE') process.exit(0); // the reader (head, less) has seen enough
  throw fault;
});
process.exitCode = await main(process.argv.slice(2));
