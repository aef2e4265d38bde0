/** One command of `machimori`: what it is called, how it is used, what it does. */

export interface Command {
  readonly name: string;
  /** What follows the name: "<config.toml>". */
  readonly arguments: string;
  readonly summary: string;
  /** More about its options, for `machimori <name> --help`. */
  readonly help?: string;
  /** Returns the exit code. Throws a UsageError for words it does not understand, a MachimoriError for the rest. */
  run(args: readonly string[]): Promise<number>;
}

/** The command line's words are off; the usage is printed and the exit code is 2. */
export class UsageError extends Error {}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function printError(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The one positional argument of a command. */
export function onlyArgument(positionals: readonly string[], what: string): string {
  const [first, ...rest] = positionals;
  if (rest.length > 0) throw new UsageError(`"${rest.join(' ')}" is too much`);
  return given(first, what);
}

/** A word that a command cannot do without. */
export function given(word: string | undefined, what: string): string {
  if (word === undefined) throw new UsageError(`${what} is missing`);
  return word;
}

/** The configuration and the file that a command works on. */
export function configAndFile(positionals: readonly string[]): { readonly configFile: string; readonly file: string } {
  const [configFile, file, ...rest] = positionals;
  if (configFile === undefined || file === undefined) throw new UsageError('The configuration or the file is missing');
  if (rest.length > 0) throw new UsageError(`"${rest.join(' ')}" is too much`);
  return { configFile, file };
}

/** The number that an option was given, not below 0. */
export function numberOf(option: string, word: string): number {
  const number = Number(word);
  if (word.trim() === '' || !Number.isFinite(number) || number < 0) {
    throw new UsageError(`${option} must be a number not below 0, not "${word}"`);
  }
  return number;
}

/** The numbers that an option --id was given, each once. */
export function idsOf(words: string): readonly number[] {
  const ids = words.split(',').map(Number);
  if (!ids.every((id) => Number.isSafeInteger(id) && id > 0)) {
    throw new UsageError(`--id must be numbers with commas between them, such as 3,7, not "${words}"`);
  }
  return [...new Set(ids)];
}

/** Aborts at the first SIGINT or SIGTERM, or after so many seconds; a second signal ends the process at once. */
export function stopSignal(seconds?: number): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(130);
      stop.abort();
    });
  }
  if (seconds !== undefined) setTimeout(() => stop.abort(), seconds * 1000);
  return stop.signal;
}
