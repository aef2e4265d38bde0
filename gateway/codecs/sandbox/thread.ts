/**
 * The main thread's view of one codec worker thread, from start to end; one message of calls at a time.
 *
 * Promise: `run` always resolves, with an answer to one call at least, and nothing a codec does holds up the main thread. Starting the worker and waiting for a
 * processor on a loaded machine do not count against a codec: the limit is on the processor time the worker's thread has used
 * since the call began there (processor-time.ts).
 *
 * Bounds: a message has at most `maxCalls`, and the worker hands back those that it has not begun after a few ms (worker.ts), so that
 * nobody waits for more than the call that runs and that. The sandbox ends a call at its limit. A call that hangs where the sandbox does not check is ended from here, together
 * with the worker, `graceMs` later or after `maxWallMs` of wall-clock time. `maxLoaded` codecs stay loaded; the least recently
 * used goes, and is reloaded when called. `resourceLimits` bounds the worker's own JavaScript heap.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { codeOf, textOf } from '../../../shared/errors.ts';
import { ownFile } from '../../machine/own-files.ts';
import type { Codec } from '../codec.ts';
import { type CodecFailure, failure } from '../outcome.ts';
import { say } from '../words.ts';
import { type CallReplies, type CallRequest, Progress, type WorkerReady, type WorkerStart } from './messages.ts';
import { ProcessorTime } from './processor-time.ts';
import { callLimitMs, loadLimitMs, type SandboxAnswer, type SandboxCall } from './sandbox.ts';

export const maxCalls = 16;
/** More than `maxCalls`, so that no call of a message has its codec taken away by a later one. */
const maxLoaded = 200;
const graceMs = 50;
const lookEveryMs = 25;
const maxWallMs = 2_000;
/** How long the worker may take to get ready, or to begin a call, on a small and loaded machine. */
const maxWaitMs = 30_000;
const resourceLimits = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2, stackSizeMb: 16 };

export interface ThreadCall {
  readonly codec: Codec;
  readonly call: SandboxCall;
}

/** To each call, in their order; undefined if it was not run, and is to be asked again. */
type Answers = readonly (SandboxAnswer | undefined)[];

interface Pending {
  readonly calls: readonly ThreadCall[];
  /** Of the first of them. */
  readonly number: number;
  readonly askedAt: number;
  /** The call that runs, and when it was first seen running, wall-clock time. */
  seen: { readonly number: number; readonly at: number };
  watch: NodeJS.Timeout;
  resolve(answers: Answers): void;
}

/** QuickJS, compiled once per process and passed to each worker. */
let engine: Promise<WebAssembly.Module> | undefined;

async function compileEngine(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readFile(ownFile('engine')));
}

export class CodecThread {
  readonly #worker: Worker;
  readonly #progress: Progress;
  readonly #processor: ProcessorTime;
  /** Slots of the codecs the worker holds, least recently used first. */
  readonly #slots = new Map<Codec, number>();
  #calls = 0;
  #pending: Pending | undefined;
  #isOver = false;

  /** Rejects if the worker cannot be started. */
  static async start(): Promise<CodecThread> {
    const progress = Progress.shared();
    engine ??= compileEngine();
    const start: WorkerStart = { engine: await engine, progress };
    const worker = new Worker(ownFile('codec-worker'), { workerData: start, resourceLimits });
    try {
      const [ready] = await once(worker, 'message', { signal: AbortSignal.timeout(maxWaitMs) });
      return new CodecThread(worker, new Progress(progress), ready as WorkerReady);
    } catch (fault) {
      await worker.terminate();
      throw fault;
    }
  }

