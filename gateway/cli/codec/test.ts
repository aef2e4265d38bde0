/** `machimori codec test`: a codec's own examples. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { MachimoriError, messageOf } from '../../../shared/errors.ts';
import { type Codec, readCodec } from '../../codecs/codec.ts';
import type { CodecRunner } from '../../codecs/runner.ts';
import { onlyArgument, print, UsageError } from '../command.ts';
import { type Difference, differences } from './difference.ts';
import { type CodecExample, readExamples } from './examples.ts';
import { runnerForCommand } from './sandbox.ts';

/** An example that does not come out as it should. */
interface Failed {
  /** Its place in the file, from 1. */
  readonly example: number;
  readonly description: string;
  readonly function: string;
  /** Why there was no answer, with its code. */
  readonly fault?: string;
  readonly differences: readonly Difference[];
}

export async function testCodec(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { examples: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const codec = readCodec(onlyArgument(positionals, 'The codec'));
  if (values.examples === undefined) throw new UsageError('--examples is missing');
  const examples = readExamples(readText(values.examples), values.examples, codec.name);
  const runner = runnerForCommand();
  try {
    const failed: Failed[] = [];
    for (const [at, example] of examples.entries()) {
      const failure = await tried(runner, codec, example, at + 1);
      if (failure === undefined) continue;
      failed.push(failure);
      if (!values.json) print(shown(failure));
    }
    const counts = { examples: examples.length, passed: examples.length - failed.length, failed: failed.length };
    if (values.json) print(JSON.stringify({ codec: codec.name, ...counts, failures: failed }));
    else print(`${codec.name}: ${counts.examples} examples, ${counts.passed} passed, ${counts.failed} failed`);
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
  const { description, function: asked, input, output: expected } = example;
  const outcome = await runner.call({ codec, project: 'test', function: asked, input });
  const failed = { example: at, description, function: asked };
  if (!outcome.ok) return { ...failed, fault: `${outcome.code}: ${outcome.detail.en}`, differences: [] };
  const found = differences({ errors: [], warnings: [], ...withoutNull(expected) }, outcome.output);
  return found.length === 0 ? undefined : { ...failed, differences: found };
}

/** `errors:` with nothing behind it is null in YAML. */
function withoutNull(output: CodecExample['output']): CodecExample['output'] {
  return Object.fromEntries(Object.entries(output).filter(([, value]) => value !== null));
}

function shown({ example, description, function: asked, fault, differences }: Failed): string {
  const title = `Example ${example}${description === '' ? '' : ` (${description})`}: ${asked}`;
  if (fault !== undefined) return `${title}\n  ${fault}`;
  return [
    title,
    ...differences.map(({ path, expected, actual }) => `  ${path}: expected ${word(expected)}, actual ${word(actual)}`),
  ].join('\n');
}

function word(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new MachimoriError('examples-unreadable', {
      what: `the examples cannot be read (${messageOf(cause)})`,
      on: file,
      hint: 'Check the path and the permissions',
      cause,
    });
  }
}
