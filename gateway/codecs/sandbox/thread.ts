/**
 * The main thread's view of one codec worker thread, from start to end; one call at a time.
 *
 * Promise: `call` always resolves, and nothing a codec does holds up the main thread. Starting the worker and waiting for a
 * processor on a loaded machine do not count against a codec: the limit is on the processor time the worker's thread has used
 * since the call began there (processor-time.ts).
 *
 * Bounds: the sandbox ends a call at its limit. A call that hangs where the sandbox does not check is ended from here, together
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
import { type CallReply, type CallRequest, Progress, type WorkerReady, type WorkerStart } from './messages.ts';
import { ProcessorTime } from './processor-time.ts';
import { callLimitMs, loadLimitMs, type SandboxAnswer, type SandboxCall } from './sandbox.ts';

const maxLoaded = 200;
const graceMs = 50;
const lookEveryMs = 25;
const maxWallMs = 2_000;
/** How long the worker may take to get ready, or to begin a call, on a small and loaded machine. */
const maxWaitMs = 30_000;
const resourceLimits = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2, stackSizeMb: 16 };

interface Pending {
  readonly number: number;
  readonly codec: string;
  readonly askedAt: number;
  /** When it was first seen running, wall-clock time. */
  begunAt?: number;
  watch: NodeJS.Timeout;
  resolve(answer: SandboxAnswer): void;
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
    worker.on('message', (reply: CallReply) => {
      if (reply.isBroken) this.#end(reply.outcome);
      else this.#settle(reply);
    });
    worker.on('error', (fault) => this.#end(this.#failureOf(fault)));
    worker.on('exit', () => this.#end(failure('no-sandbox', say.sandboxEnded())));
    worker.unref(); // must not keep the process alive
  }

  /** The worker has ended, by a codec's fault or its own, and takes no more calls. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Call only after the previous call has resolved, and not once it is over. */
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
    const stage = this.#progress.of(pending.number);
    if (stage === 'ended') return undefined; // its answer is on the way
    if (stage === 'not-begun') {
      if (now - pending.askedAt < maxWaitMs) return undefined;
      return failure('no-sandbox', say.noAnswer());
    }
    pending.begunAt ??= now;
    const usedMs = this.#processor.ms() - stage.usedMs;
    const limitMs = stage.stage === 'load' ? loadLimitMs : callLimitMs;
    const isOver = usedMs >= limitMs + graceMs || now - pending.begunAt >= maxWallMs;
    if (!isOver) return undefined;
    return failure('too-slow', say.endedFromOutside({ codec: pending.codec, ms: limitMs }));
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
      return failure('too-much-memory', say.workerMemoryFull({ codec: this.#pending?.codec ?? 'codec' }));
    }
    return failure('no-sandbox', say.sandboxFailed({ why: textOf(fault) }));
  }
}
