/** What payload codecs cost: calls a second, memory, and how long they can hold up the event loop of the gateway. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Codec } from '../../gateway/codecs/codec.ts';
import { CodecRunner } from '../../gateway/codecs/runner.ts';
import type { Log } from '../../gateway/machine/log.ts';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import { sampleCodec, samplePayload } from './sample-codec.ts';

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };
const warmUpCalls = 2_000;
const measuredCalls = 10_000;

/** Calls of one codec a second, one after the other, each with a fresh state, once it is warm. */
export async function codecCallsPerSecond(): Promise<number> {
  return withRunner(async (runner) => {
    const codec = sampleCodec(0);
    for (let call = 0; call < warmUpCalls; call++) await decode(runner, codec);
    const from = performance.now();
    for (let call = 0; call < measuredCalls; call++) await decode(runner, codec);
    return Math.round((measuredCalls / (performance.now() - from)) * 1000);
  });
}

export interface CodecMemory {
  /** Resident memory of this process in MB (10^6 bytes): before, with the worker and one codec, and with all of them. */
  readonly beforeMb: number;
  readonly withOneMb: number;
  readonly withAllMb: number;
  /** From the first call to its answer, ms: the worker is started, and the codec loaded. */
  readonly firstCallMs: number;
}

/** Loads so many different codecs, and calls each once. For a process in which none was called before. */
export async function memoryWithCodecs(count: number): Promise<CodecMemory> {
  return withRunner(async (runner) => {
    const beforeMb = residentMb();
    const from = performance.now();
    await decode(runner, sampleCodec(0));
    const firstCallMs = Math.round(performance.now() - from);
    const withOneMb = residentMb();
    for (let codec = 1; codec < count; codec++) await decode(runner, sampleCodec(codec));
    return { beforeMb, withOneMb, withAllMb: residentMb(), firstCallMs };
  });
}

/** The longest delay of this thread's event loop, in ms, while a codec loops, and while one hangs in a built-in function. */
export async function delayByHostileCodecs(): Promise<{ readonly loopMs: number; readonly hangMs: number }> {
  return withRunner(async (runner) => {
    await decode(runner, sampleCodec(0));
    return {
      loopMs: await delayBy(runner, 'function decodeUplink() { for (;;); }'),
      hangMs: await delayBy(
        runner,
        'function decodeUplink() { Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1); }',
      ),
    };
  });
}

async function delayBy(runner: CodecRunner, source: string): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const outcome = await runner.call({ codec: { name: 'hostile.js', source }, project: 'bench', ...call });
  delay.disable();
  if (outcome.ok || outcome.code !== 'too-slow') throw new Error('the codec was not ended for its time');
  return Math.round(delay.max / 1e5) / 10;
}

const call = { function: 'decodeUplink', input: { bytes: samplePayload, fPort: 2, recvTime: 0 } } as const;

async function decode(runner: CodecRunner, codec: Codec): Promise<void> {
  const outcome = await runner.call({ codec, project: 'bench', ...call });
  if (!outcome.ok) throw new Error(outcome.detail.en);
}

async function withRunner<T>(measure: (runner: CodecRunner) => Promise<T>): Promise<T> {
  const runner = new CodecRunner({ clock: new SystemClock('always'), log: quiet, suspends: false });
  try {
    return await measure(runner);
  } finally {
    await runner.close();
  }
}

function residentMb(): number {
  return Math.round(process.memoryUsage.rss() / 1e5) / 10;
}
