/**
 * A hunt on a line of this box that somebody watches from a distance.
 *
 * Promise: one at a time. It ends by its budget, when it is asked to, `forgottenMs` after its watcher last asked how it goes, and with the gateway. A
 * port that has the line is released for as long and opened again after it, whatever happened. Only whoever began it learns what came: its id is
 * drawn. Bound: the last one is kept.
 */
import { randomBytes } from 'node:crypto';
import { DEVICE_TYPES } from '../../devices/catalogue.ts';
import type { Clock } from '../../shared/clock.ts';
import { MachimoriError, textOf } from '../../shared/errors.ts';
import { UNITS_OF_KIND } from '../../shared/reading.ts';
import { foreign, type Text } from '../../shared/text.ts';
import type { Config } from '../config/settings.ts';
import type { Outcome, Progress } from '../probe/hunt.ts';
import { settingName } from '../probe/line.ts';
import { portOnLine } from '../probe/line-word.ts';
import { rowsOf } from '../probe/sample.ts';
import type { Place } from '../probe/tables.ts';
import type { ProbeFound, ProbeStanding } from './answers.ts';
import { type CheckedLine, checkedLine } from './checked-line.ts';
import { say } from './words.ts';

export const BUDGET_MS = { least: 5_000, usual: 30_000, most: 120_000 } as const;
/** What is left of the time for opening lines. */
const spareMs = 1_500;
const forgottenMs = 15_000;
const lookEveryMs = 1_000;
/** Units of a Modbus bus that are asked, from 1. */
const lastUnit = 32;

export interface ProberOptions {
  readonly clock: Clock;
  /** Of the gateway. */
  readonly signal: AbortSignal;
  config(): Pick<Config, 'ports'>;
  /** Ends a port while `work` goes on, and says why in its status. */
  released<T>(port: string, why: Text, work: () => Promise<T>): Promise<T>;
}

export interface ProbeRequest {
  readonly line: string;
  /** The only speed to try. */
  readonly baud?: number | undefined;
  /** It only listens. */
  readonly listenOnly?: boolean | undefined;
  readonly budgetMs?: number | undefined;
}

interface Running {
  readonly id: string;
  readonly line: string;
  readonly heldBy: string | undefined;
  readonly endsAt: number;
  readonly over: AbortController;
  readonly done: Promise<void>;
  askedAt: number;
  progress: Progress | undefined;
  found?: ProbeFound;
  fault?: MachimoriError;
  isOver: boolean;
}

export class Prober {
  readonly #options: ProberOptions;
  #last: Running | undefined;

  constructor(options: ProberOptions) {
    this.#options = options;
  }

  /** Throws a MachimoriError "bad-line", "no-line", or "probe-runs" while another goes on. */
  begin(request: ProbeRequest): ProbeStanding {
    const { clock, config } = this.#options;
    const last = this.#last;
    const now = clock.moment().monotonic;
    if (last !== undefined && !last.isOver) {
      const seconds = Math.max(1, Math.ceil((last.endsAt - now) / 1_000));
      throw new MachimoriError('probe-runs', { what: say.probeRuns(), on: last.line, hint: say.waitFor({ seconds }) });
    }
    const line = checkedLine(request.line);
    const budgetMs = request.budgetMs ?? BUDGET_MS.usual;
    const over = new AbortController();
    const heldBy = portOnLine(config(), 'address' in line.opened ? line.opened.address : line.opened.path)?.name;
    const running: Running = {
      ...{ id: randomBytes(16).toString('hex'), line: request.line, heldBy, endsAt: now + budgetMs, over },
      ...{ askedAt: now, progress: undefined, isOver: false },
      done: Promise.resolve().then(() => this.#run(running, line, { ...request, budgetMs })),
    };
    this.#last = running;
    void this.#endIfForgotten(running);
    return this.#standing(running);
  }

  /** Throws a MachimoriError "no-probe" for any but the last. */
  progress(id: string): ProbeStanding {
    const running = this.#of(id);
    running.askedAt = this.#options.clock.moment().monotonic;
    return this.#standing(running);
  }

  /** Resolves once the line is free again. Rejects as `progress` throws. */
  async end(id: string): Promise<ProbeStanding> {
    const running = this.#of(id);
    running.over.abort();
    await running.done;
    return this.#standing(running);
  }

  /** Resolves when no line is open. */
  async idle(): Promise<void> {
    await this.#last?.done;
  }

  #of(id: string): Running {
    if (this.#last?.id === id) return this.#last;
    throw new MachimoriError('no-probe', { what: say.noProbe(), on: say.theProbe(), hint: say.beginAgain() });
  }

  /** Never rejects. */
  async #run(
    running: Running,
    line: CheckedLine,
    request: ProbeRequest & { readonly budgetMs: number },
  ): Promise<void> {
    const { released, signal } = this.#options;
    const work = () => this.#hunt(running, line, request, AbortSignal.any([signal, running.over.signal]));
    try {
      const { heldBy } = running;
      const outcome = await (heldBy === undefined ? work() : released(heldBy, say.isProbed(), work));
      const { tablesOf } = await import('../probe/tables.ts');
      running.found = foundIn(outcome, tablesOf(outcome, line.place), line.place);
    } catch (fault) {
      running.fault = fault instanceof MachimoriError ? fault : internal(fault, running.line);
    } finally {
      running.isOver = true;
    }
  }

