import { foreign, type Text } from './text.ts';
import { say } from './words.ts';

/** What is thrown: a code, what failed, on what, and a hint that says what to do. `message` is in English, for the log. */
export class MachimoriError extends Error {
  readonly code: string;
  readonly what: Text;
  /** What it failed on: a file and line, a port, a device, a batch. */
  readonly on: string;
  /** What to do about it: a sentence. */
  readonly hint: Text;

  constructor(code: string, fault: { what: Text | string; on: string; hint: Text | string; cause?: unknown }) {
    const [what, hint] = [fault.what, fault.hint].map((said) => (typeof said === 'string' ? foreign(said) : said)) as [
      Text,
      Text,
    ];
    super(say.fault({ on: fault.on, what, hint }).en, fault.cause === undefined ? undefined : { cause: fault.cause });
    this.name = 'MachimoriError';
    this.code = code;
    this.what = what;
    this.on = fault.on;
    this.hint = hint;
  }
}

/** Whatever was thrown, for a person. */
export function textOf(thrown: unknown): Text {
  return thrown instanceof MachimoriError ? say.fault(thrown) : foreign(messageOf(thrown));
}

/** The message of whatever was thrown, for a log line. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The system's error code ("ENOSPC", "SQLITE_FULL") of whatever was thrown, or "" where there is none. */
export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}
