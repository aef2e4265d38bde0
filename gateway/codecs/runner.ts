/**
 * Runs payload codecs, which are third-party code, for the projects that brought them.
 *
 * ```
 *  call ──▶ record: suspended? ──▶ fair queue ──some at once──▶ worker thread ──▶ sandbox (QuickJS in WebAssembly)
 *                                  by project ◀──not begun───── ended and replaced when a codec hangs
 * ```
 *
 * Promise: whatever a codec does becomes a value (`CodecOutcome`), never an exception, and costs other projects at most the
 * time limit of one call and a few ms. No call sees what another left behind. A gateway without codecs starts no worker.
 *
 * Bounds: `maxQueued` calls of a project wait; one more is "busy". A codec that reaches a limit of time or memory is
 * "suspended" for a while (record.ts). For the limits of a call see sandbox/sandbox.ts and sandbox/thread.ts.
 */
import type { Clock } from '../../shared/clock.ts';
import { textOf } from '../../shared/errors.ts';
import type { Log } from '../machine/log.ts';
import { type Codec, type CodecFunction, maxSourceBytes } from './codec.ts';
import { FairQueue } from './fair-queue.ts';
import { codecInput } from './input.ts';
import { type CodecFailure, type CodecOutcome, failure } from './outcome.ts';
import { type CodecRecord, CodecRecords, type CodecStats } from './record.ts';
import type { SandboxAnswer, SandboxCall } from './sandbox/sandbox.ts';
import { CodecThread, maxCalls } from './sandbox/thread.ts';
import { say } from './words.ts';

export const maxQueued = 1_000;

export interface CodecCall {
  readonly codec: Codec;
  readonly project: string;
  readonly function: CodecFunction;
  /**
   * As in TS013: `{ bytes, fPort, recvTime?, variables? }` to decode an uplink, `{ data, fPort?, variables? }` to encode,
   * `{ bytes, fPort, variables? }` to decode a downlink. `recvTime` may be a Date, epoch ms or ISO text.
   */
  readonly input: unknown;
}

export interface CodecRunnerOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Receives each line a codec writes to its console; if absent, they are dropped. */
  readonly console?: (line: string) => void;
  /** Whether codecs that reach a limit are suspended (default: yes). */
  readonly suspends?: boolean;
}

interface Job {
  readonly project: string;
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

  /** Loads the codec without calling it. Resolves with what is wrong, or undefined. Never rejects. */
  async check(codec: Codec, project: string): Promise<CodecFailure | undefined> {
    const refusal = this.#refusal({ codec }, this.#records.of(project, codec));
    const load: SandboxCall = { function: 'load', input: '', nowMs: 0, hasListener: false };
    const outcome = refusal ?? (await this.#queued(codec, project, load));
    return outcome.ok ? undefined : outcome;
  }

  /** One entry per project and codec that was called. */
  stats(): readonly CodecStats[] {
    return this.#records.stats(this.#clock.moment().monotonic);
  }

  /** Ends waiting and running calls with "closed". */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (let job = this.#queue.take(); job !== undefined; job = this.#queue.take()) job.settle(closed());
    const thread = await this.#thread?.catch(() => undefined); // one that failed to start needs no closing
    await thread?.close();
  }

  #report({ codec, project }: CodecCall, { code, detail }: CodecFailure): void {
    if (code === 'suspended' || code === 'closed') return; // reported when it was suspended
    const message = `A call of the codec ${codec.name} of the project ${project} failed: ${code}`;
    if (code === 'no-sandbox') this.#log.error(message, { detail: detail.en });
    else this.#log.warn(message, { detail: detail.en });
  }

  #refusal({ codec }: Pick<CodecCall, 'codec'>, record: CodecRecord): CodecFailure | undefined {
    if (this.#isClosed) return closed();
    const waitMs = this.#suspends ? record.suspendedForMs(this.#clock.moment().monotonic) : 0;
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1000);
      return failure('suspended', say.suspended({ codec: codec.name, seconds }));
    }
    if (codec.source.length <= maxSourceBytes) return undefined;
    return failure('too-large', say.tooManyBytes({ codec: codec.name, max: maxSourceBytes }));
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
      const isTaken = this.#queue.add(project, { project, codec, call, settle });
      if (isTaken) void this.#work();
      else settle(failure('busy', say.busy({ codec: codec.name, max: maxQueued, project })));
    });
  }

  async #work(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let jobs = this.#take(); jobs.length > 0; jobs = this.#take()) {
      const answers = await this.#run(jobs);
      const unanswered = new Map<string, Job[]>();
      for (const [i, job] of jobs.entries()) {
        const answer = answers[i];
        if (answer === undefined) unanswered.set(job.project, [...(unanswered.get(job.project) ?? []), job]);
        for (const line of answer?.console ?? []) this.#console?.(line);
        if (answer !== undefined) job.settle(answer.outcome);
      }
      for (const [project, left] of unanswered) this.#queue.putBack(project, left);
    }
    this.#isRunning = false;
  }

  #take(): readonly Job[] {
    const jobs: Job[] = [];
    for (let job = this.#queue.take(); job !== undefined; job = jobs.length < maxCalls ? this.#queue.take() : undefined)
      jobs.push(job);
    return jobs;
  }

  async #run(jobs: readonly Job[]): Promise<readonly (SandboxAnswer | undefined)[]> {
    const all = (outcome: CodecFailure) => jobs.map(() => ({ outcome, console: [] }));
    if (this.#isClosed) return all(closed());
    try {
      this.#thread ??= CodecThread.start();
      const thread = await this.#thread;
      if (this.#isClosed) return all(closed());
      const answers = await thread.run(jobs);
      if (thread.isOver) this.#thread = undefined;
      return answers;
    } catch (fault) {
      this.#thread = undefined;
      return all(failure('no-sandbox', say.notStarted({ why: textOf(fault) })));
    }
  }
}

function closed(): CodecFailure {
  return failure('closed', say.closed());
}
