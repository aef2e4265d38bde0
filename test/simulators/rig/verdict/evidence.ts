/** What a rig may have seen, made up: by default ten readings of a gauge that sensed 1 m, one a second, all stored at once. */
import { camelKeys } from '../../../../gateway/config/case.ts';
import { checkSettings } from '../../../../gateway/config/issues.ts';
import { EXPECT_SETTINGS } from '../../../../simulators/rig/settings.ts';
import type { AskSurroundings } from '../../../../simulators/rig/verdict/answers.ts';
import type { Arrived, Evidence, Outcome } from '../../../../simulators/rig/verdict/check.ts';
import { reachVerdict } from '../../../../simulators/rig/verdict/verdict.ts';

const BEGAN = Date.parse('2026-01-15T03:00:00Z');

export interface Stored extends Partial<Omit<Arrived, 'observedAt' | 'receivedAt'>> {
  /** Seconds of the rig. */
  readonly at: number;
  readonly lateS?: number;
}

export function arrived({ at, lateS = 0.1, ...rest }: Stored): Arrived {
  const observedAt = BEGAN + at * 1000;
  const values = { level: 1 };
  return {
    ...{ device: 'gauge', kind: 'water-level', values, observedAt },
    receivedAt: observedAt + lateS * 1000,
    ...rest,
  };
}

export const TEN: readonly Stored[] = Array.from({ length: 10 }, (_, at) => ({ at }));

export function alarm(name: string, at: number, state = 'raised'): Stored {
  return { at, lateS: 0, kind: 'alarm', values: { alarm: name, state } };
}

export function evidence(seen: Partial<Evidence> = {}): Evidence {
  return {
    sent: new Map([['gauge', new Map([['water-level', 10]])]]),
    sentBetween: (_, fromS, toS) => Math.max(0, Math.min(10, toS) - Math.max(0, fromS)),
    heldAt: () => undefined,
    silentAt: () => undefined,
    sensedAt: () => 1,
    missing: 0,
    refused: new Map(),
    alike: 0,
    secondsOf: (epochMs) => (epochMs - BEGAN) / 1000,
    ...seen,
  };
}

export const NOBODY_ASKED: AskSurroundings = {
  ask: async () => {
    throw new RangeError('nobody is to be asked');
  },
  sleep: async () => {},
  now: () => 0,
};

/** One expectation, as a rig's file has it, held against what was stored. */
export async function judged(
  expectation: object,
  stored: readonly Stored[] = TEN,
  seen: Partial<Evidence> = {},
  asking: AskSurroundings = NOBODY_ASKED,
): Promise<Outcome> {
  const checked = checkSettings(EXPECT_SETTINGS, camelKeys(expectation), []);
  if (!checked.ok) throw new RangeError(checked.faults.map(({ what }) => what.en).join('; '));
  const farEnd = () => ({ evidence: evidence(seen), readings: () => stored.map(arrived) });
  const { outcomes, ok } = await reachVerdict([checked.output], farEnd, asking);
  const [outcome] = outcomes;
  if (outcome === undefined || outcome.ok !== ok) throw new RangeError('one expectation has one outcome');
  return outcome;
}
