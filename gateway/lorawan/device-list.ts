/**
 * Devices as people hand them over: a table (CSV), the text of a QR code (LoRa Alliance TR005), a file with keys.
 *
 * What is wrong is said with its line; a key is never repeated. Bounds: `maxDevices` lines.
 */
import { splitColumns } from '../../devices/profile/csv-columns.ts';
import { MachimoriError } from '../../shared/errors.ts';
import { maxDevices } from './register.ts';
import { deviceKeys } from './registered-device.ts';

/** Columns of the table, and what else they are called by makers and other network servers. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  id: ['id', 'name', 'deviceid', 'devicename'],
  devEui: ['deveui', 'eui'],
  joinEui: ['joineui', 'appeui'],
  appKey: ['appkey', 'applicationkey'],
  nwkKey: ['nwkkey', 'networkkey'],
  devAddr: ['devaddr'],
  nwkSKey: ['nwkskey'],
  appSKey: ['appskey'],
  profile: ['profile', 'deviceprofile'],
  project: ['project', 'tenant'],
  version: ['version', 'lorawanversion', 'macversion'],
  group: ['group'],
  lat: ['lat', 'latitude'],
  lon: ['lon', 'longitude'],
  place: ['place', 'location'],
};

export interface DeviceLine {
  readonly line: number;
  /** By the names of `COLUMNS`; empty cells are left out. */
  readonly cells: Readonly<Record<string, string>>;
}

/** The lines of a table with a heading (RFC 4180, or with ";" between). Throws a MachimoriError "bad-list". */
export function readDeviceTable(text: string, file: string): readonly DeviceLine[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const [heading = ''] = lines;
  const separator = heading.includes(';') && !heading.includes(',') ? ';' : heading.includes('\t') ? '\t' : ',';
  const names = splitColumns(heading, separator).map((cell) => {
    const plain = cell.toLowerCase().replace(/[^a-z]/g, '');
    return Object.entries(COLUMNS).find(([, others]) => others.includes(plain))?.[0];
  });
  for (const needed of ['devEui', 'profile']) {
    if (names.includes(needed)) continue;
    throw badList(file, 1, `the heading has no column ${needed}`, `Begin with: ${Object.keys(COLUMNS).join(',')}`);
  }
  if (lines.length > maxDevices + 2) throw badList(file, maxDevices + 2, 'the table is too long', 'Split it');
  return lines.slice(1).flatMap((content, i) => {
    if (content.trim() === '' || content.startsWith('#')) return [];
    const cells = splitColumns(content, separator);
    if (cells.length > names.length) {
      throw badList(file, i + 2, `it has ${cells.length} cells, the heading ${names.length}`, 'Put quotes around text');
    }
    const named = cells.flatMap((cell, n) => {
      const name = names[n];
      return name === undefined || cell === '' ? [] : [[name, cell] as const];
    });
    return [{ line: i + 2, cells: Object.fromEntries(named) }];
  });
}

export interface QrIdentity {
  readonly joinEui: string;
  readonly devEui: string;
  /** VendorID and VendorProfileID, eight hexadecimal digits. */
  readonly profileId: string;
}

/**
 * The text of a device's QR code: `LW:D0:<JoinEUI>:<DevEUI>:<ProfileID>[:O…][:S…][:P…][:C…]` (TR005 1.0 §2). It holds no key.
 * Throws a MachimoriError "bad-qr".
 */
export function readQrCode(text: string): QrIdentity {
  const match = /^LW:D0:([0-9A-F]{16}):([0-9A-F]{16}):([0-9A-F]{8})((?::[OSPC][^:]*)*)$/i.exec(text.trim());
  const [, joinEui, devEui, profileId] = match ?? [];
  if (joinEui === undefined || devEui === undefined || profileId === undefined) {
    throw new MachimoriError('bad-qr', {
      what: 'it is no QR code of a LoRaWAN device',
      on: `"${text.slice(0, 80)}"`,
      hint: 'It begins with LW:D0: and has the JoinEUI, the DevEUI and the ProfileID, with colons between',
    });
  }
  return { joinEui: joinEui.toLowerCase(), devEui: devEui.toLowerCase(), profileId: profileId.toLowerCase() };
}

const KEY_NAMES = Object.keys(deviceKeys.entries);

/** A key alone (the AppKey), or lines such as `AppKey = 2b7e…`. Throws a MachimoriError "bad-keys". */
export function readKeys(text: string, file: string): Readonly<Record<string, string>> {
  const keys: Record<string, string> = {};
  for (const [i, content] of text.split(/\r?\n/).entries()) {
    const line = content.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [, written = 'appKey', digits = ''] = /^(?:([A-Za-z_-]+)\s*[=:]\s*)?([0-9A-Fa-f\s:-]+)$/.exec(line) ?? [];
    const name = KEY_NAMES.find((known) => known.toLowerCase() === written.toLowerCase().replace(/[^a-z]/g, ''));
    const key = digits.replace(/[\s:-]/g, '');
    if (name === undefined || key.length !== 32) {
      throw new MachimoriError('bad-keys', {
        what: name === undefined ? 'it names no key' : 'the key does not have 32 hexadecimal digits',
        on: `${file}:${i + 1}`,
        hint: `Write the AppKey alone, or a line for each of ${KEY_NAMES.join(', ')}: AppKey = …`,
      });
    }
    keys[name] = key;
  }
  return keys;
}

function badList(file: string, line: number, what: string, hint: string): MachimoriError {
  return new MachimoriError('bad-list', { what, on: `${file}:${line}`, hint });
}
