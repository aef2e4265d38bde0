/**
 * Which DevNonces a device has used with a JoinEUI: none is accepted twice, or a recorded join-request could end a session.
 *
 * From 1.0.4 on the device counts them, and each must be above the last (LoRaWAN 1.0.4 §6.2.5, 1.1 §6.2.5). Before, they were
 * drawn at random (1.0.3 §6.2.4). All that were used are kept, since a device may be registered anew with another version: at
 * most 65,536, as there are no more. The JoinNonce counts up for each join-accept.
 */
import * as v from 'valibot';
import type { LorawanVersion } from './session.ts';

export interface Joins {
  /** Of the next join-accept: 24 bits. */
  readonly joinNonce: number;
  /** The last DevNonce; for a device that counts. */
  readonly last?: number | undefined;
  /** All DevNonces that were used, four hexadecimal digits each. */
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

/** What is remembered after a join with this DevNonce; undefined where it was used before, or is below the last. */
export function useDevNonce(joins: Joins, devNonce: number, version: LorawanVersion): Joins | undefined {
  const isCounted = version === '1.0.4' || version === '1.1';
  const { last, used } = joins;
  const digits = devNonce.toString(16).padStart(4, '0');
  if (isCounted && last !== undefined && devNonce <= last) return undefined;
  for (let at = 0; at < used.length; at += 4) if (used.startsWith(digits, at)) return undefined;
  const joinNonce = (joins.joinNonce + 1) % 2 ** 24;
  return { joinNonce, last: isCounted ? devNonce : last, used: used + digits };
}
