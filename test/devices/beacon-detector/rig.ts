import * as v from 'valibot';
import { bleHci } from '../../../devices/beacon-detector/ble-hci.ts';
import type { Place } from '../../../devices/device-type.ts';
import type { Moment } from '../../../shared/clock.ts';

/** The wall clock when the monotonic clock is at 0. */
export const wallOrigin = Date.UTC(2026, 3, 1);

export const momentAt = (monotonic: number): Moment => ({
  wall: wallOrigin + monotonic,
  monotonic,
  synchronised: true,
});

export const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
export const hex = (data: Uint8Array | undefined) => Buffer.from(data ?? []).toString('hex');

export const detector = (
  options: Record<string, unknown>,
  transport: Place['transport'] = 'serial',
  operatorPatterns?: Place['operatorPatterns'],
  whereabouts?: Place['whereabouts'],
) =>
  bleHci.decoder([{ id: 'post-7', options: v.parse(bleHci.options, options) }], {
    ...{ transport, operatorPatterns, whereabouts },
  });

/** A legacy report: Core Spec Vol 4 Part E §7.7.65.2. The address as people write it. */
export function legacyEvent(address: string, payload: string, rssi: number): Uint8Array {
  const report = `0001${reversed(address)}${byte(payload.length / 2)}${payload}${byte(rssi)}`;
  return bytes(`043e${byte(report.length / 2 + 2)}0201${report}`);
}

/** An extended report: §7.7.65.13, on 1M then 2M, set 3, no transmit power. */
export function extendedEvent(address: string, payload: string, rssi: number, dataStatus: 0 | 1 | 2 = 0): Uint8Array {
  const eventType = `${byte(dataStatus << 5)}00`;
  const physAndSet = '010203';
  const direct = '00'.repeat(7);
  const report = `${eventType}01${reversed(address)}${physAndSet}7f${byte(rssi)}0000${direct}${byte(payload.length / 2)}${payload}`;
  return bytes(`043e${byte(report.length / 2 + 2)}0d01${report}`);
}

const byte = (number: number) => (number & 0xff).toString(16).padStart(2, '0');
const reversed = (address: string) => address.split(':').reverse().join('');

/** Apple, Proximity Beacon Specification: flags, then major 1, minor 2, -59 dBm at 1 m. */
export const uuid = 'f7826da6-4fa2-4e98-8024-bc5b71e0893e';
export const ibeacon = '0201061aff4c000215f7826da64fa24e988024bc5b71e0893e00010002c5';
/** Eddystone-UID: -18 dBm at 0 m, namespace, instance, two reserved bytes. */
export const eddystoneUid = '0201060303aafe1716aafe00ee001122334455667788990102030405060000';
/** Eddystone-TLM: 3.0 V, 25.5 Cel, 16 advertisements, 100 s. */
export const eddystoneTlm = '0201060303aafe1116aafe20000bb8198000000010000003e8';
/** AltBeacon v1.0: company 0x0118, -56 dBm at 1 m. */
export const altbeacon = '1bff1801beac00112233445566778899aabbccddeeff00010002c801';
