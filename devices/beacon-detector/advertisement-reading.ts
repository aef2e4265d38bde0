/** One advertisement as a reading: its sender, signal and content. For recordings only, since it holds the address. */
import { toHex } from '../../shared/hex.ts';
import type { Measurement, Value } from '../../shared/reading.ts';
import { writtenAddress } from '../ble/address.ts';
import { beaconsIn } from '../ble/beacon.ts';
import { beaconValues } from '../ble/describe.ts';
import type { AdvertisingReport } from './advertising-report.ts';

/** `observedAt` in epoch ms. The address is in lower case, highest byte first, with colons. */
export function advertisementReading(device: string, report: AdvertisingReport, observedAt: number): Measurement {
  const { addressType, address, eventType, rssi, data, dataStatus } = report;
  const values: Record<string, Value> = {
    address: writtenAddress(address),
    addressType,
    eventType,
    ...(rssi === undefined ? {} : { rssi }),
    payload: toHex(data),
    ...(dataStatus === 'complete' ? {} : { dataStatus }),
  };
  for (const beacon of beaconsIn(data)) Object.assign(values, beaconValues(beacon));
  return { device, kind: 'measurement', observedAt, values };
}
