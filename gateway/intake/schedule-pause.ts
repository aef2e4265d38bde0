/** How long the pause between two times of a schedule may be, ms: rather too long than too short. */

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** `expression`: minute hour day month weekday, perhaps with seconds before them. The coarsest field that is not "*" decides. */
export function longestPauseMs(expression: string): number {
  const [minute, hour, day, month, weekday] = expression.trim().split(/\s+/).slice(-5);
  if (month !== '*') return 366 * DAY;
  if (day !== '*') return 31 * DAY;
  if (weekday !== '*') return 7 * DAY;
  if (hour !== '*') return DAY;
  return minute === '*' ? MINUTE : 60 * MINUTE;
}
