import * as v from 'valibot';
import { must } from './setting.ts';
import { say } from './words.ts';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of "250ms", "10s", "1.5m", "2h" or "7d"; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/.exec(text.trim());
  const unit = UNIT_MS[match?.[2] ?? ''];
  return match && unit ? Math.round(Number(match[1]) * unit) : undefined;
}

/** A length of time in a configuration, "10s", as milliseconds from `minMs` to `maxMs`. */
export function duration(minMs = 0, maxMs = 400 * 86_400_000) {
  return v.pipe(
    v.string(must(say.mustBeDuration())),
    v.rawTransform<string, number>(({ dataset, addIssue, NEVER }) => {
      const ms = parseDuration(dataset.value);
      if (ms === undefined) {
        addIssue({ message: must(say.mustBeDuration()) });
        return NEVER;
      }
      if (ms < minMs || ms > maxMs) {
        addIssue({ message: must(say.mustBeSecondsBetween({ min: minMs / 1000, max: maxMs / 1000 })) });
        return NEVER;
      }
      return ms;
    }),
    v.metadata({ unit: 'ms' }),
  );
}
