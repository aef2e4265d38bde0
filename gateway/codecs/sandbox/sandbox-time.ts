/**
 * The time that codecs see: it stands still during a call, at the moment the host sets, and the time zone is UTC, so that the same
 * payload gives the same answer whenever and wherever it is decoded.
 *
 * QuickJS asks emscripten for the time, and emscripten asks `Date`. `keepTime` replaces that in this thread, so it is for the
 * codecs' own worker thread only.
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
