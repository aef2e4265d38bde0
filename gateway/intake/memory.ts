/**
 * What is remembered of one device, side by side: its device type's memory, its policy state, and what silence of it means.
 * Stored as JSON text.
 */
import type { Json } from '../../devices/device-type.ts';
import { NO_STATE, type PolicyState, readState } from '../policy/policy.ts';

export interface Memory {
  readonly type?: Json | undefined;
  readonly policy: PolicyState;
  /** How long it may be quiet, as learned from its rhythm, ms. */
  readonly quietMs?: number | undefined;
  /** The end of its planned maintenance, epoch ms. */
  readonly maintenanceUntil?: number | undefined;
  /** Of a gateway at its hub: until when it is away by its own word, epoch ms. */
  readonly awayUntil?: number | undefined;
  /** When a device that was named by its topic was last heard, epoch ms, to the day. */
  readonly metAt?: number | undefined;
  /** The topic that named it. */
  readonly topic?: string | undefined;
}

/** Nothing is remembered of a device any more. */
export const FORGOTTEN: { readonly [Each in keyof Required<Memory>]: Memory[Each] } = {
  type: null,
  policy: NO_STATE,
  quietMs: undefined,
  maintenanceUntil: undefined,
  awayUntil: undefined,
  metAt: undefined,
  topic: undefined,
};

/** As stored; undefined if nothing is left to remember, so that its row is deleted. */
export function memoryText(memory: Memory | undefined): string | undefined {
  const { type = null, policy = NO_STATE, quietMs, maintenanceUntil, awayUntil, metAt, topic } = memory ?? {};
  const isIdle = policy.raised.length === 0 && Object.keys(policy.last).length === 0;
  const text = JSON.stringify({
    ...(type !== null && { type }),
    ...(!isIdle && { policy }),
    quietMs,
    maintenanceUntil,
    awayUntil,
    metAt,
    topic,
  });
  return text === '{}' ? undefined : text;
}

/** A row that the disk has damaged counts as nothing remembered. */
export function readMemory(text: string): Memory {
  try {
    const { type, policy, quietMs, maintenanceUntil, awayUntil, metAt, topic } = JSON.parse(text) as Partial<Memory>; // written by `memoryText`
    return {
      type,
      policy: readState(policy),
      quietMs: timeIn(quietMs),
      maintenanceUntil: timeIn(maintenanceUntil),
      awayUntil: timeIn(awayUntil),
      metAt: timeIn(metAt),
      ...(typeof topic === 'string' && { topic }),
    };
  } catch {
    return { policy: NO_STATE };
  }
}

function timeIn(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}
