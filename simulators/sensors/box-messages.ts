/**
 * Messages of detector boxes, each from its maker's documentation: what a box tells of the advertisements that it heard in a scan.
 *
 * Sources: April Brother, User Guide For AB BLE Gateway V4, "Data Format"; messages published by users of the Minew G1; Plat'Home,
 * OpenBlocks data formats, "Beacon"; Ruuvi, Gateway data formats; OpenMQTTGateway, "BLE gateway".
 */
import type { Advertisement } from './hci.ts';

export type BoxFormat =
  | 'ab-gateway-v4'
  | 'minew-g1'
  | 'openblocks'
  | 'ruuvi-gateway'
  | 'ruuvi-gateway-mqtt'
  | 'openmqttgateway';

export interface Scan {
  readonly heard: readonly Advertisement[];
  /** Epoch ms. */
  readonly at: number;
}

const BOX = 'ac233fc07da5';

/** What the box sends: one message for a scan, or one for each advertisement. */
export function boxMessages(format: BoxFormat, { heard, at }: Scan): readonly Uint8Array[] {
  const iso = new Date(at).toISOString();
  switch (format) {
    case 'ab-gateway-v4': {
      const devices = heard.map(({ address, rssi, payload }) => Uint8Array.of(3, ...address, rssi & 0xff, ...payload));
      return [packed({ v: '1.5.3', mid: 17, time: 86, ip: '192.168.1.20', mac: BOX.toUpperCase(), devices })];
    }
    case 'minew-g1': {
      const box = { timestamp: iso, type: 'Gateway', mac: BOX.toUpperCase(), gatewayFree: 42, gatewayLoad: 1.15 };
      return [json([box, ...heard.map((one) => minewEntry(one, iso))])];
    }
    case 'openblocks':
      return heard.map(({ address, rssi, payload }) =>
        json({ time: iso.replace('Z', '+00:00'), deviceId: hex(address), rssi, data: hex(payload), status: 'in' }),
      );
    case 'ruuvi-gateway': {
      const seconds = String(Math.floor(at / 1000));
      const tags = Object.fromEntries(
        heard.map(({ address, rssi, payload }) => [
          colons(address).toUpperCase(),
          { rssi, timestamp: seconds, data: hex(payload).toUpperCase() },
        ]),
      );
      return [json({ data: { coordinates: '', timestamp: seconds, nonce: '7', gw_mac: colons(bytesOf(BOX)), tags } })];
    }
    case 'ruuvi-gateway-mqtt': {
      const ts = String(Math.floor(at / 1000));
      return heard.map(({ rssi, payload }) =>
        json({
          gw_mac: colons(bytesOf(BOX)),
          rssi,
          aoa: [],
          gwts: ts,
          ts,
          data: hex(payload).toUpperCase(),
          coords: '',
        }),
      );
    }
    case 'openmqttgateway':
      return heard.map((one) => json({ id: colons(one.address).toUpperCase(), rssi: one.rssi, ...takenApart(one) }));
  }
}

/** An iBeacon is taken apart; anything else comes raw. */
function minewEntry({ address, rssi, payload }: Advertisement, timestamp: string) {
  const mac = hex(address).toUpperCase();
  const at = hex(payload).indexOf('ff4c000215');
  if (at < 0) return { timestamp, type: 'Unknown', mac, bleName: '', rssi, rawData: hex(payload).toUpperCase() };
  const id = hex(payload).slice(at + 10);
  return {
    ...{ timestamp, type: 'iBeacon', mac, bleName: '', ibeaconUuid: id.slice(0, 32).toUpperCase() },
    ibeaconMajor: Number.parseInt(id.slice(32, 36), 16),
    ibeaconMinor: Number.parseInt(id.slice(36, 40), 16),
    ...{ rssi, ibeaconTxPower: Number.parseInt(id.slice(40, 42), 16) - 256, battery: 0 },
  };
}

/** Manufacturer data with its company, service data without its UUID. */
function takenApart({ payload, isRandomAddress }: Advertisement): Record<string, unknown> {
  const parts: Record<string, unknown> = { mac_type: isRandomAddress ? 1 : 0 };
  for (let at = 0; at < payload.length; at += 1 + (payload[at] ?? 0)) {
    const data = payload.subarray(at + 2, at + 1 + (payload[at] ?? 0));
    if (payload[at + 1] === 0xff) parts.manufacturerdata = hex(data);
    if (payload[at + 1] !== 0x16) continue;
    parts.servicedatauuid = `0x${hex(data.subarray(0, 2).toReversed())}`;
    parts.servicedata = hex(data.subarray(2));
  }
  return parts;
}

/** MessagePack (spec.md): maps and arrays of up to 65,535, short texts, small numbers, strings of bytes. */
function packed(value: unknown): Uint8Array {
  if (typeof value === 'number') return Uint8Array.of(0xcd, value >>> 8, value & 0xff);
  if (typeof value === 'string') return Uint8Array.of(0xd9, value.length, ...Buffer.from(value, 'latin1'));
  if (value instanceof Uint8Array) return Uint8Array.of(0xc4, value.length, ...value);
  if (Array.isArray(value))
    return joined([Uint8Array.of(0xdc, value.length >>> 8, value.length & 0xff), ...value.map(packed)]);
  const entries = Object.entries(value as Record<string, unknown>);
  return joined([Uint8Array.of(0x80 | entries.length), ...entries.flat().map(packed)]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

function json(value: unknown): Uint8Array {
  return Uint8Array.from(Buffer.from(JSON.stringify(value)));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function bytesOf(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}

function colons(address: Uint8Array): string {
  return hex(address).replace(/..(?=.)/g, '$&:');
}
