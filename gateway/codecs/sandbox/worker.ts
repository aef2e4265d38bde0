/**
 * The worker thread codecs run in: one call at a time, in order of arrival. It keeps loaded codecs by slot; the main thread
 * (thread.ts) decides which slot holds which codec.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { textOf } from '../../../shared/errors.ts';
import { failure } from '../outcome.ts';
import { say } from '../words.ts';
import { type CallReply, type CallRequest, Progress, type WorkerReady, type WorkerStart } from './messages.ts';
import { ProcessorTime, thisThread } from './processor-time.ts';
import { type LoadedCodec, Sandbox } from './sandbox.ts';
import { keepTime } from './sandbox-time.ts';

const port = parentPort;
if (port === null) throw new Error('worker.ts is the start of a worker thread');
const { engine, progress: shared } = workerData as WorkerStart; // passed by thread.ts
const thread = thisThread();
const processor = new ProcessorTime(thread);
const progress = new Progress(shared);
const sandbox = await Sandbox.open(engine, processor, keepTime());
const slots = new Map<number, LoadedCodec>();

port.on('message', (request: CallRequest) => port.postMessage(answer(request)));
port.postMessage({ thread } satisfies WorkerReady);

function answer(request: CallRequest): CallReply {
  const { number, slot, codec } = request;
  try {
    if (codec !== undefined) {
      progress.begin('load', number, processor.ms());
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