  async #hunt(
    running: Running,
    { opened }: CheckedLine,
    { line, baud, listenOnly = false, budgetMs }: ProbeRequest & { readonly budgetMs: number },
    signal: AbortSignal,
  ): Promise<Outcome> {
    const { clock } = this.#options;
    // Loaded only now: most gateways never hunt.
    const [{ hunt }, { lineAt }] = await Promise.all([import('../probe/hunt.ts'), import('../probe/open-line.ts')]);
    return hunt({
      ...lineAt(opened, signal, baud),
      ...{ path: line, clock, signal, budgetMs: budgetMs - spareMs, mayAsk: !listenOnly },
      units: Array.from({ length: lastUnit }, (_, i) => i + 1),
      report: (progress) => {
        running.progress = progress;
      },
    });
  }

  async #endIfForgotten(running: Running): Promise<void> {
    const { clock, signal } = this.#options;
    const over = new AbortController();
    void running.done.then(() => over.abort());
    const either = AbortSignal.any([signal, over.signal]);
    while (!either.aborted) {
      await clock.sleep(lookEveryMs, either);
      if (clock.moment().monotonic - running.askedAt >= forgottenMs) running.over.abort();
    }
  }

  #standing({ id, line, heldBy, endsAt, progress, found, fault, isOver, over }: Running): ProbeStanding {
    const left = isOver ? 0 : Math.max(0, Math.ceil((endsAt - this.#options.clock.moment().monotonic) / 1_000));
    const isTcp = line.startsWith('tcp://');
    return {
      ...{ id, line, does: isOver ? 'over' : (progress?.does ?? 'opens') },
      ...{ bytes: progress?.bytes ?? 0, secondsLeft: left },
      ...(progress !== undefined && !isTcp && { setting: settingName(progress.setting) }),
      ...(heldBy !== undefined && { heldBy }),
      ...(found !== undefined && { found }),
      ...(isOver && over.signal.aborted && { isStopped: true }),
      ...(fault !== undefined && {
        fault: { code: fault.code, what: fault.what, on: fault.on, hint: fault.hint },
      }),
    };
  }
}

function foundIn(outcome: Outcome, tables: ProbeFound['tables'], place: Place): ProbeFound {
  const { setting, candidates, units, heard, isPersonal, lastUnit: last, asksAreOver } = outcome;
  const isSerial = 'path' in place;
  return {
    isRecognised: candidates.length > 0,
    ...(setting !== undefined && isSerial && { setting: settingName(setting) }),
    candidates: candidates.map(({ type, confidence, isAnswer, telling, frames, remark, readings, units }) => ({
      ...{ type, confidence, telling, frames },
      units: Object.assign({}, ...readings.map(({ kind }) => UNITS_OF_KIND[kind]), units),
      summary: typeNamed(type)?.summary ?? foreign(type),
      kinds: typeNamed(type)?.kinds ?? [],
      ...(isAnswer && { isAnswer }),
      ...(remark !== undefined && { remark }),
      readings: isPersonal ? [] : readings.map(({ values }) => ({ values })),
    })),
    ...(units !== undefined && {
      bus: units.map(({ unit, identity, fits }) => ({
        unit,
        ...(identity !== undefined && { identity }),
        profiles: fits.map(({ profile }) => profile),
      })),
    }),
    ...(last !== undefined && !asksAreOver && { lastUnit: last }),
    heard: heard.map((each) => ({
      ...(isSerial && { setting: settingName(each.setting) }),
      ...{ bytes: each.bytes, rows: rowsOf(each.sample) },
    })),
    isWithheld: isPersonal,
    tables,
  };
}

function typeNamed(name: string) {
  return DEVICE_TYPES.find((type) => type.name === name);
}

function internal(cause: unknown, on: string): MachimoriError {
  return new MachimoriError('internal', { what: textOf(cause), on, hint: say.beginAgain(), cause });
}
