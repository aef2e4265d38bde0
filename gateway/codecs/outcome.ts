/** What comes of calling a codec: always a value. */

/** What a codec answered (TS013), with what it left out filled in. */
export interface CodecOutput {
  /** Of `decodeUplink` and `decodeDownlink`: what the payload says; absent where the codec gave none. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** Of `encodeDownlink`: the payload; absent where the codec gave none, with its errors. */
  readonly bytes?: readonly number[];
  /** Of `encodeDownlink`: the port, 0 to 255, where the codec chose one. */
  readonly fPort?: number;
  /** What the codec itself found wrong. An answer with errors is an answer: the caller decides. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * - `no-function`: the codec has neither the function nor an older one that stands for it
 * - `syntax`: its source is not JavaScript
 * - `threw`: it threw, in the call or while it was loaded
 * - `too-slow`, `too-much-memory`: it reached that limit
 * - `bad-input`: what it was to be given is not of the form
 * - `bad-output`: what it returned is not of the form, or cannot be written as JSON
 * - `too-large`: its source, the input or the output is beyond its bound
 * - `suspended`: it reached such a limit before, and is not called for a while
 * - `busy`: as many calls of the project wait as may
 * - `closed`: the runner was closed first
 * - `no-sandbox`: this program could not start or lost its sandbox; no fault of the codec
 */
export type CodecFault =
  | 'no-function'
  | 'syntax'
  | 'threw'
  | 'too-slow'
  | 'too-much-memory'
  | 'bad-input'
  | 'bad-output'
  | 'too-large'
  | 'suspended'
  | 'busy'
  | 'closed'
  | 'no-sandbox';

export interface CodecFailure {
  readonly ok: false;
  readonly code: CodecFault;
  /** A sentence without its full stop, with the codec's name and line where they are known. */
  readonly detail: string;
}

export type CodecOutcome = { readonly ok: true; readonly output: CodecOutput } | CodecFailure;

export function failure(code: CodecFault, detail: string): CodecFailure {
  return { ok: false, code, detail };
}
