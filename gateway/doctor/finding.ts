import type { Text } from '../../shared/text.ts';
import { say } from './words.ts';

/** What an examination found. "unknown": this machine does not tell. */
export interface Finding {
  /** What was examined: "power", "disk", … */
  readonly about: string;
  readonly verdict: 'good' | 'doubtful' | 'bad' | 'unknown';
  readonly what: Text;
  /** What to do; absent if nothing needs to be done. */
  readonly mend?: Text;
}

export function good(about: string, what: Text): Finding {
  return { about, verdict: 'good', what };
}

export function doubtful(about: string, what: Text, mend: Text): Finding {
  return { about, verdict: 'doubtful', what, mend };
}

export function bad(about: string, what: Text, mend: Text): Finding {
  return { about, verdict: 'bad', what, mend };
}

export function unknown(about: string, what: Text): Finding {
  return { about, verdict: 'unknown', what };
}

/** "✓ power: the supply is good". */
export function lineOf({ about, verdict, what, mend }: Finding): Text {
  const gaps = { about, what };
  if (verdict === 'good') return say.goodLine(gaps);
  if (verdict === 'unknown') return say.unknownLine(gaps);
  if (mend === undefined) return say.badLine(gaps);
  return (verdict === 'bad' ? say.badMendLine : say.doubtfulLine)({ ...gaps, mend });
}
