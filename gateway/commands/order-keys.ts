/** Whose orders this gateway takes, and for what: the keys that it was given at its enrolment or by its configuration. */

import { fromBase64url } from '../../shared/enrolment/base64url.ts';
import type { Bytes } from '../../shared/enrolment/keys.ts';
import { toHex } from '../../shared/hex.ts';
import { kidOf } from '../../shared/signing/sign1.ts';

/** In all: each is tried for its kid alone. */
export const maxOrderKeys = 16;
/** Every action that there is. */
export const ANY = '*';

export interface OrderKeySettings {
  readonly name: string;
  /** Ed25519, base64url. */
  readonly publicKey: string;
  /** Names of actions, or `ANY`. */
  readonly actions: readonly string[];
  /** The only devices, or groups of devices, that it may order; both empty: all. A key that is bound to devices orders the gateway only by an action's name. */
  readonly devices: readonly string[];
  readonly groups: readonly string[];
}

export interface OrderKey extends Omit<OrderKeySettings, 'publicKey'> {
  readonly publicKey: Bytes;
}

/** What an order is about, as far as authority goes. */
export interface Scope {
  readonly action: string;
  readonly device?: { readonly id: string; readonly group?: string | undefined } | undefined;
}

/** By kid, in hexadecimal. Of two settings for one key the first counts. A text that is no key is left out: a check has told of it. */
export async function readOrderKeys(settings: readonly OrderKeySettings[]): Promise<ReadonlyMap<string, OrderKey>> {
  const keys = new Map<string, OrderKey>();
  for (const { publicKey: written, ...rest } of settings.slice(0, maxOrderKeys)) {
    const publicKey = fromBase64url(written);
    if (publicKey === undefined) continue;
    const kid = toHex(await kidOf(publicKey));
    if (!keys.has(kid)) keys.set(kid, { ...rest, publicKey });
  }
  return keys;
}

export function mayOrder({ actions, devices, groups }: OrderKey, { action, device }: Scope): boolean {
  const isBound = devices.length > 0 || groups.length > 0;
  if (device === undefined && isBound) return actions.includes(action);
  if (!actions.includes(ANY) && !actions.includes(action)) return false;
  if (device === undefined || !isBound) return true;
  return devices.includes(device.id) || (device.group !== undefined && groups.includes(device.group));
}
