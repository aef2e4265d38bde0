/**
 * The examples published with a codec: inputs and the outputs expected for them.
 *
 * Two forms are read. The LoRa Alliance's Payload Codec API (TS013): a JSON list of `{ type, description, input, output }` with type
 * `uplink`, `downlink-encode` or `downlink-decode`, and bytes as numbers or hexadecimal. The Things Network's device repository:
 * YAML with `uplinkDecoder`, `downlinkEncoder` and `downlinkDecoder`, each with its `examples`. `normalizedOutput` beside `output` is what
 * `normalizeUplink` should give.
 */
import * as v from 'valibot';
import { parse } from 'yaml';
import { MachimoriError, messageOf } from '../../../shared/errors.ts';
import type { Text } from '../../../shared/text.ts';
import type { CodecFunction } from '../../codecs/codec.ts';
import { schemaFault } from '../../words/fault.ts';
import { say } from '../words/decode.ts';

export const maxExamples = 10_000;

export interface CodecExample {
  readonly description: string;
  readonly function: CodecFunction;
  readonly input: Readonly<Record<string, unknown>>;
  /** The expected output, without the fields that the codec may leave out. */
  readonly output: Readonly<Record<string, unknown>>;
  /** The same of `normalizeUplink`, if the example says it. */
  readonly normalizedOutput?: Readonly<Record<string, unknown>> | undefined;
}

const functionOf = {
  uplink: 'decodeUplink',
  'downlink-encode': 'encodeDownlink',
  'downlink-decode': 'decodeDownlink',
} as const;

const json = v.record(v.string(), v.unknown());
const example = v.object({
  description: v.optional(v.string(), ''),
  input: json,
  output: json,
  normalizedOutput: v.pipe(
    v.nullish(json),
    v.transform((output) => output ?? undefined),
  ),
});
const alliance = v.array(
  v.object({ ...example.entries, type: v.picklist(Object.keys(functionOf) as (keyof typeof functionOf)[]) }),
);
const section = v.nullish(v.object({ fileName: v.optional(v.string()), examples: v.nullish(v.array(example), []) }));
const repository = v.object({ uplinkDecoder: section, downlinkEncoder: section, downlinkDecoder: section });

/**
 * The examples in the text of a file. A repository's file may cover several codecs (`fileName`); if it names this one, those of the
 * others are left out. Throws a MachimoriError "examples-unreadable" if the text has neither form.
 */
export function readExamples(text: string, file: string, codec: string): readonly CodecExample[] {
  const content = parsed(text, file);
  const isList = Array.isArray(content);
  const fault = schemaFault(isList ? alliance : repository, content);
  if (fault !== undefined) {
    throw unreadable(file, say.examplesOff({ path: v.getDotPath(fault.issue) ?? '', why: fault.message }));
  }
  const examples = isList ? ofAlliance(v.parse(alliance, content)) : ofRepository(v.parse(repository, content), codec);
  if (examples.length === 0) throw unreadable(file, say.examplesNone());
  if (examples.length > maxExamples) throw unreadable(file, say.examplesTooMany({ max: maxExamples }));
  return examples;
}

function ofAlliance(list: v.InferOutput<typeof alliance>): CodecExample[] {
  return list.map(({ type, ...example }) => withBytes({ ...example, function: functionOf[type] }));
}

function ofRepository(sections: v.InferOutput<typeof repository>, codec: string): CodecExample[] {
  const { uplinkDecoder, downlinkEncoder, downlinkDecoder } = sections;
  const isNamed = [uplinkDecoder, downlinkEncoder, downlinkDecoder].some((each) => each?.fileName === codec);
  const of = (asked: CodecFunction, section: typeof uplinkDecoder) => {
    const isMeant = !isNamed || section?.fileName === codec;
    return isMeant ? (section?.examples ?? []).map((example) => withBytes({ ...example, function: asked })) : [];
  };
  return [
    ...of('decodeUplink', uplinkDecoder),
    ...of('encodeDownlink', downlinkEncoder),
    ...of('decodeDownlink', downlinkDecoder),
  ];
}

function withBytes(example: CodecExample): CodecExample {
  const { input, output } = example;
  const isEncoding = example.function === 'encodeDownlink';
  return {
    ...example,
    input: isEncoding ? input : { ...input, bytes: bytesOf(input.bytes) },
    output: isEncoding && output.bytes !== undefined ? { ...output, bytes: bytesOf(output.bytes) } : output,
  };
}

/** Hexadecimal (blanks between digits are allowed) as numbers; anything else unchanged, for the input check to judge. */
export function bytesOf(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const digits = value.replace(/\s+/g, '');
  return /^([0-9a-f]{2})*$/i.test(digits) ? [...Buffer.from(digits, 'hex')] : value;
}

/** JSON is YAML too, but its own parser explains faults better. */
function parsed(text: string, file: string): unknown {
  try {
    return /^\s*[[{]/.test(text) ? JSON.parse(text) : parse(text, { maxAliasCount: 100 });
  } catch (cause) {
    throw unreadable(file, say.examplesNoForm({ why: messageOf(cause).split('\n', 1)[0] ?? '' }));
  }
}

function unreadable(file: string, what: Text): MachimoriError {
  return new MachimoriError('examples-unreadable', { what, on: file, hint: say.examplesHint() });
}
