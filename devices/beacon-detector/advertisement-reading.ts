/** One advertisement as a reading: its sender, signal and content. For recordings only, since it holds the address. */
import { toHex } from '../../shared/hex.ts';
import type { Measurement, Value } from '../../shared/reading.ts';
import { type Beacon, beaconsIn } from '../ble/beacon.ts';
import type { AdvertisingReport } from './advertising-report.ts';

/** `observedAt` in epoch ms. The address is in lower case, highest byte first, with colons. */
export function advertisementReading(device: string, report: AdvertisingReport, observedAt: number): Measurement {
  const { addressType, address, eventType, rssi, data, dataStatus } = report;
  const values: Record<string, Value> = {
    address: address
      .toString(16)
      .padStart(12, '0')
      .replace(/..(?=.)/g, '$&:'),
    addressType,
    eventType,
    ...(rssi === undefined ? {} : { rssi }),
    payload: toHex(data),
    ...(dataStatus === 'complete' ? {} : { dataStatus }),
  };
  for (const beacon of beaconsIn(data)) Object.assign(values, beaconValues(beacon));
  return { device, kind: 'measurement', observedAt, values };
}

function beaconValues(beacon: Beacon): Record<string, Value> {
  const { format } = beacon;
  switch (format) {
    case 'ibeacon': {
      const hex = toHex(beacon.id);
      const uuid = hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
      const [major, minor] = [Number.parseInt(hex.slice(32, 36), 16), Number.parseInt(hex.slice(36), 16)];
      return { format, uuid, major, minor, measuredPower: beacon.measuredPower };
    }
    case 'eddystone-uid': {
      const hex = toHex(beacon.id);
      return { format, namespace: hex.slice(0, 20), instance: hex.slice(20), txPower: beacon.txPower };
    }
    case 'eddystone-tlm': {
      const { batteryMv, temperatureC, advertisements, uptimeS } = beacon;
      return {
        format,
        ...(batteryMv === undefined ? {} : { battery: batteryMv / 1000 }),
        ...(temperatureC === undefined ? {} : { temperature: temperatureC }),
        advertisements,
        uptimeS,
      };
    }
    case 'altbeacon':
      return { format, beaconId: toHex(beacon.id), company: beacon.company, referenceRssi: beacon.referenceRssi };
  }
}