  private constructor(worker: Worker, progress: Progress, { thread }: WorkerReady) {
    this.#worker = worker;
    this.#progress = progress;
    this.#processor = new ProcessorTime(thread);
    worker.on('message', (replies: CallReplies) => {
      if (replies.at(-1)?.isBroken) this.#close();
      this.#settle(replies);
    });
    worker.on('error', (fault) => this.#end(this.#failureOf(fault)));
    worker.on('exit', () => this.#end(failure('no-sandbox', say.sandboxEnded())));
    worker.unref(); // must not keep the process alive
  }

  /** The worker has ended, by a codec's fault or its own, and takes no more calls. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Call only after the previous run has resolved, not once it is over, and with 1 to `maxCalls` calls. */
  run(calls: readonly ThreadCall[]): Promise<Answers> {
    const number = this.#calls + 1;
    this.#calls += calls.length;
    const requests = calls.map(({ codec, call }, i): CallRequest => {
      const { slot, isLoaded } = this.#slotFor(codec);
      const { name, source } = codec;
      return { ...call, number: number + i, slot, ...(!isLoaded && { codec: { name, source } }) };
    });
    return new Promise((resolve) => {
      const watch = setTimeout(() => this.#look(), callLimitMs + graceMs);
      this.#pending = { calls, number, askedAt: performance.now(), seen: { number: 0, at: 0 }, watch, resolve };
      this.#worker.postMessage(requests);
    });
  }

  /** Ends the worker and any running call. */
  async close(): Promise<void> {
    this.#end(failure('closed', say.closed()));
    await this.#worker.terminate();
  }

  #slotFor(codec: Codec): { readonly slot: number; readonly isLoaded: boolean } {
    const known = this.#slots.get(codec);
    const [oldest] = this.#slots;
    const isFull = this.#slots.size >= maxLoaded;
    const slot = known ?? (isFull && oldest !== undefined ? oldest[1] : this.#slots.size);
    if (known === undefined && isFull && oldest !== undefined) this.#slots.delete(oldest[0]);
    this.#slots.delete(codec);
    this.#slots.set(codec, slot);
    return { slot, isLoaded: known !== undefined };
  }

  /** Ends the running call if it has taken too long. */
  #look(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    const fault = this.#overdue(pending);
    if (fault !== undefined) this.#end(fault);
    else pending.watch = setTimeout(() => this.#look(), lookEveryMs);
  }

  #overdue(pending: Pending): CodecFailure | undefined {
    const now = performance.now();
    const last = this.#progress.last();
    if (last.number < pending.number) {
      if (now - pending.askedAt < maxWaitMs) return undefined;
      return failure('no-sandbox', say.noAnswer());
    }
    if (last.isOver) return undefined; // the next begins, or the answers are on the way
    if (pending.seen.number !== last.number) pending.seen = { number: last.number, at: now };
    const usedMs = this.#processor.ms() - last.usedMs;
    const limitMs = last.stage === 'load' ? loadLimitMs : callLimitMs;
    const isOver = usedMs >= limitMs + graceMs || now - pending.seen.at >= maxWallMs;
    if (!isOver) return undefined;
    return failure('too-slow', say.endedFromOutside({ codec: this.#blamed(pending).name, ms: limitMs }));
  }

  #settle(answers: Answers): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    clearTimeout(pending.watch);
    this.#pending = undefined;
    pending.resolve(answers);
  }

  /** The outcome is that of the call that ran last; the answers to those before it are lost with the worker. */
  #end(outcome: SandboxAnswer['outcome']): void {
    this.#close();
    if (this.#pending === undefined) return;
    const { at } = this.#blamed(this.#pending);
    this.#settle(this.#pending.calls.map((_, i) => (i === at ? { outcome, console: [] } : undefined)));
  }

  #close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#processor.close();
    void this.#worker.terminate();
  }

  #blamed({ number, calls }: Pending): { readonly at: number; readonly name: string } {
    const at = Math.max(0, this.#progress.last().number - number);
    return { at, name: calls[at]?.codec.name ?? 'codec' };
  }

  #failureOf(fault: unknown): CodecFailure {
    if (codeOf(fault) === 'ERR_WORKER_OUT_OF_MEMORY') {
      return failure(
        'too-much-memory',
        say.workerMemoryFull({ codec: this.#pending ? this.#blamed(this.#pending).name : 'codec' }),
      );
    }
    return failure('no-sandbox', say.sandboxFailed({ why: textOf(fault) }));
  }
}
