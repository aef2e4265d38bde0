/**
 * One worker thread for codecs, as the main thread sees it, from its start to its end; one call at a time.
 *
 * Promise: `call` always resolves, and nothing that a codec does holds up the main thread. What it costs to start the worker, and to
 * wait for the processor on a loaded machine, does not count against a codec: the limit is on the time that the worker's thread was on
 * the processor since the call began there (`processor-time.ts`).
 *
 * Bounds: the sandbox itself ends a call at its limit; what hangs where the sandbox does not ask is ended from here, and the worker with
 * it, `graceMs` later, or when it has been under way for `maxWallMs` on the wall. `maxLoaded` codecs are held; the one not used for
 * the longest time goes, and is loaded again when it is called. The worker's own JavaScript heap is bounded by `resourceLimits`.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { codeOf, messageOf } from '../../../shared/errors.ts';
import type { Codec } from '../codec.ts';
import { type CodecFailure, failure } from '../outcome.ts';
import { compiledEngine } from './engine.ts';
import { type CallReply, type CallRequest, Progress, type WorkerReady, type WorkerStart } from './messages.ts';
import { ProcessorTime } from './processor-time.ts';
import { callLimitMs, loadLimitMs, type SandboxAnswer, type SandboxCall } from './sandbox.ts';

const maxLoaded = 200;
const graceMs = 50;
const lookEveryMs = 25;
const maxWallMs = 2_000;
/** For the worker to get ready, or to begin a call, on a small and loaded machine. */
const maxWaitMs = 30_000;
const resourceLimits = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2, stackSizeMb: 16 };

/** Node 20 runs no TypeScript: from the sources, as in tests, the worker is the compiled one in dist/. */
const workerFile = import.meta.url.endsWith('.ts') ? '../../../dist/gateway/codecs/sandbox/worker.js' : './worker.js';

interface Pending {
  readonly number: number;
  readonly codec: string;
  readonly askedAt: number;
  /** When it was first seen to be under way, on the wall. */
  begunAt?: number;
  watch: NodeJS.Timeout;
  resolve(answer: SandboxAnswer): void;
}

export class CodecThread {
  readonly #worker: Worker;
  readonly #progress: Progress;
  readonly #processor: ProcessorTime;
  /** The slot of each codec that the worker holds, the one not used for the longest time first. */
  readonly #slots = new Map<Codec, number>();
  #calls = 0;
  #pending: Pending | undefined;
  #isOver = false;

  /** Rejects where no worker can be had. */
  static async start(): Promise<CodecThread> {
    const progress = Progress.shared();
    const start: WorkerStart = { engine: await compiledEngine(), progress };
    const worker = new Worker(new URL(workerFile, import.meta.url), { workerData: start, resourceLimits });
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
    worker.on('message', (reply: CallReply) => {
      if (reply.isBroken) this.#end(reply.outcome);
      else this.#settle(reply);
    });
    worker.on('error', (fault) => this.#end(this.#failureOf(fault)));
    worker.on('exit', () => this.#end(failure('no-sandbox', 'The sandbox for codecs ended')));
    worker.unref(); // a process that has nothing else to do may end
  }

  /** It takes no more calls: the worker was ended, by a codec's fault or its own. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Not to be called before the call before has resolved, nor when it is over. */
  call(codec: Codec, call: SandboxCall): Promise<SandboxAnswer> {
    const { slot, isLoaded } = this.#slotFor(codec);
    const number = ++this.#calls;
    return new Promise((resolve) => {
      const watch = setTimeout(() => this.#look(), callLimitMs + graceMs);
      this.#pending = { number, codec: codec.name, askedAt: performance.now(), watch, resolve };
      const { name, source } = codec;
      const request: CallRequest = { ...call, number, slot, ...(!isLoaded && { codec: { name, source } }) };
      this.#worker.postMessage(request);
    });
  }

  /** Ends the worker, and with it a call that is under way. */
  async close(): Promise<void> {
    this.#end(failure('closed', 'The codecs were closed'));
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

  /** Has the call under way been there for too long? */
  #look(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    const fault = this.#overdue(pending);
    if (fault !== undefined) this.#end(fault);
    else pending.watch = setTimeout(() => this.#look(), lookEveryMs);
  }

  #overdue(pending: Pending): CodecFailure | undefined {
    const now = performance.now();
    const stage = this.#progress.of(pending.number);
    if (stage === 'ended') return undefined; // its answer is on the way
    if (stage === 'not-begun') {
      if (now - pending.askedAt < maxWaitMs) return undefined;
      return failure('no-sandbox', 'The sandbox for codecs does not answer');
    }
    pending.begunAt ??= now;
    const usedMs = this.#processor.ms() - stage.usedMs;
    const limitMs = stage.stage === 'load' ? loadLimitMs : callLimitMs;
    const isOver = usedMs >= limitMs + graceMs || now - pending.begunAt >= maxWallMs;
    if (!isOver) return undefined;
    return failure('too-slow', `${pending.codec}: it took longer than ${limitMs} ms and had to be ended from outside`);
  }

  #settle(answer: SandboxAnswer): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    clearTimeout(pending.watch);
    this.#pending = undefined;
    pending.resolve({ outcome: answer.outcome, console: answer.console });
  }

  #end(outcome: SandboxAnswer['outcome']): void {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#processor.close();
      void this.#worker.terminate();
    }
    this.#settle({ outcome, console: [] });
  }

  #failureOf(fault: unknown): CodecFailure {
    if (codeOf(fault) === 'ERR_WORKER_OUT_OF_MEMORY') {
      return failure('too-much-memory', `${this.#pending?.codec ?? 'A codec'}: the memory of the worker is full`);
    }
    return failure('no-sandbox', `The sandbox for codecs failed (${messageOf(fault)})`);
  }
}
