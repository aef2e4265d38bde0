/** One AD structure: its type and its data, a view into the payload. */
export interface AdStructure {
  readonly type: number;
  readonly data: Uint8Array;
}

export const AD_SERVICE_DATA_16 = 0x16;
export const AD_MANUFACTURER = 0xff;

/**
 * The AD structures of an advertising payload, in order. A length of 0 ends the significant part; a structure that
 * reaches beyond the payload ends it too, and those before it stand.
 * Source: Bluetooth Core Spec Vol 3 Part C §11; types in Assigned Numbers §2.3.
 */
export function adStructures(payload: Uint8Array): AdStructure[] {
  const structures: AdStructure[] = [];
  for (let at = 0; at < payload.length; ) {
    const length = payload[at] ?? 0;
    const type = payload[at + 1];
    const end = at + 1 + length;
    if (length === 0 || type === undefined || end > payload.length) break;
    structures.push({ type, data: payload.subarray(at + 2, end) });
    at = end;
  }
  return structures;
}
