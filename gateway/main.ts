#!/usr/bin/env node
/** The command line: `machimori <command> …`. Exit codes: 0 done, 1 it could not be done, 2 wrong usage. */
import { runProgram } from './cli/program.ts';
import { openTerminal } from './cli/terminal.ts';
import { VERBS } from './cli/verbs.ts';
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
  return runProgram(rest, { verbs: VERBS, terminal, version: readVersion });
}

nameSources();
process.stdout.on('error', (fault: NodeJS.ErrnoException) => {
  if (fault.code === 'EPIPE') process.exit(0); // the reader (head, less) has seen enough
  throw fault;
});
process.exitCode = await main(process.argv.slice(2));
