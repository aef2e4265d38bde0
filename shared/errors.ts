/** What is thrown: a code, what failed, on what, and a hint that says what to do. */
export class MachimoriError extends Error {
  readonly code: string;
  readonly what: string;
  /** What it failed on: a file and line, a port, a device, a batch. */
  readonly on: string;
  /** What to do about it: a sentence. */
  readonly hint: string;

  constructor(code: string, fault: { what: string; on: string; hint: string; cause?: unknown }) {
    super(`${fault.on}: ${fault.what}. ${fault.hint}`, fault.cause === undefined ? undefined : { cause: fault.cause });
    this.name = 'MachimoriError';
    this.code = code;
    this.what = fault.what;
    this.on = fault.on;
    this.hint = fault.hint;
  }
}

/** The message of whatever was thrown, for a log line. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The system's error code ("ENOSPC", "SQLITE_FULL") of whatever was thrown, or "" where there is none. */
export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}
