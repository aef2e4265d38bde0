/** A codec's input (TS013), checked, since it comes from the command line and the network, and written as JSON for the sandbox. */
import * as v from 'valibot';
import type { CodecFunction } from './codec.ts';
import { type CodecFailure, failure } from './outcome.ts';
import { say } from './words.ts';

/** UTF-16 units of JSON. */
export const maxInputChars = 65_536;

const byte = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255));
const bytes = v.union([
  v.array(byte),
  v.pipe(
    v.instance(Uint8Array),
    v.transform((list) => [...list]),
  ),
]);
/** ChirpStack's own examples leave it out, while an uplink with a payload always has one (TS013). */
const uplinkPort = v.optional(byte, 1);
const variables = v.optional(v.record(v.string(), v.unknown()));
const epochMs = v.union([v.number(), v.date(), v.pipe(v.string(), v.isoTimestamp())]);
const time = v.pipe(
  epochMs,
  v.transform((at) => new Date(at).getTime()),
  v.number(),
);

/** Other fields (a network server's own) are passed on. */
const inputs = {
  decodeUplink: v.looseObject({ bytes, fPort: uplinkPort, recvTime: v.optional(time), variables }),
  encodeDownlink: v.looseObject({ data: v.record(v.string(), v.unknown()), fPort: v.optional(byte), variables }),
  decodeDownlink: v.looseObject({ bytes, fPort: uplinkPort, variables }),
} as const;

export type CodecInput =
  | { readonly ok: true; readonly json: string /** When it was received, epoch ms. */; readonly at: number }
  | CodecFailure;

/** `now`, epoch ms, is used if the input does not say when it was received. */
export function codecInput(asked: CodecFunction, input: unknown, now: number): CodecInput {
  const checked = v.safeParse(inputs[asked], input);
  if (!checked.success) {
    const [issue] = checked.issues;
    const path = v.getDotPath(issue) ?? '';
    return failure('bad-input', say.badInput({ function: asked, path, why: issue.message }));
  }
  const { output } = checked;
  const at = asked === 'decodeUplink' && typeof output.recvTime === 'number' ? output.recvTime : now;
  try {
    const json = JSON.stringify(asked === 'decodeUplink' ? { ...output, recvTime: at } : output);
    if (json.length <= maxInputChars) return { ok: true, json, at };
    return failure('too-large', say.inputTooLong({ function: asked, length: json.length, max: maxInputChars }));
  } catch {
    return failure('bad-input', say.inputNotJson({ function: asked }));
  }
}
