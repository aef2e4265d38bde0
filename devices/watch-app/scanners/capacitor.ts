/**
 * Capacitor: the plugin @capacitor-community/bluetooth-le, and beside it, on iOS, the shell's own plugin for iBeacon (capacitor/ios), which
 * CoreBluetooth hides. Both are given by their shape, so this depends on neither.
 */

import { APPLE } from '../../../shared/enrolment/breadth.ts';
import { hexBytes } from '../../../shared/hex.ts';
import { type Hear, ScanError, type Scanner, type StopScan, type Wanted } from '../core/surroundings.ts';

/** Of a BleClient: what is used of it (version 8). */
export interface BleClient {
  initialize(options: { androidNeverForLocation: false }): Promise<void>;
  isEnabled(): Promise<boolean>;
  requestLEScan(
    options: {
      allowDuplicates: true;
      services?: string[];
      manufacturerData?: { companyIdentifier: number }[];
      serviceData?: { serviceUuid: string }[];
    },
    callback: (result: ScanResult) => void,
  ): Promise<void>;
  stopLEScan(): Promise<void>;
}
export interface ScanResult {
  readonly rssi?: number;
  /** By company, in decimal digits. */
  readonly manufacturerData?: Readonly<Record<string, DataView>>;
  readonly serviceData?: Readonly<Record<string, DataView>>;
}

/** The shell's plugin on iOS (CoreLocation). */
export interface Ranging {
  start(options: { uuids: readonly string[] }): Promise<void>;
  stop(): Promise<void>;
  addListener(
    event: 'beacons',
    listener: (heard: { readonly beacons: readonly RangedBeacon[] }) => void,
  ): Promise<{
    remove(): Promise<void>;
  }>;
}
export interface RangedBeacon {
  readonly uuid: string;
  readonly major: number;
  readonly minor: number;
  /** dBm; 0 if it is not known. */
  readonly rssi: number;
}

/**
 * `ranging`: only on iOS. Android hears nothing with its screen off unless the scan has filters, so the operators' companies and services are
 * filters there; iOS wants services alone, and takes no filter as hearing all, in front.
 */
export function capacitorScanner(client: BleClient, ranging?: Ranging): Scanner {
  return {
    needsTouch: false,
    async start(hear, wanted) {
      try {
        await client.initialize({ androidNeverForLocation: false });
      } catch (thrown) {
        throw new ScanError('not-allowed', thrown);
      }
      if (!(await client.isEnabled())) throw new ScanError('bluetooth-off');
      const stopRanging = ranging && (await range(ranging, hear, wanted));
      try {
        await client.requestLEScan(filtersOf(wanted, ranging !== undefined), (result) => hear(heardOf(result)));
      } catch (thrown) {
        await stopRanging?.();
        throw new ScanError('scan-failed', thrown);
      }
      return async () => {
        await client.stopLEScan();
        await stopRanging?.();
      };
    },
  };
}

function filtersOf({ companies, services }: Wanted, isIos: boolean) {
  const all = { allowDuplicates: true } as const;
  if (isIos) return services.length > 0 ? { ...all, services: [...services] } : all;
  return {
    ...all,
    manufacturerData: companies.map((companyIdentifier) => ({ companyIdentifier })),
    serviceData: services.map((serviceUuid) => ({ serviceUuid })),
  };
}

async function range(ranging: Ranging, hear: Hear, { beacons }: Wanted): Promise<StopScan> {
  const listener = await ranging.addListener('beacons', (heard) => {
    for (const { uuid, major, minor, rssi } of heard.beacons) {
      hear({ manufacturerData: [[APPLE, iBeacon(uuid, major, minor)]], rssi: rssi === 0 ? undefined : rssi });
    }
  });
  await ranging.start({ uuids: beacons });
  return async () => {
    await ranging.stop();
    await listener.remove();
  };
}

/** As it was on the air, but for the power at 1 m, which CoreLocation keeps to itself. */
function iBeacon(uuid: string, major: number, minor: number): Uint8Array {
  const data = new Uint8Array(23);
  data.set([0x02, 0x15]);
  data.set(hexBytes(uuid.replaceAll('-', '')), 2);
  new DataView(data.buffer).setUint32(18, major * 0x10000 + minor);
  return data;
}

function heardOf({ rssi, manufacturerData = {}, serviceData = {} }: ScanResult) {
  return {
    rssi,
    manufacturerData: Object.entries(manufacturerData).map(([id, data]) => [Number(id), bytesOf(data)] as const),
    serviceData: Object.entries(serviceData).map(([uuid, data]) => [uuid, bytesOf(data)] as const),
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: DataView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
