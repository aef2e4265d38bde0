/**
 * Volunteers' phones. Each batch of a phone comes from another "gateway", a name drawn for it alone, so that nobody can tell which batches
 * are of one phone. So nobody is enrolled under such a name, and nothing is remembered by it: a batch that a hub forgets and sees again is
 * told by the archive at its end.
 */
import { toHex } from '../hex.ts';

const anonymousName = /^phone-[0-9a-f]{32}$/;

/** A name that is given out once. `random`: 16 random bytes. */
export function anonymousGateway(random: Uint8Array): string {
  return `phone-${toHex(random)}`;
}

export function isAnonymous(gateway: string): boolean {
  return anonymousName.test(gateway);
}
