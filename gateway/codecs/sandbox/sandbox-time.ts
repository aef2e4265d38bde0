/**
 * The time codecs see. It stands still during a call, at the moment the host sets, in UTC, so that a payload gives the same
 * answer whenever and wherever it is decoded.
 *
 * QuickJS asks emscripten for the time, and emscripten asks `Date`. `keepTime` replaces that in the current thread, so call it
 * only in the codecs' own worker thread.
 */
const parts = ['Seconds', 'Minutes', 'Hours', 'Date', 'Month', 'FullYear', 'Day'] as const;

export interface SandboxTime {
  /** Epoch ms. */
  nowMs: number;
}

export function keepTime(): SandboxTime {
  const time: SandboxTime = { nowMs: 0 };
  Date.now = () => time.nowMs;
  Date.prototype.getTimezoneOffset = () => 0;
  for (const part of parts) Date.prototype[`get${part}`] = Date.prototype[`getUTC${part}`];
  return time;
}
