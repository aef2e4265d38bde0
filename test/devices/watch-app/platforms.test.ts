/** What platforms hand over, and the hub's door: each adapter against something of the same shape. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { matcher } from '../../../devices/ble/match.ts';
import { payloadOf } from '../../../devices/watch-app/core/payload.ts';
import type { Heard, Scanner, Wanted } from '../../../devices/watch-app/core/surroundings.ts';
import { wantedOf } from '../../../devices/watch-app/core/wanted.ts';
import {
  type BleClient,
  capacitorScanner,
  type Ranging,
  type ScanResult,
} from '../../../devices/watch-app/scanners/capacitor.ts';
import { type Bluetooth, webBluetoothScanner } from '../../../devices/watch-app/scanners/web-bluetooth.ts';
import { hubAt } from '../../../devices/watch-app/send/fetch.ts';
import type { Pattern } from '../../../shared/enrolment/pattern.ts';
import { toHex } from '../../../shared/hex.ts';

const FLEET = 'e2c56db5dffb48d2b060d0f5a71096e0';
const patterns: readonly Pattern[] = [
  { format: 'ibeacon', uuid: FLEET },
  { format: 'service', uuid: 'fe6f', match: '02', id: { at: 1, length: 5 } },
  { format: 'manufacturer', company: 0xfff1, match: '01', id: { at: 1, length: 2 } },
];
const match = matcher(patterns.map((pattern) => ({ operator: 'aoba', pattern })));
const idsIn = (heard: Heard) => match({ payload: payloadOf(heard) }).map(({ id }) => `${id.format} ${toHex(id.bytes)}`);
const view = (...bytes: number[]) => new DataView(Uint8Array.from([0xee, ...bytes]).buffer, 1);
const operator = { id: 'aoba', name: { en: '', ja: '' }, purpose: { en: '', ja: '' }, publicKey: new Uint8Array(32) };
const wanted = wantedOf([{ ...operator, patterns, retentionMs: 1 }]);

test('what is looked for is told as platforms ask for it', () => {
  expect(wanted).toEqual({
    companies: [0x004c, 0xfff1],
    services: ['0000fe6f-0000-1000-8000-00805f9b34fb'],
    beacons: ['e2c56db5-dffb-48d2-b060-d0f5a71096e0'],
  } satisfies Wanted);
});

test.each(['fe6f', '0000FE6F-0000-1000-8000-00805F9B34FB', '0000fe6f'])('service data of %s is found', (uuid) => {
  expect(idsIn({ serviceData: [[uuid, Uint8Array.of(2, 1, 2, 3, 4, 5, 9)]] })).toEqual(['raw 0102030405']);
});

test('parts and the payload on the air give the same', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 26 }), fc.integer({ min: 0, max: 0xffff }), (data, company) => {
      const payload = Uint8Array.from([data.length + 3, 0xff, company & 0xff, company >> 8, ...data]);
      expect(payloadOf({ manufacturerData: [[company, data]] })).toEqual(payload);
    }),
  );
});

test('whatever a platform hands over, it is read without a fault', () => {
  const parts = fc.array(fc.tuple(fc.string(), fc.uint8Array({ maxLength: 300 })), { maxLength: 60 });
  fc.assert(
    fc.property(parts, fc.array(fc.tuple(fc.integer(), fc.uint8Array({ maxLength: 300 }))), (services, companies) => {
      expect(payloadOf({ serviceData: services, manufacturerData: companies }).length).toBeLessThanOrEqual(32 * 256);
    }),
  );
});

async function heardBy(scanner: Scanner) {
  const heard: Heard[] = [];
  const stop = await scanner.start((each) => heard.push(each), wanted);
  return { heard, stop, ids: () => heard.flatMap(idsIn) };
}

function client(changes: Partial<BleClient> = {}) {
  const calls: unknown[] = [];
  let callback: ((result: ScanResult) => void) | undefined;
  const plugin: BleClient = {
    initialize: async (options) => void calls.push(options),
    isEnabled: async () => true,
    requestLEScan: async (options, listener) => {
      calls.push(options);
      callback = listener;
    },
    stopLEScan: async () => void calls.push('stopped'),
    ...changes,
  };
  return { plugin, calls, receive: (result: ScanResult) => callback?.(result) };
}

test('the Capacitor plugin is asked for filters and for places, and what it hears is read', async () => {
  const { plugin, calls, receive } = client();
  const { ids, stop } = await heardBy(capacitorScanner(plugin));
  receive({ rssi: -60, manufacturerData: { '65521': view(1, 0xab, 0xcd) } });
  receive({ serviceData: { '0000fe6f-0000-1000-8000-00805f9b34fb': view(2, 1, 1, 1, 1, 1) } });
  expect(ids()).toEqual(['raw abcd', 'raw 0101010101']);
  await stop();
  expect(calls).toEqual([
    { androidNeverForLocation: false },
    {
      allowDuplicates: true,
      manufacturerData: [{ companyIdentifier: 0x004c }, { companyIdentifier: 0xfff1 }],
      serviceData: [{ serviceUuid: '0000fe6f-0000-1000-8000-00805f9b34fb' }],
    },
    'stopped',
  ]);
});

test('on iOS iBeacons come from CoreLocation, and are read like those on the air', async () => {
  const { plugin, calls } = client();
  const ranging: string[] = [];
  let tell: Parameters<Ranging['addListener']>[1] = () => undefined;
  const coreLocation: Ranging = {
    start: async ({ uuids }) => void ranging.push(...uuids),
    stop: async () => void ranging.push('stopped'),
    addListener: async (_, listener) => {
      tell = listener;
      return { remove: async () => void ranging.push('removed') };
    },
  };
  const { heard, ids, stop } = await heardBy(capacitorScanner(plugin, coreLocation));
  tell({ beacons: [{ uuid: wanted.beacons[0]?.toUpperCase() ?? '', major: 1, minor: 0x1234, rssi: 0 }] });
  expect(ids()).toEqual([`ibeacon ${FLEET}00011234`]);
  expect(heard[0]?.rssi).toBeUndefined();
  await stop();
  expect(ranging).toEqual([...wanted.beacons, 'stopped', 'removed']);
  expect(calls[1]).toEqual({ allowDuplicates: true, services: wanted.services });
});

test.each<[string, Partial<BleClient>]>([
  ['not-allowed', { initialize: () => Promise.reject(new Error('denied')) }],
  ['bluetooth-off', { isEnabled: async () => false }],
  ['scan-failed', { requestLEScan: () => Promise.reject(new Error('5 scans in 30 s')) }],
])('the Capacitor scanner says %s', async (fault, changes) => {
  await expect(heardBy(capacitorScanner(client(changes).plugin))).rejects.toMatchObject({ fault });
});

/** A page, a browser's Bluetooth or one of its devices. */
class Source extends EventTarget {
  visibilityState = 'visible';
  receive(manufacturerData: Map<number, DataView>) {
    this.dispatchEvent(
      Object.assign(new Event('advertisementreceived'), { rssi: -50, manufacturerData, serviceData: new Map() }),
    );
  }
}
/** DOM events have the browser's types; a test's have the shape. */
const asBluetooth = (source: Source, methods: object) => Object.assign(source, methods) as unknown as Bluetooth;

