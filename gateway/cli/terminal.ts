/** Where a verb writes to and what stops it; the one place where what it says becomes English or Japanese. */
import type { Language, Text } from '../../shared/text.ts';

export interface Terminal {
  readonly language: Language;
  /** How wide its lines may be. */
  readonly columns: number;
  /** Says something on standard output. */
  print(text: Text): void;
  /** Says what is wrong, or how it goes, on standard error. */
  printError(text: Text): void;
  /** Writes a line to standard output as it is: JSON, tables, paths. */
  write(line: string): void;
}

/** At most; longer lines are hard to read. */
const maxColumns = 100;
const usualColumns = 80;

export function openTerminal(language: Language): Terminal {
  return {
    language,
    columns: Math.min(process.stdout.columns || usualColumns, maxColumns),
    print: (text) => void process.stdout.write(`${printable(text[language])}\n`),
    printError: (text) => void process.stderr.write(`${printable(text[language])}\n`),
    write: (line) => void process.stdout.write(`${line}\n`),
  };
}

/** Text of devices, stations and codecs must not control the terminal. Line ends stay. */
function printable(text: string): string {
  return text.split('\n').map(printableLine).join('\n');
}

/** The same for what must stay one line. */
export function printableLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
}

/** Aborts at the first SIGINT or SIGTERM, or after `seconds`; a second signal ends the process at once. */
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
