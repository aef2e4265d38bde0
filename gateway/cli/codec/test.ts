/** `machimori codec test`: a codec's own examples. */
import { foreign, type Text } from '../../../shared/text.ts';
import { type Codec, readCodec } from '../../codecs/codec.ts';
import type { CodecOutput } from '../../codecs/outcome.ts';
import type { CodecRunner } from '../../codecs/runner.ts';
import { readText } from '../input.ts';
import { type Called, UsageError } from '../verb.ts';
import type { testCodecUsage } from '../verbs/decode.ts';
import { say } from '../words/decode.ts';
import { say as general } from '../words/general.ts';
import { type Difference, differences } from './difference.ts';
import { type CodecExample, readExamples } from './examples.ts';
import { runnerForCodecs } from './sandbox.ts';

/** An example whose output is not the expected one. */
interface Failed {
  /** Its position in the file, from 1. */
  readonly example: number;
  readonly description: string;
  readonly function: string;
  /** Why there was no answer, with its code. */
  readonly fault?: Text;
  readonly differences: readonly Difference[];
}

export async function testCodec({
  args,
  options: { examples: file, json },
  terminal,
}: Called<typeof testCodecUsage>): Promise<number> {
  const codec = readCodec(args.codec);
  if (file === undefined) throw new UsageError(general.missing({ what: '--examples' }));
  const examples = readExamples(readText(file), file, codec.name);
  const runner = runnerForCodecs(terminal);
  try {
    const failed: Failed[] = [];
    for (const [at, example] of examples.entries()) {
      const failure = await tried(runner, codec, example, at + 1);
      if (failure === undefined) continue;
      failed.push(failure);
      if (!json) for (const text of describe(failure)) terminal.print(text);
    }
    const counts = { examples: examples.length, passed: examples.length - failed.length, failed: failed.length };
    if (json) terminal.writeJson(JSON.stringify({ codec: codec.name, ...counts, failures: failed.map(asJson) }));
    else {
      const { examples: count, passed } = counts;
      terminal.print(say.examplesCounted({ codec: codec.name, count, passed, failed: failed.length }));
    }
    return failed.length === 0 ? 0 : 1;
  } finally {
    await runner.close();
  }
}

async function tried(
  runner: CodecRunner,
  codec: Codec,
  example: CodecExample,
  at: number,
): Promise<Failed | undefined> {
  const { description, function: asked, input, output: expected, normalizedOutput: normal } = example;
  const outcome = await runner.call({ codec, project: 'test', function: asked, input });
  const failed = { example: at, description, function: asked };
  if (!outcome.ok)
    return { ...failed, fault: say.faultOfCode({ code: outcome.code, why: outcome.detail }), differences: [] };
  const { lost: _, beside, normalizedOutput, ...output } = outcome.output;
  const found = differences(
    { ...whole(expected), ...(normal !== undefined && { normalizedOutput: whole(normal) }) },
    { ...beside, ...output, ...(normal !== undefined && { normalizedOutput: comparable(normalizedOutput, normal) }) },
  );
  return found.length === 0 ? undefined : { ...failed, differences: found };
}

/** JSON is for programs: its faults are in English. */
function asJson({ fault, ...rest }: Failed): unknown {
  return { ...rest, ...(fault !== undefined && { fault: fault.en }) };
}

/** With the fields that may be left out. An empty `errors:` is null in YAML. */
function whole(output: CodecExample['output']): CodecExample['output'] {
  const given = Object.entries(output).filter(([, value]) => value !== null);
  return { errors: [], warnings: [], ...Object.fromEntries(given) };
}

/** The Things Stack makes a list of one measurement, and so do its examples. */
function comparable(output: CodecOutput['normalizedOutput'], expected: CodecExample['output']): unknown {
  if (output === undefined) return undefined;
  const { lost: _, data, ...messages } = output;
  const isListed = Array.isArray(expected.data) && data !== undefined && !Array.isArray(data);
  return { ...messages, data: isListed ? [data] : data };
}

function describe({ example: number, description, function: asked, fault, differences }: Failed): Text[] {
  const title =
    description === ''
      ? say.exampleFailed({ number, function: asked })
      : say.describedExampleFailed({ number, description, function: asked });
  if (fault !== undefined) return [title, say.exampleFault({ why: fault })];
  return [
    title,
    ...differences.map(({ path, expected, actual }) =>
      say.difference({ path, expected: word(expected), actual: word(actual) }),
    ),
  ];
}

function word(value: unknown): Text {
  return value === undefined ? say.nothing() : foreign(JSON.stringify(value));
}
