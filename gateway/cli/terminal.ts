/** Where a verb writes to and what stops it; the one place where what it says becomes English or Japanese. */
import { type Language, printable, printableJson, type Text } from '../../shared/text.ts';

export interface Terminal {
  readonly language: Language;
  /** How wide its lines may be. */
  readonly columns: number;
  /** How many lines it shows at once; undefined if it is no terminal. */
  readonly rows: number | undefined;
  /** Says something on standard output. */
  print(text: Text): void;
  /** Says what is wrong, or how it goes, on standard error. */
  printError(text: Text): void;
  /** Writes lines to standard output: tables, paths, a configuration. */
  write(lines: string): void;
  /** Writes a line of JSON to standard output. */
  writeJson(json: string): void;
  /** Empties the screen. */
  clear(): void;
}

/** At most; longer lines are hard to read. */
const maxColumns = 100;
const usualColumns = 80;

export function openTerminal(language: Language): Terminal {
  return {
    language,
    columns: Math.min(process.stdout.columns || usualColumns, maxColumns),
    rows: process.stdout.rows,
    print: (text) => void process.stdout.write(`${printableLines(text[language])}\n`),
    printError: (text) => void process.stderr.write(`${printableLines(text[language])}\n`),
    write: (lines) => void process.stdout.write(`${printableLines(lines)}\n`),
    writeJson: (json) => void process.stdout.write(`${printableJson(json)}\n`),
    clear: () => void process.stdout.write('\u001b[H\u001b[2J'),
  };
}

/** Whatever else was forgotten, nothing that leaves by here controls the terminal. */
function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** All that ask a process to end, a terminal that closes (SIGHUP) among them. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const;

/**
 * Aborts at the first signal that asks to end, or after `seconds`. A second SIGINT or SIGTERM ends the process at once; of others several
 * may come together. SIGUSR1, at which Node.js opens its inspector to whoever is on this machine, does nothing.
 */
export function stopSignal(seconds?: number): AbortSignal {
  const stop = new AbortController();
  for (const name of ENDING) {
    process.on(name, () => {
      if (stop.signal.aborted && (name === 'SIGINT' || name === 'SIGTERM')) process.exit(130);
      stop.abort();
    });
  }
  process.on('SIGUSR1', () => {});
  if (seconds !== undefined) setTimeout(() => stop.abort(), seconds * 1000);
  return stop.signal;
}
