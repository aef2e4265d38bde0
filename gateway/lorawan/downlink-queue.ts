/**
 * The downlinks waiting for one device, which listens only after it has spoken. Pure; stored as JSON.
 *
 * A downlink waits until the device speaks, or until it expires. An unconfirmed one is sent at most once; a confirmed one is repeated
 * after each uplink until the device acknowledges it, at most `maxTries` times. Each ends with a result. Bounds: `maxQueued`
 * per device; further ones are not accepted.
 */
import * as v from 'valibot';
import { toHex } from '../../shared/hex.ts';
import type { Reading } from '../../shared/reading.ts';
import type { Sent } from '../ports/radio.ts';

export const maxQueued = 16;
export const maxPayloadBytes = 242;
/** Higher FPorts are not for applications (LoRaWAN 1.0.4 §4.3.2). */
export const maxPort = 223;
const maxTries = 4;

const item = v.object({
  id: v.number(),
  port: v.number(),
  /** Hexadecimal. */
  payload: v.string(),
  confirmed: v.boolean(),
  /** Epoch ms. */
  expiresAt: v.number(),
  tries: v.number(),
  /** Counter it was last sent with, until the outcome is known. */
  fCnt: v.optional(v.number()),
});
const queue = v.object({ next: v.number(), items: v.array(item) });

export type QueuedDownlink = v.InferOutput<typeof item>;
export type DownlinkQueue = v.InferOutput<typeof queue>;

/** "unknown": it was given to a station that never said whether it sent it. */
export type DownlinkResult = 'sent' | 'unknown' | 'acknowledged' | 'not-acknowledged' | 'expired' | 'cancelled';
export interface Ended {
  readonly item: QueuedDownlink;
  readonly result: DownlinkResult;
}
export interface Changed {
  readonly queue: DownlinkQueue;
  readonly ended: readonly Ended[];
}

export function readQueue(remembered: unknown): DownlinkQueue {
  const parsed = v.safeParse(queue, remembered);
  return parsed.success ? parsed.output : { next: 1, items: [] };
}

export interface NewDownlink {
  readonly port: number;
  readonly payload: Uint8Array;
  readonly confirmed: boolean;
  readonly expiresAt: number;
}

/** Appends to the queue; undefined if it is full. */
export function enqueue(
  { next, items }: DownlinkQueue,
  { payload, ...downlink }: NewDownlink,
): DownlinkQueue | undefined {
  if (items.length >= maxQueued) return undefined;
  const added = { ...downlink, id: next, payload: toHex(payload), tries: 0 };
  return { next: next + 1, items: [...items, added] };
}

/** Call on an uplink: settles what was sent and drops what has expired. `ack`: it acknowledges the last confirmed downlink. */
export function heardFrom({ next, items }: DownlinkQueue, now: number, ack: boolean): Changed {
  const ended: Ended[] = [];
  const left: QueuedDownlink[] = [];
  for (const each of items) {
    const { fCnt, ...waiting } = each;
    const wasSent = fCnt !== undefined;
    if (wasSent && !each.confirmed) ended.push({ item: each, result: 'unknown' });
    else if (wasSent && ack) ended.push({ item: each, result: 'acknowledged' });
    else if (each.expiresAt <= now) ended.push({ item: each, result: 'expired' });
    else if (each.tries >= maxTries) ended.push({ item: each, result: 'not-acknowledged' });
    else left.push(waiting);
  }
  return { queue: { next, items: left }, ended };
}

/** Marks one of them, by default the first, as sent with this counter. */
export function sending({ next, items }: DownlinkQueue, fCnt: number, id = items[0]?.id): DownlinkQueue {
  return { next, items: items.map((each) => (each.id === id ? { ...each, tries: each.tries + 1, fCnt } : each)) };
}

/** Call with what the station says of it: if it could not send it, it waits again; else an unconfirmed one is done. */
export function sentOut({ next, items }: DownlinkQueue, fCnt: number, outcome: Sent['outcome']): Changed {
  const on = items.find((each) => each.fCnt === fCnt);
  const isDone = outcome !== 'not-sent';
  if (on === undefined || (isDone && on.confirmed)) return { queue: { next, items }, ended: [] }; // nothing to remember
  if (isDone) {
    return { queue: { next, items: items.filter((each) => each !== on) }, ended: [{ item: on, result: outcome }] };
  }
  const { fCnt: _, ...waiting } = on;
  const again = { ...waiting, tries: on.tries - 1 };
  return { queue: { next, items: items.map((each) => (each === on ? again : each)) }, ended: [] };
}

/** Drops what has expired while the device was silent; what was sent is settled by its next uplink. */
export function expire({ next, items }: DownlinkQueue, now: number): Changed {
  const isOver = ({ expiresAt, fCnt }: QueuedDownlink) => expiresAt <= now && fCnt === undefined;
  return {
    queue: { next, items: items.filter((each) => !isOver(each)) },
    ended: items.filter(isOver).map((item) => ({ item, result: 'expired' as const })),
  };
}

/** Removes those with the ids, or all, from the queue. */
export function cancel({ next, items }: DownlinkQueue, ids?: readonly number[]): Changed {
  const isMeant = ({ id }: QueuedDownlink) => ids === undefined || ids.includes(id);
  return {
    queue: { next, items: items.filter((each) => !isMeant(each)) },
    ended: items.filter(isMeant).map((each) => ({ item: each, result: 'cancelled' as const })),
  };
}

/** The reading that tells the city OS. */
export function resultReading(device: string, observedAt: number, { item, result }: Ended): Reading {
  return { device, kind: 'status', observedAt, values: { downlink: item.id, downlinkResult: result } };
}
