import { foreign, type Text } from './text.ts';
import { say } from './words.ts';

/** What the product throws: a code, what failed, on what, and a hint. `message` is in English, for the log. */
export class MachimoriError extends Error {
  readonly code: string;
  readonly what: Text;
  /** What it failed on: a file and line, a port, a device, a batch. */
  readonly on: string | Text;
  /** What to do about it: a sentence. */
  readonly hint: Text;

  constructor(code: string, fault: { what: Text | string; on: string | Text; hint: Text | string; cause?: unknown }) {
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

/** Bytes that do not follow their format, and in what way. Whoever reads them turns it into a MachimoriError. */
export class FormatError extends RangeError {
  readonly what: Text;

  constructor(what: Text) {
    super(what.en);
    this.name = 'FormatError';
    this.what = what;
  }
}

/** Anything thrown, for a person. */
export function textOf(thrown: unknown): Text {
  if (thrown instanceof MachimoriError) return say.fault(thrown);
  return thrown instanceof FormatError ? thrown.what : foreign(messageOf(thrown));
}

/** Anything thrown, for a log line. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The system's error code ("ENOSPC", "SQLITE_FULL") of anything thrown, or "". */
export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}
