/** The result of calling a codec: always a value. */
import type { Text } from '../../shared/text.ts';

/** What a codec answered (TS013), with omitted lists filled in. */
export interface CodecOutput {
  /** From `decodeUplink` and `decodeDownlink`: the payload's content; absent if the codec gave none. A list only from `normalizeUplink`. */
  readonly data?: Readonly<Record<string, unknown>> | readonly unknown[];
  /** How many values of `data` are null because JSON cannot hold them: NaN and infinities. */
  readonly lost?: number;
  /** From `encodeDownlink`: the payload; absent if the codec gave only errors. */
  readonly bytes?: readonly number[];
  /** From `encodeDownlink`: the port, 0 to 255, if the codec chose one. */
  readonly fPort?: number;
  /** From `encodeDownlink`: what it gave beside these, such as `confirmed`, which a gateway does not use. */
  readonly beside?: Readonly<Record<string, unknown>>;
  /** From `decodeUplink` of a codec that has `normalizeUplink`: what that made of the data. Its faults are among its errors. */
  readonly normalizedOutput?: Pick<CodecOutput, 'data' | 'lost' | 'errors' | 'warnings'>;
  /** What the codec itself found wrong. An answer with errors is still an answer; the caller decides. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * - `no-function`: the codec has neither the function nor an older equivalent
 * - `syntax`: its source is not JavaScript
 * - `threw`: it threw, in the call or while loading
 * - `too-slow`, `too-much-memory`: it reached that limit
 * - `bad-input`: the input is malformed
 * - `bad-output`: the output is malformed, or cannot be written as JSON
 * - `too-large`: its source, the input or the output exceeds its bound
 * - `suspended`: it reached a limit before and is not called for a while
 * - `busy`: the project has too many calls waiting
 * - `closed`: the runner was closed first
 * - `no-sandbox`: the sandbox could not be started or was lost; not the codec's fault
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
  /** A sentence without its full stop, with the codec's name and line if known. */
  readonly detail: Text;
}

export type CodecOutcome = { readonly ok: true; readonly output: CodecOutput } | CodecFailure;

export function failure(code: CodecFault, detail: Text): CodecFailure {
  return { ok: false, code, detail };
}
