/** `machimori codec run`: one JSON input a line, one JSON output a line. */
import { createInterface } from 'node:readline';
import { messageOf } from '../../../shared/errors.ts';
import { CODEC_FUNCTIONS, type Codec, type CodecFunction, readCodec } from '../../codecs/codec.ts';
import { type CodecOutcome, failure } from '../../codecs/outcome.ts';
import type { CodecRunner } from '../../codecs/runner.ts';
import { type Called, UsageError } from '../verb.ts';
import type { runCodecUsage } from '../verbs/decode.ts';
import { say } from '../words/decode.ts';
import { bytesOf } from './examples.ts';
import { runnerForCodecs } from './sandbox.ts';

export async function runCodec({ args, options, terminal }: Called<typeof runCodecUsage>): Promise<number> {
  const asked = functionNamed(options.function);
  const codec = readCodec(args.codec);
  const runner = runnerForCodecs(terminal);
  try {
    const fault = await runner.check(codec, 'run');
    if (fault !== undefined) {
      terminal.printError(say.codecNotLoaded({ why: fault.detail }));
      return 1;
    }
    for await (const line of createInterface({ input: process.stdin })) {
      if (line.trim() !== '') terminal.writeJson(JSON.stringify(asLine(await called(runner, codec, asked, line))));
    }
    return 0;
  } finally {
    await runner.close();
  }
}

async function called(runner: CodecRunner, codec: Codec, asked: CodecFunction, line: string): Promise<CodecOutcome> {
  let input: unknown;
  try {
    input = JSON.parse(line);
  } catch (cause) {
    return failure('bad-input', say.lineNotJson({ why: messageOf(cause) }));
  }
  return runner.call({ codec, project: 'run', function: asked, input: withBytes(input) });
}

function withBytes(input: unknown): unknown {
  return typeof input === 'object' && input !== null && 'bytes' in input
    ? { ...input, bytes: bytesOf(input.bytes) }
    : input;
}

function asLine(outcome: CodecOutcome): unknown {
  if (outcome.ok) {
    const { beside, ...output } = outcome.output;
    return { ...beside, ...output };
  }
  return { errors: [outcome.detail.en], warnings: [], code: outcome.code };
}

function functionNamed(name: string): CodecFunction {
  const known = CODEC_FUNCTIONS.find((each) => each === name);
  if (known === undefined) throw new UsageError(say.noFunction({ name, known: CODEC_FUNCTIONS.join(', ') }));
  return known;
}
