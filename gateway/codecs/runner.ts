/**
 * Runs payload codecs, which are strangers' code, for the projects that brought them.
 *
 * ```
 *  call ──▶ record: suspended? ──▶ fair queue ──▶ worker thread ──▶ sandbox (QuickJS in WebAssembly)
 *                                  by project     ended and replaced when a codec hangs
 * ```
 *
 * Promise: whatever a codec does is a value (`CodecOutcome`), never an exception, and costs no other project more than the time limit
 * of one call. No call sees what another left behind. A gateway without codecs starts no worker.
 *
 * Bounds: `maxQueued` calls of a project wait; one more is "busy". A codec that reached a limit of time or memory is "suspended" for a while
 * (`codec-record.ts`). The limits of a call are those of `sandbox.ts` and `codec-thread.ts`.
 */
import type { Clock } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
import type { Log } from '../machine/log.ts';
import { type Codec, type CodecFunction, maxSourceBytes } from './codec.ts';
import { FairQueue } from './fair-queue.ts';
import { codecInput } from './input.ts';
import { type CodecFailure, type CodecOutcome, failure } from './outcome.ts';
import { type CodecRecord, CodecRecords, type CodecStats } from './record.ts';
import type { SandboxAnswer, SandboxCall } from './sandbox/sandbox.ts';
import { CodecThread } from './sandbox/thread.ts';

export const maxQueued = 1_000;

export interface CodecCall {
  readonly codec: Codec;
  readonly project: string;
  readonly function: CodecFunction;
  /**
   * As TS013 has it: `{ bytes, fPort, recvTime?, variables? }` to decode an uplink, `{ data, fPort?, variables? }` to encode, `{ bytes,
   * fPort, variables? }` to decode a downlink. `recvTime` may be a Date, epoch ms or ISO text.
   */
  readonly input: unknown;
}

export interface CodecRunnerOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Hears each line that a codec writes to its console; without it they are dropped. */
  readonly console?: (line: string) => void;
  /** Whether a codec that reached a limit is suspended (default: yes). */
  readonly suspends?: boolean;
}

interface Job {
  readonly codec: Codec;
  readonly call: SandboxCall;
  settle(outcome: CodecOutcome): void;
}

export class CodecRunner {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #console: ((line: string) => void) | undefined;
  readonly #suspends: boolean;
  readonly #records = new CodecRecords();
  readonly #queue = new FairQueue<Job>(maxQueued);
  #thread: Promise<CodecThread> | undefined;
  #isRunning = false;
  #isClosed = false;

  constructor({ clock, log, console, suspends = true }: CodecRunnerOptions) {
    this.#clock = clock;
    this.#log = log;
    this.#console = console;
    this.#suspends = suspends;
  }

  /** Never rejects. */
  async call(call: CodecCall): Promise<CodecOutcome> {
    const { codec, project } = call;
    const record = this.#records.of(project, codec);
    const outcome = this.#refusal(call, record) ?? (await this.#asked(call));
    record.count(outcome, this.#clock.moment().monotonic);
    if (!outcome.ok) this.#report(call, outcome);
    return outcome;
  }

  /** Loads the codec and calls nothing. Resolves with what is wrong, or with undefined. Never rejects. */
  async check(codec: Codec, project: string): Promise<CodecFailure | undefined> {
    const refusal = this.#refusal({ codec }, this.#records.of(project, codec));
    const load: SandboxCall = { function: 'load', input: '', nowMs: 0, hasListener: false };
    const outcome = refusal ?? (await this.#queued(codec, project, load));
    return outcome.ok ? undefined : outcome;
  }

  /** Of each codec of each project that was called. */
  stats(): readonly CodecStats[] {
    return this.#records.stats(this.#clock.moment().monotonic);
  }

  /** Calls that wait or are under way end with "closed". */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (let job = this.#queue.take(); job !== undefined; job = this.#queue.take()) job.settle(closed());
    const thread = await this.#thread?.catch(() => undefined); // one that could not be started needs no end
    await thread?.close();
  }

  #report({ codec, project }: CodecCall, { code, detail }: CodecFailure): void {
    if (code === 'suspended' || code === 'closed') return; // it was said when it was suspended
    const message = `A call of the codec ${codec.name} of the project ${project} failed: ${code}`;
    if (code === 'no-sandbox') this.#log.error(message, { detail });
    else this.#log.warn(message, { detail });
  }

  #refusal({ codec }: Pick<CodecCall, 'codec'>, record: CodecRecord): CodecFailure | undefined {
    if (this.#isClosed) return closed();
    const waitMs = this.#suspends ? record.suspendedForMs(this.#clock.moment().monotonic) : 0;
    if (waitMs > 0) {
      return failure(
        'suspended',
        `${codec.name} reached a limit of time or memory; it is called again in ${Math.ceil(waitMs / 1000)} s`,
      );
    }
    if (codec.source.length <= maxSourceBytes) return undefined;
    return failure('too-large', `${codec.name}: a codec may have ${maxSourceBytes} bytes`);
  }

  async #asked({ codec, project, function: asked, input }: CodecCall): Promise<CodecOutcome> {
    const given = codecInput(asked, input, this.#clock.moment().wall);
    if (!given.ok) return given;
    const { json, at } = given;
    const hasListener = this.#console !== undefined;
    return this.#queued(codec, project, { function: asked, input: json, nowMs: at, hasListener });
  }

  #queued(codec: Codec, project: string, call: SandboxCall): Promise<CodecOutcome> {
    return new Promise((settle) => {
      const isTaken = this.#queue.add(project, { codec, call, settle });
      if (isTaken) void this.#work();
      else settle(failure('busy', `${codec.name}: ${maxQueued} calls of the project ${project} wait already`));
    });
  }

  async #work(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let job = this.#queue.take(); job !== undefined; job = this.#queue.take()) {
      const { outcome, console } = await this.#run(job);
      for (const line of console) this.#console?.(line);
      job.settle(outcome);
    }
    this.#isRunning = false;
  }

  async #run({ codec, call }: Job): Promise<SandboxAnswer> {
    try {
      this.#thread ??= CodecThread.start();
      const thread = await this.#thread;
      if (this.#isClosed) return { outcome: closed(), console: [] };
      const answer = await thread.call(codec, call);
      if (thread.isOver) this.#thread = undefined;
      return answer;
    } catch (fault) {
      this.#thread = undefined;
      const detail = `The sandbox for codecs cannot be started (${messageOf(fault)})`;
      return { outcome: failure('no-sandbox', detail), console: [] };
    }
  }
}

function closed(): CodecFailure {
  return failure('closed', 'The codecs are closed');
}
