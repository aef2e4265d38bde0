/**
 * Versions and keys as makers' lists and other network servers name them. Pure.
 *
 * The Things Stack and ChirpStack name the keys of LoRaWAN 1.0.x as 1.1 does: ChirpStack keeps the AppKey as "nwk_key", and both keep the
 * NwkSKey as "f_nwk_s_int_key" or as all three of its successors.
 */

/** "MAC_V1_0_3", "LORAWAN_1_1_0", "v1.0.2 rev. B" as "1.0.3", "1.1", "1.0.2"; anything else as it is. */
export function plainVersion(printed: string): string {
  const [, written] =
    /^(?:(?:LoRaWAN|MAC)(?:\s+specification)?[\s_-]*)?v?\s*(1[._]\d(?:[._]\d)?)(?:[\s_-]*rev\b.*)?$/i.exec(
      printed.trim(),
    ) ?? [];
  return written === undefined ? printed : written.replaceAll('_', '.').replace(/^1\.1\.0$/, '1.1');
}

interface PrintedKeys {
  readonly appKey?: string | undefined;
  readonly nwkKey?: string | undefined;
  readonly nwkSKey?: string | undefined;
  readonly fNwkSIntKey?: string | undefined;
  readonly sNwkSIntKey?: string | undefined;
  readonly nwkSEncKey?: string | undefined;
}

/** ChirpStack's word for a key that there is not. */
const NO_KEY = '0'.repeat(32);

/** The keys of a device under the names of its own version. */
export function keysNamedFor<K extends PrintedKeys>(version: string, keys: K): K {
  if (version === '1.1') return keys;
  const { appKey, nwkKey, nwkSKey, fNwkSIntKey, sNwkSIntKey, nwkSEncKey } = keys;
  const rootKey = appKey === undefined || appKey === NO_KEY ? (nwkKey ?? appKey) : appKey;
  const sessionKey = nwkSKey ?? fNwkSIntKey ?? nwkSEncKey ?? sNwkSIntKey;
  return {
    ...keys,
    ...(rootKey !== undefined && { appKey: rootKey }),
    ...(sessionKey !== undefined && { nwkSKey: sessionKey }),
  };
}
