/** One advertisement as a reading: its sender, signal and content. For recordings only, since it holds the address. */
import { toHex } from '../../shared/hex.ts';
import type { Measurement, Value } from '../../shared/reading.ts';
import { writtenAddress } from '../ble/address.ts';
import { beaconsIn } from '../ble/beacon.ts';
import { beaconValues } from '../ble/describe.ts';
import type { Heard } from './sightings.ts';

/**
 * `observedAt` in epoch ms; `more`: what else the detector tells. The address is in lower case, highest byte first, with colons.
 */
export function advertisementReading(
  device: string,
  { address, addressType, rssi, payload }: Heard,
  observedAt: number,
  more: Readonly<Record<string, Value>> = {},
): Measurement {
  const values: Record<string, Value> = {
    ...(address === undefined ? {} : { address: writtenAddress(address) }),
    ...(addressType === undefined ? {} : { addressType }),
    ...more,
    ...(rssi === undefined ? {} : { rssi }),
    payload: toHex(payload),
  };
  for (const beacon of beaconsIn(payload)) Object.assign(values, beaconValues(beacon));
  return { device, kind: 'measurement', observedAt, values };
}
