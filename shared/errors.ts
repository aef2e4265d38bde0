import { foreign, type Text } from './text.ts';
import { say } from './words.ts';

/** An error that a person may read: `text` is its message in every language, `message` the English one, for the log. */
export class TextError extends Error {
  readonly text: Text;

  constructor(text: Text, cause?: unknown) {
    super(text.en, cause === undefined ? undefined : { cause });
    this.name = 'TextError';
    this.text = text;
  }
}

/** An error with a code, what failed, on what, and a hint that says what to do. */
export class MachimoriError extends TextError {
  readonly code: string;
  readonly what: Text;
  /** What it failed on: a file and line, a port, a device, a batch. */
  readonly on: string | Text;
  /** What to do about it: a sentence. */
  readonly hint: Text;

  constructor(code: string, fault: { what: Text; on: string | Text; hint: Text; cause?: unknown }) {
    const { what, on, hint } = fault;
    super(say.fault({ on, what, hint }), fault.cause);
    this.name = 'MachimoriError';
    this.code = code;
    this.what = what;
    this.on = on;
    this.hint = hint;
  }
}

/** Bytes that do not follow their format, and how. The reader turns it into a MachimoriError. */
export class FormatError extends TextError {}

/** Anything thrown, for a person. */
export function textOf(thrown: unknown): Text {
  return thrown instanceof TextError ? thrown.text : foreign(messageOf(thrown));
}

/** Anything thrown, for a log line. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The system's error code ("ENOSPC", "SQLITE_FULL") of anything thrown, or "" if it has none. */
export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}
