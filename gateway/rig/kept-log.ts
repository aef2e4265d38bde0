/**
 * A log that is kept, of a gateway in this process or of a program. Bound: the last entries, as many
 * as it is given, each cut at `maxLineCharacters`.
 */
import type { Log } from '../machine/log.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Fields;
}

export const usualEntries = 10_000;
const maxLineCharacters = 65_536;

export class KeptLog implements Log {
  /** A line of a program is kept as it was written. */
  readonly #kept: (LogEntry | string)[] = [];
  readonly #maxEntries: number;
  /** What a program has written of a line that it has not ended. */
  #unended = '';

  constructor(maxEntries = usualEntries) {
    this.#maxEntries = maxEntries;
  }

  /** The oldest first. */
  get entries(): readonly LogEntry[] {
    return this.#kept.map((kept) => (typeof kept === 'string' ? entryOf(kept) : kept));
  }

  at(level: LogEntry['level']): readonly LogEntry[] {
    return this.entries.filter((entry) => entry.level === level);
  }

  /** A line for each, as it was written. */
  get text(): string {
    return this.#kept.map((kept) => (typeof kept === 'string' ? `${kept}\n` : `${JSON.stringify(kept)}\n`)).join('');
  }

  debug(message: string, fields?: Fields): void {
    this.#keep({ level: 'debug', message, fields: fields ?? {} });
  }

  info(message: string, fields?: Fields): void {
    this.#keep({ level: 'info', message, fields: fields ?? {} });
  }

  warn(message: string, fields?: Fields): void {
    this.#keep({ level: 'warn', message, fields: fields ?? {} });
  }

  error(message: string, fields?: Fields): void {
    this.#keep({ level: 'error', message, fields: fields ?? {} });
  }

  /** What a program writes, in whatever pieces. Of its entries a line that is none of a gateway's log is a message. */
  written(piece: string): void {
    const lines = (this.#unended + piece).split('\n');
    this.#unended = lines.pop()?.slice(-maxLineCharacters) ?? '';
    for (const line of lines) if (line !== '') this.#keep(line.slice(0, maxLineCharacters));
  }

  #keep(entry: LogEntry | string): void {
    this.#kept.push(entry);
    if (this.#kept.length > this.#maxEntries) this.#kept.shift();
  }
}

function entryOf(line: string): LogEntry {
  try {
    const { level, msg, time, ...fields } = JSON.parse(line) as { level: LogEntry['level']; msg: string; time: string }; // as pino writes it
    if (typeof msg === 'string' && typeof time === 'string') return { level, message: msg, fields };
  } catch {
    // some other program's line, or Node's own
  }
  return { level: 'info', message: line, fields: {} };
}
