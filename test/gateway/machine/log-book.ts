import type { Log } from '../../../gateway/machine/log.ts';

type Fields = Readonly<Record<string, unknown>>;
interface Entry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Fields;
}

/** A log that keeps what was written. */
export class LogBook implements Log {
  readonly entries: Entry[] = [];

  at(level: Entry['level']): readonly Entry[] {
    return this.entries.filter((entry) => entry.level === level);
  }

  debug(message: string, fields: Fields = {}): void {
    this.entries.push({ level: 'debug', message, fields });
  }

  info(message: string, fields: Fields = {}): void {
    this.entries.push({ level: 'info', message, fields });
  }

  warn(message: string, fields: Fields = {}): void {
    this.entries.push({ level: 'warn', message, fields });
  }

  error(message: string, fields: Fields = {}): void {
    this.entries.push({ level: 'error', message, fields });
  }
}
