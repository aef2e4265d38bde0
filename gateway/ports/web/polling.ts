/**
 * When a source is asked: by its timetable while it answers, and less and less often while it does not.
 *
 * Promise: after a failure the pause is the timetable's interval, but at most a minute, and doubles up to `maxPauseMs` (`maxAbsentMs` while nobody
 * is there: that may be this gateway's own line); never less than the server asks for with Retry-After. Each is drawn between half and the
 * whole. A document that could not be stored is asked for again in full.
 */
import { textOf } from '../../../shared/errors.ts';
import { onSchedule } from '../../machine/schedule.ts';
import { isNobodyThere } from '../../net/absence.ts';
import type { ConnectionSurroundings } from '../../net/keep-open.ts';
import type { DocumentReceiver } from '../port.ts';
import { type Looked, SourceRefused, TooLarge, type Version } from './fetch-document.ts';

const maxFirstPauseMs = 60_000;
const maxPauseMs = 3_600_000;
const maxAbsentMs = 300_000;
/** More would be beyond any bound. */
const maxDoublings = 20;
/** Gateways with the same schedule do not come at once. */
const spreadMs = 10_000;

export interface PollingOptions {
  readonly port: string;
  readonly everyMs: number;
  /** A cron expression instead. */
  readonly schedule?: string | undefined;
  look(known: Version | undefined): Promise<Looked>;
  readonly receiver: DocumentReceiver;
  readonly surroundings: ConnectionSurroundings;
}

/** Runs until the signal aborts. */
export async function keepPolling(options: PollingOptions, signal: AbortSignal): Promise<void> {
  const { port, look, receiver, surroundings } = options;
  const { clock, log } = surroundings;
  const nextTime = timetable(options, signal);
  const state: State = { isOpen: false, failures: 0, known: undefined };
  while (!signal.aborted) {
    try {
      const looked = await look(state.known);
      if (signal.aborted) return;
      state.failures = 0;
      open(state, receiver);
      await handOver(looked, state, receiver);
      if (looked.isNew && looked.movedTo !== undefined)
        log.info('The source has moved for good', { port, to: looked.movedTo });
      await nextTime();
    } catch (fault) {
      if (signal.aborted) return;
      const pauseMs = pauseAfter(fault, state.failures++, options);
      if (fault instanceof TooLarge) {
        open(state, receiver);
        receiver.unusable({ code: 'too-long', bytes: new Uint8Array(0), detail: fault.text });
      } else {
        state.isOpen = false;
        receiver.closed(textOf(fault), { at: clock.moment().wall + pauseMs, isSteady: false });
      }
      await clock.sleep(pauseMs, signal);
    }
  }
}

interface State {
  isOpen: boolean;
  failures: number;
  known: Version | undefined;
}

function open(state: State, receiver: DocumentReceiver): void {
  if (!state.isOpen) receiver.opened();
  state.isOpen = true;
}

/** Never rejects: whatever the receiver could not store, it has logged. */
async function handOver(looked: Looked, state: State, receiver: DocumentReceiver): Promise<void> {
  if (looked.version !== undefined) state.known = looked.version;
  if (!looked.isNew) return receiver.unchanged();
  await receiver.document(looked.text).catch(() => {
    state.known = undefined;
  });
}

function pauseAfter(fault: unknown, failures: number, { everyMs, schedule, surroundings }: PollingOptions): number {
  const firstMs = schedule === undefined ? Math.min(maxFirstPauseMs, everyMs) : maxFirstPauseMs;
  const mostMs = isNobodyThere(fault) ? maxAbsentMs : maxPauseMs;
  const wholeMs = Math.min(mostMs, firstMs * 2 ** Math.min(failures, maxDoublings));
  const askedMs = fault instanceof SourceRefused ? (fault.retryAfterMs ?? 0) : 0;
  return Math.max(askedMs, wholeMs * (0.5 + surroundings.random() / 2));
}

/** Resolves when it is time to ask again: at once if that came while the source was being asked. */
function timetable({ everyMs, schedule, surroundings }: PollingOptions, signal: AbortSignal): () => Promise<void> {
  const { clock, random } = surroundings;
  if (schedule === undefined) return () => clock.sleep(everyMs, signal);
  let isDue = false;
  let wake = () => {};
  const due = () => {
    isDue = true;
    wake();
  };
  void onSchedule(schedule, due, { clock }, signal);
  signal.addEventListener('abort', due, { once: true });
  return async () => {
    if (!isDue) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    await clock.sleep(random() * spreadMs, signal);
    isDue = false;
  };
}
