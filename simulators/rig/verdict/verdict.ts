/** A rig's verdict: its expectations, each held against what was stored. One that throws has not come true. */
import { textOf } from '../../../shared/errors.ts';
import type { ExpectSettings } from '../settings.ts';
import { alarmInTime, silentNamed } from './alarms.ts';
import { type AskSurroundings, answerFits } from './answers.ts';
import type { Arrived, Check, Evidence, Outcome } from './check.ts';
import { latency, qualityIs, valueIs } from './readings.ts';
import { storedOnce } from './stored-once.ts';
import { say } from './words.ts';

export interface Verdict {
  readonly ok: boolean;
  readonly outcomes: readonly Outcome[];
}

export async function reachVerdict(
  expectations: readonly ExpectSettings[],
  evidence: Evidence,
  arrived: Iterable<Arrived>,
  asking: AskSurroundings,
): Promise<Verdict> {
  const checks = expectations.map((expectation) => checkOf(expectation, asking));
  for (const reading of arrived) for (const check of checks) check.take?.(reading, evidence);
  const outcomes: Outcome[] = [];
  for (const check of checks) outcomes.push(await outcomeOf(check, evidence));
  return { ok: outcomes.every(({ ok }) => ok), outcomes };
}

async function outcomeOf(check: Check, evidence: Evidence): Promise<Outcome> {
  try {
    return await check.end(evidence);
  } catch (fault) {
    return { ok: false, expected: say.couldNotLook(), measured: textOf(fault) };
  }
}

function checkOf(expectation: ExpectSettings, asking: AskSurroundings): Check {
  switch (expectation.that) {
    case 'stored-once':
      return storedOnce(expectation);
    case 'alarm':
      return alarmInTime(expectation);
    case 'silent':
      return silentNamed(expectation);
    case 'latency':
      return latency(expectation);
    case 'quality':
      return qualityIs(expectation);
    case 'value':
      return valueIs(expectation);
    case 'command':
    case 'sql':
    case 'http':
      return answerFits(expectation, asking);
  }
}
