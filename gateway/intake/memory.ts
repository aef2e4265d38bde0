/** What is remembered of one device, side by side: its device type's memory and its policy state. Stored as JSON text. */
import type { Json } from '../../devices/device-type.ts';
import { NO_STATE, type PolicyState, readState } from '../policy/policy.ts';

export interface Memory {
  readonly type?: Json | undefined;
  readonly policy: PolicyState;
}

/** As stored; undefined if nothing is left to remember, so that its row is deleted. */
export function memoryText(memory: Memory | undefined): string | undefined {
  const { type = null, policy = NO_STATE } = memory ?? {};
  const isIdle = policy.raised.length === 0 && Object.keys(policy.last).length === 0;
  if (isIdle) return type === null ? undefined : JSON.stringify({ type });
  return JSON.stringify({ ...(type !== null && { type }), policy });
}

/** A row that the disk has damaged counts as nothing remembered. */
export function readMemory(text: string): Memory {
  try {
    const { type, policy } = JSON.parse(text) as { type?: Json; policy?: unknown }; // written by `memoryText`
    return { type, policy: readState(policy) };
  } catch {
    return { policy: NO_STATE };
  }
}
