/** A runner with a manual clock and a readable log. */
import { onTestFinished } from 'vitest';
import type { CodecFunction } from '../../../gateway/codecs/codec.ts';
import type { CodecOutcome } from '../../../gateway/codecs/outcome.ts';
import { CodecRunner, type CodecRunnerOptions } from '../../../gateway/codecs/runner.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import { LogBook } from '../machine/log-book.ts';

export const someUplink = { bytes: [1, 2, 255], fPort: 7, recvTime: new Date('2026-03-01T00:00:00.000Z') };

export function codecRig(options: Partial<CodecRunnerOptions> = {}) {
  const clock = new VirtualClock();
  const log = new LogBook();
  const runner = new CodecRunner({ clock, log, suspends: false, ...options });
  onTestFinished(() => runner.close());
  const codecs = new Map<string, { name: string; source: string }>();

  function codecOf(source: string) {
    const codec = codecs.get(source) ?? { name: 'codec.js', source };
    codecs.set(source, codec);
    return codec;
  }

  /** Calls the codec with this source. */
  function call(source: string, input: unknown = someUplink, asked: CodecFunction = 'decodeUplink', project = 'city') {
    return runner.call({ codec: codecOf(source), project, function: asked, input });
  }

  return { runner, clock, log, call, codecOf };
}

/** The code of a failure, or "ok". */
export function codeOf(outcome: CodecOutcome): string {
  return outcome.ok ? 'ok' : outcome.code;
}
