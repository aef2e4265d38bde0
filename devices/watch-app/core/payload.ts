/** An advertisement's payload from the parts that a platform hands over: what the matcher of devices/ble/ reads. */

import { hexBytes } from '../../../shared/hex.ts';
import { shortUuid } from '../../../shared/short-uuid.ts';
import { AD_TYPE } from '../../ble/ad-structures.ts';
import type { Heard } from './surroundings.ts';

/** What one AD structure holds besides its type: its length is one byte. */
const maxData = 254;
/** No platform hands over more; what comes beyond it is passed over. */
const maxParts = 32;

export function payloadOf({ payload, manufacturerData = [], serviceData = [] }: Heard): Uint8Array {
  if (payload !== undefined) return payload;
  const structures: number[][] = [];
  const add = (type: number, head: Iterable<number>, data: Uint8Array) => {
    const content = [...head, ...data];
    if (content.length <= maxData && structures.length < maxParts) {
      structures.push([content.length + 1, type, ...content]);
    }
  };
  for (const [company, data] of manufacturerData) add(AD_TYPE.manufacturer, [company & 0xff, company >> 8], data);
  for (const [uuid, data] of serviceData) {
    const digits = shortUuid(uuid.replaceAll('-', '').toLowerCase());
    const type = TYPE_OF_DIGITS[digits.length];
    if (type !== undefined && /^[0-9a-f]*$/.test(digits)) add(type, hexBytes(digits).toReversed(), data);
  }
  return Uint8Array.from(structures.flat());
}

const TYPE_OF_DIGITS: Readonly<Record<number, number>> = {
  4: AD_TYPE.serviceData16,
  8: AD_TYPE.serviceData32,
  32: AD_TYPE.serviceData128,
};
