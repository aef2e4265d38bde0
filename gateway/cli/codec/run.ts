/** `machimori codec run`: one JSON input a line, one JSON output a line. */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { messageOf } from '../../../shared/errors.ts';
import { foreign } from '../../../shared/text.ts';
import { CODEC_FUNCTIONS, type Codec, type CodecFunction, readCodec } from '../../codecs/codec.ts';
import { type CodecOutcome, failure } from '../../codecs/outcome.ts';
import type { CodecRunner } from '../../codecs/runner.ts';
import { onlyArgument, print, printError, UsageError } from '../command.ts';
import { bytesOf } from './examples.ts';
import { runnerForCommand } from './sandbox.ts';

export async function runCodec(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { function: { type: 'string', default: 'decodeUplink' } },
  });
  const file = onlyArgument(positionals, 'The codec');
  const asked = functionNamed(values.function);
  const codec = readCodec(file);
  const runner = runnerForCommand();
  try {
    const fault = await runner.check(codec, 'run');
    if (fault !== undefined) {
      printError(`${fault.detail.en}. The codec cannot be loaded: mend it there, then run it again.`);
      return 1;
    }
    for await (const line of createInterface({ input: process.stdin })) {
      if (line.trim() !== '') print(JSON.stringify(asLine(await called(runner, codec, asked, line))));
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
    return failure('bad-input', foreign(`The line is not JSON (${messageOf(cause)})`));
  }
  return runner.call({ codec, project: 'run', function: asked, input: withBytes(input) });
}

function withBytes(input: unknown): unknown {
  return typeof input === 'object' && input !== null && 'bytes' in input
    ? { ...input, bytes: bytesOf(input.bytes) }
    : input;
}

function asLine(outcome: CodecOutcome): unknown {
  return outcome.ok ? outcome.output : { errors: [outcome.detail.en], warnings: [], code: outcome.code };
}

function functionNamed(name: string): CodecFunction {
  const known = CODEC_FUNCTIONS.find((each) => each === name);
  if (known === undefined) throw new UsageError(`--function ${name} is none of ${CODEC_FUNCTIONS.join(', ')}`);
  return known;
}