test('with requestLEScan a browser hears all around until it is stopped', async () => {
  const source = new Source();
  let stopped = 0;
  const bluetooth = asBluetooth(source, { requestLEScan: async () => ({ stop: () => void stopped++ }) });
  const { ids, stop } = await heardBy(webBluetoothScanner(bluetooth, new Source()));
  source.receive(new Map([[0xfff1, view(1, 2, 3)]]));
  await stop();
  source.receive(new Map([[0xfff1, view(1, 4, 5)]]));
  expect(ids()).toEqual(['raw 0203']);
  expect(stopped).toBe(1);
});

test('a scan that the browser has ended begins again when the page is back in front', async () => {
  const page = new Source();
  const scans: { active: boolean }[] = [];
  const requestLEScan = async () => {
    const scan = { active: true, stop: () => undefined };
    scans.push(scan);
    return scan;
  };
  const { stop } = await heardBy(webBluetoothScanner(asBluetooth(new Source(), { requestLEScan }), page));
  page.dispatchEvent(new Event('visibilitychange'));
  expect(scans).toHaveLength(1);
  for (const scan of scans) scan.active = false;
  page.dispatchEvent(new Event('visibilitychange'));
  expect(scans).toHaveLength(2);
  await stop();
  page.dispatchEvent(new Event('visibilitychange'));
  expect(scans).toHaveLength(2);
});

