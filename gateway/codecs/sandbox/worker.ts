/**
 * The worker thread codecs run in: one call at a time, in order of arrival. It keeps loaded codecs by slot; the main thread
 * (thread.ts) decides which slot holds which codec. A message has many calls; once `shareMs` have passed, those that are left are
 * not run, so that the main thread can put others before them.
 *
 * The time codecs see stands still during a call, at the moment the host sets, in UTC, so that a payload gives the same answer
 * whenever and wherever it is decoded. QuickJS asks emscripten for the time, and emscripten asks `Date`, which is replaced in
 * this thread.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { textOf } from '../../../shared/errors.ts';
import type { Codec } from '../codec.ts';
import { failure } from '../outcome.ts';
import { say } from '../words.ts';
import {
  type CallReplies,
  type CallReply,
  type CallRequest,
  Progress,
  type WorkerReady,
  type WorkerStart,
} from './messages.ts';
import { ProcessorTime, thisThread } from './processor-time.ts';
import { type LoadedCodec, Sandbox, type SandboxTime } from './sandbox.ts';

const shareMs = 10;
const parts = ['Seconds', 'Minutes', 'Hours', 'Date', 'Month', 'FullYear', 'Day'] as const;

const port = parentPort;
if (port === null) throw new Error('worker.ts is the start of a worker thread');
const { engine, progress: shared } = workerData as WorkerStart; // passed by thread.ts
const thread = thisThread();
const processor = new ProcessorTime(thread);
const progress = new Progress(shared);
const sandbox = await Sandbox.open(engine, processor, stopTime());
const slots = new Map<number, LoadedCodec>();
/** Those that no call has asked for yet. */
const unloaded = new Map<number, Codec>();

port.on('message', (requests: readonly CallRequest[]) => port.postMessage(answers(requests)));
port.postMessage({ thread } satisfies WorkerReady);

function answers(requests: readonly CallRequest[]): CallReplies {
  for (const { slot, codec } of requests) if (codec !== undefined) unloaded.set(slot, codec);
  const until = performance.now() + shareMs;
  const replies: CallReply[] = [];
  for (const request of requests) {
    const reply = answer(request);
    replies.push(reply);
    if (reply.isBroken || performance.now() >= until) break;
  }
  return replies;
}

function answer(request: CallRequest): CallReply {
  const { number, slot } = request;
  try {
    const codec = unloaded.get(slot);
    if (codec !== undefined) {
      progress.begin('load', number, processor.ms());
      unloaded.delete(slot);
      slots.set(slot, sandbox.load(codec));
    }
    progress.begin('call', number, processor.ms());
    const loaded = slots.get(slot) ?? failure('no-sandbox', say.notLoaded());
    return { ...sandbox.call(loaded, request), isBroken: false };
  } catch (fault) {
    const detail = say.brokeSandbox({ why: textOf(fault) });
    return { outcome: failure('too-much-memory', detail), console: [], isBroken: true };
  } finally {
    progress.end(number);
  }
}

/** Replaces `Date` in this thread. */
function stopTime(): SandboxTime {
  const time: SandboxTime = { nowMs: 0 };
  Date.now = () => time.nowMs;
  Date.prototype.getTimezoneOffset = () => 0;
  for (const part of parts) Date.prototype[`get${part}`] = Date.prototype[`getUTC${part}`];
  return time;
}
