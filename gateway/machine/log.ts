/**
 * The gateway's log: one JSON object a line (pino), on standard error, for journald and for people with `jq`.
 *
 * What a stranger wrote cannot forge a line or control the terminal that shows it.
 *
 * Levels: debug for internals, info for lifecycle, warn for what recovered without loss, error for lost data or needed help.
 * A warning or error about the same thing is written at most every 30 s, with how many were held back. `maxRepeats` different
 * messages are tracked; then tracking starts over. Never pass a tag id, a MAC address or a key.
 */
import type { EventEmitter } from 'node:events';
import { type Level, pino } from 'pino';
import { printableJson } from '../../shared/text.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface Log {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  /** Writes from this level on; absent where everything is kept. */
  setLevel?(level: LogLevel): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

const repeatAfterMs = 30_000;
const maxRepeats = 1000;
/** What could not be written yet. */
const maxWaitingCharacters = 256 * 1024;

/** `monotonic` returns milliseconds that only grow. Without a file the log goes to standard error. `seen` is told each line. */
export function openLog(level: Level, monotonic: () => number, file?: string, seen?: (line: string) => void): Log {
  const lines = pino.destination({ dest: file ?? 2, sync: true, maxLength: maxWaitingCharacters });
  // The log cannot be written (terminal closed, disk full): lines are dropped, and the gateway goes on.
  (lines as unknown as EventEmitter).on('error', () => {}); // its typings leave that out
  const sink = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    {
      write(line) {
        const written = printableJson(line.trimEnd());
        lines.write(`${written}\n`);
        seen?.(written);
      },
    },
  );
  const lastWritten = new Map<string, { at: number; heldBack: number }>();

  function write(to: 'debug' | 'info' | 'warn' | 'error', message: string, fields: Fields = {}): void {
    const key = `${to} ${message} ${fields.port ?? fields.device ?? fields.destination ?? ''}`;
    const last = lastWritten.get(key);
    const now = monotonic();
    if ((to === 'warn' || to === 'error') && last !== undefined && now - last.at < repeatAfterMs) {
      last.heldBack++;
      return;
    }
    if (lastWritten.size >= maxRepeats) lastWritten.clear();
    lastWritten.set(key, { at: now, heldBack: 0 });
    sink[to](last?.heldBack ? { ...fields, heldBack: last.heldBack } : fields, message);
  }

  return {
    debug: (message, fields) => write('debug', message, fields),
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
    setLevel: (level) => {
      sink.level = level;
    },
  };
}