test('without it, the chosen device is watched, and again when the page is back in front', async () => {
  const [device, page] = [new Source(), new Source()];
  let watches = 0;
  let asked: unknown;
  Object.assign(device, { watchAdvertisements: async () => void watches++ });
  const bluetooth = asBluetooth(new Source(), {
    getDevices: async () => [],
    requestDevice: async (options: unknown) => {
      asked = options;
      return device;
    },
  });
  const { ids, stop } = await heardBy(webBluetoothScanner(bluetooth, page));
  device.receive(new Map([[0xfff1, view(1, 2, 3)]]));
  page.visibilityState = 'hidden';
  page.dispatchEvent(new Event('visibilitychange'));
  page.visibilityState = 'visible';
  page.dispatchEvent(new Event('visibilitychange'));
  await stop();
  page.dispatchEvent(new Event('visibilitychange'));
  expect(ids()).toEqual(['raw 0203']);
  expect(watches).toBe(2);
  expect(asked).toMatchObject({ optionalManufacturerData: wanted.companies, optionalServices: wanted.services });
});

test.each([
  ['not-supported', undefined],
  ['not-supported', {}],
  ['not-allowed', { requestLEScan: () => Promise.reject(new DOMException('no', 'NotAllowedError')) }],
  ['scan-failed', { requestLEScan: () => Promise.reject(new Error('odd')) }],
  ['bluetooth-off', { requestLEScan: () => Promise.reject(new Error('odd')), getAvailability: async () => false }],
])('a browser’s scanner says %s', async (fault, methods) => {
  const bluetooth = methods && asBluetooth(new Source(), methods);
  await expect(heardBy(webBluetoothScanner(bluetooth, new Source()))).rejects.toMatchObject({ fault });
});

async function door(answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return hubAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`); // a TCP server has a port
}
const never = new AbortController().signal;

test.each([
  [200, { kind: 'receipt', bytes: Uint8Array.of(1, 2) }],
  [400, { kind: 'refused' }],
  [413, { kind: 'refused' }],
  [429, { kind: 'later', afterMs: 90_000 }],
  [503, { kind: 'later', afterMs: 90_000 }],
  [404, { kind: 'later', afterMs: 90_000 }],
])('a hub that answers %i to an upload is understood', async (status, expected) => {
  const asked: unknown[] = [];
  const hub = await door((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked.push(request.method, request.url, request.headers['content-type'], Buffer.concat(chunks).length);
      response.writeHead(status, { 'retry-after': '90' }).end(Buffer.of(1, 2));
    });
  });
  expect(await hub.upload(new Uint8Array(4096), never)).toEqual(expected);
  expect(asked).toEqual(['POST', '/v1/sightings', 'application/cbor', 4096]);
});

test('the list is what the hub answers; a fault, too many bytes or another address is no list', async () => {
  const answers: Record<string, RequestListener> = {
    list: (_, response) => void response.end(Buffer.of(7)),
    fault: (_, response) => void response.writeHead(500).end(),
    long: (_, response) => void response.end(Buffer.alloc(256 * 1024 + 1)),
    portal: (_, response) => void response.writeHead(302, { location: '/login' }).end(),
  };
  let answer = 'list';
  const urls: unknown[] = [];
  const hub = await door((request, response) => {
    urls.push(request.url, request.headers.cookie, request.headers['if-none-match']);
    answers[answer]?.(request, response);
  });
  expect(await hub.operators(never)).toEqual(Uint8Array.of(7));
  expect(urls).toEqual(['/v1/operators', undefined, undefined]);
  for (answer of ['fault', 'long', 'portal']) await expect(hub.operators(never)).rejects.toThrow();
});
