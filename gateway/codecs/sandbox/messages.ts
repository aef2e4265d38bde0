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
  /** The codec, if the slot does not hold it yet. */
  readonly codec?: Codec;
}

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

  of(call: number): 'not-begun' | 'ended' | { readonly stage: 'load' | 'call'; readonly usedMs: number } {
    const [loading = 0, calling = 0, ended = 0] = [0, 1, 2].map((at) => Atomics.load(this.#calls, at));
    if (ended === call) return 'ended';
    if (calling === call) return { stage: 'call', usedMs: this.#usedMs[1] ?? 0 };
    return loading === call ? { stage: 'load', usedMs: this.#usedMs[0] ?? 0 } : 'not-begun';
  }
}
