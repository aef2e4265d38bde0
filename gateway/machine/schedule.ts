/** Cron schedules (node-cron): polls at fixed times of day, in local time. */
import { type ScheduledTask, schedule, validate } from 'node-cron';

export function isCronExpression(expression: string): boolean {
  return validate(expression);
}

/** Calls `action` at each time of `expression` until the signal aborts. Missed times are skipped. */
export function onSchedule(expression: string, action: () => void, signal: AbortSignal): void {
  if (signal.aborted) return;
  const task: ScheduledTask = schedule(expression, action, { noOverlap: true });
  signal.addEventListener('abort', () => void task.destroy(), { once: true });
}
