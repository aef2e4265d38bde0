/**
 * LE advertising reports, legacy and extended.
 *
 * Source: Bluetooth Core Spec Vol 4 Part E §7.7.65.2 and §7.7.65.13. The specification writes several reports as one array
 * per field; controllers send them report by report, and so they are read here.
 */
import { plausibleRssi, signed } from '../ble/ad-structures.ts';
import { SUBEVENT } from './hci.ts';

export interface AdvertisingReport {
  /** As sent: 0..4 in legacy reports, a bit field in extended ones. */
  readonly eventType: number;
  /** 0 public, 1 random, 2 and 3 resolved identities, 255 none (extended only). */
  readonly addressType: number;
  /** 48 bits; in hexadecimal it is the address as people write it. */
  readonly address: number;
  /** dBm, -127 to 20; absent if the controller has none (127), or gives what the specification does not allow. */
  readonly rssi?: number;
  /** A view into the event. */
  readonly data: Uint8Array;
  /** Whether `data` is complete, another fragment follows, or the rest was lost (bits 5 and 6 of the event type). */
  readonly dataStatus: 'complete' | 'more' | 'truncated';
  /** The advertising set of an extended report; 255 if it has none. */
  readonly set: number;
}

const LEGACY = { head: 9, tail: 1 } as const;
const EXTENDED = { head: 24, tail: 0 } as const;

/**
 * The reports in an LE meta event's parameters (from the subevent on). Undefined if the event is cut short, or if it has
 * several reports that do not fill it exactly.
 */
export function parseReports(parameters: Uint8Array): readonly AdvertisingReport[] | undefined {
  const isExtended = parameters[0] === SUBEVENT.extendedAdvertising;
  const layout = isExtended ? EXTENDED : LEGACY;
  const count = parameters[1] ?? 0;
  const reports: AdvertisingReport[] = [];
  let at = 2;
  for (let i = 0; i < count; i++) {
    const length = parameters[at + layout.head - 1];
    if (length === undefined) return undefined;
    const end = at + layout.head + length + layout.tail;
    if (end > parameters.length) return undefined;
    const report = parameters.subarray(at, end);
    reports.push(isExtended ? extendedReport(report) : legacyReport(report));
    at = end;
  }
  return count === 0 || (count > 1 && at !== parameters.length) ? undefined : reports;
}

function legacyReport(report: Uint8Array): AdvertisingReport {
  return {
    eventType: report[0] ?? 0,
    addressType: report[1] ?? 0,
    address: addressAt(report, 2),
    ...rssiOf(report.at(-1)),
    data: report.subarray(LEGACY.head, -1),
    dataStatus: 'complete',
    set: 0xff,
  };
}

function extendedReport(report: Uint8Array): AdvertisingReport {
  const eventType = (report[0] ?? 0) | ((report[1] ?? 0) << 8);
  const status = (eventType >> 5) & 3;
  return {
    eventType,
    addressType: report[2] ?? 0,
    address: addressAt(report, 3),
    ...rssiOf(report[13]),
    data: report.subarray(EXTENDED.head),
    dataStatus: status === 0 ? 'complete' : status === 1 ? 'more' : 'truncated',
    set: report[11] ?? 0xff,
  };
}

/** Addresses travel lowest byte first. */
function addressAt(report: Uint8Array, from: number): number {
  let address = 0;
  for (let at = from + 5; at >= from; at--) address = address * 256 + (report[at] ?? 0);
  return address;
}

function rssiOf(byte: number | undefined): { rssi?: number } {
  const rssi = plausibleRssi(signed(byte ?? 127));
  return rssi === undefined ? {} : { rssi };
}
