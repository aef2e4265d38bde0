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

/** A city OS, by name; the first one without a name. */
export interface FarEnd {
  readonly evidence: Evidence;
  readings(): Iterable<Arrived>;
}

export async function reachVerdict(
  expectations: readonly ExpectSettings[],
  farEnd: (city: string | undefined) => FarEnd,
  asking: AskSurroundings,
): Promise<Verdict> {
  const checks = expectations.map((expectation) => {
    const city = 'city' in expectation ? expectation.city : undefined;
    return { city, check: checkOf(expectation, asking) };
  });
  for (const name of new Set(checks.map(({ city }) => city))) {
    const { evidence, readings } = farEnd(name);
    const looking = checks.filter(({ city, check }) => city === name && check.take !== undefined);
    if (looking.length === 0) continue;
    for (const reading of readings()) for (const { check } of looking) check.take?.(reading, evidence);
  }
  const outcomes: Outcome[] = [];
  for (const { city, check } of checks) outcomes.push(await outcomeOf(check, farEnd(city).evidence));
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
