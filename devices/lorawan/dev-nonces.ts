/**
 * Which DevNonces a device has used with a JoinEUI: none is accepted twice, or a recorded join-request could end a session.
 *
 * From 1.0.4 on the device counts them, and each must be above the last (LoRaWAN 1.0.4 §6.2.5, 1.1 §6.2.5). Before that they
 * were random (1.0.3 §6.2.4). All used ones are kept, since a device may be registered again with another version; there are
 * at most 65,536. The JoinNonce counts up with each join-accept. What was used with another root key does not count; a device
 * that has lost its count is let in again once its DevNonces are forgotten by hand.
 */
import * as v from 'valibot';
import type { LorawanVersion } from './session.ts';

export interface Joins {
  /** Of the next join-accept: 24 bits. */
  readonly joinNonce: number;
  /** The last DevNonce of a device that counts them. */
  readonly last?: number | undefined;
  /** All used DevNonces, four hexadecimal digits each. */
  readonly used: string;
}

const NO_JOINS: Joins = { joinNonce: 1, used: '' };
const joinsJson = v.object({
  joinNonce: v.number(),
  last: v.optional(v.number()),
  used: v.pipe(v.string(), v.regex(/^([0-9a-f]{4})*$/)),
});

export function readJoins(remembered: unknown): Joins {
  const parsed = v.safeParse(joinsJson, remembered);
  return parsed.success ? parsed.output : NO_JOINS;
}

/** The joins after one with this DevNonce, or why there is none: it was used before, or is merely below the last. */
export function useDevNonce(joins: Joins, devNonce: number, version: LorawanVersion): Joins | 'used' | 'below' {
  const isCounted = version === '1.0.4' || version === '1.1';
  const { last, used } = joins;
  const digits = devNonce.toString(16).padStart(4, '0');
  for (let at = 0; at < used.length; at += 4) if (used.startsWith(digits, at)) return 'used';
  if (isCounted && last !== undefined && devNonce <= last) return 'below';
  const joinNonce = (joins.joinNonce + 1) % 2 ** 24;
  return { joinNonce, last: isCounted ? devNonce : last, used: used + digits };
}

/** The joins of a device whose used DevNonces do not count any more. Its JoinNonce does: no session keys may come again. */
export function forgetDevNonces({ joinNonce }: Joins): Joins {
  return { ...NO_JOINS, joinNonce };
}
