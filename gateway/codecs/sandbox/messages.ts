/** Messages between the main thread and the codecs' worker thread. */
import type { Codec } from '../codec.ts';
import type { SandboxAnswer, SandboxCall } from './sandbox.ts';

export interface WorkerStart {
  readonly engine: WebAssembly.Module;
  readonly progress: SharedArrayBuffer;
}

export interface WorkerReady {
  /** The worker's thread below /proc (processor-time.ts); undefined if the system does not count its time. */
  readonly thread: string | undefined;
}

export interface CallRequest extends SandboxCall {
  /** Serial number of the call in this worker, from 1. */
  readonly number: number;
  /** Where the worker keeps the codec; assigned by the main thread. */
  readonly slot: number;
  /** The codec, if the slot does not hold it yet. The worker takes it when the message comes and loads it for its first call. */
  readonly codec?: Codec;
}

/** To the calls of one message, in their order; those that are missing at the end were not run. */
export type CallReplies = readonly CallReply[];

export interface CallReply extends SandboxAnswer {
  /** The worker's sandbox cannot take another call. */
  readonly isBroken: boolean;
}

/**
 * The worker's progress, in shared memory: the main thread learns that a call began or ended even while the worker hangs, or
 * while its own event loop is late with the worker's messages.
 */
export class Progress {
  static shared(): SharedArrayBuffer {
    return new SharedArrayBuffer(32);
  }

  /** The last call whose codec was loaded, the last that began, and the last that ended. */
  readonly #calls: Int32Array;
  /** Processor time that the thread had used at the first two, ms. */
  readonly #usedMs: Float64Array;

  constructor(shared: SharedArrayBuffer) {
    this.#calls = new Int32Array(shared, 0, 3);
    this.#usedMs = new Float64Array(shared, 16, 2);
  }

  /** Called by the worker. `usedMs`: processor time its thread had used so far. */
  begin(stage: 'load' | 'call', call: number, usedMs: number): void {
    const at = stage === 'load' ? 0 : 1;
    this.#usedMs[at] = usedMs;
    Atomics.store(this.#calls, at, call);
  }

  end(call: number): void {
    Atomics.store(this.#calls, 2, call);
  }

  /** The last call that began: number 0 before the first. `usedMs` is of when it began this stage. */
  last(): {
    readonly number: number;
    readonly stage: 'load' | 'call';
    readonly usedMs: number;
    readonly isOver: boolean;
  } {
    const [loading = 0, calling = 0, ended = 0] = [0, 1, 2].map((at) => Atomics.load(this.#calls, at));
    const isCalling = calling >= loading;
    const number = Math.max(loading, calling);
    const usedMs = this.#usedMs[isCalling ? 1 : 0] ?? 0;
    return { number, stage: isCalling ? 'call' : 'load', usedMs, isOver: ended === number };
  }
}
