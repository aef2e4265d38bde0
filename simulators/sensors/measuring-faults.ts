/** What can be wrong with whatever measures or has a clock. */
import type { FaultBoard, FaultKind } from '../fault-board.ts';
import { say } from './words.ts';

export const FROZEN: FaultKind = { name: 'frozen', meaning: say.frozen() };
export const SPIKE: FaultKind = {
  name: 'spike',
  meaning: say.spike(),
  parameters: { every: { meaning: say.oneIn(), unit: 'count', default: 10, min: 1, max: 1_000_000 } },
};
export const CLOCK_JUMP: FaultKind = {
  name: 'clock-jump',
  meaning: say.clockJump(),
  parameters: { ms: { meaning: say.jumpBy(), unit: 'ms', default: -3_600_000, min: -1e12, max: 1e12 } },
};

/** What it measures by seconds since the start, and the same again while the fault "frozen" stands. */
export function freezing<Value>(faults: FaultBoard, now: (seconds: number) => Value): (seconds: number) => Value {
  let held: { readonly value: Value } | undefined;
  return (seconds) => {
    const value = held === undefined ? now(seconds) : held.value;
    held = faults.get('frozen') === undefined ? undefined : { value };
    return value;
  };
}

/** And, while the fault "spike" stands, something else every so many readings. */
export function spiking<Value>(
  faults: FaultBoard,
  now: (seconds: number) => Value,
  spike: (value: Value) => Value,
): (seconds: number) => Value {
  let readings = 0;
  return (seconds) => {
    const every = faults.get('spike')?.every;
    readings = every === undefined ? 0 : readings + 1;
    const value = now(seconds);
    return every !== undefined && readings % Math.round(every) === 0 ? spike(value) : value;
  };
}
