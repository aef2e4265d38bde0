/**
 * Web Bluetooth: Chrome and Edge behind a flag, while the page is in front. Two ways, whichever the browser has:
 * `requestLEScan` hears everything around (Web Bluetooth Scanning); `watchAdvertisements` hears the devices that the person has chosen
 * before, or chooses now. Neither hears iBeacon: the browser's blocklist takes its data out (WebBluetoothCG/registries).
 */
import { type Hear, type Heard, ScanError, type Scanner, type StopScan, type Wanted } from '../core/surroundings.ts';

interface AdvertisingEvent {
  readonly rssi?: number;
  readonly manufacturerData: Iterable<[number, DataView]>;
  readonly serviceData: Iterable<[string, DataView]>;
}
interface Scan {
  readonly active: boolean;
  stop(): void;
}
type Listener = (event: AdvertisingEvent) => void;
interface Source {
  addEventListener(type: 'advertisementreceived', listener: Listener): void;
  removeEventListener(type: 'advertisementreceived', listener: Listener): void;
}
interface Device extends Source {
  watchAdvertisements(options: { signal: AbortSignal }): Promise<void>;
}
export interface Bluetooth extends Source {
  getAvailability?(): Promise<boolean>;
  requestLEScan?(options: { acceptAllAdvertisements: true; keepRepeatedDevices: true }): Promise<Scan>;
  getDevices?(): Promise<readonly Device[]>;
  requestDevice?(options: {
    acceptAllDevices: true;
    optionalManufacturerData: readonly number[];
    optionalServices: readonly string[];
  }): Promise<Device>;
}
/** Of a document: a browser ends watching when the page leaves the front. */
export interface Visibility {
  readonly visibilityState: string;
  addEventListener(type: 'visibilitychange', listener: () => void): void;
  removeEventListener(type: 'visibilitychange', listener: () => void): void;
}

/** `bluetooth`: the browser's `navigator.bluetooth`; undefined if it has none. */
export function webBluetoothScanner(bluetooth: Bluetooth | undefined, page: Visibility): Scanner {
  return {
    needsTouch: true,
    async start(hear, wanted) {
      if (bluetooth === undefined || !canScan(bluetooth)) throw new ScanError('not-supported');
      try {
        return await (bluetooth.requestLEScan === undefined
          ? watch(bluetooth, hear, wanted, page)
          : scan(bluetooth, hear, page));
      } catch (thrown) {
        const isOff = (await bluetooth.getAvailability?.().catch(() => true)) === false;
        throw thrown instanceof ScanError ? thrown : new ScanError(isOff ? 'bluetooth-off' : faultOf(thrown), thrown);
      }
    },
  };
}

export function canScan({ requestLEScan, getDevices }: Bluetooth): boolean {
  return requestLEScan !== undefined || getDevices !== undefined;
}

async function scan(bluetooth: Bluetooth, hear: Hear, page: Visibility): Promise<StopScan> {
  const request = () => bluetooth.requestLEScan?.({ acceptAllAdvertisements: true, keepRepeatedDevices: true });
  let running = await request();
  const listener: Listener = (event) => hear(heardOf(event));
  bluetooth.addEventListener('advertisementreceived', listener);
  let isWanted = true;
  const again = async () => {
    if (page.visibilityState !== 'visible' || running?.active !== false) return;
    const next = await request()?.catch(() => undefined); // the next time in front tries again
    if (isWanted) running = next ?? running;
    else next?.stop();
  };
  page.addEventListener('visibilitychange', again);
  return () => {
    isWanted = false;
    page.removeEventListener('visibilitychange', again);
    bluetooth.removeEventListener('advertisementreceived', listener);
    running?.stop();
  };
}

async function watch(bluetooth: Bluetooth, hear: Hear, wanted: Wanted, page: Visibility): Promise<StopScan> {
  const ended = new AbortController();
  const { signal } = ended;
  const listener: Listener = (event) => hear(heardOf(event));
  const known = (await bluetooth.getDevices?.()) ?? [];
  const devices = known.length > 0 ? known : [await chosen(bluetooth, wanted)];
  for (const device of devices) device.addEventListener('advertisementreceived', listener);
  const begin = () => Promise.all(devices.map((device) => device.watchAdvertisements({ signal })));
  const again = () => {
    if (page.visibilityState === 'visible') begin().catch(() => undefined); // the next time in front tries again
  };
  page.addEventListener('visibilitychange', again);
  const stop = () => {
    ended.abort();
    page.removeEventListener('visibilitychange', again);
    for (const device of devices) device.removeEventListener('advertisementreceived', listener);
  };
  try {
    await begin();
  } catch (thrown) {
    stop();
    throw thrown;
  }
  return stop;
}

async function chosen(bluetooth: Bluetooth, { companies, services }: Wanted): Promise<Device> {
  const device = await bluetooth.requestDevice?.({
    acceptAllDevices: true,
    optionalManufacturerData: companies,
    optionalServices: services,
  });
  if (device === undefined) throw new ScanError('not-supported');
  return device;
}

function heardOf({ rssi, manufacturerData, serviceData }: AdvertisingEvent): Heard {
  return { rssi, manufacturerData: bytesOf(manufacturerData), serviceData: bytesOf(serviceData) };
}

function* bytesOf<K>(parts: Iterable<[K, DataView]>): Generator<[K, Uint8Array]> {
  for (const [key, { buffer, byteOffset, byteLength }] of parts) {
    yield [key, new Uint8Array(buffer, byteOffset, byteLength)];
  }
}

/** DOMExceptions by name: NotFoundError is a prompt that was closed, and some browsers say InvalidStateError. */
function faultOf(thrown: unknown): 'not-allowed' | 'scan-failed' {
  const names = ['NotAllowedError', 'NotFoundError', 'SecurityError', 'InvalidStateError'];
  return thrown instanceof Error && names.includes(thrown.name) ? 'not-allowed' : 'scan-failed';
}
