/**
 * What every gateway does when it is ordered: start anew, log more for a time, take up another configuration.
 *
 * A configuration is taken up as one that was written on the spot (decision 54): checked, on trial, and taken back by itself if the city OS
 * is not reached with it. The order ends when the trial does. A gateway that starts anew meanwhile tells the end after that. So is one setting of
 * a device: how often it is asked (`interval`).
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import { MachimoriError } from '../../shared/errors.ts';
import type { Order } from '../../shared/orders/order.ts';
import type { Log, LogLevel } from '../machine/log.ts';
import { say } from './acts-words.ts';
import type { Act, Acted } from './orders.ts';

const lookEveryMs = 500;

/** The file that the gateway follows. */
export interface FollowedConfig {
  /** Changes come one after another; one whose signal aborts before its turn is left, and rejects. One that is ordered is always on trial. */
  change(
    edit: (text: string) => string,
    base?: string,
    ordered?: { readonly signal: AbortSignal },
  ): Promise<{ readonly outcome: 'same' | 'applied' | 'restarts' }>;
  standing(): {
    readonly trialUntil?: number;
    readonly takenBack?: { readonly why: 'not-reached' | 'not-started' };
  };
  read(): { readonly text: string; readonly digest: string; readonly runs: boolean };
  restart(): void;
}

export interface ActSurroundings {
  /** Absent if it follows no file. */
  readonly configuration?: FollowedConfig | undefined;
  /** As configured. */
  readonly level: LogLevel;
  readonly clock: Clock;
  readonly log: Log;
}

/** By action. */
export function gatewayActs({ configuration, level, clock, log }: ActSurroundings): Readonly<Record<string, Act>> {
  return {
    ...(configuration && {
      configure: takeUp(configuration, clock, (order) => () => String(order.arguments.text)),
      restart: restart(configuration),
    }),
    ...(log.setLevel && { 'log-level': logLevel(log, level, clock) }),
  };
}

/** Whoever finds it begun after a start has started anew. */
function restart(configuration: FollowedConfig): Act {
  return {
    async run() {
      configuration.restart();
      return undefined;
    },
    resume: async () => ({ outcome: 'done' }),
  };
}

/** A later order takes the place of an earlier one; a start of the gateway ends it. */
function logLevel(log: Log, configured: LogLevel, clock: Clock): Act {
  let current = 0;
  return {
    async run({ arguments: asked }, signal) {
      const { level, forMs = 3_600_000 } = asked as { readonly level: LogLevel; readonly forMs?: number }; // `judge` has parsed it
      const own = ++current;
      log.setLevel?.(level);
      void clock.sleep(forMs, signal).then(() => {
        if (own === current) log.setLevel?.(configured);
      });
      return { outcome: 'done', details: { level, forMs } };
    },
  };
}

/** Another text of the configuration, on trial. `edit`: what the order makes of the text that there is. */
export function takeUp(
  configuration: FollowedConfig,
  clock: Clock,
  edit: (order: Order) => (text: string) => string,
): Act {
  /** How the trial ended; undefined if the gateway ends before it. `mark`: of the text that was ordered, which runs unless another took its place. */
  const verdict = async (mark: string | undefined, signal: AbortSignal): Promise<Acted | undefined> => {
    while (!signal.aborted && configuration.standing().trialUntil !== undefined) await clock.sleep(lookEveryMs, signal);
    if (signal.aborted) return undefined;
    const { takenBack } = configuration.standing();
    if (takenBack !== undefined) {
      const text = takenBack.why === 'not-reached' ? say.notReached() : say.notStarted();
      return { outcome: 'failed', reason: takenBack.why, text };
    }
    const { digest, runs } = configuration.read();
    if (runs && digest === mark) return { outcome: 'done' };
    return { outcome: 'failed', reason: 'not-applied', text: say.notApplied() };
  };
  return {
    mark: (order) => digestAfter(configuration, edit(order)),
    async run(order, signal) {
      const mark = digestAfter(configuration, edit(order));
      const base = typeof order.arguments.base === 'string' ? order.arguments.base : undefined;
      try {
        // A gateway that is to start anew waits for its orders, and the change for that start: whoever waits for both would wait for ever.
        const ended = await unlessAborted(configuration.change(edit(order), base, { signal }), signal);
        if (ended === undefined) return undefined;
        const { outcome } = ended;
        if (outcome === 'same') return { outcome: 'done', details: { changed: false } };
        return outcome === 'restarts' ? undefined : await verdict(mark, signal);
      } catch (fault) {
        if (!(fault instanceof MachimoriError)) throw fault;
        return { outcome: 'refused', reason: fault.code, text: fault.text };
      }
    },
    resume: ({ mark }, signal) => verdict(mark, signal),
  };
}

/** Of the text as it is to be; empty if it cannot be made, which `run` says. */
function digestAfter(configuration: FollowedConfig, edit: (text: string) => string): string {
  try {
    return createHash('sha256').update(edit(configuration.read().text)).digest('hex');
  } catch {
    return '';
  }
}

/** What the work gives; undefined if the signal aborts first. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  let giveUp = () => {};
  const over = new Promise<undefined>((resolve) => {
    giveUp = () => resolve(undefined);
  });
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) giveUp();
  try {
    return await Promise.race([work, over]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
