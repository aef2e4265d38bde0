/** A log that is kept, of a gateway in this process or of a program. Bound: the last `maxEntries`, each cut at `maxLineCharacters`. */
import type { Log } from '../machine/log.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Fields;
}

const maxEntries = 10_000;
const maxLineCharacters = 65_536;

export class KeptLog implements Log {
  readonly #entries: LogEntry[] = [];
  /** What a program has written of a line that it has not ended. */
  #unended = '';

  /** The oldest first. */
  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  at(level: LogEntry['level']): readonly LogEntry[] {
    return this.#entries.filter((entry) => entry.level === level);
  }

  /** A line for each, with its fields. */
  get text(): string {
    return this.#entries.map(({ message, fields }) => `${message} ${JSON.stringify(fields)}\n`).join('');
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

  /** What a program writes, in whatever pieces. A line that is none of a gateway's log is kept as it is. */
  written(piece: string): void {
    const lines = (this.#unended + piece).split('\n');
    this.#unended = lines.pop()?.slice(-maxLineCharacters) ?? '';
    for (const line of lines) if (line !== '') this.#keep(entryOf(line.slice(0, maxLineCharacters)));
  }

  #keep(entry: LogEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > maxEntries) this.#entries.shift();
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
