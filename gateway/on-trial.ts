/**
 * A gateway whose release is on trial says that it is well once it does what the release before did (deploy/box/releases waits for it).
 *
 *   what was reached and open, kept in `standing.json` as the release before stopped ─▶ reached and open again ─▶ `healthy`
 *
 * Promise: it is said once, and only while it is so: every port that was open is, every destination that was connected is, and those
 * that gave receipts have given another, or have nothing to answer for once `quietAfterMs` are over. Nothing that fails here disturbs the gateway.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { messageOf } from '../shared/errors.ts';
import type { Log } from './machine/log.ts';
import { replaceFile } from './machine/whole-file.ts';
import type { StatusSources } from './status/sources.ts';
import { areOpen, isReached, type Standing, standingOf, standingSchema } from './status/standing.ts';
import { readTrial } from './update/box-state.ts';

const lookEveryMs = 1_000;
/** A site without readings has nothing to answer for. */
const quietAfterMs = 120_000;

export interface OnTrial {
  /** The folder of the box's releases. */
  readonly releases: string;
  readonly dataDirectory: string;
  readonly version: string;
  readonly log: Log;
  /** Of the gateway as it runs at the moment. */
  sources(): StatusSources;
}

/** Returns once it has been said, there is nothing on trial, or the signal aborts. */
export async function provesItself(on: OnTrial, signal: AbortSignal): Promise<void> {
  const { releases, dataDirectory, version, log, sources } = on;
  const before = readStanding(dataDirectory);
  const { clock } = sources();
  const since = clock.moment().monotonic;
  while (!signal.aborted) {
    const trial = readTrial(releases);
    if (trial === undefined || trial.version !== version) return;
    const isOver = clock.moment().monotonic - since >= quietAfterMs;
    if (isWell(sources(), before, isOver)) {
      try {
        replaceFile(join(dataDirectory, 'healthy'), Buffer.from(trial.token));
        log.info('The new release does what the one before did', { version });
        return;
      } catch (fault) {
        log.error('That the new release works could not be written', { fault: messageOf(fault) });
      }
    }
    await clock.sleep(lookEveryMs, signal);
  }
}

function isWell(sources: StatusSources, before: Standing, isOver: boolean): boolean {
  if (sources.buffer.stats().fault !== '') return false;
  return areOpen(sources, before) && isReached(sources, before, { before: new Map(), isOver });
}

/** For the release that comes after this one. One that is on trial itself leaves what the one before has kept. */
export function keepStanding({ releases, dataDirectory, log, sources }: Omit<OnTrial, 'version'>): void {
  if (readTrial(releases) !== undefined) return;
  try {
    replaceFile(join(dataDirectory, 'standing.json'), Buffer.from(JSON.stringify(standingOf(sources()))));
  } catch (fault) {
    log.warn('What was reached could not be kept; an update is judged by less', { fault: messageOf(fault) });
  }
}

function readStanding(dataDirectory: string): Standing {
  try {
    return v.parse(standingSchema, JSON.parse(readFileSync(join(dataDirectory, 'standing.json'), 'utf8')));
  } catch {
    return { ports: [], reached: [], receipted: [] }; // none was kept: anybody who is reached will do
  }
}
