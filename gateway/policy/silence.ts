/** The alarm "silent": a device has not reported for longer than it may. */
import { type Alarm, SILENT } from '../../shared/reading.ts';

/** `quietMs`: since it last reported; `expectedMs`: how long it may be quiet. */
export function silentAlarm(
  device: string,
  state: 'raised' | 'cleared',
  { at, quietMs, expectedMs }: { readonly at: number; readonly quietMs: number; readonly expectedMs: number },
): Alarm {
  const values = { alarm: SILENT, state, quantity: 'silence', value: seconds(quietMs), limit: seconds(expectedMs) };
  return { device, kind: 'alarm', observedAt: at, values };
}

function seconds(ms: number): number {
  return Math.round(ms / 1000);
}
