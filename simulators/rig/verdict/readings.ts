/** What each stored reading must be: soon there, marked where it is in doubt, and what was sensed. */
import type { ExpectSettings } from '../settings.ts';
import { type Check, isSent, isWithin, type Outcome } from './check.ts';
import { say } from './words.ts';

type Of<That extends ExpectSettings['that']> = Extract<ExpectSettings, { that: That }>;

/** Latencies that are kept, evenly thinned beyond that: a percentile of them is as good. */
const maxKept = 200_000;

export function latency({ percentile, withinMs, devices, ...window }: Of<'latency'>): Check {
  let kept: number[] = [];
  let [seen, every] = [0, 1];
  return {
    take(reading, evidence) {
      const { device, observedAt, receivedAt } = reading;
      if (devices !== undefined && !devices.includes(device)) return;
      if (!isSent(reading, evidence) || !isWithin(window, evidence.secondsOf(observedAt))) return;
      if (seen++ % every === 0) kept.push(receivedAt - observedAt);
      if (kept.length < maxKept) return;
      kept = kept.filter((_, i) => i % 2 === 0);
      every *= 2;
    },
    end(): Outcome {
      const expected = say.latencyWithin({ percentile, seconds: withinMs / 1000 });
      if (kept.length === 0)
        return { ok: false, expected, measured: say.nothingStored(), hint: say.checkDestination() };
      const sorted = kept.toSorted((a, b) => a - b);
      const at = sorted[Math.min(sorted.length - 1, Math.ceil((percentile / 100) * sorted.length) - 1)] ?? 0;
      return {
        ok: at <= withinMs,
        expected,
        measured: say.latencyWas({ percentile, seconds: (at / 1000).toFixed(3), count: seen }),
      };
    },
  };
}

/** Quality may be of the whole reading, or of a quantity: "out-of-range" or "level:out-of-range". */
export function qualityIs({ device, quality, quantity, ...window }: Of<'quality'>): Check {
  let [marked, others] = [0, 0];
  const isMarked = (text: string | undefined) =>
    (text ?? '')
      .split(/[\s,;]+/)
      .some(
        (each) =>
          each === quality ||
          (quantity === undefined ? each.endsWith(`:${quality}`) : each === `${quantity}:${quality}`),
      );
  return {
    take(reading, evidence) {
      if (reading.device !== device || !isSent(reading, evidence)) return;
      if (!isWithin(window, evidence.secondsOf(reading.observedAt))) return;
      if (quantity !== undefined && !(quantity in reading.values)) return;
      if (isMarked(reading.quality)) marked++;
      else others++;
    },
    end: (): Outcome => ({
      ok: marked > 0 && others === 0,
      expected: say.qualityExpected({ device, quality }),
      measured: say.qualityWas({ marked, others }),
      ...(marked === 0 && { hint: say.checkDoubts() }),
    }),
  };
}

/** A gateway's time is not the device's, and a filter may lag: the value of a moment around it will do. */
const STEPS_AROUND = 40;
const STEP_S = 0.05;

export function valueIs({ device, quantity, tolerance, ...window }: Of<'value'>): Check {
  let [count, wrong, worst] = [0, 0, 0];
  return {
    take(reading, evidence) {
      const value = reading.values[quantity];
      const seconds = evidence.secondsOf(reading.observedAt);
      if (reading.device !== device || typeof value !== 'number' || !isWithin(window, seconds)) return;
      if (!isSent(reading, evidence)) return;
      let off = Number.POSITIVE_INFINITY;
      for (let step = -STEPS_AROUND; step <= STEPS_AROUND; step++) {
        const sensed = evidence.sensedAt(device, quantity, Math.max(0, seconds + step * STEP_S));
        if (sensed !== undefined) off = Math.min(off, Math.abs(value - sensed));
      }
      count++;
      if (off > tolerance) wrong++;
      if (Number.isFinite(off)) worst = Math.max(worst, off);
    },
    end: (): Outcome => ({
      ok: count > 0 && wrong === 0,
      expected: say.valueExpected({ device, quantity, tolerance }),
      measured: say.valueWas({ count, wrong, worst: worst.toPrecision(3) }),
    }),
  };
}
