/** Alarms that a gateway must raise: of a crossing, and of a device that has fallen silent. */
import { SILENT } from '../../../shared/reading.ts';
import type { ExpectSettings } from '../settings.ts';
import type { Check, Outcome } from './check.ts';
import { say } from './words.ts';

type AlarmSettings = Extract<ExpectSettings, { that: 'alarm' }>;
type SilentSettings = Extract<ExpectSettings, { that: 'silent' }>;

export function alarmInTime({ device, alarm, when, withinMs }: AlarmSettings): Check {
  const raised = raisedTimes(device, alarm);
  return {
    take: raised.take,
    end(evidence): Outcome {
      const expected = say.alarmWithin({ device, alarm, seconds: withinMs / 1000, when });
      const crossedAt = evidence.heldAt(when);
      if (crossedAt === undefined)
        return { ok: false, expected, measured: say.neverHeld({ when }), hint: say.checkCondition() };
      return latenessOf(raised.times(evidence.secondsOf), crossedAt, withinMs, expected);
    },
  };
}

export function silentNamed({ device, withinMs }: SilentSettings): Check {
  const raised = raisedTimes(device, SILENT);
  return {
    take: raised.take,
    end(evidence): Outcome {
      const expected = say.silentWithin({ device, seconds: withinMs / 1000 });
      const silentAt = evidence.silentAt(device);
      if (silentAt === undefined)
        return { ok: false, expected, measured: say.neverSilent({ device }), hint: say.makeSilent() };
      return latenessOf(raised.times(evidence.secondsOf), silentAt, withinMs, expected);
    },
  };
}

function raisedTimes(device: string, alarm: string) {
  const receivedAt: number[] = [];
  return {
    take: (reading: Parameters<NonNullable<Check['take']>>[0]) => {
      const { values } = reading;
      if (
        reading.device === device &&
        reading.kind === 'alarm' &&
        values.alarm === alarm &&
        values.state === 'raised'
      ) {
        receivedAt.push(reading.receivedAt);
      }
    },
    times: (secondsOf: (epochMs: number) => number) => receivedAt.map(secondsOf).toSorted((a, b) => a - b),
  };
}

/** The clock is looked at now and then, and a crossing is seen a little late: so much too early is in time. */
const TOO_EARLY_S = 0.5;

function latenessOf(
  times: readonly number[],
  sinceS: number,
  withinMs: number,
  expected: Outcome['expected'],
): Outcome {
  const first = times.find((at) => at >= sinceS - TOO_EARLY_S);
  if (first === undefined) return { ok: false, expected, measured: say.notRaised(), hint: say.checkThreshold() };
  const lateS = Math.max(0, first - sinceS);
  return { ok: lateS * 1000 <= withinMs, expected, measured: say.raisedAfter({ seconds: lateS.toFixed(2) }) };
}
