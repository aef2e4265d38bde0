/** Where a verb writes to and what stops it; the one place where what it says becomes English or Japanese. */
import { type Language, printable, printableJson, type Text } from '../../shared/text.ts';

export interface Terminal {
  readonly language: Language;
  /** How wide its lines may be. */
  readonly columns: number;
  /** How wide the terminal is, however long a line that is read should be. */
  readonly screenColumns: number;
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
  /** Shows a screen in the place of the last one; where there is no terminal, below it. */
  draw(lines: readonly Line[]): void;
}

export interface Line {
  readonly text: string;
  readonly colour?: keyof typeof COLOURS | undefined;
}

/** ECMA-48 §8.3.117, "select graphic rendition". */
const COLOURS = { red: '1;31', green: '32', yellow: '33' } as const;

/** At most; longer lines are hard to read. */
const maxColumns = 100;
const usualColumns = 80;

export function openTerminal(language: Language): Terminal {
  return {
    language,
    columns: Math.min(process.stdout.columns || usualColumns, maxColumns),
    screenColumns: process.stdout.columns || usualColumns,
    rows: process.stdout.rows,
    print: (text) => void process.stdout.write(`${printableLines(text[language])}\n`),
    printError: (text) => void process.stderr.write(`${printableLines(text[language])}\n`),
    write: (lines) => void process.stdout.write(`${printableLines(lines)}\n`),
    writeJson: (json) => void process.stdout.write(`${printableJson(json)}\n`),
    draw: (lines) => void process.stdout.write(process.stdout.isTTY === true ? screenOf(lines) : pageOf(lines)),
  };
}

function pageOf(lines: readonly Line[]): string {
  return lines.map(({ text }) => `${printable(text)}\n`).join('');
}

/** From the top, each line erased to its end, and all below it: nothing flickers, and nothing scrolls. */
function screenOf(lines: readonly Line[]): string {
  const hasColour = (process.env.NO_COLOR ?? '') === '' && process.env.TERM !== 'dumb';
  const painted = lines.map(({ text, colour }) => {
    const shown = printable(text);
    return colour === undefined || !hasColour ? shown : `\u001b[${COLOURS[colour]}m${shown}\u001b[0m`;
  });
  return `\u001b[H${painted.join('\u001b[K\n')}\u001b[K\u001b[J`;
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
